from odoo import api, fields, models


class CreditNomination(models.Model):
    """Whoever decides on a list sees which promises the client has kept (R-M-8b)."""

    _inherit = "credit.nomination"

    promise_evidence = fields.Json(readonly=True, copy=False)
    # Our own template with every value escaped.
    promise_card = fields.Html(
        "Promised in return for credit",
        compute="_compute_promise_card",
        sanitize=False,
        help="As it stood when the nomination was submitted.",
    )

    def _evidence(self):
        """Freeze the promises at the moment the facts are."""
        promises = self.env["credit.commitment"]._to_review(self.partner_id.ids)
        for nomination in self._moving():
            found = promises.get(nomination.partner_id)
            nomination.promise_evidence = {"lines": found._frozen() if found else []}
        return super()._evidence()

    @api.depends_context("uid", "lang")
    @api.depends("promise_evidence", "partner_id")
    def _compute_promise_card(self):
        commitments = self.env["credit.commitment"]
        for nomination in self:
            frozen = nomination.promise_evidence
            if not frozen:
                # Nothing submitted yet: what the reader may see of the client today.
                lines = nomination.partner_id._credit_commitment_lines()
            else:
                lines = commitments._shown(frozen["lines"])
            nomination.promise_card = bool(lines) and self.env["ir.qweb"]._render(
                "credit_service_tasks.credit_commitment_history", {"lines": lines}
            )
