from types import SimpleNamespace

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.credit_client_tiering.models.intake.columns import UNITS, HeaderMap
from odoo.addons.credit_client_tiering.models.intake.credit_import_batch import ADMIN
from odoo.addons.credit_client_tiering.models.intake.credit_metric_snapshot import _text
from odoo.addons.credit_client_tiering.models.intake.parse import (
    parse_bool,
    parse_date,
    parse_selection,
)

# No client of the bank moves more than this in a day; larger is a mistake of units.
BOUND = SimpleNamespace(minimum=-1e13, maximum=1e13, unit="yuan")
PURPOSE_WORDS = {"税": "tax", "缴税": "tax", "税款": "tax", "代发": "payroll", "工资": "payroll"}


class CreditImportBatch(models.Model):
    """Daily extracts: movements of funds, planned payments, loans paid out."""

    _inherit = "credit.import.batch"

    kind = fields.Selection(
        selection_add=[
            ("movements", "Movements of funds"),
            ("payments", "Planned payments"),
            ("payouts", "Loans paid out"),
        ],
        ondelete={kind: "cascade" for kind in ("movements", "payments", "payouts")},
    )

    # CHECK: what a row says, and what the book says already

    def _stage_movements(self, staging, _header_map):
        known = SQL(
            """LEFT JOIN credit_fund_movement k ON k.partner_id = j.client_ref
                     AND k.date = j.day AND k.reference = coalesce(j.reference, '')"""
        )
        same = SQL(
            """(k.amount, k.cross_bank)
                   IS NOT DISTINCT FROM (j.amount, coalesce(j.cross_bank, FALSE))
                AND (j.purpose IS NULL OR j.purpose = k.purpose)
                AND (j.balance IS NULL OR j.balance = k.balance)"""
        )
        self._stage_funds(staging, known, same, SQL("j.client_ref, j.day, j.reference"), False)

    def _stage_payments(self, staging, _header_map):
        known = SQL(
            """LEFT JOIN credit_planned_payment k ON k.partner_id = j.client_ref
                     AND k.reference = j.reference"""
        )
        same = SQL(
            """(k.amount, k.value_date, k.cross_bank)
                IS NOT DISTINCT FROM (j.amount, j.day, coalesce(j.cross_bank, TRUE))"""
        )
        self._stage_funds(staging, known, same, SQL("j.client_ref, j.reference"), True)

    def _stage_payouts(self, staging, _header_map):
        known = SQL(
            """LEFT JOIN credit_loan_payout k ON k.partner_id = j.client_ref
                     AND k.reference = j.reference"""
        )
        same = SQL("(k.amount, k.date) IS NOT DISTINCT FROM (j.amount, j.day)")
        self._stage_funds(staging, known, same, SQL("j.client_ref, j.reference"), False)

    def _stage_funds(self, staging, known, same, key, may_be_future):
        for model in ("credit.planned.payment", "credit.loan.payout"):
            self.env[model].flush_model()
        self.env.cr.execute(
            SQL(
                """INSERT INTO credit_import_line (
                       batch_id, row_no, raw, problems, verdict, client_ref, as_of, "values")
                   SELECT %(batch)s, j.row_no, j.raw,
                          CASE WHEN t.problems <> '{}' THEN to_jsonb(t.problems) END,
                          CASE WHEN t.problems <> '{}' THEN 'rejected'
                               WHEN k.id IS NULL THEN 'new'
                               WHEN %(same)s THEN 'unchanged' ELSE 'changed' END,
                          j.client_ref, %(as_of)s,
                          jsonb_strip_nulls(jsonb_build_object(
                              'day', j.day, 'amount', j.amount, 'balance', j.balance,
                              'reference', j.reference, 'cross_bank', j.cross_bank,
                              'purpose', j.purpose, 'counterparty', j.counterparty))
                     FROM (SELECT j.*, count(*) OVER same_key AS twins,
                                  min(j.row_no) OVER same_key AS first_row,
                                  max(j.row_no) OVER same_key AS last_row
                             FROM (%(read)s) j
                           WINDOW same_key AS (PARTITION BY %(key)s)) j
               CROSS JOIN LATERAL (SELECT CASE
                              WHEN j.twins > 1 AND j.client_ref IS NOT NULL
                              THEN j.problems || concat(%(twin)s::text, j.first_row, ',',
                                                        j.last_row)
                              ELSE j.problems END AS problems) t
                          %(known)s""",
                batch=self.id,
                same=same,
                as_of=self.as_of,
                read=self._funds_read(staging, may_be_future),
                key=key,
                twin=staging.problem("twin", None),
                known=known,
            )
        )

    def _funds_read(self, staging, may_be_future):
        factor = UNITS[self.unit]
        numbers = {
            code: staging.number(code, factor)
            for code in ("fund_amount", "inflow", "outflow", "fund_balance")
        }
        # One signed figure; what is no number is named as a problem, never computed with.
        amount = SQL(
            "coalesce(%(net)s, CASE WHEN %(inflow)s IS NOT NULL OR %(outflow)s IS NOT NULL "
            "THEN coalesce(%(inflow)s, 0) - coalesce(%(outflow)s, 0) END)",
            net=numbers["fund_amount"],
            inflow=numbers["inflow"],
            outflow=numbers["outflow"],
        )
        yes_no = {text: parse_bool(text) for text in staging.distinct("cross_bank")}
        yes_no = {text: value for text, value in yes_no.items() if value is not None}
        words = parse_selection(self.env, "credit.fund.movement", "purpose") | PURPOSE_WORDS
        purposes = {
            text: words[text.strip().lower()]
            for text in staging.distinct("purpose")
            if text.strip().lower() in words
        }
        day_join, day_problem = self._date_meaning(staging, "value_date", may_be_future)
        sign = SQL("%s <= 0", amount) if self.kind != "movements" else SQL("FALSE")
        problems = [
            staging.client_problem(),
            day_problem,
            SQL(
                "CASE WHEN %s IS NULL THEN %s END",
                staging.text("value_date"),
                staging.problem("no_day", "value_date"),
            ),
            *(
                staging.number_problem(code, numbers[code], BOUND)
                for code in numbers
                if code in staging.index
            ),
            SQL(
                "CASE WHEN %s IS NULL OR %s = 'NaN' THEN %s END",
                amount,
                amount,
                staging.problem("no_amount"),
            ),
            SQL("CASE WHEN %s THEN %s END", sign, staging.problem("not_positive", "fund_amount")),
            staging.unknown_problem("cross_bank", "cross_bank", "yesno"),
            *staging.formula_problems(["client_name", "reference", "counterparty"]),
        ]
        if self.kind != "movements":
            problems.append(
                SQL(
                    "CASE WHEN %s IS NULL THEN %s END",
                    staging.text("reference"),
                    staging.problem("no_reference", "reference"),
                )
            )
        return SQL(
            """SELECT s.row_no, %(raw)s AS raw, %(client)s AS client_ref,
                      value_date.value AS day, CASE WHEN abs(%(amount)s) < 1e14 THEN %(amount)s END
                          AS amount,
                      CASE WHEN abs(%(balance)s) < 1e14 THEN %(balance)s END AS balance,
                      %(reference)s AS reference, cross_bank.value AS cross_bank,
                      coalesce(purpose.value, CASE WHEN %(purpose)s IS NOT NULL THEN 'other' END)
                          AS purpose,
                      %(counterparty)s AS counterparty, %(problems)s AS problems
                 FROM %(table)s s %(client_join)s %(day_join)s %(bank_join)s %(purpose_join)s
               OFFSET 0""",
            raw=staging.raw(),
            client=staging.client_ref(),
            amount=amount,
            balance=numbers["fund_balance"],
            reference=staging.text("reference"),
            purpose=staging.text("purpose"),
            counterparty=staging.text("counterparty"),
            problems=staging.problems(problems),
            table=staging.table,
            client_join=staging.client_join(),
            day_join=day_join,
            bank_join=staging.meaning("cross_bank", "cross_bank", yes_no, "boolean"),
            purpose_join=staging.meaning("purpose", "purpose", purposes, "text"),
        )

    # APPLY: one statement a slice, and again changes nothing

    def _todo_funds(self, first, last):
        self._make_todo(
            SQL(
                """SELECT l.client_ref, p.credit_institution_id AS institution_id,
                          (l.values ->> 'day')::date AS day,
                          (l.values ->> 'amount')::numeric AS amount,
                          (l.values ->> 'balance')::numeric AS balance,
                          coalesce(l.values ->> 'reference', '') AS reference,
                          (l.values ->> 'cross_bank')::boolean AS cross_bank,
                          l.values ->> 'purpose' AS purpose,
                          l.values ->> 'counterparty' AS counterparty
                     FROM credit_import_line l
                     JOIN res_partner p ON p.id = l.client_ref
                    WHERE l.batch_id = %s AND l.verdict <> 'rejected'
                      AND l.row_no BETWEEN %s AND %s""",
                self.id,
                first,
                last,
            )
        )

    def _apply_funds(self, first, last, statement, model):
        self._todo_funds(first, last)
        written = self.env.execute_query(SQL("%s RETURNING 1", statement))
        self.env[model].invalidate_model(flush=False)
        self._engine().written_count += len(written)
        return []  # no suggestion of a tier hangs on it

    def _stamp(self):
        return SQL("%s, now() AT TIME ZONE 'UTC'", self.env.uid)

    def _apply_movements(self, first, last):
        statement = SQL(
            """INSERT INTO credit_fund_movement AS k (
                   partner_id, date, amount, balance, cross_bank, purpose, reference)
               SELECT client_ref, day, amount, balance, coalesce(cross_bank, FALSE), purpose,
                      reference
                 FROM credit_import_todo
          ON CONFLICT (partner_id, date, reference) DO UPDATE
                  SET amount = excluded.amount, cross_bank = excluded.cross_bank,
                      balance = coalesce(excluded.balance, k.balance),
                      purpose = coalesce(excluded.purpose, k.purpose)
                WHERE (k.amount, k.cross_bank, k.balance, k.purpose) IS DISTINCT FROM (
                      excluded.amount, excluded.cross_bank,
                      coalesce(excluded.balance, k.balance),
                      coalesce(excluded.purpose, k.purpose))"""
        )
        return self._apply_funds(first, last, statement, "credit.fund.movement")

    def _apply_payments(self, first, last):
        statement = SQL(
            """INSERT INTO credit_planned_payment AS k (
                   partner_id, value_date, direction, amount, cross_bank, purpose, counterparty,
                   reference, source, state, create_uid, create_date, write_uid, write_date)
               SELECT client_ref, day, 'out', amount, coalesce(cross_bank, TRUE), purpose,
                      counterparty, reference, %(source)s, 'planned', %(stamp)s, %(stamp)s
                 FROM credit_import_todo
          ON CONFLICT (partner_id, reference) DO UPDATE
                  SET value_date = excluded.value_date, amount = excluded.amount,
                      cross_bank = excluded.cross_bank, write_date = excluded.write_date
                WHERE (k.value_date, k.amount, k.cross_bank) IS DISTINCT FROM (
                      excluded.value_date, excluded.amount, excluded.cross_bank)""",
            source=self._source_name(),
            stamp=self._stamp(),
        )
        return self._apply_funds(first, last, statement, "credit.planned.payment")

    def _apply_payouts(self, first, last):
        statement = SQL(
            """INSERT INTO credit_loan_payout AS k (
                   partner_id, date, amount, reference, institution_id, source,
                   create_uid, create_date, write_uid, write_date)
               SELECT client_ref, day, amount, reference, institution_id, %(source)s,
                      %(stamp)s, %(stamp)s
                 FROM credit_import_todo
          ON CONFLICT (partner_id, reference) DO UPDATE
                  SET date = excluded.date, amount = excluded.amount, source = excluded.source,
                      is_provisional = FALSE, write_date = excluded.write_date
                WHERE k.is_provisional
                   OR (k.date, k.amount) IS DISTINCT FROM (excluded.date, excluded.amount)""",
            source=self._source_name(),
            stamp=self._stamp(),
        )
        done = self._apply_funds(first, last, statement, "credit.loan.payout")
        # What a disbursement here recorded before the extract came must not count twice.
        rows = self.env.execute_query(SQL("SELECT DISTINCT client_ref FROM credit_import_todo"))
        self.env["credit.application"]._settle_reported([row[0] for row in rows])
        return done

    # FROM OTHER SYSTEMS

    @api.model
    def _load_rows(self, kind, rows, source, unit, as_of):
        """Load rows that came as JSON over the same path as files; see ``load_movements``."""
        if not self.env.user.has_group(ADMIN) and not self.env.su:
            raise AccessError(
                self.env._(
                    "Only a list administrator may load extracts; you (%s) are not one.",
                    self.env.user.name,
                )
            )
        snapshots = self.env["credit.metric.snapshot"]
        headers = snapshots._keys_of(rows)
        if unit not in UNITS or not source or not isinstance(source, str):
            raise UserError(
                self.env._(
                    "Say which system the rows come from (source), and their unit: %s.",
                    ", ".join(UNITS),
                )
            )
        if as_of and (not isinstance(as_of, str) or not parse_date(as_of)):
            raise UserError(self.env._("“%s” is not a date (2025-03-31).", as_of))
        vals = {"kind": kind, "name": source, "source": source, "unit": unit}
        batch = self.create(dict(vals, as_of=as_of) if as_of else vals)
        header_map = HeaderMap(self.env, kind)
        snapshots._refuse_unknown_keys(headers, header_map)
        cells = (
            (number, [_cell(row.get(header)) for header in headers])
            for number, row in enumerate(rows, 1)
        )
        batch._check_rows(headers, cells, header_map)
        batch._apply_all()
        return {
            "batch_id": batch.id,
            **{v: batch[f"{v}_count"] for v in ("new", "changed", "unchanged", "rejected")},
            "rows": [
                {"row": line.row_no, "verdict": line.verdict, "reason": line.reason}
                for line in batch.line_ids.sorted("row_no")
            ],
        }


def _cell(value):
    """Return a JSON value as a file would write it; here, unlike figures, no is an answer."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _text(value)
