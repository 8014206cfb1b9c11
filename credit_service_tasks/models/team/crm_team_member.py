from odoo import api, models

# Held by this module alone: a context that comes by RPC can never contain it.
_MOVING = object()


class CrmTeamMember(models.Model):
    """Whoever leaves an institution leaves no client behind without somebody being told."""

    _inherit = "crm.team.member"

    @api.model_create_multi
    def create(self, vals_list):
        # Moving somebody archives the old seat before the new one exists: look afterwards.
        moving = self.with_context(credit_seats_moving=_MOVING)
        members = super(CrmTeamMember, moving).create(vals_list).with_env(self.env)
        members._credit_seats_changed(members.crm_team_id, members.user_id)
        return members

    def write(self, vals):
        if not {"post_id", "user_id", "active", "crm_team_id"} & set(vals):
            return super().write(vals)
        teams, users = self.crm_team_id, self.user_id
        result = super().write(vals)
        if self.env.context.get("credit_seats_moving") is not _MOVING:
            self._credit_seats_changed(teams | self.crm_team_id, users | self.user_id)
        return result

    def unlink(self):
        teams, users = self.crm_team_id, self.user_id
        result = super().unlink()
        self._credit_seats_changed(teams, users)
        return result

    @api.model
    def _credit_seats_changed(self, teams, users):
        """Open handovers for clients that ``users`` no longer work near; renew the gaps."""
        handovers = self.env["credit.handover"]
        for user in users:
            handovers._open_for(user, "left")
        # sudo: an engine, whoever changed the seat.
        rows = self.env["credit.service.member"].sudo()
        rows = rows.search([("user_id", "in", users.ids), ("date_to", "=", False)])
        self.env["res.partner"]._credit_refresh_teams(rows.partner_id.ids)
        # Posts of the head office never suffice for the institution's side.
        teams.sudo().filtered(
            lambda t: not t.institution_kind_id.is_head_office
        )._credit_refresh_clients()
