"""The criteria and the suggested tier, computed on top of rows of facts.

SQL's three-valued logic is the guide's rule for missing data: an unknown part
leaves the whole unknown, unless the other parts settle it either way.
"""

from odoo.tools import SQL

from .plan import GATES

# The ladder, highest first (A16).
LADDER = ("strategic", "quality", "basic", "potential")


def judge(plan, facts):
    """Return the SELECT of verdicts over the SELECT ``facts``.

    Adds to the columns of the facts: ``suggested``, ``prospective``,
    ``indicative``, ``tier_verdicts`` (T, F or ? per tier of the ladder) and
    ``verdicts`` (the same per node of the plan).
    """
    query = _levels(plan, facts, "n", today=False)
    query = _levels(plan, query, "c", today=True)
    return SQL("SELECT v.*, %s FROM (%s) v", SQL(", ").join(_answers(plan)), query)


def _levels(plan, query, prefix, today):
    """Stack one subquery per height of the tree: parts first, then combinations.

    ``OFFSET 0`` keeps the planner from inlining a level, which would evaluate
    every part again wherever it is used.
    """
    nodes = [n for n in plan.nodes if not today or _depends_on_today(n)]
    for height in sorted({n.height for n in nodes}):
        expressions = [
            SQL("%s AS %s", _test(n, prefix, today), _name(n, prefix))
            for n in nodes
            if n.height == height
        ]
        query = SQL("SELECT q.*, %s FROM (%s) q OFFSET 0", SQL(", ").join(expressions), query)
    return query


def _depends_on_today(node):
    """Tell whether today's figures can change the node's verdict."""
    if node.kind in ("figure", "compare"):
        return any(node.current_columns) and not node.else_current
    return any(_depends_on_today(child) for child in node.children)


def _name(node, prefix):
    return SQL.identifier(f"{prefix}{node.position}")


def _part(node, prefix, today):
    """Name the column of a part: its own under today's figures, if it differs."""
    return _name(node, prefix if not today or _depends_on_today(node) else "n")


def _test(node, prefix, today):
    test = _bare_test(node, prefix, today)
    return SQL("NOT (%s)", test) if node.inverted else test


def _bare_test(node, prefix, today):
    if node.kind in ("group", "reference"):
        parts = [_part(child, prefix, today) for child in node.children]
        return _combine(node, parts)
    if node.kind == "figure":
        return SQL("%s %s %s", _value(node, 0, today), SQL(node.operator), node.threshold)
    if node.kind == "compare":
        return SQL("%s %s %s", _value(node, 0, today), SQL(node.operator), _value(node, 1, today))
    if node.kind == "designation":
        known = SQL("%s = ANY(coalesce(designated, '{}'))", node.key)
        if node.answer:  # a claim: absent means no
            return known
        return SQL(
            "CASE WHEN %s THEN TRUE WHEN %s = ANY(refuted) THEN FALSE END",
            known,
            node.key,
        )
    column = SQL.identifier(node.columns[0]) if node.columns else None
    if node.kind == "rank":
        # Not on the ranking is known to be outside it.
        return SQL("coalesce(%s <= %s, FALSE)", column, node.threshold)
    if node.kind == "product":
        return SQL(
            "CASE WHEN %s = ANY(products_in_use) THEN TRUE WHEN products_known THEN FALSE END",
            node.key,
        )
    if node.kind in ("products", "years"):
        return SQL("%s %s %s", column, SQL(node.operator), node.threshold)
    if node.kind == "attribute":
        if node.columns[0] == "credit_tier":  # on no list is an answer
            column = SQL("coalesce(%s, '')", column)
        return SQL("%s = ANY(%s)", column, list(node.allowed))
    return SQL("TRUE") if node.answer else SQL("FALSE")


def _value(node, index, today):
    column = SQL.identifier(node.columns[index])
    current = node.current_columns[index]
    if current and (today or node.else_current):
        return SQL("coalesce(%s, %s)", column, SQL.identifier(current))
    return column


def _combine(node, parts):
    combine = node.combine or "all"
    if not parts:
        return SQL("FALSE") if combine in ("any", "at_least") else SQL("TRUE")
    if combine == "all":
        return SQL("(%s)", SQL(" AND ").join(parts))
    either = SQL("(%s)", SQL(" OR ").join(parts))
    if combine == "any":
        return either
    if combine == "none":
        return SQL("NOT %s", either)
    true = SQL(" + ").join(SQL("(%s IS TRUE)::integer", p) for p in parts)
    open_ = SQL(" + ").join(SQL("(%s IS NOT FALSE)::integer", p) for p in parts)
    return SQL(
        "CASE WHEN %(true)s >= %(k)s THEN TRUE WHEN %(open)s < %(k)s THEN FALSE END",
        true=true,
        open=open_,
        k=node.required_count,
    )


def _answers(plan):
    gated = {
        tier: SQL(
            "(CASE WHEN v.credit_state = ANY(%s) THEN v.%s ELSE FALSE END)",
            list(GATES[node.gate]),
            _name(node, "n"),
        )
        for tier, node in plan.roots.items()
    }
    false = SQL("FALSE")
    suggested = SQL(
        """(CASE WHEN v.credit_state = 'ended' THEN 'lost'
                 %(ladder)s
                 WHEN v.credit_state = 'active' THEN 'undecided'
                 WHEN %(potential)s IS NULL THEN 'undecided'
                 ELSE 'not_listed' END)::varchar""",
        ladder=_first_true([(t, gated[t]) for t in LADDER if t in gated]),
        potential=gated.get("potential", false),
    )
    prospects = [
        (t, SQL("v.%s", _name(plan.roots[t], "n")))
        for t in LADDER
        if t in plan.roots and plan.roots[t].prospective
    ]
    prospective = SQL(
        "(CASE WHEN v.credit_state <> 'never' THEN NULL %s END)::varchar",
        _first_true(prospects),
    )
    with_current = [
        (t, SQL("v.%s", _part(plan.roots[t], "c", True)))
        for t in LADDER
        if t in plan.roots and "active" in GATES[plan.roots[t].gate]
    ]
    indicative = SQL(
        "(CASE WHEN v.credit_state <> 'active' THEN NULL %s END)::varchar",
        _first_true(with_current),
    )
    return [
        SQL("%s AS suggested", suggested),
        SQL("%s AS prospective", prospective),
        SQL("%s AS indicative", indicative),
        SQL("%s AS tier_verdicts", _letters([gated.get(t, false) for t in LADDER])),
        SQL("%s AS verdicts", _letters([SQL("v.%s", _name(n, "n")) for n in plan.nodes])),
    ]


def _first_true(tests):
    return SQL(" ").join(SQL("WHEN %s THEN %s", test, tier) for tier, test in tests)


def _letters(tests):
    """Return the tests as one text: T holds, F does not, ? unknown."""
    if not tests:
        return SQL("''")
    return SQL(
        "translate(array_to_string(ARRAY[%s]::boolean[], '', '?'), 'tf', 'TF')",
        SQL(", ").join(tests),
    )
