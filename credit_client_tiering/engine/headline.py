"""One line per client for boards and lists: what carries a tier, or stands against it."""

from functools import cache

from odoo.tools.misc import format_date

from .explain import Explainer
from .sources import NoSources

# Of several criteria the one with a number says most, a mere property of the client least.
COUNTED = ("figure", "compare", "rank", "products", "years")
CLAIMED = ("designation", "product")


class Headline(Explainer):
    """Words for one criterion of an assessment, without a query of its own.

    :param criteria: dict of code to criterion of the policy, shared by all clients
    """

    def __init__(self, env, plan, criteria, facts, verdicts):
        self.env = env
        self.plan = plan
        self.criteria = criteria
        self.facts = facts
        self.verdicts = verdicts
        self.sources = NoSources()
        self.words = cache(self._words)

    def explains(self, drift, official, suggested, ended_on=None):
        """Return why list and facts disagree; '' when they do not.

        :param str drift: how the suggestion stands to the official list
        :param ended_on: day the credit ended, for a client that counts as lost
        """
        if not drift or drift == "aligned":
            return ""
        if drift == "lost":
            if not ended_on:
                return self.env._("credit ended")
            return self.env._("credit ended on %s", format_date(self.env, ended_on))
        if drift == "no_data":
            return self.missing(suggested)
        if drift in ("entry", "upgrade"):
            return self.carries(suggested)
        return self.stands_against(official or "basic")

    def carries(self, tier):
        """Return the criterion a tier rests on, in words; '' when it does not hold."""
        root = self.plan.roots.get(tier)
        if not root or self.verdicts[root.position] != "T":
            return ""
        nodes = self._holding(root)
        if not nodes:
            return self.criteria[root.code].name
        node = min(nodes, key=self._telling)
        answer = self.node(node)
        if node.kind in COUNTED and answer["value_text"]:
            return self.env._(
                "%(what)s: %(value)s", what=answer["name"], value=answer["value_text"]
            )
        return answer["name"]

    def stands_against(self, tier):
        """Return what is nearest to be mended among what keeps a client off a tier."""
        root = self.plan.roots.get(tier)
        if not root or self.verdicts[root.position] == "T":
            return ""
        _cost, nodes = self._cheapest(root)
        return self._step(min(nodes, key=self._telling)) if nodes else ""

    def missing(self, suggested):
        """Return the first unknown fact that could still change the suggestion."""
        for missing in self.unknown(suggested):
            return self.env._(
                "unknown: %(what)s (%(who)s)",
                what=missing["name"],
                who=missing["supplied_by"] or "–",
            )
        return ""

    def _holding(self, node):
        found = []
        for child in node.children:
            if self.verdicts[child.position] == "T" and child.kind != "constant":
                found += self._holding(child) or [child]
        return found

    def _telling(self, node):
        return node.kind not in COUNTED, node.kind not in CLAIMED, node.position
