from odoo import models


class CreditReading(models.Model):
    _inherit = "credit.reading"

    def write(self, vals):
        result = super().write(vals)
        if "chosen_option_id" in vals:
            self.env["credit.obligation"]._soon()
        return result
