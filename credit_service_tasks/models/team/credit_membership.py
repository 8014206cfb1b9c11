from odoo import api, models


class CreditMembership(models.Model):
    """The list asks for officers in the team, so the gaps follow it at once."""

    _inherit = "credit.membership"

    @api.model
    def _on_lists_changed(self, client_ids):
        result = super()._on_lists_changed(client_ids)
        self.env["res.partner"]._credit_refresh_teams(list(client_ids))
        return result
