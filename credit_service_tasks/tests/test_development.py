"""Yearly development targets: floors, counting once, what has no figure."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .growth_common import GrowthCase


@tagged("post_install", "-at_install")
class TestDevelopment(GrowthCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.year = cls.today.year
        cls.ftz = cls.institution("Test FTZ", "wuhan_ftz", cls.head_office)

    def tech(self, name, institution=None, industry="modern_services", **values):
        client = self.client(
            name,
            credit_institution_id=(institution or self.sub_branch).id,
            credit_industry_id=self.mine(f"term_industry_{industry}").id,
            **values,
        )
        self.designate(client, "tech_sme", date_from="2020-01-01")
        return client

    def line(self, rule, institution=None):
        self.env["credit.development.target"]._open_year(self.year)
        found = self.env["credit.development.target"].search(
            [
                ("year", "=", self.year),
                ("rule_id", "=", self.mine(f"development_rule_{rule}").id),
                ("institution_id", "=", institution.id if institution else False),
            ]
        )
        found.invalidate_recordset()
        return found

    def test_plan_has_a_line_per_rule_and_institution(self):
        self.assertEqual(self.line("d1a").minimum, 100)
        self.assertEqual(self.line("d1b", self.branch).minimum, 2)
        self.assertEqual(self.line("d1c", self.ftz).minimum, 10)
        self.assertFalse(self.line("d1b", self.sub_branch))
        count = self.env["credit.development.target"].search_count([("year", "=", self.year)])
        self.env["credit.development.target"]._open_year(self.year)
        self.assertEqual(
            self.env["credit.development.target"].search_count([("year", "=", self.year)]), count
        )

    def test_unmapped_institution_has_the_stricter_floor(self):
        odd = self.institution("Odd", "small_business", self.head_office)
        line = self.line("d1b", odd)
        self.assertEqual((line.minimum, line.unmapped), (2, True))
        self.assertFalse(self.line("d1b", self.branch).unmapped)
        self.assertFalse(self.line("d1b", self.ftz))

    def test_client_counts_once_at_its_first_loan(self):
        client = self.tech("Once")
        before = self.line("d1a").actual
        self.pay_out(client, reference="1")
        client.credit_institution_id = self.other_branch
        self.pay_out(client, reference="2")
        self.assertEqual(self.line("d1a").actual, before + 1)
        self.assertEqual(self.line("d1b", self.branch).actual, 1)
        self.assertEqual(self.line("d1b", self.other_branch).actual, 0)

    def test_loan_of_another_year_or_outside_the_field_does_not_count(self):
        self.pay_out(self.tech("Early"), day=f"{self.year - 1}-12-31")
        plain = self.client(
            "No base", credit_industry_id=self.mine("term_industry_modern_services").id
        )
        self.pay_out(plain)
        self.pay_out(self.tech("Farm", industry="agriculture"))
        withdrawn = self.tech("Withdrawn")
        withdrawn.credit_designation_ids.action_withdraw("wrong")
        self.pay_out(withdrawn)
        self.assertEqual(self.line("d1b", self.branch).actual, 0)
        self.pay_out(self.tech("New year"), day=f"{self.year}-01-01")
        self.assertEqual(self.line("d1b", self.branch).actual, 1)

    def test_only_the_named_industry_counts_for_a_zone(self):
        for index in range(7):
            self.pay_out(self.tech(f"S{index}", self.ftz, "strategic_emerging"))
        for index in range(3):
            self.pay_out(self.tech(f"M{index}", self.ftz, "modern_services"))
        line = self.line("d1c", self.ftz)
        self.assertEqual((line.actual, line.gap, line.status), (7, 3, "open"))

    def test_satisfied_and_missed(self):
        for index in range(2):
            self.pay_out(self.tech(f"T{index}"))
        self.assertEqual(self.line("d1b", self.branch).status, "satisfied")
        line = self.line("d1b", self.other_branch)
        line.sudo().write({"year": self.year - 1})
        line.invalidate_recordset()
        self.assertEqual(line.status, "missed")

    def test_no_figure_cannot_be_judged(self):
        line = self.line("d2")
        self.assertIs(line.minimum, False)
        self.assertEqual(line.status, "no_figure")
        line.with_user(self.lister).minimum = 3
        self.assertEqual(line.status, "open")

    def test_bank_may_only_ask_for_more(self):
        line = self.line("d1b", self.branch)
        with self.assertRaises(UserError):
            line.with_user(self.lister).minimum = 1
        line.with_user(self.lister).minimum = 5
        self.assertEqual((line.floor, line.minimum), (2, 5))
        with self.assertRaises(AccessError):
            line.with_user(self.lister).write({"year": 1999})
        with self.assertRaises(AccessError):
            line.with_user(self.president).minimum = 9

    def test_bank_wide_floor_is_independent_of_its_parts(self):
        for index in range(3):
            self.pay_out(self.tech(f"T{index}"))
        line = self.line("d1a")
        self.assertEqual(line.status, "open")
        self.assertGreaterEqual(line.parts, 3)

    def test_counting_takes_few_queries(self):
        self.line("d1a")
        lines = self.env["credit.development.target"].search([("year", "=", self.year)])
        lines.mapped("rule_id.scope")
        self.env.invalidate_all()
        with self.assertQueryCount(30):
            lines.mapped("actual")

    def test_loan_stays_as_it_was(self):
        loan = self.pay_out(self.tech("Kept"))
        with self.assertRaises(UserError):
            loan.amount = 5

    def test_only_administrators_open_the_plan(self):
        plans = self.env["credit.development.target"]
        with self.assertRaises(AccessError):
            plans.with_user(self.president).action_open_year()
        plans.with_user(self.lister).action_open_year()
