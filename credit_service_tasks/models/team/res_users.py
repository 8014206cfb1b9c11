from odoo import models


class ResUsers(models.Model):
    """Whoever leaves the bank leaves no client behind without somebody being told."""

    _inherit = "res.users"

    def write(self, vals):
        gone = self.filtered("active") if vals.get("active") is False else self.browse()
        result = super().write(vals)
        for user in gone:
            self.env["credit.handover"]._open_for(user, "archived")
        if "active" in vals:
            # sudo: an engine, whoever archived the user.
            rows = self.env["credit.service.member"].sudo()
            rows = rows.search([("user_id", "in", self.ids), ("date_to", "=", False)])
            self.env["res.partner"]._credit_refresh_teams(rows.partner_id.ids)
            for team in self.with_context(active_test=False).crm_team_member_ids.crm_team_id:
                if not team.sudo().institution_kind_id.is_head_office:
                    team._credit_refresh_clients()
        return result
