"""Reminders follow the ledger, look like Odoo's own, and send one digest a day."""

from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_contact import ContactCase

NOW = "2024-06-05 04:00:00"
# Of a row made by Odoo and one made by us: what may differ.
OWN = {"id", "credit_obligation_id", "create_date", "write_date", "create_uid", "write_uid"}


@tagged("post_install", "-at_install")
class TestReminder(ContactCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank_client = cls.client("Reminded", user_id=cls.manager.id)
        cls.weekly = cls.rule("reminded", posts=["president"])

    def owed(self, client=None, user=None, start="2024-06-03", end="2024-06-09", **values):
        return self.duty(
            values.pop("rule", self.weekly),
            client or self.bank_client,
            start,
            end,
            user=user or self.president,
            **values,
        )

    def rows(self, ids):
        self.env.flush_all()
        self.env.cr.execute("SELECT * FROM mail_activity WHERE id = ANY(%s)", [list(ids)])
        names = [column.name for column in self.env.cr.description]
        return [dict(zip(names, row, strict=True)) for row in self.env.cr.fetchall()]

    def followers(self, client):
        self.env.flush_all()
        return {
            f.partner_id: f.subtype_ids
            for f in self.env["mail.followers"].search(
                [("res_model", "=", "res.partner"), ("res_id", "=", client.id)]
            )
        }

    @freeze_time(NOW)
    def test_same_as_odoos_own(self):
        """Row, followers and tray message are those of activity_schedule, e-mail aside."""
        sent = []

        def bus_send(users, kind, message, **_more):
            if kind == "mail.activity/updated":
                sent.append((users, message))

        stock_client = self.client("Reminded", user_id=self.manager.id)
        with patch.object(type(self.env["res.users"]), "_bus_send", bus_send):
            stock = stock_client.activity_schedule(
                "credit_service_tasks.activity_type_contact",
                date_deadline=self.day("2024-06-05"),
                summary=self.weekly.name,
                user_id=self.president.id,
            )
            duty = self.owed(end="2024-06-05")
            self.duties._remind(duty.ids)
        ours = duty._reminders()
        theirs_row, our_row = self.rows(stock.ids)[0], self.rows(ours.ids)[0]
        for name in OWN | {"res_id"}:
            theirs_row.pop(name)
            our_row.pop(name)
        self.assertEqual(our_row, theirs_row)
        self.assertEqual(
            self.followers(self.bank_client)[self.president.partner_id],
            self.followers(stock_client)[self.president.partner_id],
        )
        self.assertEqual(sent[0], sent[1])
        self.assertEqual(sent[0][1], {"activity_created": True, "count_diff": 1})
        # What the person sees: tray, activity view, chatter.
        me = self.env["res.users"].with_user(self.president)
        tray = next(g for g in me._get_activity_groups() if g["model"] == "res.partner")
        self.assertEqual(tray["today_count"], 2)
        view = self.env["mail.activity"].with_user(self.president)
        data = view.get_activity_data("res.partner", [("id", "=", self.bank_client.id)])
        kind = self.here("activity_type_contact").id
        self.assertEqual(data["grouped_activities"][self.bank_client.id][kind]["ids"], ours.ids)
        self.assertEqual(self.bank_client.with_user(self.president).activity_ids, ours)
        # No message was sent for it.
        self.assertFalse(
            self.env["mail.notification"].search(
                [
                    ("res_partner_id", "=", self.president.partner_id.id),
                    ("mail_message_id.res_id", "=", self.bank_client.id),
                ]
            )
        )

    @freeze_time(NOW)
    def test_once_and_only_when_due(self):
        duty = self.owed()
        later = self.owed(start="2024-06-10", end="2024-06-16")
        nobody = self.duty(
            self.rule("nobody", ["president"]), self.bank_client, "2024-06-03", "2024-06-09"
        )
        every = duty | later | nobody
        self.duties._remind(every.ids)
        self.duties._remind(every.ids)
        self.assertEqual(len(every._reminders()), 1)
        self.assertEqual(every._reminders().credit_obligation_id, duty)

    @freeze_time(NOW)
    def test_follows_the_ledger(self):
        duty = self.owed()
        self.duties._remind(duty.ids)
        reminder = duty._reminders()
        # reassigned
        duty._ledger().user_id = self.deputy
        self.duties._remind(duty.ids)
        self.assertEqual(duty._reminders(), reminder)
        self.assertEqual(reminder.user_id, self.deputy)
        self.assertIn(self.deputy.partner_id, self.followers(self.bank_client))
        # the person may do it earlier, not later than due
        reminder.with_user(self.deputy).date_deadline = "2024-06-06"
        self.duties._remind(duty.ids)
        self.assertEqual(reminder.date_deadline, self.day("2024-06-06"))
        reminder.with_user(self.deputy).date_deadline = "2024-06-30"
        self.duties._remind(duty.ids)
        self.assertEqual(reminder.date_deadline, duty.due_date)
        # cancelled by hand: comes back
        reminder.with_user(self.deputy).unlink()
        self.duties._remind(duty.ids)
        self.assertEqual(len(duty._reminders()), 1)
        # ended
        duty._ledger().status = "ended"
        self.duties._remind(duty.ids)
        self.assertFalse(duty._reminders())
        closed = (
            self.env["mail.activity"]
            .with_context(active_test=False)
            .search([("credit_obligation_id", "=", duty.id)])
        )
        self.assertTrue(closed.date_done)

    @freeze_time(NOW)
    def test_one_reminder_per_client_and_rule(self):
        """What was missed stays in the ledger; the running period is reminded of."""
        missed = self.owed(start="2024-05-27", end="2024-06-02", status="overdue")
        self.duties._remind(missed.ids)
        self.assertTrue(missed._reminders())
        running = self.owed()
        self.duties._remind((missed | running).ids)
        self.assertEqual((missed | running)._reminders().credit_obligation_id, running)
        self.assertEqual(missed.status, "overdue")
        due = self.duties._reminders_due(0, 10000)
        self.assertFalse({missed.id, running.id} & set(due))
        # What is reported of the missed week still counts for it.
        self.contact(self.bank_client, "2024-05-31", who=[self.president])
        self.assertEqual((missed.status, running.status), ("done", "open"))
        self.assertFalse(missed.with_user(self.president).may_quick)

    @freeze_time(NOW)
    def test_duty_outlives_the_user(self):
        duty = self.owed()
        self.duties._remind(duty.ids)
        self.president.action_archive()
        self.assertFalse(duty._reminders())
        self.duties._remind(duty.ids)
        self.assertFalse(duty._reminders())
        self.assertEqual(duty.status, "open")
        duty._ledger().user_id = self.deputy
        self.duties._remind(duty.ids)
        self.assertEqual(duty._reminders().user_id, self.deputy)

    @freeze_time(NOW)
    def test_discharged_by_whoever(self):
        """One contact closes every reminder of what it discharged."""
        duty = self.owed()
        shared = self.owed(
            user=self.deputy,
            rule=self.rule("shared", posts=["deputy_president", "corporate_head"]),
        )
        self.duties._remind((duty | shared).ids)
        self.contact(self.bank_client, "2024-06-05", who=[self.president, self.head])
        self.assertEqual(set((duty | shared).mapped("status")), {"done"})
        self.assertFalse((duty | shared)._reminders())

    @freeze_time(NOW)
    def test_done_asks_for_the_report(self):
        duty = self.owed()
        self.duties._remind(duty.ids)
        reminder = duty._reminders().with_user(self.president)
        action = reminder.action_done()
        self.assertEqual(action["res_model"], "credit.contact.report")
        self.assertEqual(action["context"]["default_partner_id"], self.bank_client.id)
        self.assertEqual(
            reminder.action_feedback_schedule_next()["res_model"], "credit.contact.report"
        )
        with self.assertRaises(RedirectWarning):
            reminder.action_feedback(feedback="Done, really")
        self.assertTrue(reminder.active)
        self.assertTrue(reminder.credit_is_duty)
        # An ordinary activity is done as ever.
        other = self.bank_client.with_user(self.president).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.president.id
        )
        self.assertFalse(other.credit_is_duty)
        other.action_feedback(feedback="Done")
        self.assertFalse(other.active)

    @freeze_time(NOW)
    def test_reminders_cannot_be_forged(self):
        duty = self.owed()
        activities = self.env["mail.activity"].with_user(self.president)
        values = {
            "res_model_id": self.env["ir.model"]._get_id("res.partner"),
            "res_id": self.bank_client.id,
            "user_id": self.president.id,
        }
        with self.assertRaises(AccessError):
            activities.create({**values, "credit_obligation_id": duty.id})
        plain = activities.create(values)
        with self.assertRaises(AccessError):
            plain.write({"credit_obligation_id": duty.id})
        with self.assertRaises(UserError):
            self.here("activity_type_contact").unlink()

    @freeze_time(NOW)
    def test_duties_to_no_client(self):
        """What is owed about an institution reminds as a personal activity."""
        rule = self.rule("meeting", posts=["president"], subject="institution")
        duty = self.owed(rule=rule, partner_id=False, unit_id=self.branch.id)
        self.duties._remind(duty.ids)
        reminder = duty._reminders()
        self.assertFalse(reminder.res_model)
        self.assertIn(reminder, self.env["mail.activity"].with_user(self.president).search([]))

    @freeze_time(NOW)
    def test_nightly_run_mends_in_slices(self):
        duties = self.duties
        for number in range(5):
            duties |= self.owed(client=self.client(f"Many {number}"))
        done = self.owed(client=self.client("Done"))
        self.duties._remind(done.ids)
        done._ledger().status = "done"
        with (
            patch("odoo.addons.credit_service_tasks.models.reminder.credit_obligation.SLICE", 2),
            patch.object(self.env.cr, "commit"),
        ):
            self.duties._cron_remind()
        self.assertEqual(len(duties._reminders()), 5)
        self.assertFalse(done._reminders())

    # One message a day.

    def send(self):
        with patch.object(self.env.cr, "commit"):
            self.env["credit.digest"]._cron_send()

    def messages_to(self, user):
        return self.env["mail.message"].search([("partner_ids", "=", user.partner_id.id)])

    @freeze_time(NOW)
    def test_digest_once_a_day(self):
        self.president.notification_type = "inbox"
        self.owed()
        late = self.client("Late")
        self.owed(client=late, start="2024-06-03", due_date="2024-06-04", status="overdue")
        self.owed(client=late, start="2024-03-04", end="2024-03-10", status="overdue")
        before = self.messages_to(self.president)
        self.send()
        self.send()
        message = self.messages_to(self.president) - before
        self.assertEqual(len(message), 1)
        self.assertIn("Reminded", message.body)
        self.assertIn("Late", message.body)
        self.assertEqual(message.notification_ids.notification_type, "inbox")
        digests = self.env["credit.digest"].search([("user_id", "=", self.president.id)])
        self.assertEqual(digests.line_count, 2)
        # Who has nothing to be told gets no message, and is not asked again today.
        self.assertFalse(self.messages_to(self.deputy))
        with freeze_time("2024-06-06 04:00:00"):
            self.send()
        self.assertEqual(len(self.messages_to(self.president) - before), 2)

    @freeze_time(NOW)
    def test_digest_by_mail_waits_in_the_queue(self):
        self.president.notification_type = "email"
        self.owed()
        self.send()
        mail = (
            self.env["mail.mail"]
            .sudo()
            .search([("mail_message_id", "in", self.messages_to(self.president).ids)])
        )
        self.assertEqual(mail.state, "outgoing")

    @freeze_time(NOW)
    def test_digest_names_who_was_named(self):
        self.contact(self.bank_client, "2024-06-05", who=[self.manager, self.head])
        digest = self.env["credit.digest"].with_user(self.head)
        sections = {s["title"]: s["lines"] for s in digest._credit_digest_sections(self.head)}
        self.assertEqual(len(sections["Contacts others reported with you"]), 1)

    @freeze_time(NOW)
    @mute_logger("odoo.addons.credit_client_tiering.models.listing.credit_digest")
    def test_one_broken_digest_stops_no_other(self):
        self.owed()
        self.owed(client=self.client("Deputy's"), user=self.deputy)
        digests = type(self.env["credit.digest"])
        original = digests._credit_digest_sections

        def broken(digest, user):
            if user == self.deputy:
                raise ValueError("broken")
            return original(digest, user)

        with patch.object(digests, "_credit_digest_sections", broken):
            self.send()
        self.assertTrue(self.messages_to(self.president))
        self.assertFalse(self.env["credit.digest"].search([("user_id", "=", self.deputy.id)]))
        # and is tried again
        self.send()
        self.assertTrue(self.messages_to(self.deputy))
