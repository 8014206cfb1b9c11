"""The journeys through the lists in a real browser, each person with the own rights."""

from dateutil.relativedelta import relativedelta

from odoo.tests import HttpCase, tagged

from .common import BankCase


@tagged("post_install", "-at_install")
class TestListTours(BankCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader = cls.staff("t_leader", cls.head_office, "head_office_leader")
        people = cls.head + cls.finance + cls.credit + cls.lister + cls.leader
        # The tours read English words off the screen.
        cls.env["res.lang"]._activate_lang("en_US")
        people.lang = "en_US"
        cls.tour_client = cls.quality_client("Tour client")

    def board(self, tour, login):
        self.start_tour("/odoo/credit-board", tour, login=login)

    def decide(self, tour, login):
        self.start_tour("/odoo/credit-decisions", tour, login=login)

    def test_nominated_approved_moved_and_published(self):
        self.board("credit_lists_nominate", "t_head")
        nomination = self.tour_client.credit_nomination_ids
        self.assertEqual((nomination.state, nomination.nominated_by), ("submitted", self.head))
        self.assertFalse(self.tour_client.credit_tier)
        self.decide("credit_lists_approve", "t_finance")
        self.assertEqual(nomination.state, "submitted")
        self.decide("credit_lists_approve", "t_credit")
        self.assertEqual((nomination.state, self.tour_client.credit_tier), ("confirmed", "quality"))
        self.board("credit_lists_moved", "t_head")
        self.start_tour("/odoo/credit-bulletins", "credit_lists_bulletin", login="t_lister")
        bulletin = self.env["credit.bulletin"].search([("issued_by_id", "=", self.lister.id)])
        self.assertEqual(bulletin.state, "issued")
        self.authenticate("t_lister", "t_lister")
        report = "credit_client_tiering.report_credit_bulletin"
        page = self.url_open(f"/report/html/{report}/{bulletin.id}")
        self.assertIn("Tour client", page.text)
        self.assertIn("Entered the list “Quality”", page.text)
        sheet = self.url_open(bulletin.action_spreadsheet()["url"])
        self.assertEqual(sheet.content[:2], b"PK")

    def test_refused_and_nominated_as_quality(self):
        self.board("credit_lists_nominate_strategic", "t_head")
        self.decide("credit_lists_refuse", "t_finance")
        refused = self.tour_client.credit_nomination_ids
        self.assertEqual(refused.state, "refused")
        self.board("credit_lists_nominate_quality", "t_head")
        again = self.tour_client.credit_nomination_ids - refused
        self.assertEqual((again.tier, again.state), ("quality", "submitted"))

    def test_who_may_not_nominate_is_told_who_may(self):
        self.board("credit_lists_no_right", "t_finance")
        self.assertFalse(self.tour_client.credit_nomination_ids)

    def test_review_closed_by_the_institution(self):
        kept, falling = self.client("Kept"), self.client("Falling")
        self.hold(kept, "corporate_ebank")
        lists = self.env["credit.membership"]
        lists._enter(
            kept + falling, "basic", "institution", day=self.today - relativedelta(years=2)
        )
        reviews = self.env["credit.list.review"]
        reviews._open_due()
        review = reviews.search([("institution_id", "=", self.sub_branch.id)])
        self.start_tour("/odoo/credit-reviews", "credit_lists_review", login="t_head")
        self.assertEqual((review.state, review.closed_by_id), ("closed", self.head))
        self.assertTrue(falling.credit_open_nomination_id)

    def test_a_stand_in_decides(self):
        self.env["credit.stand.in"].create(
            {
                "user_id": self.credit.id,
                "stand_in_id": self.leader.id,
                "department": "credit_management",
                "date_to": self.today,
                "reason": "leave",
            }
        )
        nomination = self.env["credit.nomination"].with_user(self.head)
        nomination = nomination.create({"partner_id": self.tour_client.id, "tier": "quality"})
        nomination.action_submit()
        self.decide("credit_lists_stand_in", "t_leader")
        decision = nomination.decision_ids
        self.assertEqual((decision.user_id, decision.on_behalf_of_id), (self.leader, self.credit))

    def test_many_nominated_from_the_workbench(self):
        second = self.quality_client("Second client")
        self.start_tour("/odoo/credit-workbench", "credit_lists_workbench", login="t_head")
        nominations = (self.tour_client + second).credit_nomination_ids
        self.assertEqual(nominations.mapped("state"), ["submitted"] * 2)
