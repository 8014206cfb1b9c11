"""The client company never hears from the system by itself; and visits stay in the house."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from odoo.addons.mail.models.mail_mail import MailMail

from .team_common import TeamCase

OURS = "bank.example"
THEIRS = "client.example"


class MailCase(TeamCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # As in real life: everything is tracked and subscribed.
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": False})
        cls.served = cls.borrower(
            1, "Served", user_id=cls.manager.id, email=f"office@{THEIRS}"
        ).with_env(cls.env)
        cls.person = cls.env["res.partner"].create(
            {"name": "Ms Wang", "parent_id": cls.served.id, "email": f"wang@{THEIRS}"}
        )
        for user in (cls.manager, cls.head, cls.president, cls.colleague, cls.third):
            user.email = f"{user.login}@{OURS}"
        cls.name_person(cls.served, cls.colleague, "b1")
        # Somebody put the client on every list of followers there is.
        cls.served.message_subscribe((cls.served | cls.person).ids)
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.written_to = []
        written_to, real = self.written_to, MailMail.create

        def create(mails, vals_list):
            # Sent mail may be deleted at once, or with its record: noted when it is written.
            made = real(mails, vals_list)
            for mail in made.sudo():
                written_to.append(f"{mail.email_to} {mail.email_cc}")
                written_to.extend(mail.recipient_ids.mapped(lambda p: p.email or ""))
            return made

        self.startPatcher(patch.object(MailMail, "create", create))

    def tell(self):
        """Return to whom the system wrote since the test began."""
        self.env.flush_all()
        return " ".join(self.written_to)

    def visit(self, **values):
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        return (
            self.env["calendar.event"]
            .with_user(self.manager)
            .create(
                {
                    "name": "Visit",
                    "start": tomorrow,
                    "stop": tomorrow + timedelta(hours=1),
                    "credit_client_id": self.served.id,
                    "credit_topics": "A line",
                    "partner_ids": [
                        Command.set(
                            (
                                self.person
                                | self.served
                                | self.manager.partner_id
                                | self.head.partner_id
                            ).ids
                        )
                    ],
                    **values,
                }
            )
        )


@tagged("post_install", "-at_install")
class TestNoMailToClients(MailCase):
    def test_a_visit_planned_moved_near_and_called_off(self):
        alarm = self.env["calendar.alarm"].create(
            {
                "name": "A day before",
                "alarm_type": "email",
                "duration": 1,
                "interval": "days",
                "mail_template_id": self.env.ref("calendar.calendar_template_meeting_reminder").id,
            }
        )
        event = self.visit(alarm_ids=[Command.set(alarm.ids)])
        self.assertIn(OURS, self.tell(), "colleagues are invited")
        event.write(
            {"start": event.start + timedelta(hours=2), "stop": event.stop + timedelta(hours=2)}
        )
        event.with_user(self.colleague).action_credit_join()
        event.attendee_ids.sudo()._notify_attendees(alarm.mail_template_id, notify_author=True)
        event.message_post(
            body="He wants 3 %", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        event.unlink()
        self.assertNotIn(THEIRS, self.tell())

    def test_what_a_person_sends_goes_out(self):
        event = self.visit()
        event.message_post(
            body="We come at nine",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.person.ids,
        )
        self.assertIn(f"wang@{THEIRS}", self.tell())

    def test_appointments_of_others_are_odoos(self):
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        self.env["calendar.event"].with_user(self.manager).create(
            {
                "name": "Concert",
                "start": tomorrow,
                "stop": tomorrow + timedelta(hours=1),
                "partner_ids": [Command.set((self.person | self.manager.partner_id).ids)],
            }
        )
        self.assertIn(f"wang@{THEIRS}", self.tell())

    def test_contacts_cases_gifts_meetings_and_handovers(self):
        client = {"partner_id": self.served.id}
        day = self.env.company._credit_today()
        as_manager = self.env(user=self.manager.id)
        report = as_manager["credit.contact.report"].create(
            {
                **client,
                "channel_id": self.env.ref("credit_service_tasks.channel_phone").id,
                "attendee_ids": [Command.set(self.manager.ids)],
                "met_ids": [Command.set(self.person.ids)],
                "outcome": "Wants a line",
                "promise_ids": [Command.create({"name": "Terms", "date": day})],
            }
        )
        report.action_submit()
        case = as_manager["credit.save.case"].create({**client, "explanation": "Quiet"})
        case.write({"outcome": "kept", "result": "Stays", "amount_saved": 0})
        case.action_close()
        gift = as_manager["credit.care.gift"].create({**client, "name": "Tea", "value": 5})
        gift.action_give()
        meeting = as_manager["credit.client.meeting"].create(
            {
                "name": "Suppliers",
                "institution_id": self.sub_branch.id,
                "date": fields.Datetime.now() - timedelta(hours=1),
                "partner_ids": [Command.set(self.served.ids)],
                "attended_ids": [Command.set(self.served.ids)],
                "issue_ids": [Command.create({**client, "name": "Customs"})],
            }
        )
        meeting.action_held()
        session = as_manager["credit.meeting"].create(
            {
                "type_ids": self.env["credit.meeting.type"].search([], limit=1).ids,
                "institution_id": self.sub_branch.id,
                "guest_ids": [Command.set((self.served | self.person).ids)],
                "start": fields.Datetime.now() + timedelta(days=1),
                "attendee_ids": [Command.set((self.manager | self.head).ids)],
            }
        )
        session.write({"start": session.start + timedelta(days=1)})
        session.action_call_off()
        absence = self.env["credit.absence"].create({"user_id": self.manager.id, "date_to": day})
        absence.cover_id = self.colleague
        handover = self.env["credit.handover"].create(
            {
                "from_user_id": self.manager.id,
                "to_user_id": self.third.id,
                "institution_id": self.sub_branch.id,
            }
        )
        handover.action_fill()
        handover.action_propose()
        handover.with_user(self.third).action_accept()
        for record in (report, case, gift, meeting, session, absence, handover):
            record = record.sudo()
            record.message_subscribe((self.served | self.person).ids)
            record.message_post(
                body="Internal",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=(self.served | self.person).ids,
            )
        self.assertNotIn(THEIRS, self.tell())

    def test_refused_answered_and_noticed(self):
        application = (
            self.env["credit.application"]
            .with_user(self.manager)
            .create(
                {
                    "partner_id": self.served.id,
                    "product_id": self.env["credit.loan.product"].search([], limit=1).id,
                }
            )
        )
        application.action_notice()
        application = application.with_user(self.head)
        with Form(
            self.env["credit.application.end"]
            .with_user(self.head)
            .with_context(default_application_id=application.id)
        ) as form:
            form.reason_id = self.env["credit.process.code"].search(
                [("kind", "=", "refusal")], limit=1
            )
            form.text = "Too much debt"
        form.record.action_end()
        answer = (
            self.env["credit.application.answer"]
            .with_user(self.manager)
            .create({"application_id": application.id, "channel": "letter", "text": "We regret"})
        )
        answer.action_answer()
        self.assertTrue(application.answered_on)
        self.assertNotIn(THEIRS, self.tell())

    def test_a_festival(self):
        self.enlist(self.served, "quality")
        care = (
            self.env["credit.care.round"]
            .with_user(self.head)
            .create(
                {
                    "festival_id": self.env.ref("credit_service_tasks.festival_spring").id,
                    "institution_id": self.sub_branch.id,
                }
            )
        )
        care.action_open()
        line = care.line_ids.filtered(lambda x: x.partner_id == self.served)
        line.with_user(self.manager).greeting = "card"
        line.with_user(self.manager).action_done()
        (care.line_ids - line).note = "Away"
        (care.line_ids - line).action_skip()
        care.action_close()
        self.assertEqual(care.state, "closed")
        self.assertNotIn(THEIRS, self.tell())


@tagged("post_install", "-at_install")
class TestSomebodyGoes(MailCase):
    """Who sees a visit that a client manager plans."""

    def may_read(self, event, user):
        self.env.invalidate_all()
        events = self.env["calendar.event"].with_user(user)
        found = events.search([("id", "=", event.id)])
        if not found:
            with self.assertRaises(AccessError):
                events.browse(event.id).read(["name", "location", "partner_ids"])
            return False
        return found.read(["name"])[0]["name"] == "Visit"

    def test_who_sees_the_plan(self):
        event = self.visit(partner_ids=[Command.set(self.manager.partner_id.ids)])
        branch_b = self.staff("t_branch_b", self.other_branch, "client_manager")
        self.name_person(self.served, branch_b, "b2")
        for user in (
            self.manager,
            self.colleague,
            self.head,
            self.president,
            branch_b,
            self.finance,
        ):
            self.assertTrue(self.may_read(event, user), user.login)
        for user in (self.stranger, self.outsider):
            self.assertFalse(self.may_read(event, user), user.login)
        self.assertEqual(self.served.with_user(self.colleague)._credit_planned_visits(), event)

    def test_a_private_calendar_hides_no_visit(self):
        self.manager.with_user(self.manager).calendar_default_privacy = "private"
        event = self.visit(partner_ids=[Command.set(self.manager.partner_id.ids)])
        self.assertTrue(self.may_read(event, self.colleague))
        event.privacy = "private"
        self.assertTrue(self.may_read(event, self.colleague))

    def test_other_appointments_are_seen_as_ever(self):
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        event = (
            self.env["calendar.event"]
            .with_user(self.manager)
            .create({"name": "Visit", "start": tomorrow, "stop": tomorrow + timedelta(hours=1)})
        )
        for user in (self.colleague, self.stranger, self.outsider):
            self.assertTrue(self.may_read(event, user), user.login)
