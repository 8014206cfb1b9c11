"""One row per client with every fact a plan needs.

The row *is* the evidence: it is stored with the verdict as JSON, together with
the ids of the rows it was read from, and the verdict can be computed from the
stored row again (see :func:`stored_facts`).
"""

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

# Present in every row, whatever the policy asks for.
FIXED_COLUMNS = (
    ("credit_state", "varchar"),
    ("prev_year", "integer"),
    ("year_row", "integer"),
    ("month_rows", "integer[]"),
    ("designated", "integer[]"),
    ("refuted", "integer[]"),
    ("designation_rows", "integer[]"),
    ("products_in_use", "integer[]"),
    ("products_known", "boolean"),
    ("holding_rows", "integer[]"),
)


def credit_state(alias, day):
    """Return the SQL of a client's state of credit on ``day`` (A25, A27)."""
    first = SQL.identifier(alias, "credit_first_date")
    end = SQL.identifier(alias, "credit_end_date")
    return SQL(
        """CASE WHEN %(first)s IS NULL OR %(first)s > %(day)s THEN 'never'
                WHEN %(end)s <= %(day)s THEN 'ended'
                ELSE 'active' END::varchar""",
        first=first,
        end=end,
        day=day,
    )


def no_restriction(alias, column):
    return SQL("TRUE")


def restrict_to(ids):
    """Return a restriction to the clients ``ids``, for :func:`gather`.

    It is repeated in every subquery, so that assessing one client reads the
    facts of one client.
    """
    return lambda alias, column: SQL("%s = ANY(%s)", SQL.identifier(alias, column), list(ids))


def restrict_to_range(first, last):
    """Return a restriction to ids from ``first`` to ``last``, both included."""
    return lambda alias, column: SQL(
        "%s BETWEEN %s AND %s", SQL.identifier(alias, column), first, last
    )


def gather(plan, day, restrict=no_restriction):
    """Return the SELECT of the facts of the clients on ``day``.

    :param plan: the compiled policy
    :param day: :class:`datetime.date` of the assessment
    :param restrict: function of table alias and id column to an SQL condition
    """
    columns = [SQL("p.id AS partner_id"), SQL("%s AS credit_state", credit_state("p", day))]
    columns += [
        SQL("%s AS prev_year", day.year - 1),
        SQL("y.id AS year_row"),
        SQL("m.month_rows"),
        SQL("d.designated"),
        SQL("d.refuted"),
        SQL("d.designation_rows"),
        SQL("h.products_in_use"),
        SQL("(p.credit_holdings_as_of IS NOT NULL) AS products_known"),
        SQL("h.holding_rows"),
    ]
    columns += [
        SQL("%s AS %s", _select(column, day), SQL.identifier(column.name))
        for column in plan.columns.values()
    ]
    return SQL(
        """SELECT %(columns)s
             FROM res_partner p
        LEFT JOIN credit_metric_snapshot y
               ON y.partner_id = p.id AND y.period_type = 'year'
              AND y.period_start = %(year_start)s AND y.superseded_at IS NULL
        LEFT JOIN (%(months)s) m ON m.partner_id = p.id
        LEFT JOIN (%(designations)s) d ON d.partner_id = p.id
        LEFT JOIN (%(holdings)s) h ON h.partner_id = p.id
            WHERE p.is_credit_client AND p.active AND %(restriction)s""",
        columns=SQL(", ").join(columns),
        year_start=day.replace(year=day.year - 1, month=1, day=1),
        months=_months(plan, day, restrict),
        designations=_designations(plan, day, restrict),
        holdings=_holdings(day, restrict),
        restriction=restrict("p", "id"),
    )


def _select(column, day):
    if column.key == "group":
        single = column.name.removesuffix("__group")
        table = "y" if column.origin == "year" else "m"
        source = column.metric if column.origin == "year" else single
        return SQL(
            "sum(%s) OVER (PARTITION BY p.credit_group_id)",
            SQL.identifier(table, source),
        )
    if column.origin == "year":
        return SQL.identifier("y", column.metric)
    if column.origin == "month":
        return SQL.identifier("m", column.name)
    if column.origin == "rank":
        return SQL.identifier("d", column.name)
    if column.origin == "products":
        # Nobody reported products: their number is unknown, not zero.
        return SQL(
            "CASE WHEN p.credit_holdings_as_of IS NOT NULL THEN coalesce(%s, 0) END",
            SQL.identifier("h", column.name),
        )
    if column.origin == "years":
        return SQL("date_part('year', age(%s::date, p.credit_business_since))::integer", day)
    return SQL.identifier("p", column.name)


def _months(plan, day, restrict):
    """Monthly figures: the 12 complete months before ``day``, and the current one."""
    this_month = day.replace(day=1)
    aggregates = [SQL("array_agg(s.id ORDER BY s.period_start) AS month_rows")]
    for column in plan.columns.values():
        if column.origin != "month" or column.key == "group":
            continue
        value = SQL.identifier("s", column.metric)
        if column.basis == "latest_month":
            aggregate = SQL(
                "(array_agg(%(v)s ORDER BY s.period_start DESC) "
                "FILTER (WHERE %(v)s IS NOT NULL))[1]",
                v=value,
            )
        else:
            aggregate = SQL(
                "%(function)s(%(v)s) FILTER (WHERE s.period_start < %(this_month)s)",
                function=SQL("avg" if column.basis == "avg_12m" else "min"),
                v=value,
                this_month=this_month,
            )
        aggregates.append(SQL("%s AS %s", aggregate, SQL.identifier(column.name)))
    return SQL(
        """SELECT s.partner_id, %(aggregates)s
             FROM credit_metric_snapshot s
            WHERE s.period_type = 'month' AND s.superseded_at IS NULL
              AND s.period_start BETWEEN %(first)s AND %(last)s
              AND %(restriction)s
         GROUP BY s.partner_id""",
        aggregates=SQL(", ").join(aggregates),
        first=this_month - relativedelta(months=12),
        last=this_month,
        restriction=restrict("s", "partner_id"),
    )


def _designations(plan, day, restrict):
    ranks = [
        SQL(
            "min(g.rank) FILTER (WHERE g.holds AND g.type_id = %s) AS %s",
            column.key,
            SQL.identifier(column.name),
        )
        for column in plan.columns.values()
        if column.origin == "rank"
    ]
    return SQL(
        """SELECT %(columns)s
             FROM credit_designation g
            WHERE g.voided_at IS NULL AND g.date_from <= %(day)s
              AND (g.date_to IS NULL OR g.date_to >= %(day)s)
              AND %(restriction)s
         GROUP BY g.partner_id""",
        columns=SQL(", ").join(
            [
                SQL("g.partner_id"),
                SQL("array_agg(g.type_id ORDER BY g.type_id) FILTER (WHERE g.holds) AS designated"),
                SQL(
                    "array_agg(g.type_id ORDER BY g.type_id) FILTER (WHERE NOT g.holds) AS refuted"
                ),
                SQL("array_agg(g.id ORDER BY g.id) AS designation_rows"),
                *ranks,
            ]
        ),
        day=day,
        restriction=restrict("g", "partner_id"),
    )


def _holdings(day, restrict):
    return SQL(
        """SELECT o.partner_id,
                  array_agg(o.product_id ORDER BY o.product_id)
                      FILTER (WHERE o.in_use) AS products_in_use,
                  array_agg(o.id ORDER BY o.id) AS holding_rows,
                  count(DISTINCT r.family_id)
                      FILTER (WHERE o.in_use AND f.counts)::integer AS product_families,
                  count(DISTINCT o.product_id)
                      FILTER (WHERE o.in_use)::integer AS product_products
             FROM credit_product_holding o
             JOIN credit_product r ON r.id = o.product_id
             JOIN credit_product_family f ON f.id = r.family_id
            WHERE o.date_from <= %(day)s
              AND (o.date_to IS NULL OR o.date_to >= %(day)s)
              AND %(restriction)s
         GROUP BY o.partner_id""",
        day=day,
        restriction=restrict("o", "partner_id"),
    )


def stored_facts(plan, restriction):
    """Return the SELECT of the facts kept with assessments, for a replay.

    :param restriction: SQL condition on ``credit_assessment a``
    """
    record = [SQL("%s %s", SQL.identifier(n), SQL(t)) for n, t in FIXED_COLUMNS]
    record += [SQL("%s %s", SQL.identifier(c.name), SQL(c.sql_type)) for c in plan.columns.values()]
    return SQL(
        """SELECT a.partner_id, f.*
             FROM credit_assessment a
       CROSS JOIN LATERAL jsonb_to_record(a.facts) AS f(%(record)s)
            WHERE %(restriction)s""",
        record=SQL(", ").join(record),
        restriction=restriction,
    )
