from odoo import models


class CreditWeekBulletin(models.Model):
    _inherit = "credit.week.bulletin"

    def action_publish(self):
        """Publishing discharges the duty of the week (R-V-3b)."""
        result = super().action_publish()
        self.env["credit.discharge"]._discharge_by("week_bulletin_id", self.ids)
        return result
