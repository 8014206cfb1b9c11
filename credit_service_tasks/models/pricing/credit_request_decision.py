from odoo import fields, models


class CreditRequestDecision(models.Model):
    _inherit = "credit.request.decision"

    pricing_request_id = fields.Many2one(
        "credit.pricing.request", index="btree_not_null", ondelete="restrict"
    )

    _once_a_round = models.UniqueIndex(
        "(COALESCE(service_request_id, 0), COALESCE(pricing_request_id, 0), round)",
        "The request has been decided on already.",
    )
    _one_request = models.Constraint(
        "CHECK (num_nonnulls(service_request_id, pricing_request_id) = 1)",
        "A decision is about one request.",
    )
