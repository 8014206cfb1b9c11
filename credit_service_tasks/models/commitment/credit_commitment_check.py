from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.credit_client_tiering.fields import Figure


class CreditCommitmentCheck(models.Model):
    """One month of a commitment: what was promised, which figure was found, the verdict.

    Frozen. A figure that comes late or is corrected brings a new row; the row that
    was relied on before stays, marked as superseded.
    """

    _name = "credit.commitment.check"
    _inherit = ["credit.guard.mixin"]
    _description = "Commitment of a Month"
    _order = "month desc, id desc"

    commitment_id = fields.Many2one(
        "credit.commitment", required=True, index=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Client", required=True, index=True, readonly=True, ondelete="cascade"
    )
    month = fields.Date(required=True, readonly=True, help="Its first day.")
    promised = Figure(required=True, readonly=True)
    figure = Figure("Found", readonly=True, help="Empty: nobody reported the figure.")
    snapshot_id = fields.Many2one(
        "credit.metric.snapshot",
        string="Report used",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
    )
    verdict = fields.Selection(
        [("met", "Met"), ("short", "Short"), ("no_data", "No figure")], required=True, readonly=True
    )
    superseded_at = fields.Datetime(
        readonly=True, help="Set when a late or corrected figure brought another verdict."
    )

    _one_in_force = models.UniqueIndex(
        "(commitment_id, month) WHERE superseded_at IS NULL", "The month is judged already."
    )

    @api.depends("month")
    def _compute_display_name(self):
        for check in self:
            check.display_name = check.month.strftime("%Y-%m") if check.month else ""

    @api.model
    def _judge(self, commitment_ids=None):
        """Judge complete months, set-based; return the number of new verdicts.

        A month is complete when it lies between the dates as a whole and is over.
        Amounts in yuan, shares in percent, as the figure has them.
        """
        for model in ("credit.commitment", "credit.metric.snapshot", self._name):
            self.env[model].flush_model()
        today = self.env.company._credit_today()
        rows = self.env.execute_query(
            SQL(
                """
                WITH found AS (
                    SELECT c.id AS commitment_id, c.partner_id, m.month::date AS month,
                           c.amount AS promised, s.id AS snapshot_id,
                           (to_jsonb(s) ->> k.code)::numeric AS figure
                      FROM credit_commitment c
                      JOIN credit_metric k ON k.id = c.metric_id
                CROSS JOIN LATERAL generate_series(
                               date_trunc('month', (c.date_from + interval '1 month'
                                   - interval '1 day')::timestamp),
                               least(date_trunc('month', (least(c.date_to, c.ended_on) + 1
                                   )::timestamp), date_trunc('month', %(today)s::timestamp))
                                   - interval '1 month', interval '1 month') m(month)
                 LEFT JOIN credit_metric_snapshot s
                        ON s.partner_id = c.partner_id AND s.superseded_at IS NULL
                       AND s.period_type = c.basis
                       AND s.period_start = date_trunc(c.basis, m.month)::date
                     WHERE c.state IN ('running', 'ended') AND %(chosen)s),
                judged AS (
                    SELECT f.*, CASE WHEN f.figure IS NULL THEN 'no_data'
                                     WHEN f.figure >= f.promised THEN 'met'
                                     ELSE 'short' END AS verdict FROM found f),
                changed AS (
                    SELECT j.*, v.id AS former FROM judged j
                 LEFT JOIN credit_commitment_check v
                        ON v.commitment_id = j.commitment_id AND v.month = j.month
                       AND v.superseded_at IS NULL
                     WHERE v.id IS NULL OR v.verdict <> j.verdict
                        OR v.figure IS DISTINCT FROM j.figure),
                closed AS (
                    UPDATE credit_commitment_check v
                       SET superseded_at = now() AT TIME ZONE 'UTC'
                      FROM changed c WHERE v.id = c.former RETURNING v.id)
                SELECT c.commitment_id, c.partner_id, c.month, c.promised, c.figure,
                       CASE WHEN c.figure IS NOT NULL THEN c.snapshot_id END, c.verdict,
                       (SELECT count(*) FROM closed)
                  FROM changed c ORDER BY c.commitment_id, c.month
                """,
                today=today,
                chosen=SQL("TRUE")
                if commitment_ids is None
                else SQL("c.id = ANY(%s)", list(commitment_ids)),
            )
        )
        # The former verdicts are closed by now: a second statement may insert.
        for start in range(0, len(rows), 5000):
            part = rows[start : start + 5000]
            values = SQL(", ").join(
                SQL(
                    "(%s, %s, %s::date, %s::numeric, %s::numeric, %s::integer, %s, %s, now() AT "
                    "TIME ZONE 'UTC', %s, now() AT TIME ZONE 'UTC')",
                    *row[:7],
                    self.env.uid,
                    self.env.uid,
                )
                for row in part
            )
            self.env.cr.execute(
                SQL(
                    """INSERT INTO credit_commitment_check (commitment_id, partner_id, month,
                           promised, figure, snapshot_id, verdict, create_uid, create_date,
                           write_uid, write_date) VALUES %s
                       ON CONFLICT (commitment_id, month) WHERE superseded_at IS NULL
                       DO NOTHING""",
                    values,
                )
            )
        self.env.cr.execute(
            SQL(
                """UPDATE credit_commitment c SET last_verdict = l.verdict
                     FROM (SELECT DISTINCT ON (commitment_id) commitment_id, verdict
                             FROM credit_commitment_check WHERE superseded_at IS NULL
                         ORDER BY commitment_id, month DESC) l
                    WHERE l.commitment_id = c.id AND c.last_verdict IS DISTINCT FROM l.verdict"""
            )
        )
        self.invalidate_model(flush=False)
        self.env["credit.commitment"].invalidate_model(["last_verdict", "check_ids"], flush=False)
        return len(rows)
