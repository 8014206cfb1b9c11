"""Turn a stored row of facts and its verdicts back into words."""

from decimal import Decimal
from functools import cache

from .plan import GATES
from .sources import Sources, find_rows
from .verdict import LADDER

VERDICTS = {"T": "yes", "F": "no", "?": "unknown"}
# What it costs to turn a criterion, relative to one plain failing test; only the
# order matters: finding out is cheaper than changing, and some cannot be changed.
COST_UNKNOWN = 0.5
COST_FAILED = 1.0
COST_IMPOSSIBLE = 1000.0


class Explainer:
    """Explains one assessment to a person, in the person's language.

    :param env: environment whose language is used
    :param plan: the compiled policy the verdicts were reached under
    :param facts: dict of the stored facts; absent means unknown
    :param verdicts: one letter per node of the plan
    :param found: rows the facts of several assessments refer to (:func:`find_rows`)
    """

    def __init__(self, env, plan, policy, facts, verdicts, found=None):
        self.env = env
        self.plan = plan
        self.facts = facts
        self.verdicts = verdicts
        self.criteria = {c.code: c for c in policy.criterion_ids}
        self.sources = Sources(facts, found or find_rows(env, [facts]))
        self.words = cache(self._words)

    def tree(self):
        """Return the criteria per tier as nested dicts (see :meth:`node`)."""
        roots = self.plan.roots
        return [self.node(roots[tier]) for tier in LADDER if tier in roots]

    def node(self, node):
        """Return one criterion: verdict, value, threshold, period, source, clause."""
        criterion = self.criteria[node.code]
        answer = {
            "code": node.code,
            "clause": criterion.clause or node.code,
            "name": criterion.name,
            "kind": node.kind,
            "tier": node.tier or False,
            "verdict": self._verdict(node),
            "advisory": node.advisory,
            "value": False,
            "value_text": "",
            "threshold": False,
            "threshold_text": "",
            "period": "",
            "source": "",
            "source_as_of": False,
            "supplied_by": "",
        }
        answer.update(getattr(self, f"_{node.kind}", self._nothing)(node, criterion))
        order = sorted(parts(node), key=lambda n: self.criteria[n.code].sequence)
        answer["children"] = [self.node(child) for child in order]
        return answer

    def _verdict(self, node):
        return VERDICTS[self.verdicts[node.position]]

    # Per kind: what is special about it.

    def _nothing(self, node, criterion):
        return {}

    def _group(self, node, criterion):
        text = self.words(criterion._name, "combine").get(node.combine, "")
        if node.combine == "at_least":
            text = self.env._("At least %s of", node.required_count)
        return {"threshold_text": text}

    def _figure(self, node, criterion):
        metric = criterion.metric_id
        name = node.columns[0]
        value = self.facts.get(name)
        if value is None and node.else_current and node.current_columns[0]:
            name = node.current_columns[0]
            value = self.facts.get(name)
        column = self.plan.columns[name]
        return {
            "value": False if value is None else value,
            "value_text": self.quantity(value, metric.unit),
            "threshold": node.threshold,
            "threshold_text": f"{self._sign(node)} {self.quantity(node.threshold, metric.unit)}",
            "unit": metric.unit,
            **self.sources.figure(column),
            "supplied_by": self._supplier(metric, "supplier"),
        }

    def _compare(self, node, criterion):
        answer = self._figure(node, criterion)
        other = criterion.compare_metric_id
        value = self.facts.get(node.columns[1])
        answer.update(
            threshold=False if value is None else value,
            threshold_text=f"{self._sign(node)} {other.name} {self.quantity(value, other.unit)}",
        )
        return answer

    def _designation(self, node, criterion):
        return {
            **self.sources.designation(node.key),
            "supplied_by": self._supplier(criterion.designation_type_id, "supplied_by"),
        }

    def _rank(self, node, criterion):
        value = self.facts.get(node.columns[0])
        return {
            "value": False if value is None else value,
            "value_text": self.env._("rank %s", value) if value else "",
            "threshold": node.threshold,
            "threshold_text": self.env._("rank ≤ %s", int(node.threshold)),
            **self.sources.designation(node.key),
            "supplied_by": self._supplier(criterion.designation_type_id, "supplied_by"),
        }

    def _product(self, node, criterion):
        return {
            **self.sources.holdings(),
            "supplied_by": self._bank_systems(),
        }

    def _products(self, node, criterion):
        value = self.facts.get(node.columns[0])
        return {
            "value": False if value is None else value,
            "value_text": "" if value is None else str(value),
            "threshold": node.threshold,
            "threshold_text": f"{self._sign(node)} {int(node.threshold)}",
            **self.sources.holdings(),
            "supplied_by": self._bank_systems(),
        }

    def _years(self, node, criterion):
        value = self.facts.get("years_with_bank")
        return {
            "value": False if value is None else value,
            "value_text": "" if value is None else self.env._("%s years", value),
            "threshold": node.threshold,
            "threshold_text": f"{self._sign(node)} {int(node.threshold)}",
            "supplied_by": self.env._("Client manager"),
        }

    def _attribute(self, node, criterion):
        words = self.words("res.partner", criterion.attribute)
        value = self.facts.get(criterion.attribute)
        allowed = ", ".join(words.get(v, v) for v in node.allowed)
        if node.inverted:
            allowed = self.env._("not %s", allowed)
        return {
            "value": value or False,
            "value_text": words.get(value, value or ""),
            "threshold_text": allowed,
            "supplied_by": self.env._("Client manager"),
        }

    # Words.

    def _sign(self, node):
        return {">=": "≥", "<=": "≤"}.get(node.operator, node.operator)

    def _words(self, model, field_name):
        return dict(self.env[model]._fields[field_name]._description_selection(self.env))

    def _supplier(self, record, field_name):
        return self.words(record._name, field_name).get(record[field_name], "")

    def _bank_systems(self):
        return self.words("credit.metric", "supplier")["core_banking"]

    def quantity(self, value, unit):
        return quantity(self.env, value, unit)

    # The gap.

    def gap(self, suggested):
        """Return the smallest set of criteria that would reach the next tier.

        :return: dict with ``tier``, ``steps`` (list of texts) and ``codes``, or
            False when there is no higher tier or no way to it.
        """
        found = self._next_tier(suggested)
        return found and {
            "tier": found[0],
            "codes": [n.code for n in found[1]],
            "steps": [self._step(n) for n in found[1]],
        }

    def _next_tier(self, suggested):
        """Return the next tier that can be reached and the nodes it takes, or False."""
        ladder = [t for t in LADDER if t in self.plan.roots and t != "potential"]
        if suggested in ("lost", "strategic"):
            return False
        above = ladder[: ladder.index(suggested)] if suggested in ladder else ladder
        if suggested in ("potential", "not_listed"):
            above = []
        for tier in reversed(above):
            cost, nodes = self._cheapest(self.plan.roots[tier])
            if nodes and cost < COST_IMPOSSIBLE:
                return tier, nodes
        return False

    def _cheapest(self, node):
        verdict = self.verdicts[node.position]
        if verdict == "T":
            return 0.0, []
        if node.kind not in ("group", "reference") or node.inverted:
            return self._leaf_cost(node, verdict), [node]
        options = sorted((self._cheapest(child) for child in node.children), key=lambda o: o[0])
        if node.combine == "none" or not options:
            return COST_IMPOSSIBLE, [node]
        wanted = {"any": 1, "at_least": node.required_count}.get(node.combine, len(options))
        if len(options) < wanted:
            return COST_IMPOSSIBLE, [node]
        chosen = options[:wanted]
        return sum(o[0] for o in chosen), [n for o in chosen for n in o[1]]

    def _leaf_cost(self, node, verdict):
        if node.kind == "constant":
            return COST_IMPOSSIBLE
        if node.kind == "attribute" and node.columns[0] == "credit_state":
            return COST_IMPOSSIBLE
        if verdict == "?":
            return COST_UNKNOWN
        if node.kind in ("figure", "products", "years"):
            value = float(self.facts.get(node.columns[0]) or 0)
            short = abs(node.threshold - value) / (abs(node.threshold) or 1.0)
            return COST_FAILED + min(short, 1.0)
        return COST_FAILED + 1.0

    def _step(self, node):
        criterion = self.criteria[node.code]
        answer = self.node(node)
        if self.verdicts[node.position] == "?":
            return self.env._(
                "%(criterion)s: unknown; to be supplied by: %(supplier)s",
                criterion=criterion.name,
                supplier=answer["supplied_by"] or "–",
            )
        if node.kind == "figure":
            missing = Decimal(str(node.threshold)) - Decimal(str(answer["value"]))
            return self.env._(
                "%(criterion)s: %(value)s, needed %(threshold)s, missing %(missing)s",
                criterion=criterion.name,
                value=answer["value_text"],
                threshold=answer["threshold_text"],
                missing=self.quantity(missing, criterion.metric_id.unit),
            )
        if answer["value_text"] and answer["threshold_text"]:
            return self.env._(
                "%(criterion)s: %(value)s, needed %(threshold)s",
                criterion=criterion.name,
                value=answer["value_text"],
                threshold=answer["threshold_text"],
            )
        return self.env._("%s: not met", criterion.name)

    def unknown(self, suggested):
        """Return the unknown facts that could still change the suggestion.

        Only what keeps a tier above the suggested one open is asked for; an
        unknown part of a criterion that is settled anyway is nobody's homework.
        """
        missing = {}
        for node in self._missing(suggested):
            answer = self.node(node)
            missing.setdefault(
                (answer["name"], answer["supplied_by"]),
                {
                    "code": node.code,
                    "clause": answer["clause"],
                    "name": answer["name"],
                    "supplied_by": answer["supplied_by"],
                },
            )
        return list(missing.values())

    def _missing(self, suggested):
        nodes = []
        for tier in LADDER:
            if tier == suggested:
                break
            root = self.plan.roots.get(tier)
            if root and self.facts.get("credit_state") in GATES[root.gate]:
                nodes += self._open_leaves(root)
        return nodes

    def _open_leaves(self, node):
        if self.verdicts[node.position] != "?":
            return []
        if node.kind not in ("group", "reference"):
            return [node]
        return [leaf for child in node.children for leaf in self._open_leaves(child)]


def parts(node):
    """Return the nodes that are explained below a node; a reference ends there."""
    return () if node.kind == "reference" else node.children + node.advisers


def quantity(env, value, unit):
    """Return a figure with its unit the way people write it; '' when unknown."""
    if value is None or value is False:
        return ""
    number = Decimal(str(value))
    if unit == "yuan":
        return _yuan(env, number)
    text = f"{number.normalize():,f}"
    if unit == "percent":
        return f"{text} %"
    if unit == "people":
        return env._("%s people", text)
    if unit == "cards":
        return env._("%s cards", text)
    return text


def _yuan(env, number):
    """Chinese readers count in 万元 and 亿元, others in plain yuan; no cent is lost."""
    if (env.lang or "").startswith("zh"):
        for factor, word in ((10**8, "亿元"), (10**4, "万元")):
            if abs(number) >= factor:
                return f"{(number / factor).normalize():,f}{word}"
        return f"{number.normalize():,f}元"
    whole = number == number.to_integral_value()
    return env._("CNY %s", f"{number:,.0f}" if whole else f"{number:,.2f}")
