from odoo import models
from odoo.tools import SQL

from .parse import find_by_code_or_name, parse_bool

TEXTS = ("scope", "source", "evidence")


class CreditImportBatch(models.Model):
    """Designations: dated statements about clients, as an extract brings them."""

    _inherit = "credit.import.batch"

    def _stage_designations(self, staging, header_map):
        self.env.cr.execute(
            SQL(
                """INSERT INTO credit_import_line (
                       batch_id, row_no, raw, problems, verdict, client_ref, object_ref,
                       as_of, "values")
                   SELECT %(batch)s, j.row_no, j.raw,
                          CASE WHEN t.problems <> '{}' THEN to_jsonb(t.problems) END,
                          CASE WHEN t.problems <> '{}' THEN 'rejected'
                               WHEN bool_or(same.id IS NOT NULL) THEN 'unchanged'
                               WHEN bool_or(other.id IS NOT NULL) THEN 'changed'
                               ELSE 'new' END,
                          j.client_ref, j.object_ref, %(as_of)s, j.values
                     FROM (SELECT r.*, count(*) OVER same AS twins,
                                  min(r.row_no) OVER same AS first_row,
                                  max(r.row_no) OVER same AS last_row
                             FROM (%(read)s) r
                           WINDOW same AS (PARTITION BY r.client_ref, r.object_ref,
                                                        r.values ->> 'source')) j
               CROSS JOIN LATERAL (SELECT CASE
                              WHEN j.twins > 1 AND j.client_ref IS NOT NULL
                                  AND j.object_ref IS NOT NULL
                              THEN j.problems || concat(%(twin)s::text, j.first_row, ',',
                                                        j.last_row)
                              ELSE j.problems END AS problems) t
                LEFT JOIN credit_designation other
                       ON other.partner_id = j.client_ref
                      AND other.type_id = j.object_ref
                      AND %(effective)s
                LEFT JOIN credit_designation same
                       ON same.id = other.id AND %(same)s
                 GROUP BY j.row_no, j.raw, t.problems, j.client_ref, j.object_ref, j.values""",
                batch=self.id,
                as_of=self.as_of,
                read=self._designations_read(staging),
                twin=staging.problem("twin", None),
                effective=_effective("other", "j"),
                same=_same("same", "j"),
            )
        )

    def _designations_read(self, staging):
        found, _ambiguous = find_by_code_or_name(
            self.env, "credit.designation.type", "code", staging.distinct("designation")
        )
        ranked = self.env["credit.designation.type"].search([("has_rank", "=", True)]).ids
        holds = {text: parse_bool(text) for text in staging.distinct("holds")}
        holds = {text: value for text, value in holds.items() if value is not None}
        from_join, from_problem = self._date_meaning(staging, "date_from")
        to_join, to_problem = self._date_meaning(staging, "date_to")
        rank = SQL(
            "CASE WHEN %s ~ '^[1-9][0-9]{0,6}$' THEN %s::integer END",
            staging.text("rank"),
            staging.text("rank"),
        )
        start = SQL("coalesce(date_from.value, %s)", self.as_of)
        return SQL(
            """SELECT s.row_no, %(raw)s AS raw, %(client)s AS client_ref,
                      designation.value AS object_ref, %(problems)s AS problems,
                      jsonb_strip_nulls(jsonb_build_object(
                          'holds', coalesce(holds.value, TRUE), 'rank', %(rank)s,
                          'date_from', %(start)s, 'date_to', date_to.value,
                          'scope', %(scope)s, 'evidence', %(evidence)s,
                          'source', coalesce(%(source)s, %(file_source)s))) AS "values"
                 FROM %(table)s s %(client_join)s %(type_join)s %(holds_join)s
                      %(from_join)s %(to_join)s
               OFFSET 0""",
            raw=staging.raw(),
            client=staging.client_ref(),
            rank=rank,
            start=start,
            scope=staging.text("scope"),
            evidence=staging.text("evidence"),
            source=staging.text("source"),
            file_source=self._source_name(),
            problems=staging.problems(
                [
                    staging.client_problem(),
                    SQL(
                        "CASE WHEN designation.value IS NULL THEN %s END",
                        staging.problem("designation", "designation"),
                    ),
                    staging.unknown_problem("holds", "holds", "yesno"),
                    from_problem,
                    to_problem,
                    SQL(
                        "CASE WHEN date_to.value < %s THEN %s END",
                        start,
                        staging.problem("order", "date_to"),
                    ),
                    SQL(
                        "CASE WHEN %(rank)s IS NULL AND (%(text)s IS NOT NULL OR ("
                        "designation.value = ANY(%(ranked)s) "
                        "AND coalesce(holds.value, TRUE))) THEN %(problem)s END",
                        rank=rank,
                        text=staging.text("rank"),
                        ranked=ranked,
                        problem=staging.problem("rank", "rank"),
                    ),
                    *staging.formula_problems(["client_name", *TEXTS]),
                ]
            ),
            table=staging.table,
            client_join=staging.client_join(),
            type_join=staging.meaning("designation", "designation", found, "integer"),
            holds_join=staging.meaning("holds", "holds", holds, "boolean"),
            from_join=from_join,
            to_join=to_join,
        )

    # APPLY

    def _apply_designations(self, first, last):
        """Apply the good rows from ``first`` to ``last``; return the clients touched.

        As ``credit.designation.create``: a judgement ends the earlier ones of its
        type; two lists may both claim a client, so a claim only ends what the same
        source said before.
        """
        self._make_todo(
            SQL(
                """SELECT l.client_ref, l.object_ref, l.values, k.kind
                     FROM credit_import_line l
                     JOIN res_partner p ON p.id = l.client_ref
                     JOIN credit_designation_type k ON k.id = l.object_ref
                    WHERE l.batch_id = %(batch)s AND l.row_no BETWEEN %(first)s AND %(last)s
                      AND l.verdict <> 'rejected'
                      AND NOT EXISTS (SELECT FROM credit_designation d
                                       WHERE d.partner_id = l.client_ref
                                         AND d.type_id = l.object_ref
                                         AND %(effective)s AND %(same)s)""",
                batch=self.id,
                first=first,
                last=last,
                effective=_effective("d", "l"),
                same=_same("d", "l"),
            )
        )
        stamp = SQL("now() AT TIME ZONE 'UTC'")
        start = SQL("(t.values ->> 'date_from')::date")
        self.env.cr.execute(
            SQL(
                """UPDATE credit_designation d
                      SET date_to = CASE WHEN d.date_from < %(start)s THEN %(start)s - 1
                                         ELSE d.date_to END,
                          voided_at = CASE WHEN d.date_from = %(start)s
                                           THEN date_trunc('second', %(stamp)s) END,
                          void_reason = CASE WHEN d.date_from = %(start)s THEN %(reason)s END,
                          write_uid = %(uid)s, write_date = %(stamp)s
                     FROM credit_import_todo t
                    WHERE d.partner_id = t.client_ref AND d.type_id = t.object_ref
                      AND %(effective)s
                      AND (t.kind <> 'claim' OR NOT (t.values ->> 'holds')::boolean
                           OR NOT d.holds OR d.source = t.values ->> 'source')""",
                start=start,
                stamp=stamp,
                reason=self.env._("replaced on the same day"),
                uid=self.env.uid,
                effective=_effective("d", "t"),
            )
        )
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO credit_designation (
                       partner_id, type_id, holds, rank, scope, date_from, date_to, source,
                       evidence, create_uid, create_date, write_uid, write_date)
                   SELECT t.client_ref, t.object_ref, (t.values ->> 'holds')::boolean,
                          (t.values ->> 'rank')::integer, t.values ->> 'scope', %(start)s,
                          (t.values ->> 'date_to')::date, t.values ->> 'source',
                          t.values ->> 'evidence', %(uid)s, %(stamp)s, %(uid)s, %(stamp)s
                     FROM credit_import_todo t
                RETURNING partner_id""",
                start=start,
                uid=self.env.uid,
                stamp=stamp,
            )
        )
        self.env["credit.designation"].invalidate_model(flush=False)
        self._engine().written_count += len(rows)
        return sorted({row[0] for row in rows})


def _effective(alias, line):
    """Return the SQL: the designation is in effect on the day the row begins."""
    return SQL(
        """(%(d)s.voided_at IS NULL
            AND %(d)s.date_from <= (%(l)s.values ->> 'date_from')::date
            AND (%(d)s.date_to IS NULL
                 OR %(d)s.date_to >= (%(l)s.values ->> 'date_from')::date))""",
        d=SQL.identifier(alias),
        l=SQL.identifier(line),
    )


def _same(alias, line):
    """Return the SQL: the designation says what the row says."""
    return SQL(
        """(%(d)s.holds = (%(l)s.values ->> 'holds')::boolean
            AND nullif(%(d)s.rank, 0) IS NOT DISTINCT FROM (%(l)s.values ->> 'rank')::integer
            AND coalesce(%(d)s.scope, '') = coalesce(%(l)s.values ->> 'scope', '')
            AND coalesce(%(d)s.evidence, '') = coalesce(%(l)s.values ->> 'evidence', '')
            AND %(d)s.date_to IS NOT DISTINCT FROM (%(l)s.values ->> 'date_to')::date
            AND %(d)s.source = %(l)s.values ->> 'source')""",
        d=SQL.identifier(alias),
        l=SQL.identifier(line),
    )
