from odoo import api, models
from odoo.tools import SQL


class CreditObligation(models.Model):
    """The duties towards targets of the month rest on the project library (R-M-3b, A38)."""

    _inherit = "credit.obligation"

    @api.model
    def _target_clients(self):
        """Return the SELECT ``(partner_id, days)``: when a client is somebody's target."""
        self.env["credit.project.target"].flush_model()
        return SQL(
            """SELECT partner_id, range_agg(daterange(
                          month, (month + interval '1 month')::date)) AS days
                 FROM credit_project_target GROUP BY partner_id"""
        )
