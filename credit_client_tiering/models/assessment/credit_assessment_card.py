from odoo import fields, models

from .credit_tier_card import evidence_values


class CreditAssessment(models.Model):
    """An assessment of the past, explained as it was reached."""

    _inherit = "credit.assessment"

    # Our own template with every value escaped, see the tier card.
    explanation = fields.Html(compute="_compute_explanation", sanitize=False)

    def _compute_explanation(self):
        for assessment in self:
            assessment.explanation = self.env["ir.qweb"]._render(
                "credit_client_tiering.assessment_explanation",
                evidence_values(self.env, assessment.explain()),
            )
