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

    def test_reminded_once(self):
        review = self.reviews()
        self.env["credit.list.review"]._remind()
        self.env["credit.list.review"]._remind()
        self.assertEqual(review.activity_ids.user_id, self.head)
        self.assertEqual(len(review.activity_ids), 1)
