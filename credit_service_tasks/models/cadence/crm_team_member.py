from odoo import api, models


class CrmTeamMember(models.Model):
    _inherit = "crm.team.member"

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        if members.post_id:
            self.env["credit.obligation"]._soon()
        return members

    def write(self, vals):
        held = self.post_id
        result = super().write(vals)
        if held or self.post_id:
            self.env["credit.obligation"]._soon()
        return result

    def unlink(self):
        held = self.post_id
        result = super().unlink()
        if held:
            self.env["credit.obligation"]._soon()
        return result
