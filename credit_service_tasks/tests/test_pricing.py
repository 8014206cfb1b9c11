"""Who decides on which price: S-S-5, S-Q-5, S-B-4, read in A48 and A49."""

import base64
from datetime import date

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..models.pricing.lpr_text import read_lpr
from .process_common import ProcessCase


@tagged("post_install", "-at_install")
class TestPricing(ProcessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["credit.lpr"].search([]).unlink()
        cls.lpr = cls.env["credit.lpr"].create(
            [
                {"date": cls.day, "term": "1y", "rate": 3.45},
                {"date": cls.day, "term": "5y", "rate": 3.95},
            ]
        )
        cls.strategic = cls.listed("strategic", "Strategic client")

    def ask(self, client=None, user=None, **values):
        given = {
            "partner_id": (client or self.strategic).id,
            "kind": "loan_rate",
            "reason": "Kept for years",
            "amount": 10_000_000,
            "term_months": 12,
            "lpr_term": "1y",
        }
        requests = self.env["credit.pricing.request"].with_user(user or self.manager)
        request = requests.create({**given, **values})
        request.action_submit()
        return request

    def yield_of(self, points, **values):
        return self.ask(
            kind="wealth_yield",
            product_name="Product",
            quote=2.5,
            concession_bp=points,
            **values,
        )

    def test_green_and_vip_go_first_in_the_queue(self):
        quality = self.listed("quality", "Quality client")
        basic = self.listed("basic", "Basic client")
        asked = {
            tier: self.env["credit.pricing.request"].create(
                {"partner_id": client.id, "kind": "loan_rate", "rate": 3.6}
            )
            for tier, client in (
                ("basic", basic),
                ("strategic", self.strategic),
                ("quality", quality),
            )
        }
        ids = [request.id for request in asked.values()]
        queue = self.env["credit.pricing.request"].search([("id", "in", ids)])
        self.assertEqual(queue.mapped("channel"), ["green", "vip", "normal"])
        # What it was when it was asked for; nobody jumps the queue.
        self.env["credit.membership"]._enter(basic, "quality", "institution", "test")
        self.assertEqual(asked["basic"].channel, "normal")
        with self.assertRaises(AccessError):
            asked["basic"].with_user(self.manager).channel_rank = 0

    def designate_branch(self, **values):
        return self.env["credit.rate.authority"].create(
            {"institution_id": self.branch.id, "date_from": self.day, "source": "test", **values}
        )

    def test_below_equal_above(self):
        """S-S-5a, S-S-5b: to the fourth decimal, without and with a designated branch."""
        for designated, routes in (
            (False, ("head_office", "head_office", "head_office")),
            (True, ("head_office", "head_office", "branch")),
        ):
            if designated:
                self.designate_branch()
            for rate, comparison, route in zip(
                (3.4499, 3.45, 3.4501), ("below", "equal", "above"), routes, strict=True
            ):
                with self.subTest(designated=designated, rate=rate):
                    request = self.ask(rate=rate)
                    self.assertEqual((request.comparison, request.route), (comparison, route))

    def test_equal_to_the_prime_rate_read_the_other_way(self):
        self.choose("A48", "branch")
        self.assertEqual(self.ask(rate=3.45).route, "head_office")  # not designated
        self.designate_branch()
        self.assertEqual(self.ask(rate=3.45).route, "branch")

    def test_designation_is_dated_and_for_prefecture_branches(self):
        self.designate_branch(date_to=self.today - relativedelta(days=1))
        self.assertEqual(self.ask(rate=4).route, "head_office")
        self.designate_branch(date_from=self.today)
        self.assertEqual(self.ask(rate=4).route, "branch")
        self.assertTrue(self.branch.has_rate_authority)
        wuhan = self.institution("Wuhan", "wuhan_tier1", self.head_office)
        with self.assertRaises(ValidationError):
            self.env["credit.rate.authority"].create({"institution_id": wuhan.id, "source": "x"})

    def test_the_branch_itself_decides(self):
        self.designate_branch()
        request = self.ask(rate=3.6)
        self.assertEqual(request.route_institution_id, self.branch)
        for user in (self.head, self.credit, self.finance, self.manager):
            with self.assertRaises(AccessError):
                request.with_user(user).action_decide("approve")
        request.with_user(self.president).action_decide("approve")
        self.assertEqual(request.state, "approved")

    def test_head_office_decides_below(self):
        request = self.ask(rate=3.2)
        self.assertEqual(request.route_institution_id, self.head_office)
        with self.assertRaises(AccessError):
            request.with_user(self.president).action_decide("approve")
        request.with_user(self.credit).action_decide("approve")
        self.assertEqual(request.decision_ids.post_id, self.ref("post_credit_management"))

    def test_only_publications_known_that_day_are_used(self):
        request = self.ask(rate=3.3)
        self.assertEqual((request.lpr_rate, request.lpr_date), (3.45, self.day))
        with self.assertRaises(UserError):
            self.env["credit.lpr"].create(
                {"date": self.today + relativedelta(days=1), "term": "1y", "rate": 3}
            )
        newer = self.env["credit.lpr"].create({"date": self.today, "term": "1y", "rate": 3.2})
        self.assertEqual(self.ask(rate=3.3).comparison, "above")
        # What was used stays with the decision, whatever is corrected later.
        newer.rate = 3.9
        self.assertEqual((request.lpr_rate, request.comparison), (3.45, "below"))
        self.assertEqual(request.evidence["price"]["lpr_date"], str(self.day))
        self.assertIn("3.45 %", request.evidence_card)
        with freeze_time(f"{self.day - relativedelta(days=1)} 04:00:00"):
            with self.assertRaises(UserError):
                self.env["credit.lpr"]._latest("1y", self.env.company._credit_today())

    def test_frozen_rule_keeps_its_words(self):
        request = self.ask(rate=3.2)
        self.assertIn("fast differentiated-rate", request.evidence_card)
        self.mine("pricing_rule_strategic_below").name = "Something new"
        request.invalidate_recordset(["evidence_card"])
        self.assertIn("fast differentiated-rate", request.evidence_card)
        self.assertNotIn("Something new", request.evidence_card)

    def test_terms_are_not_mixed(self):
        self.assertEqual(self.ask(rate=3.5).comparison, "above")
        self.assertEqual(self.ask(rate=3.5, lpr_term="5y").comparison, "below")

    def test_wealth_yield(self):
        """S-S-5c, A49: 0 to 20 allowed, 10 to 20 usual, above 20 separate."""
        for points, route, below in (
            (5, "institution", True),
            (10, "institution", False),
            (20, "institution", False),
            (20.01, "separate", False),
        ):
            with self.subTest(points=points):
                request = self.yield_of(points)
                self.assertEqual((request.route, request.below_standard), (route, below))
        self.choose("A49", "band")
        self.assertEqual(self.yield_of(9.99).route, "separate")
        self.assertEqual(self.yield_of(10).route, "institution")

    def test_separate_approval_is_for_the_head_office(self):
        request = self.yield_of(21)
        for user in (self.head, self.president):
            with self.assertRaises(AccessError):
                request.with_user(user).action_decide("approve")
        request.with_user(self.finance).action_decide("approve")
        within = self.yield_of(15)
        within.with_user(self.head).action_decide("approve")

    def test_quality_is_priced_by_the_three_degrees(self):
        client = self.listed("quality", "Quality one")
        with self.assertRaises(ValidationError):
            self.ask(client, rate=3.3)
        request = self.ask(
            client,
            rate=3.3,
            credit_standing="high",
            loyalty="high",
            contribution="fair",
            benefit="Deposits follow",
            benefit_amount=300_000,
            given_amount=100_000,
        )
        self.assertEqual(request.benefit_net, 200_000)
        self.assertEqual(request.clause, "S-Q-5")
        self.assertEqual(request.evidence["degrees"]["contribution"], "fair")
        request.with_user(self.credit).action_decide("approve")
        second = self.ask(
            client,
            kind="fee",
            usual_price="0.5 ‰",
            wanted_price="0.3 ‰",
            credit_standing="high",
            loyalty="high",
            contribution="fair",
            benefit="Deposits follow",
        )
        # Concessions are weighed together.
        self.assertEqual(len(second.evidence["concessions"]), 1)

    def test_basic_case_by_case_potential_nothing(self):
        request = self.ask(self.listed("basic", "Basic one"), rate=5)
        self.assertEqual((request.route, request.clause), ("head_office", "S-B-4b S-B-4c"))
        for client in (self.listed("potential", "Potential one"), self.client("Unlisted")):
            with self.assertRaises(UserError):
                self.ask(client, rate=5)

    def test_what_is_missing_is_named(self):
        with self.assertRaisesRegex(ValidationError, "Rate asked for"):
            self.ask(rate=0)
        with self.assertRaisesRegex(UserError, "prime rate"):
            self.env["credit.lpr"].search([("term", "=", "5y")]).unlink()
            self.ask(rate=3, lpr_term="5y")

    def test_route_cannot_be_forged(self):
        requests = self.env["credit.pricing.request"].with_user(self.manager)
        for forged in ({"route": "institution"}, {"lpr_rate": 1}, {"tier": "strategic"}):
            with self.assertRaises(AccessError):
                requests.create({"partner_id": self.strategic.id, **forged})
        request = self.ask(rate=3)
        for forged in ({"route": "branch"}, {"comparison": "above"}, {"evidence": {}}):
            with self.assertRaises(AccessError):
                request.write(forged)
        with self.assertRaises(UserError):
            request.rate = 2
        with self.assertRaises(AccessError):
            self.env["credit.lpr"].with_user(self.president).create(
                {"date": self.today, "term": "1y", "rate": 9}
            )

    def test_forecast_before_submitting(self):
        request = (
            self.env["credit.pricing.request"]
            .with_user(self.manager)
            .create({"partner_id": self.strategic.id, "rate": 3, "lpr_term": "1y"})
        )
        self.assertIn("Head office", request.forecast)
        self.assertIn("S-S-5a", request.forecast)

    # Import

    def load(self, text, user=None, **values):
        wizard = (
            self.env["credit.lpr.import"]
            .with_user(user or self.lister)
            .create({"file": base64.b64encode(text), "file_name": "lpr.txt", **values})
        )
        wizard.action_import()
        return wizard.result

    def test_import_of_publications(self):
        text = (
            "LPR报价 1年期 5年期以上\n2024-07-22 3.35% 3.85%\n"
            "2024-06-20 3.45% 3.95%\n2024-05-20 3.x% 3.95%\n"
        )
        rates = self.env["credit.lpr"]
        before = rates.search_count([])
        result = self.load(text.encode())
        self.assertEqual(rates.search_count([]), before + 4)
        self.assertIn("line 4", result)
        self.assertEqual(rates._latest("5y", date(2024, 7, 1)).rate, 3.95)
        self.assertIn("4 known already", self.load(text.encode("gb18030")))
        changed = b"2024-07-22,3.30,3.85\n"
        self.assertIn("1 differ", self.load(changed))
        self.assertEqual(rates._latest("1y", date(2024, 8, 1)).rate, 3.35)
        self.load(changed, replace=True)
        self.assertEqual(rates._latest("1y", date(2024, 8, 1)).rate, 3.3)

    def test_import_refuses_what_it_cannot_read(self):
        for rubbish in (b"hello", b"\x00\x01\x02", b"date,1y\n"):
            with self.assertRaises(UserError):
                self.load(rubbish)
        ahead = f"{self.today + relativedelta(days=3)} 3.0 3.5\n2024-07-22 3.35 3.85\n"
        self.assertIn("future", self.load(ahead.encode()))
        with self.assertRaises(AccessError):
            self.load(b"2024-07-22 3.35 3.85\n", user=self.manager)

    def test_lines_of_a_publication(self):
        rows, problems = read_lpr(
            "日期\t1年期\n2019年8月20日\t4.25%\n2019-09-20 4.20% -\n\nrubbish\n"
        )
        self.assertEqual(
            [(r[1], r[2], r[3]) for r in rows],
            [
                (date(2019, 8, 20), "1y", 4.25),
                (date(2019, 9, 20), "1y", 4.2),
            ],
        )
        self.assertEqual([n for n, _line in problems], [5])
