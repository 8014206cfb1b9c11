from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

# Channels for which a button on a duty reports a contact at once.
QUICK = ("phone", "message")


class CreditObligation(models.Model):
    """From the duty to what is done about it: report, one click, plan."""

    _inherit = "credit.obligation"

    report_ids = fields.Many2many(
        "credit.contact.report", string="Reports", compute="_compute_report_ids"
    )
    event_ids = fields.One2many("calendar.event", "credit_obligation_id", string="Planned visits")

    @api.depends("discharge_ids.report_id")
    def _compute_report_ids(self):
        for duty in self:
            duty.report_ids = duty.discharge_ids.report_id

    @api.model
    def _on_new(self, obligation_ids):
        """Duties may arise after the contact that discharges them was reported."""
        result = super()._on_new(obligation_ids)
        reports = self.env["credit.contact.report"]
        # At the start of a period nobody has reported anything of it yet.
        rows = self.env.execute_query(
            SQL(
                "SELECT min(period_start), max(period_end) FROM credit_obligation"
                " WHERE id = ANY(%s)",
                list(obligation_ids),
            )
        )
        # sudo: whether there is a report, not which.
        if rows[0][0] and reports.sudo().search_count(
            [
                ("state", "=", "submitted"),
                ("date", ">=", rows[0][0]),
                ("date", "<=", rows[0][1]),
            ],
            limit=1,
        ):
            reports._discharge(obligation_ids=obligation_ids)
        cron = self.env.ref("credit_service_tasks.ir_cron_remind", raise_if_not_found=False)
        if cron and obligation_ids:
            # sudo: whatever made duties arise sets off the run that reminds of them.
            cron.sudo()._trigger()
        return result

    def _reminders(self):
        """Return the open activities that remind of the duties."""
        # sudo: who holds a duty may know its reminder.
        return self.env["mail.activity"].sudo().search([("credit_obligation_id", "in", self.ids)])

    def action_report_contact(self):
        """Open the one-minute form for what the duty asks."""
        self.ensure_one()
        self.check_access("read")
        if not self.partner_id or not self.kind_id.discharged_by_contact:
            return self._open_what_discharges()
        # Of a period that is over only a contact made in it counts.
        day = min(self.env.company._credit_today(), self.period_end)
        return self.env["credit.contact.report"]._form_action(
            {
                "default_partner_id": self.partner_id.id,
                "default_channel_id": self._usual_channel().id,
                "default_date": str(day),
            }
        )

    def _open_what_discharges(self):
        """Return the action for a duty that another record than a contact discharges."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def _usual_channel(self):
        """Return the channel a contact for this duty most likely has."""
        self.ensure_one()
        channels = self.rule_id.sudo().channel_ids or self.env["credit.contact.channel"].search(
            Domain.TRUE
        )
        made = channels.filtered(lambda c: c.kind_id == self.kind_id)
        return (made or channels.filtered(lambda c: self.kind_id in c.kind_id.fulfils_ids))[:1]

    def action_quick_phone(self):
        """Report a phone call of today, with nothing to add."""
        return self._quick_contact("phone")

    def action_quick_message(self):
        """Report a message of today, with nothing to add."""
        return self._quick_contact("message")

    def _quick_contact(self, code):
        """Report and submit a simple contact by ``code`` for the duty's client."""
        self.ensure_one()
        self.check_access("read")
        if not self.partner_id:
            raise UserError(self.env._("“%s” is no duty to a client.", self.name))
        if not self.env["credit.contact.report"].has_access("create"):
            raise AccessError(self.env._("You may not report contacts."))
        channel = self.env["credit.contact.channel"].search([("code", "=", code)], limit=1)
        report = self.env["credit.contact.report"].create(
            {"partner_id": self.partner_id.id, "channel_id": channel.id}
        )
        return report.action_submit()

    def action_plan_visit(self):
        """Open the calendar entry of a visit for the duty."""
        self.ensure_one()
        self.check_access("read")
        if not self.partner_id:
            raise UserError(self.env._("“%s” is no duty to a client.", self.name))
        return self.env["calendar.event"]._credit_plan_action(self.partner_id, self)
