from odoo import fields, models

from ..models.credit_process.credit_application_ending import ANSWER_CHANNELS


class CreditApplicationAnswer(models.TransientModel):
    """Record how and what a refused client was told."""

    _name = "credit.application.answer"
    _description = "Answer to a refused Client"

    application_id = fields.Many2one("credit.application", required=True, ondelete="cascade")
    channel = fields.Selection(ANSWER_CHANNELS, string="How", required=True)
    text = fields.Text("What was said", required=True)

    def action_answer(self):
        """Record the answer as of today; clause S-B-3f."""
        self.ensure_one()
        application = self.application_id
        application.check_access("write")
        application._lock()
        application._answer(application._today(), self.channel, self.text, self.env.user)
        return {"type": "ir.actions.act_window_close"}
