from odoo import fields, models


class CreditApplicationSuspend(models.TransientModel):
    """Stop the clock of an application, with a coded reason and the proof."""

    _name = "credit.application.suspend"
    _description = "Suspend an Application"

    application_id = fields.Many2one("credit.application", required=True, ondelete="cascade")
    reason_id = fields.Many2one(
        "credit.process.code", required=True, domain=[("kind", "=", "suspension")]
    )
    note = fields.Text(required=True)
    proof = fields.Binary(required=True, attachment=False)
    proof_name = fields.Char()

    def action_suspend(self):
        """Suspend from today.

        :raises AccessError: not the caller's client
        :raises ValidationError: note or proof missing
        """
        self.ensure_one()
        application = self.application_id
        application.check_access("write")
        application._lock()
        application._suspend(
            application._today(),
            self.reason_id,
            self.note,
            self.proof,
            self.proof_name,
            self.env.user,
        )
        return {"type": "ir.actions.act_window_close"}
