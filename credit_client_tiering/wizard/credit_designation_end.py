from odoo import fields, models
from odoo.exceptions import ValidationError


class CreditDesignationEnd(models.TransientModel):
    """End a designation that no longer holds, or withdraw one that never did."""

    _name = "credit.designation.end"
    _description = "End or Withdraw a Designation"

    designation_id = fields.Many2one(
        "credit.designation", required=True, readonly=True, ondelete="cascade"
    )
    manner = fields.Selection(
        [
            ("end", "It held, and ends"),
            ("withdraw", "It was wrong from the start"),
        ],
        string="What happened",
        required=True,
        default="end",
    )
    date_to = fields.Date(
        "Last day of validity", default=lambda self: self.env.company._credit_today()
    )
    reason = fields.Char()

    def action_confirm(self):
        """End or withdraw the designation; the client is assessed again at once.

        :raises ValidationError: no last day, or no reason of withdrawal
        """
        self.ensure_one()
        if self.manner == "withdraw":
            self.designation_id.action_withdraw(self.reason)
        else:
            if not self.date_to:
                raise ValidationError(
                    self.env._("Enter the last day on which the designation held.")
                )
            self.designation_id.write({"date_to": self.date_to})
        return {"type": "ir.actions.act_window_close"}
