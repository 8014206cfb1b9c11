from odoo import api, fields, models
from odoo.exceptions import AccessError


class CreditApplicationEnd(models.TransientModel):
    """Refuse an application, or record that the client withdrew it."""

    _name = "credit.application.end"
    _description = "Refuse or withdraw an Application"

    application_id = fields.Many2one("credit.application", required=True, ondelete="cascade")
    state = fields.Selection(
        [("refused", "Refused"), ("withdrawn", "Withdrawn by the client")],
        required=True,
        default="refused",
    )
    kind = fields.Char(compute="_compute_kind")
    reason_id = fields.Many2one(
        "credit.process.code", required=True, domain="[('kind', '=', kind)]"
    )
    text = fields.Text("In words", required=True, help="What the client will be told.")

    @api.depends("state")
    def _compute_kind(self):
        for wizard in self:
            wizard.kind = "withdrawal" if wizard.state == "withdrawn" else "refusal"

    def action_end(self):
        """End the application today.

        :raises AccessError: a client manager refuses alone, or not the caller's client
        :raises ValidationError: reason missing
        Clause S-B-3f.
        """
        self.ensure_one()
        application = self.application_id
        if self.state == "withdrawn":
            application.check_access("write")
        else:
            self._check_may_refuse(application)
        application._lock()
        application._end(application._today(), self.state, self.reason_id, self.text, self.env.user)
        return {"type": "ir.actions.act_window_close"}

    def _check_may_refuse(self, application):
        """Refusing is for whoever approves, or for the head of the corporate line."""
        application.check_access("read")
        if not application._refuses_loans():
            raise AccessError(
                self.env._(
                    "%s cannot refuse a loan alone; the head of the corporate line, a "
                    "president, or whoever approves loans does.",
                    self.env.user.name,
                )
            )
