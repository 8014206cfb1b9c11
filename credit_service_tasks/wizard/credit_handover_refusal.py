from odoo import fields, models


class CreditHandoverRefusal(models.TransientModel):
    """Why the receiver does not take the clients over."""

    _name = "credit.handover.refusal"
    _description = "Refusal of a Handover"

    handover_id = fields.Many2one("credit.handover", required=True, ondelete="cascade")
    reason = fields.Text(required=True)

    def action_confirm(self):
        """Return the packet to the head with the reason."""
        for refusal in self:
            refusal.handover_id._refuse(refusal.reason)
        return {"type": "ir.actions.act_window_close"}
