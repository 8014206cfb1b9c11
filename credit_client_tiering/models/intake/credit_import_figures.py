from odoo import models
from odoo.tools import SQL

from .columns import UNITS
from .parse import PERIOD_TYPES, first_day, parse_period

IDENTITY = ("client_ref", "period_type", "period_start")


class CreditImportBatch(models.Model):
    """Figures: the same rules as reporting them one by one, for all rows at once."""

    _inherit = "credit.import.batch"

    def _stage_figures(self, staging, header_map):
        metrics = [m for code, m in header_map.metrics.items() if code in staging.index]
        read = self._figures_read(staging, metrics)
        judged = SQL(
            """SELECT r.*, count(*) OVER same AS twins, min(r.row_no) OVER same AS first_row,
                      max(r.row_no) OVER same AS last_row
                 FROM (%s) r
               WINDOW same AS (PARTITION BY r.client_ref, r.period_type, r.period_start)""",
            read,
        )
        numbers = [SQL.identifier("j", m.code) for m in metrics]
        finite = [SQL("CASE WHEN %s < 'Infinity' THEN %s END", n, n) for n in numbers]
        # The live report is looked up row by row (LIMIT): the planner, which knows
        # nothing of the rows, would rather read the reports of all clients and years.
        self.env.cr.execute(
            SQL(
                """INSERT INTO credit_import_line (
                       batch_id, row_no, raw, problems, verdict, client_ref,
                       institution_ref, period_type, period_start, as_of, "values",
                       withdrawn)
                   SELECT %(batch)s, j.row_no, j.raw,
                          CASE WHEN t.problems <> '{}' THEN to_jsonb(t.problems) END,
                          CASE WHEN t.problems <> '{}' THEN 'rejected'
                               WHEN live.id IS NULL AND coalesce(%(finite)s) IS NOT NULL
                                   THEN 'new'
                               WHEN live.id IS NOT NULL AND (%(differs)s) THEN 'changed'
                               ELSE 'unchanged' END,
                          j.client_ref, j.institution_ref, j.period_type, j.period_start,
                          j.as_of, jsonb_strip_nulls(jsonb_build_object(%(pairs)s)),
                          CASE WHEN 'NaN' IN (%(numbers)s)
                               THEN to_jsonb(array_remove(ARRAY[%(cleared)s], NULL)) END
                     FROM (%(judged)s) j
               CROSS JOIN LATERAL (SELECT CASE
                              WHEN j.twins > 1 AND j.client_ref IS NOT NULL
                                  AND j.period_start IS NOT NULL
                              THEN j.problems || concat(%(twin)s::text, j.first_row, ',',
                                                        j.last_row)
                              ELSE j.problems END AS problems) t
                LEFT JOIN LATERAL (
                          SELECT * FROM credit_metric_snapshot s
                           WHERE s.partner_id = j.client_ref
                             AND s.period_type = j.period_type
                             AND s.period_start = j.period_start
                             AND s.superseded_at IS NULL
                           LIMIT 1) live ON TRUE""",
                batch=self.id,
                finite=SQL(", ").join(finite),
                differs=SQL(" OR ").join(
                    SQL(
                        "(%(n)s IS NOT NULL AND nullif(%(n)s, 'NaN') IS DISTINCT FROM live.%(m)s)",
                        n=number,
                        m=SQL.identifier(metric.code),
                    )
                    for number, metric in zip(numbers, metrics, strict=True)
                ),
                pairs=SQL(", ").join(
                    SQL("%s, %s", metric.code, value)
                    for metric, value in zip(metrics, finite, strict=True)
                ),
                numbers=SQL(", ").join(numbers),
                cleared=SQL(", ").join(
                    SQL("CASE WHEN %s = 'NaN' THEN %s END", number, metric.code)
                    for metric, number in zip(metrics, numbers, strict=True)
                ),
                judged=judged,
                twin=staging.problem("twin", None),
            )
        )

    def _figures_read(self, staging, metrics):
        """Return the SELECT of rows with client, period, numbers and problems."""
        factor = UNITS[self.unit]
        numbers = [
            SQL(
                "%s AS %s",
                staging.number(
                    metric.code,
                    factor if metric.unit == "yuan" else 1,
                    metric.unit == "percent",
                ),
                SQL.identifier(metric.code),
            )
            for metric in metrics
        ]
        where_joins, where_problem = self._institution_meaning(staging)
        day_join, day_problem = self._date_meaning(staging, "as_of", may_be_future=False)
        period_join, period_start, period_type, period_problem = self._period(staging)
        # OFFSET 0 keeps the planner from reading every number again for each test.
        base = SQL(
            """SELECT s.*, %(raw)s AS raw, %(client)s AS client_ref,
                      %(client_problem)s AS client_problem,
                      institution.value AS institution_ref,
                      %(where_problem)s AS institution_problem,
                      %(period_type)s AS period_type, %(period_start)s AS period_start,
                      %(period_problem)s AS period_problem,
                      coalesce(as_of.value, %(as_of)s) AS as_of,
                      %(day_problem)s AS day_problem, %(numbers)s
                 FROM %(table)s s %(client_join)s %(where_joins)s %(day_join)s
                      %(period_join)s
               OFFSET 0""",
            raw=staging.raw(),
            client=staging.client_ref(),
            client_problem=staging.client_problem(),
            where_problem=where_problem,
            period_type=period_type,
            period_start=period_start,
            period_problem=period_problem,
            as_of=self.as_of,
            day_problem=day_problem,
            numbers=SQL(", ").join(numbers),
            table=staging.table,
            client_join=staging.client_join(),
            where_joins=where_joins,
            day_join=day_join,
            period_join=period_join,
        )
        parts = [
            SQL("s.client_problem"),
            SQL("s.institution_problem"),
            SQL("s.period_problem"),
            SQL("s.day_problem"),
            *staging.formula_problems(["client_name"]),
            *(staging.number_problem(m.code, SQL.identifier("s", m.code), m) for m in metrics),
        ]
        columns = [SQL("s.%s", SQL.identifier(m.code)) for m in metrics]
        return SQL(
            """SELECT s.row_no, s.raw, s.client_ref, s.institution_ref, s.period_type,
                      s.period_start, s.as_of, %s, %s AS problems
                 FROM (%s) s OFFSET 0""",
            SQL(", ").join(columns),
            staging.problems(parts),
            base,
        )

    def _period(self, staging):
        """Return JOIN, first day, type and problem of the period a row names."""
        today = self.env.company._credit_today()
        if "period" not in staging.index:
            start = first_day(self.period_start, self.period_type)
            problem = staging.problem("future", None, today.isoformat())
            return (
                SQL(""),
                SQL("%s::date", start),
                SQL("%s::varchar", self.period_type),
                SQL("%s::text", problem if start > today else None),
            )
        types = {
            text: PERIOD_TYPES.get(text.strip().lower()) for text in staging.distinct("period_type")
        }
        joins, starts, kinds = [], SQL("NULL::date"), SQL("NULL::varchar")
        # With a column that names the type, one text may mean two periods.
        for period_type in ("year", "month"):
            default = self.period_type if "period_type" not in staging.index else None
            found = {}
            for text in staging.distinct("period"):
                given = period_type if "period_type" in staging.index else default
                meaning = parse_period(text, given)
                if meaning and meaning[0] == period_type:
                    found[text] = meaning[1]
            alias = f"period_{period_type}"
            joins.append(staging.meaning(alias, "period", found, "date"))
            value = SQL.identifier(alias, "value")
            wanted = SQL("TRUE")
            if "period_type" in staging.index:
                words = [text for text, kind in types.items() if kind == period_type]
                wanted = SQL("%s = ANY(%s)", staging.text("period_type"), words)
            starts = SQL(
                "CASE WHEN %s AND %s IS NOT NULL THEN %s ELSE %s END", wanted, value, value, starts
            )
            kinds = SQL(
                "CASE WHEN %s AND %s IS NOT NULL THEN %s ELSE %s END",
                wanted,
                value,
                period_type,
                kinds,
            )
        problem = SQL(
            "CASE WHEN %(start)s IS NULL THEN %(period)s "
            "WHEN %(start)s > %(today)s THEN %(future)s END",
            start=starts,
            period=staging.problem("period", "period"),
            today=today,
            future=staging.problem("future", "period", today.isoformat()),
        )
        return SQL(" ").join(joins), starts, kinds, problem

    # APPLY

    def _apply_figures(self, first, last):
        """Apply the good rows from ``first`` to ``last``; return the clients touched.

        As ``credit.metric.snapshot.create``: the live report of the period is
        superseded, figures the row does not mention are carried over with the id
        of the report that brought them, and a report that changes nothing is
        not written. Judged anew against what is live now. ON CONFLICT: a report that
        somebody else committed meanwhile makes the database refuse this transaction
        as concurrent, which Odoo tries again, and not as a duplicate.
        """
        all_codes = self.env["credit.metric.snapshot"]._metric_codes()
        codes = self._figures_given(all_codes, first, last)
        self._figures_to_do(codes, first, last)
        stamp = SQL("now() AT TIME ZONE 'UTC'")
        self.env.cr.execute(
            SQL(
                """UPDATE credit_metric_snapshot s
                      SET superseded_at = date_trunc('second', %s), write_uid = %s,
                          write_date = %s
                     FROM credit_import_todo t WHERE s.id = t.live_id""",
                stamp,
                self.env.uid,
                stamp,
            )
        )
        names = [SQL.identifier(code) for code in all_codes]
        # A figure that no row of the slice mentions is carried over as it is.
        values = [
            SQL(
                "coalesce(t.%(m)s, CASE WHEN NOT %(gone)s THEN live.%(m)s END)",
                m=SQL.identifier(code),
                gone=_withdrawn(code),
            )
            if code in codes
            else SQL("live.%s", SQL.identifier(code))
            for code in all_codes
        ]
        carried = [
            SQL(
                """%(code)s, CASE WHEN %(kept)s live.%(m)s IS NOT NULL
                     THEN coalesce(live.carried -> %(code)s, to_jsonb(live.id)) END""",
                code=code,
                m=SQL.identifier(code),
                kept=SQL("t.%s IS NULL AND NOT %s AND", SQL.identifier(code), _withdrawn(code))
                if code in codes
                else SQL(""),
            )
            for code in all_codes
        ]
        self.env.cr.execute(
            SQL(
                """INSERT INTO credit_metric_snapshot (
                       partner_id, period_type, period_start, as_of, source, carried,
                       %(names)s, create_uid, create_date, write_uid, write_date)
                   SELECT t.client_ref, t.period_type, t.period_start, t.as_of,
                          %(source)s, CASE WHEN live.id IS NOT NULL THEN
                              nullif(jsonb_strip_nulls(jsonb_build_object(%(carried)s)),
                                     '{}'::jsonb) END,
                          %(values)s, %(uid)s, %(stamp)s, %(uid)s, %(stamp)s
                     FROM credit_import_todo t
                LEFT JOIN credit_metric_snapshot live ON live.id = t.live_id
              ON CONFLICT (partner_id, period_type, period_start)
                          WHERE superseded_at IS NULL DO NOTHING""",
                names=SQL(", ").join(names),
                source=self._source_name(),
                carried=SQL(", ").join(carried),
                values=SQL(", ").join(values),
                uid=self.env.uid,
                stamp=stamp,
            )
        )
        self._link_withdrawn()
        touched = self.env.execute_query(SQL("SELECT DISTINCT client_ref FROM credit_import_todo"))
        self.env["credit.metric.snapshot"].invalidate_model(flush=False)
        self._engine().written_count += self._todo_count()
        return [row[0] for row in touched]

    def _figures_given(self, codes, first, last):
        """Return which figures any good row of a slice supplies or withdraws."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT code FROM (
                       SELECT jsonb_object_keys(l.values) AS code
                         FROM credit_import_line l
                        WHERE %(slice)s
                    UNION ALL
                       SELECT jsonb_array_elements_text(l.withdrawn)
                         FROM credit_import_line l
                        WHERE %(slice)s AND l.withdrawn IS NOT NULL) given""",
                slice=self._good_lines(first, last),
            )
        )
        given = {row[0] for row in rows}
        return [code for code in codes if code in given]

    def _good_lines(self, first, last):
        return SQL(
            "l.batch_id = %s AND l.row_no BETWEEN %s AND %s AND l.verdict <> 'rejected'",
            self.id,
            first,
            last,
        )

    def _figures_to_do(self, codes, first, last):
        """Gather the rows that change something now."""
        # A slice of rows without any figure changes nothing, but it is a statement still.
        codes = codes or self.env["credit.metric.snapshot"]._metric_codes()[:1]
        record = SQL(", ").join(SQL("%s numeric", SQL.identifier(c)) for c in codes)
        differs = [
            SQL(
                "(r.%(m)s IS NOT NULL AND r.%(m)s IS DISTINCT FROM live.%(m)s)",
                m=SQL.identifier(code),
            )
            for code in codes
        ]
        gone = [
            SQL("(live.%s IS NOT NULL AND %s)", SQL.identifier(code), _withdrawn(code, "l"))
            for code in codes
        ]
        self._make_todo(
            SQL(
                """SELECT l.client_ref, l.period_type, l.period_start, l.as_of,
                          l.withdrawn, live.id AS live_id, r.*
                     FROM credit_import_line l
                     JOIN res_partner p ON p.id = l.client_ref
               CROSS JOIN LATERAL jsonb_to_record(l.values) AS r(%(record)s)
                LEFT JOIN credit_metric_snapshot live
                       ON live.partner_id = l.client_ref
                      AND live.period_type = l.period_type
                      AND live.period_start = l.period_start
                      AND live.superseded_at IS NULL
                    WHERE %(slice)s
                      AND ((live.id IS NULL AND coalesce(%(given)s) IS NOT NULL)
                           OR %(differs)s
                           OR (l.withdrawn IS NOT NULL AND (%(gone)s)))""",
                record=record,
                slice=self._good_lines(first, last),
                given=SQL(", ").join(SQL("r.%s", SQL.identifier(c)) for c in codes),
                differs=SQL("(live.id IS NOT NULL AND (%s))", SQL(" OR ").join(differs)),
                gone=SQL(" OR ").join(gone),
            )
        )

    def _link_withdrawn(self):
        field = self.env["credit.metric.snapshot"]._fields["withdrawn_metric_ids"]
        self.env.cr.execute(
            SQL(
                """INSERT INTO %(relation)s (%(row)s, %(metric)s)
                   SELECT s.id, m.id
                     FROM credit_import_todo t
                     JOIN credit_metric_snapshot s
                       ON s.partner_id = t.client_ref AND s.period_type = t.period_type
                      AND s.period_start = t.period_start AND s.superseded_at IS NULL
                     JOIN credit_metric m ON t.withdrawn ? m.code
                    WHERE t.withdrawn IS NOT NULL""",
                relation=SQL.identifier(field.relation),
                row=SQL.identifier(field.column1),
                metric=SQL.identifier(field.column2),
            )
        )


def _withdrawn(code, alias="t"):
    """Return the SQL that tells whether a row declares a figure unknown."""
    return SQL("coalesce(%s ? %s, FALSE)", SQL.identifier(alias, "withdrawn"), code)
