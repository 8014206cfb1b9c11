from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        result = super().write(vals)
        if {"user_id", "credit_institution_id", "active", "is_credit_client"} & set(vals):
            # sudo: whoever may move a client moves its duties.
            clients = self.sudo().filtered("is_credit_client")
            if clients or "is_credit_client" in vals:
                self.env["credit.obligation"]._soon(self.ids)
        return result
