from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.credit_client_tiering.fields import Figure
from odoo.addons.credit_client_tiering.models.policy.tiers import TIERS

TRENDS = [
    ("rising", "Rising"),
    ("level", "Unchanged"),
    ("falling", "Falling"),
    ("unknown", "No period to compare with"),
]


class CreditFundReturn(models.Model):
    """How much of its sales revenue a client routes through the bank, period by period.

    R-M-7b; the ratio is inflow through the bank / sales revenue (A18), as imported. A period
    nobody reported has no row: unknown is not zero, and a change is told against the period
    right before alone.
    """

    _name = "credit.fund.return"
    _description = "Return of Funds"
    _auto = False
    _order = "period_start desc, period_type, ratio, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", string="Client", readonly=True)
    institution_id = fields.Many2one("crm.team", readonly=True)
    user_id = fields.Many2one("res.users", string="Manager", readonly=True)
    tier = fields.Selection(TIERS, string="List", readonly=True)
    period_type = fields.Selection([("year", "Year"), ("month", "Month")], readonly=True)
    period_start = fields.Date("Period", readonly=True)
    period_name = fields.Char("Of the period", compute="_compute_period_name")
    ratio = Figure("Fund-return ratio (%)", readonly=True, aggregator="avg")
    before = Figure("Period before (%)", readonly=True, aggregator="avg")
    change = Figure("Change (points)", readonly=True, aggregator="avg")
    trend = fields.Selection(TRENDS, readonly=True)
    is_latest = fields.Boolean("Latest period", readonly=True)
    inflow = Figure(
        "Came in through the bank", readonly=True, help="In the month, by the movements."
    )
    days_in = fields.Integer("Days with money coming in", readonly=True, aggregator="avg")

    @api.depends("period_type", "period_start")
    def _compute_period_name(self):
        for row in self:
            row.period_name = row.period_start.strftime(
                "%Y" if row.period_type == "year" else "%Y-%m"
            )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT r.*, r.ratio - r.before AS change,
                   CASE WHEN r.before IS NULL THEN 'unknown' WHEN r.ratio > r.before THEN 'rising'
                        WHEN r.ratio < r.before THEN 'falling' ELSE 'level' END AS trend
              FROM (SELECT s.id, s.partner_id, p.credit_institution_id AS institution_id,
                           p.user_id, p.credit_tier AS tier, s.period_type, s.period_start,
                           s.fund_return AS ratio, f.inflow, f.days_in,
                           CASE WHEN lag(s.period_start) OVER w = (s.period_start
                                     - ('1 ' || s.period_type)::interval)::date
                                THEN lag(s.fund_return) OVER w END AS before,
                           lead(s.id) OVER w IS NULL AS is_latest
                      FROM credit_metric_snapshot s
                      JOIN res_partner p ON p.id = s.partner_id AND p.active
                                        AND p.is_credit_client
                 LEFT JOIN credit_fund_month f ON f.partner_id = s.partner_id
                       AND f.month = s.period_start AND s.period_type = 'month'
                     WHERE s.superseded_at IS NULL AND s.fund_return IS NOT NULL
                    WINDOW w AS (PARTITION BY s.partner_id, s.period_type
                                     ORDER BY s.period_start)) r
            """
        )
