from odoo import api, fields, models
from odoo.exceptions import AccessError


class CreditApplicationReopen(models.TransientModel):
    """Change an approved loan: reopen the steps the change affects, and no others."""

    _name = "credit.application.reopen"
    _description = "Change after Approval"

    application_id = fields.Many2one("credit.application", required=True, ondelete="cascade")
    done_step_ids = fields.Many2many("credit.process.step", compute="_compute_done_step_ids")
    step_ids = fields.Many2many(
        "credit.process.step",
        "credit_application_reopen_step_rel",
        string="Affected steps",
        required=True,
        domain="[('id', 'in', done_step_ids)]",
    )
    reason = fields.Text(required=True, help="What changes, and why these steps.")

    @api.depends("application_id")
    def _compute_done_step_ids(self):
        for wizard in self:
            done = wizard.application_id.step_ids.filtered(lambda s: s.state == "done")
            wizard.done_step_ids = done.step_id

    def action_reopen(self):
        """Reopen the steps today.

        :raises AccessError: a client manager
        :raises UserError: not between approval and disbursement
        """
        self.ensure_one()
        if not self.env.user.has_group("credit_client_tiering.group_corporate_head"):
            raise AccessError(
                self.env._(
                    "%s cannot change an approved loan; the head of the corporate line or a "
                    "president does.",
                    self.env.user.name,
                )
            )
        application = self.application_id
        application.check_access("write")
        application._lock()
        application._reopen(application._today(), self.step_ids, self.reason, self.env.user)
        return {"type": "ir.actions.act_window_close"}
