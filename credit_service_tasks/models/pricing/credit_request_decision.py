from odoo import fields, models


class CreditRequestDecision(models.Model):
    _inherit = "credit.request.decision"

    pricing_request_id = fields.Many2one(
        "credit.pricing.request", index="btree_not_null", ondelete="restrict"
    )

    _one_request = models.Constraint(
        "CHECK (num_nonnulls(service_request_id, pricing_request_id) = 1)",
        "A decision is about one request.",
    )
