from odoo import api, models


class CreditDesignation(models.Model):
    _inherit = "credit.designation"

    @api.model_create_multi
    def create(self, vals_list):
        designations = super().create(vals_list)
        self.env["credit.obligation"]._soon(designations.partner_id.ids)
        return designations

    def write(self, vals):
        result = super().write(vals)
        self.env["credit.obligation"]._soon(self.partner_id.ids)
        return result
