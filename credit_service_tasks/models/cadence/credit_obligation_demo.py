"""How the people of the demo bank do their duties; called by its demo data alone."""

from datetime import timedelta
from zlib import crc32

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from .credit_month_close import _CLOSING

# In how many of a hundred cases somebody does what is owed; the others, as USUAL.
USUAL = 88
SHARES = {
    "president5": 62,
    "head6": 55,
    "manager10": 58,
    "manager15": 35,
    "head4": 74,
    "head3": 68,
    "deputy": 80,
    "manager5": 72,
    "manager2": 78,
}
# Client and post nobody has heard from for that many days.
SILENT_DAYS = {
    "client_q_money_below": 45,
    "client_q_margin_below": 14,
    "client_exposure_exact": 9,
}


class CreditObligation(models.Model):
    _inherit = "credit.obligation"

    def _demo_lot(self, today):
        """Return a number that is the same on every installation of the same age."""
        self.ensure_one()
        about = self.partner_id or self.unit_id or self.person_id
        age = (today - self.due_date).days
        return crc32(f"{self.rule_id.code} {about.name} {age}".encode())

    def _demo_met(self, today):
        """Return the duties of these that somebody did in time."""
        silent = {
            self.env.ref(f"credit_client_tiering.{name}").id: days
            for name, days in SILENT_DAYS.items()
        }
        return self.filtered(lambda duty: duty._demo_done(today, silent))

    def _demo_done(self, today, silent):
        if (today - self.due_date).days < silent.get(self.partner_id.id, 0):
            return False
        share = SHARES.get(self.user_id.login, USUAL)
        if self.period_end >= today:
            # The period is not over: what is left of it is still owed.
            length = (self.period_end - self.period_start).days + 1
            share = share * ((today - self.period_start).days + 1) // length // 2
        return self._demo_lot(today) % 100 < share

    @api.model
    def _demo_hand_up(self):
        """Escalate what is left; what was done in time never was in anybody's hands."""
        raised = [("escalation_level", ">", 0), ("status", "not in", ("open", "overdue"))]
        self._ledger().search(raised).write(
            {"escalation_level": 0, "escalation_step_id": False, "escalated_to_id": False}
        )
        self._generate()

    @api.model
    def _demo_close(self):
        """Close last month; afterwards somebody remembers a contact of it."""
        today = self.env.company._credit_today()
        month = today.replace(day=1) - relativedelta(months=1)
        admin = self.env.ref("credit_client_tiering.user_admin_list")
        closings = (
            self.env["credit.month.close"].with_user(admin).with_context(lang=admin.lang)
        )._close(month)
        # A second ago: what is entered from now on came afterwards, nothing before did.
        closings.sudo().with_context(credit_closing=_CLOSING).write(
            {"closed_at": fields.Datetime.now() - timedelta(seconds=1)}
        )
        forgotten = self.search(
            [
                ("status", "=", "overdue"),
                ("kind_id.code", "=", "contact"),
                ("user_id", "!=", False),
                ("due_date", ">=", month),
                ("due_date", "<", month + relativedelta(months=1)),
            ],
            order="due_date desc, id",
        )
        forgotten = forgotten.sorted(lambda duty: duty.user_id.login != "deputy")[:1]
        reports = self.env["credit.contact.report"]
        for duty in forgotten:
            report = reports.with_user(duty.user_id).create(
                {
                    **reports._demo_values(duty.partner_id, duty.user_id, duty.due_date, False),
                    "outcome": "月末电话联系，当时未及时录入。",
                    "attendee_ids": [fields.Command.set(duty.user_id.ids)],
                }
            )
            report.action_submit()

    @api.model
    def _demo_sign(self):
        """Let the notes of the installation be read as the bank would have written them."""
        users = self.env["res.users"].search([("email", "=like", "%@minghu-bank.example")])
        if "odoobot_state" in users._fields:
            users.odoobot_state = "disabled"  # its chat would cover the screen of a phone
        admin = self.env.ref("credit_client_tiering.user_admin_list")
        robot = self.env.ref("base.partner_root")
        messages = self.env["mail.message"].sudo()
        noted = ("message_type", "=", "notification")
        clients = self.env["res.partner"].search([("is_credit_client", "=", True)])
        notes = messages.search([noted, ("model", "=like", "credit.%")]) | messages.search(
            [noted, ("model", "=", "res.partner"), ("res_id", "in", clients.ids)]
        )
        notes.filtered(lambda note: note.author_id == robot).author_id = admin.partner_id
        for model, of_model in notes.grouped("model").items():
            english = self.env["ir.model"]._get(model).with_context(lang="en_US").name
            created = of_model.filtered(lambda note, name=english: name in (note.body or ""))
            for note in created[:1]:
                record = self.env[model].browse(note.res_id).with_context(lang=admin.lang)
                created.body = record._creation_message()
