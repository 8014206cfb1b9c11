from odoo import fields, models

from odoo.addons.credit_client_tiering.fields import Figure


class CreditTarget(models.Model):
    _inherit = "credit.target"

    def _bulletin_line(self):
        """Return the values of the line that freezes how the target stands."""
        self.ensure_one()
        return {
            "user_id": self.user_id.id,
            "indicator_id": self.indicator_id.id,
            "period": self._period_name(),
            "amount": self.amount,
            "actual": self.actual,
            "achieved": self.achieved,
            "gap": self.gap,
        }


class CreditWeekBulletinLine(models.Model):
    """One person and one indicator, as they stood when the bulletin was drawn up."""

    _name = "credit.week.bulletin.line"
    _description = "Line of a Weekly Bulletin"
    _order = "bulletin_id, user_id, id"
    _rec_name = "user_id"

    bulletin_id = fields.Many2one(
        "credit.week.bulletin", required=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one("res.users", string="Person", index=True, ondelete="restrict")
    indicator_id = fields.Many2one("credit.indicator", ondelete="restrict")
    unit = fields.Selection(related="indicator_id.unit")
    period = fields.Char()
    amount = Figure("Target")
    actual = Figure()
    achieved = Figure("Reached (%)")
    gap = Figure("Gap to run rate")
