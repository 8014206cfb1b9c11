from odoo import api, fields, models
from odoo.exceptions import AccessError, RedirectWarning, UserError

from odoo.addons.credit_client_tiering.models.bank.res_partner import VIEWERS


class MailActivity(models.Model):
    """An activity that reminds of a duty: done means reported."""

    _inherit = "mail.activity"

    credit_obligation_id = fields.Many2one(
        "credit.obligation",
        string="Duty",
        index="btree_not_null",
        ondelete="cascade",
        readonly=True,
        copy=False,
        groups=VIEWERS,
        help="The duty it reminds of. It closes when the duty is discharged.",
    )
    credit_is_duty = fields.Boolean(compute="_compute_credit_is_duty", compute_sudo=True)

    _credit_one_reminder = models.UniqueIndex(
        "(credit_obligation_id) WHERE active AND credit_obligation_id IS NOT NULL",
        "The duty already has a reminder.",
    )

    @api.depends("credit_obligation_id")
    def _compute_credit_is_duty(self):
        for activity in self:
            activity.credit_is_duty = bool(activity.credit_obligation_id)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(vals.get("credit_obligation_id") for vals in vals_list):
            raise AccessError(self.env._("Reminders of duties are made by the ledger."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and "credit_obligation_id" in vals:
            raise AccessError(self.env._("Reminders of duties are made by the ledger."))
        return super().write(vals)

    def _credit_duties(self):
        """Return the open activities among these that remind of a duty."""
        # sudo: whether an activity is a reminder decides what "done" means for it.
        return self.filtered(lambda a: a.active and a.sudo().credit_obligation_id)

    def action_done(self):
        """Ask for the contact report where a duty is reminded of; else as usual."""
        reminders = self._credit_duties()
        if reminders:
            super(MailActivity, self - reminders).action_done()
            return reminders[0].action_credit_report()
        return super().action_done()

    def action_feedback_schedule_next(self, feedback=False, attachment_ids=None):
        reminders = self._credit_duties()
        if reminders:
            return reminders[0].action_credit_report()
        return super().action_feedback_schedule_next(
            feedback=feedback, attachment_ids=attachment_ids
        )

    def _action_done(self, feedback=False, attachment_ids=None):
        reminders = self._credit_duties()
        if reminders:
            duty = reminders[0].sudo().credit_obligation_id
            raise RedirectWarning(
                self.env._(
                    "“%(duty)s” for %(client)s is done when the contact is reported; its "
                    "reminder then closes by itself.",
                    duty=duty.name,
                    client=duty.partner_id.display_name or duty.unit_id.name or self.env.user.name,
                ),
                reminders[0].action_credit_report(),
                self.env._("Report the contact"),
            )
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)

    def action_credit_report(self):
        """Open what discharges the duty the activity reminds of: the contact report."""
        self.ensure_one()
        self.check_access("read")
        # sudo: the duty behind a reminder the person may read; the form checks on.
        duty = self.sudo().credit_obligation_id.sudo(False)
        if not duty:
            raise UserError(self.env._("“%s” reminds of no duty.", self.display_name))
        return duty.action_report_contact()

    def _to_store_defaults(self, target):
        return super()._to_store_defaults(target) + ["credit_is_duty"]
