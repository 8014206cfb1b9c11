"""What a policy asks for, as plain data: nodes in evaluation order and columns."""

from dataclasses import dataclass, field, replace

# Clients in these states of credit pass a root's gate.
GATES = {
    "credit": ("active",),
    "never": ("never",),
    "any": ("active", "never"),
}
CURRENT_BASIS = "prev_year_else_current"


@dataclass(frozen=True)
class Column:
    """One fact per client: how it is called, its SQL type and where it comes from."""

    name: str
    sql_type: str
    # year | month | attribute | years | rank | products
    origin: str
    metric: str = ""
    basis: str = ""
    key: object = None


@dataclass(frozen=True)
class Node:
    """One criterion; ``children`` are the nodes that count towards it."""

    code: str
    kind: str
    position: int
    children: tuple = ()
    combine: str = ""
    required_count: int = 0
    operator: str = ""
    threshold: float = 0.0
    columns: tuple = ()
    # The same figures as of today: used when ``else_current``, and for the
    # indicative tier.
    current_columns: tuple = ()
    else_current: bool = False
    allowed: tuple = ()
    key: int = 0
    answer: bool = False
    inverted: bool = False
    advisory: bool = False
    tier: str = ""
    gate: str = ""
    prospective: bool = False
    height: int = 0
    # Children that are shown but do not decide.
    advisers: tuple = ()


@dataclass
class Plan:
    """A policy compiled: nodes, children before parents, and the columns they read."""

    policy_id: int
    nodes: list = field(default_factory=list)
    columns: dict = field(default_factory=dict)

    @property
    def roots(self):
        return {n.tier: n for n in self.nodes if n.tier}

    @property
    def has_group_scope(self):
        return any(c.key == "group" for c in self.columns.values())

    def need(self, column):
        return self.columns.setdefault(column.name, column)


def build_plan(policy):
    """Compile a ``credit.policy`` record (draft or not) into a :class:`Plan`."""
    plan = Plan(policy_id=policy.id)
    criteria = policy.criterion_ids.filtered("enabled").sorted(lambda c: (c.sequence, c.id))
    children = {}
    for criterion in criteria:
        children.setdefault(criterion.parent_id.id, []).append(criterion)
    done = {}

    def visit(criterion):
        if criterion.id in done:
            return done[criterion.id]
        target = criterion.reference_id
        if criterion.kind == "reference":
            parts = [visit(target)] if target.enabled else []
        else:
            parts = [visit(child) for child in children.get(criterion.id, [])]
        node = _make_node(plan, criterion, parts)
        plan.nodes.append(node)
        done[criterion.id] = node
        return node

    for root in children.get(False, []):
        visit(root)
    return plan


def _make_node(plan, criterion, parts):
    deciding = tuple(p for p in parts if not p.advisory)
    node = Node(
        code=criterion.code,
        kind=criterion.kind,
        position=len(plan.nodes),
        children=deciding,
        advisers=tuple(p for p in parts if p.advisory),
        combine=criterion.combine or "",
        required_count=criterion.required_count,
        operator=criterion.operator or "",
        threshold=criterion.threshold or 0.0,
        allowed=_split(criterion.allowed_values),
        answer=criterion.constant == "yes",
        inverted=criterion.inverted,
        else_current=criterion.basis == CURRENT_BASIS,
        advisory=criterion.advisory,
        tier=criterion.tier or "",
        gate=criterion.gate or "credit",
        prospective=criterion.prospective,
        height=1 + max((p.height for p in parts), default=-1),
    )
    if node.kind == "figure":
        column, current = _figure(plan, criterion, criterion.metric_id)
        return replace(node, columns=(column,), current_columns=(current,))
    if node.kind == "compare":
        left = _figure(plan, criterion, criterion.metric_id)
        right = _figure(plan, criterion, criterion.compare_metric_id)
        return replace(
            node,
            columns=(left[0], right[0]),
            current_columns=(left[1], right[1]),
        )
    if node.kind == "designation":
        return replace(
            node,
            key=criterion.designation_type_id.id,
            answer=criterion.designation_type_id.kind == "claim",
        )
    if node.kind == "rank":
        type_id = criterion.designation_type_id.id
        column = Column(f"rank_{type_id}", "integer", "rank", key=type_id)
        return replace(node, columns=(plan.need(column).name,))
    if node.kind == "product":
        return replace(node, key=criterion.product_id.id)
    if node.kind == "products":
        name = f"product_{criterion.count_basis}"
        column = Column(name, "integer", "products", key=criterion.count_basis)
        return replace(node, columns=(plan.need(column).name,))
    if node.kind == "attribute":
        column = Column(criterion.attribute, "varchar", "attribute")
        if criterion.attribute != "credit_state":  # every row has it
            plan.need(column)
        return replace(node, columns=(column.name,))
    if node.kind == "years":
        column = Column("years_with_bank", "integer", "years")
        return replace(node, columns=(plan.need(column).name,))
    return node


def _figure(plan, criterion, metric):
    """Return the names of a figure's column and of the one with today's value."""
    basis = criterion.basis
    scope = criterion.scope
    name = _figure_column(plan, metric.code, basis, scope)
    current = metric.current_metric_id
    if basis not in ("prev_year", CURRENT_BASIS) or not current:
        return name, None
    today = _figure_column(plan, current.code, "latest_month", scope)
    return name, today


def _figure_column(plan, metric, basis, scope):
    if basis == CURRENT_BASIS:
        basis = "prev_year"
    origin = "year" if basis == "prev_year" else "month"
    single = Column(f"{metric}__{basis}", "numeric", origin, metric, basis)
    plan.need(single)
    if scope != "group":
        return single.name
    total = Column(f"{single.name}__group", "numeric", origin, metric, basis, key="group")
    return plan.need(total).name


def _split(text):
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())
