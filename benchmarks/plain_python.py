"""The same verdict, client by client, in plain ORM Python: what one would write without SQL.

Facts are searched per client, the policy's tree is walked in Python with three values (True, False,
None for unknown). Nothing is stored, which is in its favour.
"""

from dateutil.relativedelta import relativedelta

LADDER = ("strategic", "quality", "basic", "potential")


class PlainPython:
    def __init__(self, env):
        self.env = env
        self.day = env.company._credit_today()
        policy = env["credit.policy"]._get_active_policy(self.day)
        criteria = policy.criterion_ids.filtered("enabled")
        self.children = {}
        for criterion in criteria.sorted("sequence"):
            self.children.setdefault(criterion.parent_id, []).append(criterion)
        self.roots = {root.tier: root for root in self.children[policy.criterion_ids.browse()]}

    def answer(self, client):
        """Return (suggested tier, verdicts of the ladder) of one client."""
        facts = Facts(self, client)
        verdicts = [self.gated(tier, facts) for tier in LADDER]
        letters = "".join({True: "T", False: "F", None: "?"}[v] for v in verdicts)
        if facts.state == "ended":
            return "lost", letters
        for tier, verdict in zip(LADDER, verdicts, strict=True):
            if verdict:
                return tier, letters
        if facts.state == "active" or verdicts[-1] is None:
            return "undecided", letters
        return "not_listed", letters

    def gated(self, tier, facts):
        root = self.roots[tier]
        wanted = "never" if root.gate == "never" else "active"
        return self.verdict(root, facts) if facts.state == wanted else False

    def verdict(self, criterion, facts):
        if criterion.kind == "group":
            parts = [
                self.verdict(child, facts)
                for child in self.children.get(criterion, [])
                if not child.advisory
            ]
            return combine(criterion, parts)
        found = getattr(self, criterion.kind)(criterion, facts)
        return found if found is None or not criterion.inverted else not found

    def figure(self, criterion, facts):
        value = facts.figure(criterion.metric_id.code, criterion.basis)
        return compare(value, criterion.operator, criterion.threshold)

    def compare(self, criterion, facts):
        left = facts.figure(criterion.metric_id.code, criterion.basis)
        right = facts.figure(criterion.compare_metric_id.code, criterion.basis)
        return compare(left, criterion.operator, right)

    def designation(self, criterion, facts):
        wanted = criterion.designation_type_id
        mine = facts.designations.filtered(lambda d: d.type_id == wanted)
        if any(mine.mapped("holds")):
            return True
        return False if wanted.kind == "claim" or mine else None

    def rank(self, criterion, facts):
        wanted = criterion.designation_type_id
        ranks = facts.designations.filtered(lambda d: d.type_id == wanted and d.holds)
        return bool(ranks) and min(ranks.mapped("rank")) <= criterion.threshold

    def product(self, criterion, facts):
        if criterion.product_id in facts.in_use.product_id:
            return True
        return False if facts.client.credit_holdings_as_of else None

    def products(self, criterion, facts):
        if not facts.client.credit_holdings_as_of:
            return None
        held = facts.in_use.product_id
        if criterion.count_basis == "families":
            held = held.family_id.filtered("counts")
        return compare(len(held), criterion.operator, criterion.threshold)

    def years(self, criterion, facts):
        since = facts.client.credit_business_since
        years = relativedelta(self.day, since).years if since else False
        return compare(years, criterion.operator, criterion.threshold)

    def attribute(self, criterion, facts):
        name = criterion.attribute
        value = facts.state if name == "credit_state" else facts.client[name]
        return value in criterion.allowed_values.split(",") if value else None

    def constant(self, criterion, facts):
        return criterion.constant == "yes"


class Facts:
    """The facts of one client, searched as they are needed."""

    def __init__(self, rules, client):
        self.client = client
        self.day = rules.day
        first, end = client.credit_first_date, client.credit_end_date
        self.state = "active"
        if not first or first > self.day:
            self.state = "never"
        elif end and end <= self.day:
            self.state = "ended"
        live = [("partner_id", "=", client.id), ("superseded_at", "=", False)]
        snapshots = client.env["credit.metric.snapshot"]
        self.year = snapshots.search(
            [
                *live,
                ("period_type", "=", "year"),
                ("period_start", "=", self.day.replace(year=self.day.year - 1, month=1, day=1)),
            ]
        )
        self.this_month = self.day.replace(day=1)
        self.months = snapshots.search(
            [
                *live,
                ("period_type", "=", "month"),
                ("period_start", ">=", self.this_month - relativedelta(months=12)),
                ("period_start", "<=", self.this_month),
            ],
            order="period_start",
        )
        in_effect = [
            ("partner_id", "=", client.id),
            ("date_from", "<=", self.day),
            "|",
            ("date_to", "=", False),
            ("date_to", ">=", self.day),
        ]
        self.designations = client.env["credit.designation"].search(
            [*in_effect, ("voided_at", "=", False)]
        )
        self.in_use = client.env["credit.product.holding"].search(
            [*in_effect, ("in_use", "=", True)]
        )

    def figure(self, code, basis):
        if basis == "prev_year":
            return self.year[code] if self.year else False
        if basis == "latest_month":
            known = [row[code] for row in self.months if row[code] is not False]
            return known[-1] if known else False
        complete = self.months.filtered(lambda row: row.period_start < self.this_month)
        known = [row[code] for row in complete if row[code] is not False]
        return sum(known) / len(known) if known else False


def compare(value, operator, threshold):
    if value is False or value is None or threshold is False:
        return None
    return {
        ">=": value >= threshold,
        ">": value > threshold,
        "<=": value <= threshold,
        "<": value < threshold,
    }[operator]


def combine(criterion, parts):
    if criterion.combine == "all":
        return False if False in parts else None if None in parts else True
    if criterion.combine == "none":
        return False if True in parts else None if None in parts else True
    wanted = criterion.required_count if criterion.combine == "at_least" else 1
    if parts.count(True) >= wanted:
        return True
    return None if parts.count(True) + parts.count(None) >= wanted else False
