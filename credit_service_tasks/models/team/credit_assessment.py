from odoo import api, models

from .team_sql import stale_exposures


class CreditAssessment(models.Model):
    """Figures have changed wherever clients are assessed again; so may have their band."""

    _inherit = "credit.assessment"

    @api.model
    def _assess(self, client_ids=None, day=None):
        changed = super()._assess(client_ids, day)
        clients, groups = self.env.cr.precommit.data.pop("credit_teams_waiting", ((), ()))
        if client_ids:
            # Most facts are no exposure: look before the large statement is planned.
            rows = self.env.execute_query(stale_exposures(client_ids))
            clients = {*clients, *(row[0] for row in rows)}
        self.env["res.partner"]._credit_refresh_teams(list(clients), groups)
        return changed
