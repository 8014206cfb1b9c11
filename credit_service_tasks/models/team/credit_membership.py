from odoo import api, models


class CreditMembership(models.Model):
    """The list asks for officers in the team, so the gaps follow it at once."""

    _inherit = "credit.membership"

    @api.model
    def _publish_for(self, client_ids):
        result = super()._publish_for(client_ids)
        self.env["res.partner"]._credit_refresh_teams(list(client_ids))
        return result
