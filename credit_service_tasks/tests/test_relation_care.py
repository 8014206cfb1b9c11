"""Festival rounds, gifts, difficulties, meetings with clients, circles (R-P-1e, M-1 to M-6)."""

from datetime import date

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .care_common import CareCase


@tagged("post_install", "-at_install")
class TestFestival(CareCase):
    def test_dates_come_from_the_library(self):
        for name, year, day in (
            ("new_year", 2026, date(2026, 1, 1)),
            ("spring", 2026, date(2026, 2, 17)),
            ("spring", 2027, date(2027, 2, 6)),
            ("tomb_sweeping", 2026, date(2026, 4, 5)),
            ("labor", 2026, date(2026, 5, 1)),
            ("dragon_boat", 2026, date(2026, 6, 19)),
            ("mid_autumn", 2026, date(2026, 9, 25)),
            # National Day and Mid-Autumn of 2020 fell on one day: both are found.
            ("mid_autumn", 2020, date(2020, 10, 1)),
            ("national_day", 2020, date(2020, 10, 1)),
            ("double_ninth", 2026, date(2026, 10, 18)),
        ):
            with self.subTest(name, year=year):
                self.assertEqual(self.mine(f"festival_{name}")._date_in(year), day)
        self.assertFalse(self.mine("festival_lantern")._date_in(2026))
        self.assertFalse(self.mine("festival_tomb_sweeping").active)

    def test_next_date_passes_the_year_end(self):
        spring = self.mine("festival_spring")
        for today, day in (
            ("2026-02-17", date(2026, 2, 17)),
            ("2026-02-18", date(2027, 2, 6)),
            ("2026-12-31", date(2027, 2, 6)),
        ):
            with freeze_time(today):
                spring.invalidate_recordset(["next_date"])
                self.assertEqual(spring.next_date, day)

    def test_half_an_entry_is_refused(self):
        with self.assertRaises(ValidationError):
            self.mine("festival_spring").library_name = False


@tagged("post_install", "-at_install")
class TestCareRound(CareCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.upper = cls.listed("quality", "Upper")
        cls.flagged = cls.client("Flagged", user_id=cls.manager.id)
        cls.env["credit.designation"].create(
            {
                "partner_id": cls.flagged.id,
                "type_id": cls.mine("designation_type_important_client").id,
                "source": "test",
            }
        )
        cls.plain = cls.client("Plain", user_id=cls.manager.id)
        cls.elsewhere = cls.listed(
            "quality", "Elsewhere", credit_institution_id=cls.other_branch.id, user_id=False
        )

    def round(self, user=None, **values):
        return (
            self.env["credit.care.round"]
            .with_user(user or self.head)
            .create(
                {
                    "festival_id": self.mine("festival_spring").id,
                    "institution_id": self.sub_branch.id,
                    **values,
                }
            )
        )

    def line(self, client=None, care=None):
        care = care or self.round()
        care.action_open()
        line = care.line_ids.filtered(lambda x: x.partner_id == (client or self.upper))
        return line.with_user(self.manager)

    def test_important_clients_of_the_institution_are_drawn(self):
        care = self.round()
        care.action_open()
        self.assertEqual(care.line_ids.partner_id, self.upper + self.flagged)
        self.assertEqual(care.line_ids.user_id, self.manager)
        with self.assertRaises(UserError):
            care.action_open()
        late = self.listed("quality", "Late comer")
        care.action_draw()
        care.action_draw()
        self.assertEqual(len(care.line_ids.filtered(lambda x: x.partner_id == late)), 1)

    def test_who_leads_a_round(self):
        with self.assertRaisesRegex(AccessError, "t_manager"):
            self.round(self.manager)
        care = self.round(self.president)
        for values in ({"state": "open"}, {"state": "closed"}):
            with self.assertRaises(AccessError):
                care.write(values)
        with self.assertRaises(AccessError):
            care.with_user(self.manager).action_open()
        with self.assertRaises(AccessError):
            care.with_user(self.stranger).action_open()
        with self.assertRaises(AccessError):
            self.round(self.head, institution_id=self.other_branch.id)
        with self.assertRaises(AccessError):
            care.with_user(self.finance).write({"budget": 1})

    def test_without_important_clients_there_is_no_round(self):
        empty = self.institution("Empty", "sub_branch", self.branch)
        care = self.round(self.president, institution_id=empty.id)
        with self.assertRaisesRegex(UserError, "no important clients"):
            care.action_open()

    def test_greeting_is_noted_by_whoever_greets(self):
        line = self.line()
        with self.assertRaisesRegex(UserError, "say how"):
            line.action_done()
        line.write({"greeting": "phone", "concern_funding": "New line in spring"})
        with self.assertRaises(AccessError):
            line.write({"state": "done"})
        with self.assertRaises(AccessError):
            line.with_user(self.deputy).with_context(credit_engine=object()).write(
                {"done_on": "2020-01-01"}
            )
        with self.assertRaises(AccessError):
            line.with_user(self.stranger).action_done()
        line.action_done()
        self.assertEqual((line.state, line.done_by_id), ("done", self.manager))
        with self.assertRaises(UserError):
            line.action_done()

    def test_a_contact_in_the_days_of_the_round_greets(self):
        care = self.round(date=self.today + relativedelta(days=5))
        line = self.line(care=care)
        report = (
            self.env["credit.contact.report"]
            .with_user(self.manager)
            .create(
                {
                    "partner_id": self.upper.id,
                    "channel_id": self.mine("channel_phone").id,
                    "purpose_id": self.env["credit.contact.purpose"].search([], limit=1).id,
                    "outcome": "Good wishes",
                    "next_step": "Call",
                    "next_step_date": self.today,
                    "met_others": "Ms Li",
                    "concern_people": "Everybody well",
                }
            )
        )
        report.action_submit()
        self.assertEqual((line.state, line.contact_report_id), ("done", report))
        self.assertEqual(line.concern_people, "Everybody well")
        self.assertEqual(care.done_count, 1)
        other = care.line_ids.filtered(lambda x: x.partner_id == self.flagged)
        self.assertEqual(other.state, "todo")

    def test_what_was_said_in_confidence_stays_in_the_report(self):
        line = self.line(care=self.round(date=self.today + relativedelta(days=5)))
        report = (
            self.env["credit.contact.report"]
            .with_user(self.manager)
            .create(
                {
                    "partner_id": self.upper.id,
                    "channel_id": self.mine("channel_phone").id,
                    "purpose_id": self.env["credit.contact.purpose"].search([], limit=1).id,
                    "outcome": "Good wishes",
                    "next_step": "Call",
                    "next_step_date": self.today,
                    "met_others": "Ms Li",
                    "concern_people": "The owner is ill",
                    "is_confidential": True,
                    "reader_ids": [(6, 0, self.president.ids)],
                }
            )
        )
        report.action_submit()
        self.assertEqual(line.state, "done")
        self.assertFalse(line.concern_people)

    def test_round_closes_when_everybody_was_greeted_or_left_out(self):
        care = self.round()
        line = self.line(care=care)
        with self.assertRaisesRegex(UserError, "2 clients have not been greeted"):
            care.action_close()
        line.greeting = "visit"
        line.action_done()
        other = (care.line_ids - line).with_user(self.manager)
        with self.assertRaisesRegex(UserError, "why it is left out"):
            other.action_skip()
        other.note = "Does not wish it"
        other.action_skip()
        care.action_close()
        self.assertEqual(care.state, "closed")
        with self.assertRaises(UserError):
            line.note = "changed"
        with self.assertRaises(UserError):
            care.unlink()

    def test_rounds_are_the_heads(self):
        care = self.round()
        with self.assertRaises(AccessError):
            self.round(user=self.manager, date=self.today + relativedelta(years=1))
        for call in (
            lambda c: c.unlink(),
            lambda c: c.write({"budget": 1_000_000}),
            lambda c: c.write({"note": "x"}),
            lambda c: c.action_open(),
        ):
            with self.assertRaises(AccessError):
                call(care.with_user(self.manager))
        with self.assertRaises(AccessError):
            care.with_user(self.head).write({"state": "closed"})
        care.action_open()
        with self.assertRaisesRegex(UserError, "open already"):
            care.action_open()
        line = care.line_ids[:1]
        with self.assertRaisesRegex(AccessError, "leave it out with a reason"):
            line.with_user(self.manager).unlink()
        with self.assertRaisesRegex(AccessError, "hands"):
            line.with_user(self.manager).user_id = self.president
        line.with_user(self.manager).note = "Bankrupt"
        line.with_user(self.manager).action_skip()
        with self.assertRaises(UserError):
            line.with_user(self.manager).note = "On a journey"
        with self.assertRaises(UserError):
            line.with_user(self.head).unlink()

    # GIFTS

    def gift(self, value, user=None, **values):
        return (
            self.env["credit.care.gift"]
            .with_user(user or self.manager)
            .create({"name": "Tea", "value": value, "partner_id": self.upper.id, **values})
        )

    def test_no_limit_set_no_refusal(self):
        gift = self.gift(100_000)
        gift.action_give()
        self.assertEqual((gift.state, gift.limit_applied), ("given", False))

    def test_limit_per_client_and_year_to_the_cent(self):
        self.env.company.credit_gift_limit = 300
        self.gift(200.10).action_give()
        self.gift(99.90).action_give()
        one_more = self.gift(0.01)
        with self.assertRaisesRegex(UserError, "(?s)limit of 300.00 yuan.*has not said who"):
            one_more.action_give()
        self.gift(300, partner_id=self.flagged.id).action_give()
        before = self.gift(300, date=f"{self.today.year - 1}-12-31")
        before.action_give()
        self.assertEqual(before.given_before, 0)

    def test_zero_is_a_limit(self):
        self.env.company.credit_gift_limit = 0
        with self.assertRaises(UserError):
            self.gift(1).action_give()

    def test_more_is_approved_by_another_person_of_the_post(self):
        self.env.company.write(
            {
                "credit_gift_limit": 100,
                "credit_gift_approver_post_ids": [(6, 0, self.ref("post_president").ids)],
            }
        )
        gift = self.gift(101)
        with self.assertRaisesRegex(UserError, "(?s)approved by: .*t_president"):
            gift.action_give()
        with self.assertRaisesRegex(UserError, "reason"):
            gift.action_ask()
        gift.reason = "Anniversary"
        gift.action_ask()
        for user in (self.manager, self.head):
            with self.assertRaises(AccessError):
                gift.with_user(user).action_approve()
        with self.assertRaises(AccessError):
            gift.with_user(self.stranger).action_approve()
        with self.assertRaises(UserError):
            gift.action_give()
        with self.assertRaises(UserError):
            gift.value = 99
        gift.with_user(self.president).action_approve()
        gift.action_give()
        self.assertEqual((gift.state, gift.approved_by_id), ("given", self.president))
        own = self.gift(500, user=self.president, reason="Opening")
        own.action_ask()
        with self.assertRaisesRegex(AccessError, "own"):
            own.action_approve()

    def test_nobody_approves_what_they_asked_for(self):
        self.env.company.write(
            {
                "credit_gift_limit": 100,
                "credit_gift_approver_post_ids": [(6, 0, self.ref("post_corporate_head").ids)],
            }
        )
        gift = self.gift(101)
        # The head raises it, asks, and would approve it as the manager's.
        gift.with_user(self.head).write({"value": 100_000, "reason": "Anniversary"})
        gift.with_user(self.head).action_ask()
        with self.assertRaisesRegex(AccessError, "own"):
            gift.with_user(self.head).action_approve()
        with self.assertRaises(AccessError):
            gift.with_user(self.head).action_refuse()

    def test_a_gift_is_not_dated_into_another_years_limit(self):
        self.env.company.credit_gift_limit = 100
        gift = self.gift(100, date=f"{self.today.year + 1}-01-01")
        with self.assertRaisesRegex(UserError, "lies ahead"):
            gift.action_give()

    def test_hostile_gifts(self):
        for values in ({"state": "given"}, {"user_id": self.head.id}, {"limit_applied": 9}):
            with self.assertRaises(AccessError):
                self.gift(1, **values)
        gift = self.gift(1)
        with self.assertRaises(AccessError):
            gift.write({"state": "given"})
        with self.assertRaises(AccessError):
            self.gift(1, partner_id=self.elsewhere.id)
        with self.assertRaises(AccessError):
            gift.with_user(self.outsider).read(["value"])
        gift.action_give()
        with self.assertRaises(UserError):
            gift.unlink()

    def test_budget_of_the_round(self):
        care = self.round(budget=100)
        line = self.line(care=care)
        self.gift(60, line_id=line.id).action_give()
        with self.assertRaisesRegex(UserError, "budget of 100.00"):
            self.gift(40.01, line_id=line.id).action_give()
        self.gift(40, line_id=line.id).action_give()
        self.assertEqual(care.spent, 100)

    def test_gift_belongs_to_the_client_of_the_line(self):
        line = self.line()
        with self.assertRaises(UserError):
            self.gift(1, line_id=line.id, partner_id=self.flagged.id)
        gift = self.gift(1)
        with self.assertRaises(UserError):
            gift.write({"line_id": line.id, "partner_id": self.flagged.id})


@tagged("post_install", "-at_install")
class TestClientMeeting(CareCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.guest = cls.client("Guest", user_id=cls.manager.id)

    def test_what_is_raised_gets_an_owner_and_an_end(self):
        meeting = (
            self.env["credit.client.meeting"]
            .with_user(self.manager)
            .create(
                {
                    "name": "Suppliers",
                    "mode": "online",
                    "institution_id": self.sub_branch.id,
                    "partner_ids": [(6, 0, self.guest.ids)],
                    "issue_ids": [
                        (0, 0, {"name": "Slow customs", "partner_id": self.guest.id}),
                    ],
                }
            )
        )
        with self.assertRaisesRegex(UserError, "which clients came"):
            meeting.action_held()
        meeting.attended_ids = self.guest
        meeting.action_held()
        issue = meeting.issue_ids
        self.assertEqual(issue.user_id, self.manager)
        self.env.invalidate_all()
        for record in (meeting, issue):
            with self.assertRaises(AccessError):
                record.with_user(self.stranger).write({"name": "x"})
            with self.assertRaises(AccessError):
                record.with_user(self.credit).write({"name": "x"})
            self.assertTrue(record.with_user(self.credit).name)
        with self.assertRaises(AccessError):
            issue.write({"state": "solved"})
        with self.assertRaisesRegex(UserError, "say what the bank did"):
            issue.action_solved()
        issue.due_date = self.today - relativedelta(days=1)
        self.assertIn(issue, self.env["credit.client.issue"].search([("is_overdue", "=", True)]))
        issue.solution = "Introduced an agent"
        issue.action_solved()
        self.assertEqual(issue.closed_on, self.today)
        with self.assertRaises(UserError):
            issue.solution = "x"

    def test_nobody_rewrites_a_meeting_that_was(self):
        meetings = self.env["credit.client.meeting"].with_user(self.manager)
        values = {
            "name": "Suppliers",
            "institution_id": self.sub_branch.id,
            "partner_ids": [(6, 0, self.guest.ids)],
        }
        with self.assertRaises(AccessError):
            meetings.create({**values, "state": "held"})
        meeting = meetings.create(values)
        with self.assertRaises(AccessError):
            meeting.write({"state": "held"})
        meeting.attended_ids = self.guest
        meeting.action_held()
        meeting.minutes = "Customs are slow"
        for change in ({"attended_ids": [(5, 0, 0)]}, {"date": "2020-01-01 00:00:00"}):
            with self.assertRaises(UserError):
                meeting.write(change)
        for button in (meeting.action_held, meeting.action_cancel):
            with self.assertRaisesRegex(UserError, "already"):
                button()

    def test_circle_links_staff_and_people_of_clients(self):
        person = self.env["res.partner"].create({"name": "Ms Wang", "parent_id": self.guest.id})
        circle = (
            self.env["credit.interest"]
            .with_user(self.manager)
            .create(
                {
                    "name": "Chess of the tests",
                    "user_ids": [(6, 0, self.manager.ids)],
                    "contact_ids": [(6, 0, person.ids)],
                }
            )
        )
        self.assertEqual(person.credit_interest_ids, circle)
        with self.assertRaises(AccessError):
            circle.with_user(self.finance).write({"note": "x"})


@tagged("post_install", "-at_install")
class TestReferenceRules(CareCase):
    def test_documents_wait_for_their_files(self):
        documents = self.env["credit.guide.document"].search([("clause", "=like", "X-%")])
        self.assertEqual(
            sorted(documents.mapped("clause"), key=lambda c: int(c[2:])),
            [f"X-{n}" for n in range(4, 12)],
        )
        document = documents[0].with_user(self.lister)
        missing = [("is_here", "=", False), ("id", "=", document.id)]
        self.assertTrue(document.search(missing))
        upload = self.env["ir.attachment"].with_user(self.lister)
        document.attachment_ids = upload.create(
            {"name": "annex.pdf", "raw": b"%PDF", "res_model": document._name, "res_id": 0}
        )
        self.assertFalse(document.search(missing))
        self.env.invalidate_all()
        self.assertEqual(document.attachment_ids.with_user(self.manager).raw, b"%PDF")
        with self.assertRaises(AccessError):
            document.with_user(self.manager).write({"number": "1"})

    def test_nothing_is_invented_for_missing_sections(self):
        for model in ("credit.support.measure", "credit.inspection.rule"):
            self.assertFalse(self.env[model].with_context(active_test=False).search([]), model)
        rule = (
            self.env["credit.inspection.rule"]
            .with_user(self.lister)
            .create({"name": "Working capital", "tier": "basic"})
        )
        self.assertFalse(rule.active)
        with self.assertRaisesRegex(ValidationError, "no frequency"):
            rule.active = True
        rule.write({"every_months": 3, "active": True})
        with self.assertRaises(AccessError):
            rule.with_user(self.president).write({"every_months": 1})
        third = self.mine("term_industry_third_field")
        self.assertTrue(third.to_be_set)

    def test_private_work_cannot_be_called(self):
        from odoo.service.model import get_public_method

        for model, method in (
            ("credit.commitment.check", "_judge"),
            ("credit.retention.hint", "_look"),
            ("credit.save.case", "_follow_lost"),
            ("credit.care.line", "_finish"),
            ("credit.care.gift", "_queue_up"),
        ):
            with self.subTest(method), self.assertRaises(AccessError):
                get_public_method(self.env[model], method)
