from odoo import api, fields, models
from odoo.fields import Domain


class CreditApplication(models.Model):
    """What the client promises in return, and what became of earlier promises (R-M-8b)."""

    _inherit = "credit.application"
    _guard_open = frozenset({"return_account", "commitment_ids"})

    return_account = fields.Char(
        "Settlement-return account",
        help="The account with the bank that proceeds of the credit plan return to (R-M-8b).",
    )
    commitment_ids = fields.One2many(
        "credit.commitment", "application_id", string="Return commitments"
    )
    # Our own template with every value escaped.
    earlier_commitments = fields.Html(
        compute="_compute_earlier_commitments", sanitize=False, string="Earlier commitments"
    )

    @api.depends_context("uid", "lang")
    @api.depends("partner_id")
    def _compute_earlier_commitments(self):
        for application in self:
            domain = Domain("partner_id", "=", application.partner_id.id)
            domain &= Domain("state", "!=", "draft")
            if application._origin:
                domain &= Domain("application_id", "!=", application._origin.id)
            earlier = self.env["credit.commitment"].search(domain)
            application.earlier_commitments = bool(earlier) and self.env["ir.qweb"]._render(
                "credit_service_tasks.credit_commitment_history",
                {"lines": earlier._history_lines()},
            )
