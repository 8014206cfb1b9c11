from odoo import fields, models
from odoo.tools import SQL


class CreditTargetLeague(models.Model):
    """Who is ahead: confirmed targets of one indicator, period and level, ranked."""

    _name = "credit.target.league"
    _description = "League Table"
    _auto = False
    _order = "period_start desc, indicator_id, level, place, id"
    _rec_name = "target_id"

    target_id = fields.Many2one("credit.target", string="Record", readonly=True)
    place = fields.Integer(readonly=True, aggregator=None)
    indicator_id = fields.Many2one("credit.indicator", readonly=True)
    unit = fields.Selection(related="indicator_id.unit")
    period = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter"), ("year", "Year")], readonly=True
    )
    period_start = fields.Date("Period begins", readonly=True)
    level = fields.Selection([("institution", "Institution"), ("person", "Person")], readonly=True)
    institution_id = fields.Many2one("crm.team", readonly=True)
    user_id = fields.Many2one("res.users", string="Person", readonly=True)
    amount = fields.Float("Target", readonly=True)
    actual = fields.Float(readonly=True)
    achieved = fields.Float("Reached (%)", readonly=True, aggregator=None)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT t.id, t.id AS target_id, t.indicator_id, t.period, t.period_start, t.level,
                   t.institution_id, t.user_id, t.amount, t.actual,
                   round(100 * t.actual / nullif(t.amount, 0), 1) AS achieved,
                   rank() OVER (PARTITION BY t.indicator_id, t.period, t.period_start, t.level
                                ORDER BY t.actual / nullif(t.amount, 0) DESC NULLS LAST)::integer
                       AS place
              FROM credit_target t
             WHERE t.state = 'confirmed' AND t.level IN ('institution', 'person')
            """
        )
