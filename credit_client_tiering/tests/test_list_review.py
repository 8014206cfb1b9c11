"""The yearly review: comes due by the calendar, closes when everybody is answered."""

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import BankCase


@tagged("post_install", "-at_install")
class TestListReview(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls.client("Member")
        cls.hold(cls.member, "corporate_ebank")
        cls.candidate = cls.client("Candidate")
        cls.hold(cls.candidate, "corporate_ebank")
        cls.entered = cls.today - relativedelta(months=12)
        cls.env["credit.membership"]._enter(cls.member, "basic", "institution", day=cls.entered)

    def reviews(self, day=None):
        return (
            self.env["credit.list.review"]
            ._open_due(day)
            .filtered(lambda r: r.institution_id == self.sub_branch)
        )

    def test_a_list_comes_due_a_year_after_its_first_member(self):
        lead = self.env.company.credit_review_lead_days
        due = self.entered + relativedelta(months=12)
        self.assertFalse(self.reviews(due - relativedelta(days=lead + 1)))
        review = self.reviews(due - relativedelta(days=lead))
        self.assertEqual((review.tier, review.due_date), ("basic", due))
        self.assertFalse(self.reviews(), "one open review per list")

    def test_overdue_is_the_day_after(self):
        review = self.reviews()
        due = review.due_date
        for day, overdue in ((due, False), (due + relativedelta(days=1), True)):
            with freeze_time(f"{day} 04:00:00"):
                review.invalidate_recordset(["is_overdue"])
                self.assertEqual(review.is_overdue, overdue)
                found = self.env["credit.list.review"].search([("is_overdue", "=", True)])
                self.assertEqual(review in found, overdue)

    def test_members_and_candidates_are_reviewed(self):
        review = self.reviews()
        self.assertEqual(review.line_ids.partner_id, self.member + self.candidate)
        drifts = {line.partner_id: line.drift for line in review.line_ids}
        self.assertEqual(drifts, {self.member: "aligned", self.candidate: "entry"})

    def test_nobody_is_lost_when_it_closes(self):
        review = self.reviews().with_user(self.head)
        with self.assertRaisesRegex(UserError, "2 clients"):
            review.action_close()
        review.line_ids.with_user(self.manager).write({"answer": "keep"})
        self.assertEqual((review.pending_count, review.progress), (0, 100.0))
        with self.assertRaises(AccessError):
            review.with_user(self.manager).action_close()
        review.action_close()
        self.assertEqual((review.state, review.closed_by_id), ("closed", self.head))
        with self.assertRaisesRegex(UserError, "closed"):
            review.line_ids.write({"answer": "ask"})
        self.assertFalse(self.reviews(), "the next one is a year away")
        self.assertTrue(self.reviews(self.today + relativedelta(months=12)))

    def test_nominating_from_a_line(self):
        review = self.reviews()
        line = review.line_ids.filtered(lambda line: line.partner_id == self.candidate)
        line.with_user(self.manager).action_nominate()
        self.assertEqual((line.answer, line.nomination_id.tier), ("nominate", "basic"))

    def test_an_open_nomination_is_the_answer_too(self):
        line = self.reviews().line_ids.filtered(lambda line: line.partner_id == self.candidate)
        nominations = self.env["credit.nomination"].with_user(self.head)
        nomination = nominations.create({"partner_id": self.candidate.id, "tier": "basic"})
        line.with_user(self.manager).action_nominate()
        self.assertEqual(line.nomination_id, nomination)

    def test_what_was_known_cannot_be_changed(self):
        review = self.reviews()
        for user in (self.head, self.lister, self.env.user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                review.with_user(user).with_context(credit_opening=True).write({"state": "closed"})
        with self.assertRaises(AccessError):
            review.line_ids.with_user(self.head).write({"drift": "aligned"})
        with self.assertRaises(AccessError):
            review.with_user(self.stranger).read(["name"])

    def test_the_policy_says_which_lists(self):
        self.env["credit.membership"]._enter(
            self.candidate, "quality", "head_office", day=self.entered
        )
        draft = self.ref("policy_guide_2021").copy()
        draft._apply_readings({"A28": "institution_lists"})
        draft.action_activate()
        self.assertEqual(self.reviews().mapped("tier"), ["basic"])

    def drift_of(self, client, review):
        return review.line_ids.filtered(lambda line: line.partner_id == client).drift

    def test_the_lines_say_what_there_is_to_decide(self):
        riser = self.quality_client("Riser")
        sinker = self.client("Sinker", since_years=2)
        unknown = self.client("Unknown")
        undecided = self.client("Undecided")
        self.env["credit.membership"]._enter(riser, "basic", "institution")
        self.env["credit.membership"]._enter(sinker, "basic", "institution")
        for client in (sinker, undecided):
            self.report(client, exposure_avg=0, deposit_avg=0, settlement_share=0)
            client.credit_holdings_as_of = self.today
        review = self.reviews()
        drifts = {line.partner_id: line.drift for line in review.line_ids}
        for client in (riser, sinker, unknown, undecided):
            self.assertEqual(drifts.get(client), client.credit_drift, client.name)
        self.assertEqual(drifts[riser], "upgrade")
        self.assertEqual(drifts[unknown], "no_data")

    def test_prospects_that_cannot_be_judged_belong_to_the_potential_list(self):
        listed = self.client("Listed prospect", since_years=None)
        other = self.client("Other prospect", since_years=None)
        self.designate(other, "in_marketing", "first_loan")
        self.assertIn(other.credit_drift, ("no_data", "undecided"))
        self.env["credit.membership"]._enter(listed, "potential", "institution", day=self.entered)
        by_tier = {r.tier: r for r in self.reviews()}
        self.assertEqual(by_tier["potential"].line_ids.partner_id, listed + other)
        self.assertNotIn(other, by_tier["basic"].line_ids.partner_id)

    def test_to_be_nominated_is_no_answer_until_somebody_nominates(self):
        review = self.reviews().with_user(self.head)
        first, second = review.line_ids
        first.answer = "keep"
        second.answer = "nominate"
        self.assertEqual((review.pending_count, review.progress), (1, 50.0))
        with self.assertRaisesRegex(UserError, "nobody has"):
            review.action_close()
        second.action_nominate()
        with self.assertRaisesRegex(UserError, "already"):
            second.action_nominate()
        review.action_close()
        self.assertEqual(second.nomination_id.state, "draft", "it goes on after the review")

    def test_data_asked_for_stay_a_task_after_closing(self):
        self.member.user_id = self.manager
        review = self.reviews().with_user(self.head)
        review.line_ids.write({"answer": "ask"})
        review.action_close()
        data = self.ref("activity_type_data")
        for client, user in ((self.member, self.manager), (self.candidate, self.head)):
            self.assertEqual(client.activity_ids.activity_type_id, data)
            self.assertEqual(client.activity_ids.user_id, user)

    def test_an_overdue_review_is_noted_once(self):
        review = self.reviews()
        for days, notes in ((0, 0), (1, 1), (2, 1)):
            day = review.due_date + relativedelta(days=days)
            with freeze_time(f"{day} 04:00:00"):
                review.invalidate_recordset(["is_overdue"])
                self.env["credit.list.review"]._remind()
            found = review.message_ids.filtered(lambda m: "Overdue" in (m.body or ""))
            self.assertEqual(len(found), notes, day)

    def test_who_answers_for_an_institution(self):
        """The head, else a deputy, else the president, else those above, else the lister."""
        unit = self.institution("Unit", "sub_branch", self.branch)
        lone = self.institution("Lone", "sub_branch")
        people = (unit | lone | self.sub_branch)._credit_answerable()
        self.assertEqual(people[self.sub_branch.id], self.head)
        self.assertEqual(people[unit.id], self.deputy, "the branch has a deputy and no head")
        self.assertTrue(people[lone.id].has_group("credit_client_tiering.group_list_admin"))
        president = self.staff("t_unit_president", unit, "president")
        self.assertEqual(unit._credit_answerable()[unit.id], president)
        president.active = False
        self.assertEqual(unit._credit_answerable()[unit.id], self.deputy)

    def test_opening_costs_the_same_for_few_and_many(self):
        def open_all(count):
            units = [self.institution(f"Unit {count} {i}", "sub_branch") for i in range(3)]
            clients = self.env["res.partner"].create(
                [
                    {
                        "name": f"Many {count} {i}",
                        "is_company": True,
                        "is_credit_client": True,
                        "credit_institution_id": units[i % 3].id,
                    }
                    for i in range(count)
                ]
            )
            self.env["credit.membership"]._enter(
                clients, "potential", "institution", day=self.entered
            )
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            opened = self.env["credit.list.review"]._open_due()
            self.env.flush_all()
            self.assertEqual(
                len(
                    opened.line_ids
                    & opened.line_ids.filtered(lambda line: line.partner_id in clients)
                ),
                count,
            )
            return self.env.cr.sql_log_count - before

        open_all(3)
        self.assertLessEqual(open_all(300), open_all(30) + 3)

    def test_reminded_once(self):
        review = self.reviews()
        self.env["credit.list.review"]._remind()
        self.env["credit.list.review"]._remind()
        self.assertEqual(review.activity_ids.user_id, self.head)
        self.assertEqual(len(review.activity_ids), 1)
