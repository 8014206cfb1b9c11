from odoo import fields, models
from odoo.exceptions import UserError

from ..models.package.credit_request_mixin import OUTCOMES

DECIDED = ("credit.service.request", "credit.pricing.request")


class CreditRequestDecide(models.TransientModel):
    """Ask whoever decides for the reason."""

    _name = "credit.request.decide"
    _description = "Decide on Requests"

    outcome = fields.Selection(OUTCOMES, required=True, default="approve")
    reason = fields.Text()

    def action_decide(self):
        """Decide on the requests named by the context keys ``active_model``, ``active_ids``."""
        self.ensure_one()
        context = self.env.context
        if context.get("active_model") not in DECIDED or not context.get("active_ids"):
            raise UserError(self.env._("Open the request first and decide there."))
        requests = self.env[context["active_model"]].browse(context["active_ids"])
        requests.action_decide(self.outcome, self.reason or "")
        return {"type": "ir.actions.act_window_close"}
