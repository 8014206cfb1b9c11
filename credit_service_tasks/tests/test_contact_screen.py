"""What is done from the screens: one click, colleagues, plans, briefing, questions."""

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common_contact import ContactCase

NOW = "2024-06-05 04:00:00"  # a Wednesday


@tagged("post_install", "-at_install")
class TestContactScreen(ContactCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank_client = cls.client("Reported", user_id=cls.manager.id)

    @freeze_time(NOW)
    def test_quick_contact(self):
        duty = self.duty(
            self.rule("quick", posts=["president"]),
            self.bank_client,
            "2024-06-03",
            "2024-06-09",
            user=self.president,
        )
        visit = self.duty(
            self.rule("no quick", posts=["president"], kind="visit", period="month"),
            self.bank_client,
            "2024-06-01",
            "2024-06-30",
            user=self.president,
        )
        mine = duty.with_user(self.president)
        self.assertTrue(mine.may_quick)
        self.assertFalse(visit.with_user(self.president).may_quick)
        self.assertFalse(duty.with_user(self.deputy).may_quick)
        notice = mine.action_quick_phone()
        self.assertIn("Rule quick", notice["params"]["message"])
        self.assertEqual((duty.status, visit.status), ("done", "open"))
        self.assertFalse(duty.with_user(self.president).may_quick)

    @freeze_time(NOW)
    def test_my_week_by_place(self):
        self.bank_client.city = "Xiangyang"
        rule = self.rule("place", posts=["president"])
        duty = self.duty(rule, self.bank_client, "2024-06-03", "2024-06-09", user=self.president)
        overdue = self.duty(
            rule, self.bank_client, "2024-05-27", "2024-06-02", self.president, status="overdue"
        )
        groups = self.duties.with_user(self.president)._read_group(
            [("is_mine", "=", True), ("partner_id", "=", self.bank_client.id)],
            ["place"],
            ["__count"],
        )
        self.assertEqual(groups, [("Xiangyang", 2)])
        self.assertEqual(duty.with_user(self.president).urgency, "calm")
        self.assertEqual(overdue.urgency, "overdue")
        duty._ledger().latest_safe_date = "2024-06-05"
        self.assertEqual(duty.urgency, "soon")

    # Colleagues and plans.

    @freeze_time(NOW)
    def test_somebody_was_there(self):
        self.contact(self.bank_client, "2024-06-04", "visit", who=[self.leader])
        form = Form(self.reports.with_user(self.president))
        form.partner_id = self.bank_client
        self.assertIn(self.leader.name, form.colleague_html)
        self.assertIn("yesterday", form.colleague_html)
        plan = self.plan(self.leader, "2024-06-07 02:00:00")
        found = self.bank_client.with_user(self.president).credit_colleague_event_ids
        self.assertEqual(found.ids, plan.ids)
        found.action_credit_join()
        self.assertIn(self.president.partner_id, plan.partner_ids)
        self.assertTrue(plan.with_user(self.president).credit_i_go)
        # Confidential contacts give nothing away.
        other = self.client("Quiet")
        self.contact(
            other,
            "2024-06-04",
            who=[self.leader],
            is_confidential=True,
            reader_ids=[(6, 0, self.finance.ids)],
        )
        self.assertFalse(other.with_user(self.president).credit_colleague_html)

    def plan(self, user, start, duty=None, hours=1, **values):
        start = fields.Datetime.to_datetime(start)
        action = (
            self.env["calendar.event"]
            .with_user(user)
            ._credit_plan_action(self.bank_client.with_user(user), duty)
        )
        return (
            self.env["calendar.event"]
            .with_user(user)
            .with_context(**action["context"])
            .create({"start": start, "stop": start + relativedelta(hours=hours), **values})
        )

    @freeze_time(NOW)
    def test_visit_from_duty_to_report(self):
        duty = self.duty(
            self.rule("planned", posts=["president"], kind="visit", period="month"),
            self.bank_client,
            "2024-06-01",
            "2024-06-30",
            user=self.president,
        )
        self.duties._remind(duty.ids)
        reminder = duty._reminders()
        event = self.plan(self.president, "2024-06-05 01:00:00", duty.with_user(self.president))
        self.assertEqual(event.credit_client_id, self.bank_client)
        self.assertEqual(event.credit_obligation_id, duty)
        # The reminder is the appointment's activity: one thing to do, not two.
        self.assertEqual(event.activity_ids, reminder)
        self.assertEqual(
            self.bank_client.activity_ids.filtered(lambda a: a.user_id == self.president), reminder
        )
        director = self.met(self.bank_client, credit_in_charge=True)
        event.partner_ids |= director
        action = event.with_user(self.president).action_credit_report()
        report = (
            self.reports.with_user(self.president)
            .with_context(**action["context"])
            .create({"outcome": "They will build"})
        )
        self.assertEqual(report.date, self.day("2024-06-05"))
        self.assertEqual(report.channel_id, self.here("channel_visit"))
        self.assertEqual(report.met_ids, director)
        self.assertTrue(report.met_in_charge)
        self.assertEqual(report.attendee_ids, self.president)
        report.action_submit()
        self.assertEqual(duty.status, "done")
        self.assertFalse(reminder.active)
        self.assertEqual(event.credit_report_ids, report)

    @freeze_time(NOW)
    def test_join_is_for_visits_one_may_see(self):
        event = self.env["calendar.event"].create(
            {"name": "Lunch", "start": "2024-06-07", "stop": "2024-06-08"}
        )
        with self.assertRaises(UserError):
            event.with_user(self.president).action_credit_join()
        plan = self.plan(self.leader, "2024-06-07 02:00:00")
        with self.assertRaises(AccessError):
            plan.with_user(self.stranger).action_credit_join()

    # The page before a visit.

    @freeze_time(NOW)
    def test_briefing(self):
        self.report(self.bank_client, year=2023, exposure_avg=5_000_000)
        self.report(self.bank_client, year=2022, exposure_avg=4_000_000)
        self.hold(self.bank_client, "corporate_ebank")
        leap = self.met(
            self.bank_client, "Leap", credit_birthday="1980-02-29", credit_in_charge=True
        )
        self.met(self.bank_client, "June", credit_birthday="1975-06-06")
        self.contact(
            self.bank_client,
            "2024-06-03",
            outcome="Asked for a line",
            promise_ids=[(0, 0, {"name": "Send terms", "date": "2024-06-10"})],
        )
        self.duty(
            self.rule("briefed", posts=["president"]), self.bank_client, "2024-06-03", "2024-06-09"
        )
        report = self.env["report.credit_service_tasks.report_credit_briefing"]
        page = report.with_user(self.president)._briefing(
            self.bank_client.with_user(self.president)
        )
        figure = next(line for line in page["figures"] if "5,000,000" in line["now"])
        self.assertIn("+", figure["change"])
        self.assertEqual([line["name"] for line in page["people"]], ["Leap", "June"])
        self.assertEqual(len(page["contacts"]), 1)
        self.assertEqual(len(page["promises"]), 1)
        self.assertTrue(page["duties"])
        self.assertTrue(page["products"])
        self.assertEqual(
            report._next_birthday(leap.credit_birthday, self.day("2024-06-05")),
            self.day("2025-02-28"),
        )
        self.assertEqual(
            report._next_birthday(leap.credit_birthday, self.day("2028-01-01")),
            self.day("2028-02-29"),
        )
        html = (
            self.env["ir.actions.report"]
            .with_user(self.president)
            ._render_qweb_html("credit_service_tasks.report_credit_briefing", self.bank_client.ids)[
                0
            ]
        )
        self.assertIn(b"Send terms", html)
        with self.assertRaises(AccessError):
            self.env["ir.actions.report"].with_user(self.stranger)._render_qweb_html(
                "credit_service_tasks.report_credit_briefing", self.bank_client.ids
            )

    # Plausibility.

    @freeze_time(NOW)
    def test_checks_and_sample(self):
        text = "Talked about the yearly need for credit"
        other, third = self.client("Second"), self.client("Third")
        copied = self.contact(self.bank_client, "2024-06-05", outcome=text)
        twin = self.contact(other, "2024-06-05", outcome=f"  {text.upper()} ")
        single = self.contact(third, "2024-06-05", outcome="ok")
        early = self.contact(
            third,
            "2024-06-05",
            "visit",
            who=[self.head],
            event_id=self.plan(self.head, "2024-06-05 08:00:00").id,
        )
        checks = self.env["credit.contact.check"]
        checks._run("2024-06-03 00:00:00")
        checks._run("2024-06-03 00:00:00")

        def found(report):
            return set(report.sudo().finding_ids.check_id.mapped("code"))

        self.assertEqual(found(copied), {"copied_text", "same_minute"})
        self.assertEqual(found(twin), {"copied_text", "same_minute"})
        self.assertEqual(found(single), {"same_minute"})
        self.assertEqual(found(early), {"before_start", "no_next_step"})
        # The author sees no finding, the president sees them.
        with self.assertRaises(AccessError):
            self.env["credit.contact.finding"].with_user(self.manager).search([])
        # (the branch's clients are of the sub-branch)
        self.env.company.credit_sample_size = 3
        reviews = self.env["credit.contact.review"]
        reviews._draw(self.day("2024-06-03"))
        reviews._draw(self.day("2024-06-03"))
        drawn = reviews.search([("institution_id", "=", self.sub_branch.id)])
        self.assertEqual(len(drawn), 3)
        self.assertTrue(all(drawn.mapped("flagged")))
        mine = drawn.filtered(lambda r: r.author_id == self.president)[:1]
        with self.assertRaises(AccessError):
            mine.with_user(self.president).action_fine()
        with self.assertRaises(UserError):
            mine.with_user(self.finance).action_return()
        with self.assertRaises(AccessError):
            mine.with_user(self.finance).write({"state": "fine"})
        reviewer = mine.with_user(self.finance)
        reviewer.note = "What did they need?"
        reviewer.action_return()
        self.assertEqual(mine.state, "returned")
        self.assertEqual(mine.report_id.activity_ids.user_id, self.president)
        self.assertEqual(len(reviews._returned_to(self.president)), 1)
        # Looked at once: nobody overrules or rewords it.
        for button in (reviewer.action_return, mine.with_user(self.credit).action_fine):
            with self.assertRaisesRegex(UserError, "already"):
                button()
        with self.assertRaises(UserError):
            reviewer.note = "Nothing"
        with self.assertRaises(AccessError):
            drawn.with_user(self.manager).mapped("note")

    def test_overlapping_visits(self):
        other = self.client("Elsewhere")
        now = self.env.cr.now().replace(microsecond=0)
        start = now - relativedelta(hours=3)
        first = self.plan(self.president, start, hours=2)
        second = self.plan(self.president, start + relativedelta(hours=1), hours=2)
        today = self.today
        one = self.contact(self.bank_client, today, "visit", event_id=first.id)
        two = self.contact(other, today, "visit", event_id=second.id)
        self.env["credit.contact.check"]._run(start)
        for report in one | two:
            self.assertIn("overlapping", report.sudo().finding_ids.check_id.mapped("code"))
