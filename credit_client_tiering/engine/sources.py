"""Where the facts of an assessment came from."""

# Kinds of criteria, and the rows that tell where their facts came from.
ROWS_OF = {
    "figure": "snapshots",
    "compare": "snapshots",
    "designation": "designations",
    "rank": "designations",
    "product": "holdings",
    "products": "holdings",
}


def find_rows(env, all_facts, kinds=frozenset(ROWS_OF)):
    """Return the rows that facts refer to and that still exist, in a few queries.

    :param all_facts: list of dicts of stored facts
    :param kinds: kinds of criteria that are explained; rows of others are not looked up
    :return: dict of ``snapshots``, ``designations``, ``holdings`` to recordset
    """
    wanted = {ROWS_OF[kind] for kind in kinds if kind in ROWS_OF}

    def exist(model, ids):
        return env[model].search_fetch([("id", "in", sorted(ids))]) if ids else env[model]

    def named(key):
        return {i for facts in all_facts for i in facts.get(key) or []}

    found = {
        "snapshots": env["credit.metric.snapshot"],
        "designations": env["credit.designation"],
        "holdings": env["credit.product.holding"],
    }
    if "snapshots" in wanted:
        years = {facts["year_row"] for facts in all_facts if facts.get("year_row")}
        rows = exist("credit.metric.snapshot", named("month_rows") | years)
        origins = {i for row in rows for i in (row.carried or {}).values() if i}
        found["snapshots"] = rows | exist("credit.metric.snapshot", origins - set(rows.ids))
    if "designations" in wanted:
        found["designations"] = exist("credit.designation", named("designation_rows"))
    if "holdings" in wanted:
        found["holdings"] = exist("credit.product.holding", named("holding_rows"))
    return found


class Sources:
    """Where the facts of one row came from, among the rows found."""

    def __init__(self, facts, found):
        self.facts = facts
        self.found = found
        ids = [facts["year_row"]] if facts.get("year_row") else []
        self.months = self._pick("snapshots", facts.get("month_rows"))
        self.year = self._pick("snapshots", ids)
        self.designations = self._pick("designations", facts.get("designation_rows"))
        self.holding_rows = self._pick("holdings", facts.get("holding_rows"))

    def _pick(self, kind, ids):
        rows = self.found[kind]
        there = (
            rows._ids if len(rows) < 100 else self.found.setdefault(kind + "_ids", set(rows._ids))
        )
        return rows.browse(i for i in ids or [] if i in there).with_prefetch(rows._ids)

    def figure(self, column):
        if column.origin == "year":
            answer = {"period": str(self.facts.get("prev_year", ""))}
            row = self.year
        else:
            rows = self.months.filtered(lambda r: r[column.metric] is not False)
            rows = rows.sorted("period_start")
            answer = {"period": _span(rows)}
            row = rows[-1:]
            if column.basis == "latest_month":
                answer["period"] = _span(row)
        origin = (row.carried or {}).get(column.metric) if row else None
        if origin:
            row = self._pick("snapshots", [origin]) or row
        return {
            **answer,
            "source": row.source or "" if row else "",
            "source_as_of": row.as_of if row else False,
        }

    def designation(self, type_id):
        rows = self.designations.filtered(lambda d: d.type_id.id == type_id)
        row = rows.sorted("date_from")[-1:]
        return {
            "source": row.source or "" if row else "",
            "source_as_of": row.date_from if row else False,
            "evidence": row.evidence or "" if row else "",
        }

    def holdings(self):
        row = self.holding_rows.sorted("date_from")[-1:]
        return {
            "source": row.source or "" if row else "",
            "source_as_of": row.date_from if row else False,
        }


class NoSources:
    """Where a fact came from is left out: it would cost queries per client."""

    def figure(self, column):
        return {}

    def designation(self, type_id):
        return {}

    def holdings(self):
        return {}


def _span(rows):
    months = [row.period_start.strftime("%Y-%m") for row in rows]
    if len(months) < 2:
        return "".join(months)
    return f"{months[0]} – {months[-1]} ({len(months)})"
