from odoo import api, models


class CreditMembership(models.Model):
    _inherit = "credit.membership"

    @api.model
    def _publish_for(self, client_ids):
        """Duties follow the lists."""
        result = super()._publish_for(client_ids)
        self.env["credit.obligation"]._soon(client_ids)
        return result
