from odoo import api, models


class CreditAssessment(models.Model):
    """Figures and lists have changed wherever clients are assessed again."""

    _inherit = "credit.assessment"

    @api.model
    def _assess(self, client_ids=None, day=None):
        changed = super()._assess(client_ids, day)
        if client_ids:
            self.env["res.partner"]._credit_refresh_teams(list(client_ids))
        return changed
