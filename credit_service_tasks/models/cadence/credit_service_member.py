from odoo import api, models


class CreditServiceMember(models.Model):
    _inherit = "credit.service.member"

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        self.env["credit.obligation"]._soon(members.partner_id.ids)
        return members

    def write(self, vals):
        clients = self.partner_id.ids
        result = super().write(vals)
        self.env["credit.obligation"]._soon(clients + self.partner_id.ids)
        return result

    def unlink(self):
        clients = self.partner_id.ids
        result = super().unlink()
        self.env["credit.obligation"]._soon(clients)
        return result
