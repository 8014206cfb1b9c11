from odoo import api, fields, models

from odoo.addons.credit_client_tiering.models.bank.res_partner import VIEWERS


class ResPartner(models.Model):
    """What the client promised in return for credit, and whether it came."""

    _inherit = "res.partner"

    credit_commitment_ids = fields.One2many(
        "credit.commitment", "partner_id", string="Return commitments", groups=VIEWERS
    )
    credit_commitment_html = fields.Html(
        "What became of them",
        compute="_compute_credit_commitment_html",
        sanitize=False,
        groups=VIEWERS,
    )

    @api.depends_context("uid", "lang")
    @api.depends("credit_commitment_ids")
    def _compute_credit_commitment_html(self):
        for partner in self:
            lines = partner._origin._credit_commitment_lines() if partner._origin else []
            partner.credit_commitment_html = bool(lines) and self.env["ir.qweb"]._render(
                "credit_service_tasks.credit_commitment_history", {"lines": lines}
            )

    def _credit_commitment_lines(self):
        """Return the commitments that count, for the client, the briefing and reviews."""
        return (
            self.env["credit.commitment"]
            .search([("partner_id", "in", self.ids), ("state", "!=", "draft")])
            ._history_lines()
        )
