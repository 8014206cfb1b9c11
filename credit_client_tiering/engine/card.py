"""The part of an explanation that fits on the tier card, without explaining the rest."""

from dataclasses import dataclass
from functools import cache

from odoo.tools import SQL

from .explain import Explainer, parts
from .sources import NoSources, Sources, find_rows
from .verdict import LADDER

# The list that a client without a tier comes nearest to.
NEAREST = {"undecided": "basic", "not_listed": "potential"}
# Models whose words are read by SQL.
WORDED = ("credit.policy", "credit.policy.criterion", "credit.metric", "credit.designation.type")


@dataclass
class Words:
    """What is said of a criterion, a figure or a designation type, like its record."""

    _name: str
    code: str = ""
    name: str = ""
    clause: str = ""
    sequence: int = 0
    combine: str = ""
    attribute: str = ""
    unit: str = ""
    supplier: str = ""
    supplied_by: str = ""
    metric_id: object = None
    compare_metric_id: object = None
    designation_type_id: object = None

    def __getitem__(self, field_name):
        return getattr(self, field_name)


class CardExplainer(Explainer):
    """Explains what decides an assessment: what carries the suggestion or stands against
    a tier, what is missing for the next one, what is unknown.

    Of the policy only the criteria that are named are read, and of the facts only where
    those come from.
    """

    def __init__(self, env, plan, facts, verdicts, suggested):
        self.env = env
        self.plan = plan
        self.facts = facts
        self.verdicts = verdicts
        self.suggested = suggested
        self.words = cache(self._words)
        # Steps and unknown facts are told without their source.
        self.sources = NoSources()
        roots = plan.roots
        self.carrying = self._deciding(roots[suggested]) if suggested in roots else []
        self.nearest = roots.get(NEAREST.get(suggested))
        self.against = self._blocking(self.nearest) if self.nearest else []
        ahead = self._next_tier(suggested)
        self.criteria = self._read(
            plan.policy_id,
            [*self.carrying, *self.against, *(ahead[1] if ahead else ())],
            [*self._missing(suggested), *([self.nearest] if self.nearest else ())],
        )

    def card(self):
        """Return ``policy`` (name), ``tiers`` (``tier`` and ``verdict`` each), ``reasons``
        and ``against`` (explained nodes), ``nearest`` (name of a rule), ``gap`` and
        ``unknown``."""
        roots = self.plan.roots
        answer = {
            "policy": self.policy,
            "tiers": [
                {"tier": tier, "verdict": self._verdict(roots[tier])}
                for tier in LADDER
                if tier in roots
            ],
            "nearest": self.criteria[self.nearest.code].name if self.nearest else "",
            "gap": self.gap(self.suggested),
            "unknown": self.unknown(self.suggested),
        }
        shown = _with_parts([*self.carrying, *self.against])
        kinds = {node.kind for node in shown}
        self.sources = Sources(self.facts, find_rows(self.env, [self.facts], kinds))
        answer["reasons"] = [self.node(node) for node in self.carrying]
        answer["against"] = [self.node(node) for node in self.against]
        return answer

    def _read(self, policy_id, with_parts, alone):
        """Return the words of criteria by code, all from one query.

        By the ORM it were four, each of which costs more than this one.
        """
        nodes = _with_parts(with_parts) + alone
        for model in WORDED:
            self.env[model].flush_model()
        lang = self.env.lang or "en_US"
        rows = self.env.execute_query(
            SQL(
                """SELECT %(policy_name)s, c.code, %(criterion)s, c.clause, c.sequence,
                          c.combine, c.attribute, %(metric)s, m.unit, m.supplier, %(other)s,
                          o.unit, d.supplied_by
                     FROM credit_policy p
                LEFT JOIN credit_policy_criterion c
                       ON c.policy_id = p.id AND c.code = ANY(%(codes)s)
                LEFT JOIN credit_metric m ON m.id = c.metric_id
                LEFT JOIN credit_metric o ON o.id = c.compare_metric_id
                LEFT JOIN credit_designation_type d ON d.id = c.designation_type_id
                    WHERE p.id = %(policy)s""",
                policy_name=_translated("p", lang),
                criterion=_translated("c", lang),
                metric=_translated("m", lang),
                other=_translated("o", lang),
                policy=policy_id,
                codes=sorted({n.code for n in nodes}),
            )
        )
        found = {}
        for self.policy, code, name, clause, sequence, combine, attribute, *about in rows:
            metric, unit, supplier, other, other_unit, supplied_by = about
            found[code] = Words(
                "credit.policy.criterion",
                code=code,
                name=name,
                clause=clause,
                sequence=sequence,
                combine=combine,
                attribute=attribute,
                metric_id=Words("credit.metric", name=metric, unit=unit, supplier=supplier),
                compare_metric_id=Words("credit.metric", name=other, unit=other_unit),
                designation_type_id=Words("credit.designation.type", supplied_by=supplied_by),
            )
        return found

    # As ``reasons`` finds them in a whole explanation.

    def _deciding(self, node):
        found = []
        for child in () if node.kind == "reference" else node.children:
            if self.verdicts[child.position] == "T":
                found += self._deciding(child) or [child]
        return [n for n in found if n.kind != "constant"] or found

    def _blocking(self, node):
        found = []
        for child in () if node.kind == "reference" else node.children:
            if self.verdicts[child.position] != "T":
                found += self._blocking(child) or [child]
        return found


def _with_parts(nodes):
    found = list(nodes)
    for node in found:
        found += parts(node)
    return found


def _translated(alias, lang):
    name = SQL.identifier(alias, "name")
    return SQL("coalesce(%s->>%s, %s->>'en_US')", name, lang, name)
