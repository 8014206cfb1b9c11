from odoo import models
from odoo.tools import SQL

from .parse import find_by_code_or_name, parse_bool


class CreditImportBatch(models.Model):
    """Products: who holds what; a full extract also says what nobody holds any more."""

    _inherit = "credit.import.batch"

    def _stage_products(self, staging, header_map):
        self.env.cr.execute(
            SQL(
                """INSERT INTO credit_import_line (
                       batch_id, row_no, raw, problems, verdict, client_ref,
                       institution_ref, object_ref, as_of, "values")
                   SELECT %(batch)s, j.row_no, j.raw,
                          CASE WHEN t.problems <> '{}' THEN to_jsonb(t.problems) END,
                          CASE WHEN t.problems <> '{}' THEN 'rejected'
                               WHEN j.object_ref IS NULL THEN
                                   CASE WHEN p.credit_holdings_as_of IS NULL
                                        THEN 'changed' ELSE 'unchanged' END
                               WHEN h.id IS NULL THEN 'new'
                               WHEN h.in_use IS DISTINCT FROM coalesce(j.in_use, TRUE)
                                   THEN 'changed'
                               ELSE 'unchanged' END,
                          j.client_ref, j.institution_ref, j.object_ref, %(as_of)s,
                          jsonb_build_object('in_use', coalesce(j.in_use, TRUE),
                                             'date_from', j.date_from)
                     FROM (SELECT r.*, count(*) OVER same AS twins,
                                  min(r.row_no) OVER same AS first_row,
                                  max(r.row_no) OVER same AS last_row
                             FROM (%(read)s) r
                           WINDOW same AS (PARTITION BY r.client_ref, r.object_ref)) j
               CROSS JOIN LATERAL (SELECT CASE
                              WHEN j.twins > 1 AND j.client_ref IS NOT NULL
                                  AND (j.object_ref IS NOT NULL OR NOT j.named)
                              THEN j.problems || concat(%(twin)s::text, j.first_row, ',',
                                                        j.last_row)
                              ELSE j.problems END AS problems) t
                LEFT JOIN res_partner p ON p.id = j.client_ref
                LEFT JOIN credit_product_holding h
                       ON h.partner_id = j.client_ref AND h.product_id = j.object_ref
                      AND h.date_to IS NULL""",
                batch=self.id,
                as_of=self.as_of,
                read=self._products_read(staging),
                twin=staging.problem("twin", None),
            )
        )

    def _products_read(self, staging):
        found, _ambiguous = find_by_code_or_name(
            self.env, "credit.product", "code", staging.distinct("product")
        )
        yes_no = {text: parse_bool(text) for text in staging.distinct("in_use")}
        yes_no = {text: value for text, value in yes_no.items() if value is not None}
        where_join, where_problem = self._institution_meaning(staging)
        day_join, day_problem = self._date_meaning(staging, "date_from", False)
        return SQL(
            """SELECT s.row_no, %(raw)s AS raw, %(client)s AS client_ref,
                      institution.value AS institution_ref, product.value AS object_ref,
                      in_use.value AS in_use, date_from.value AS date_from,
                      %(product)s IS NOT NULL AS named, %(problems)s AS problems
                 FROM %(table)s s %(client_join)s %(where_join)s %(day_join)s
                      %(product_join)s %(use_join)s
               OFFSET 0""",
            raw=staging.raw(),
            client=staging.client_ref(),
            product=staging.text("product"),
            problems=staging.problems(
                [
                    staging.client_problem(),
                    where_problem,
                    day_problem,
                    staging.unknown_problem("product", "product", "product"),
                    staging.unknown_problem("in_use", "in_use", "yesno"),
                    *staging.formula_problems(["client_name"]),
                ]
            ),
            table=staging.table,
            client_join=staging.client_join(),
            where_join=where_join,
            day_join=day_join,
            product_join=staging.meaning("product", "product", found, "integer"),
            use_join=staging.meaning("in_use", "in_use", yes_no, "boolean"),
        )

    # APPLY

    def _apply_products(self, first, last):
        """Apply the good rows from ``first`` to ``last``; return the clients touched.

        Clients are treated as a whole, with every slice that holds one of their
        rows; doing it again changes nothing.
        """
        self._make_todo(
            SQL(
                """SELECT l.client_ref, l.object_ref, (l.values ->> 'in_use')::boolean AS in_use,
                          (l.values ->> 'date_from')::date AS date_from
                     FROM credit_import_line l
                     JOIN res_partner p ON p.id = l.client_ref
                    WHERE l.batch_id = %s AND l.verdict <> 'rejected'
                      AND l.client_ref IN (
                          SELECT o.client_ref FROM credit_import_line o
                           WHERE o.batch_id = %s AND o.row_no BETWEEN %s AND %s
                             AND o.verdict <> 'rejected')""",
                self.id,
                self.id,
                first,
                last,
            )
        )
        ended = self._end_holdings() if self.full_extract else []
        written = self._open_holdings()
        known = self._mark_known()
        for model in ("credit.product.holding", "res.partner"):
            self.env[model].invalidate_model(flush=False)
        batch = self._engine()
        batch.ended_count += len(ended)
        batch.written_count += len(written)
        return sorted(set(ended) | set(written) | set(known))

    def _end_holdings(self):
        """End what a full extract no longer names; return the client of each.

        A rejected row may be the very product, so its client keeps everything. What
        began after the extract was drawn is none of its business.
        """
        rows = self.env.execute_query(
            SQL(
                """UPDATE credit_product_holding h
                      SET date_to = greatest(%(as_of)s::date - 1, h.date_from),
                          write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC'
                    WHERE h.date_to IS NULL AND h.date_from <= %(as_of)s
                      AND h.partner_id IN (SELECT client_ref FROM credit_import_todo)
                      AND NOT EXISTS (SELECT FROM credit_import_todo t
                                       WHERE t.client_ref = h.partner_id
                                         AND t.object_ref = h.product_id)
                      AND NOT EXISTS (SELECT FROM credit_import_line l
                                       WHERE l.batch_id = %(batch)s
                                         AND l.verdict = 'rejected'
                                         AND l.client_ref = h.partner_id)
                RETURNING h.partner_id""",
                as_of=self.as_of,
                uid=self.env.uid,
                batch=self.id,
            )
        )
        return [row[0] for row in rows]

    def _open_holdings(self):
        """Write new holdings, and those whose use changed; return their clients.

        A holding is a fact and stays as it was: another use ends it and opens the
        next one. Only what was stated for the very day of the extract is
        corrected in place, because it cannot end before it began.
        """
        stamp = SQL("now() AT TIME ZONE 'UTC'")
        corrected = self.env.execute_query(
            SQL(
                """UPDATE credit_product_holding h
                      SET in_use = t.in_use, write_uid = %s, write_date = %s
                     FROM credit_import_todo t
                    WHERE h.partner_id = t.client_ref AND h.product_id = t.object_ref
                      AND h.date_to IS NULL AND h.date_from = %s
                      AND h.in_use IS DISTINCT FROM t.in_use
                RETURNING h.partner_id""",
                self.env.uid,
                stamp,
                self.as_of,
            )
        )
        self.env.cr.execute(
            SQL(
                """UPDATE credit_product_holding h
                      SET date_to = %(as_of)s::date - 1, write_uid = %(uid)s,
                          write_date = %(stamp)s
                     FROM credit_import_todo t
                    WHERE h.partner_id = t.client_ref AND h.product_id = t.object_ref
                      AND h.date_to IS NULL AND h.date_from < %(as_of)s
                      AND h.in_use IS DISTINCT FROM t.in_use""",
                as_of=self.as_of,
                uid=self.env.uid,
                stamp=stamp,
            )
        )
        opened = self.env.execute_query(
            SQL(
                """INSERT INTO credit_product_holding (
                       partner_id, product_id, date_from, in_use, source,
                       create_uid, create_date, write_uid, write_date)
                   SELECT t.client_ref, t.object_ref,
                          CASE WHEN EXISTS (SELECT FROM credit_product_holding o
                                             WHERE o.partner_id = t.client_ref
                                               AND o.product_id = t.object_ref
                                               AND o.date_to >= t.date_from)
                               THEN %(as_of)s ELSE coalesce(t.date_from, %(as_of)s) END,
                          t.in_use, %(source)s, %(uid)s, %(stamp)s, %(uid)s, %(stamp)s
                     FROM credit_import_todo t
                    WHERE t.object_ref IS NOT NULL
              ON CONFLICT (partner_id, product_id) WHERE date_to IS NULL DO NOTHING
                RETURNING partner_id""",
                as_of=self.as_of,
                source=self._source_name(),
                uid=self.env.uid,
                stamp=stamp,
            )
        )
        return [row[0] for row in corrected + opened]

    def _mark_known(self):
        """Note that the products of the clients are known now, also when none."""
        rows = self.env.execute_query(
            SQL(
                """UPDATE res_partner p
                      SET credit_holdings_as_of = %(as_of)s, write_uid = %(uid)s,
                          write_date = now() AT TIME ZONE 'UTC'
                    WHERE p.id IN (SELECT client_ref FROM credit_import_todo)
                      AND (p.credit_holdings_as_of IS NULL
                           OR (%(full)s AND p.credit_holdings_as_of < %(as_of)s))
                RETURNING p.id""",
                as_of=self.as_of,
                uid=self.env.uid,
                full=self.full_extract,
            )
        )
        return [row[0] for row in rows]
