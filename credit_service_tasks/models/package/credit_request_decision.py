from odoo import fields, models
from odoo.exceptions import AccessError

from .credit_request_mixin import OUTCOMES


class CreditRequestDecision(models.Model):
    """Who decided what on a request, in which post and on which facts; never changed."""

    _name = "credit.request.decision"
    _inherit = ["credit.guard.mixin"]
    _description = "Decision on a Request"
    _order = "id"
    _rec_name = "partner_id"

    service_request_id = fields.Many2one(
        "credit.service.request", index="btree_not_null", ondelete="restrict"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Client", required=True, index=True, ondelete="restrict"
    )
    round = fields.Integer(required=True)
    outcome = fields.Selection(OUTCOMES, required=True)
    reason = fields.Text()
    user_id = fields.Many2one(
        "res.users", string="Decided by", required=True, index=True, ondelete="restrict"
    )
    on_behalf_of_id = fields.Many2one(
        "res.users", string="Standing in for", index="btree_not_null", ondelete="restrict"
    )
    post_id = fields.Many2one(
        "credit.post", string="As holder of", index="btree_not_null", ondelete="restrict"
    )
    decided_at = fields.Datetime(required=True)
    evidence = fields.Json()

    def _guard_refuse(self, closed):
        raise AccessError(
            self.env._(
                "Decisions are taken with the buttons of the request; they cannot be entered, "
                "changed or deleted."
            )
        )

    def _guard_deletable(self):
        self._guard_refuse(set())
