from odoo import models

from .res_partner import TEAM_READINGS


class CreditReading(models.Model):
    """Teams follow at once when the bank reads the guide another way."""

    _inherit = "credit.reading"

    def write(self, vals):
        result = super().write(vals)
        if "chosen_option_id" in vals and set(self.mapped("code")) & set(TEAM_READINGS):
            self.env["res.partner"]._credit_refresh_teams()
        return result
