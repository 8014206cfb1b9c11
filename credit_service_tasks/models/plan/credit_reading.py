from odoo import models


class CreditReading(models.Model):
    _inherit = "credit.reading"

    def write(self, vals):
        result = super().write(vals)
        if "chosen_option_id" in vals and "A44" in self.mapped("code"):
            self.env["res.partner"]._credit_refresh_plan_gaps_of(None)
        return result
