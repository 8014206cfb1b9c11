from odoo import api, models


class CreditMembership(models.Model):
    _inherit = "credit.membership"

    @api.model
    def _on_lists_changed(self, client_ids):
        """Duties follow the lists."""
        result = super()._on_lists_changed(client_ids)
        self.env["credit.obligation"]._soon(client_ids)
        return result
