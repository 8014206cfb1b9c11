"""The three reductions per institution and period: S-B-3a, S-B-3e, S-B-3g, A47."""

from dateutil.relativedelta import relativedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .process_common import ProcessCase


@tagged("post_install", "-at_install")
class TestPromise(ProcessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.basic = cls.listed("basic", "Basic client")

    def loan(self, days, client=None):
        application = self.apply_for(client or self.basic)
        self.complete(application, self.day)
        self.through(application, days)
        return application

    def figures(self, loans):
        return self.env["credit.application"]._promise_figures([("id", "in", loans.ids)])

    def test_average(self):
        kept = self.figures(self.loan(10) + self.loan(16))
        self.assertEqual((kept["average_days"], kept["days_within"]), (13.0, True))
        self.assertEqual((kept["breaches"], kept["saved_days"]), (1, 3))
        broken = self.figures(self.loan(10) + self.loan(17))
        self.assertEqual((broken["average_days"], broken["days_within"]), (13.5, False))

    def test_each_loan(self):
        loans = self.loan(10) + self.loan(16)
        self.choose("A47", "each_loan")
        self.assertFalse(self.figures(loans)["days_within"])
        self.assertTrue(self.figures(self.loan(13))["days_within"])

    def test_papers(self):
        self.product.paper_type_ids = self.env["credit.paper.type"].search([], limit=13)
        one = self.loan(1)
        self.assertEqual(self.figures(one)["average_papers"], 13)
        self.assertTrue(self.figures(one)["papers_within"])
        self.product.paper_type_ids += self.env["credit.paper.type"].create(
            {"name": "Fourteenth", "code": "fourteenth"}
        )
        two = self.loan(1)
        self.assertEqual(self.figures(one + two)["average_papers"], 13.5)
        self.assertFalse(self.figures(one + two)["papers_within"])

    def test_no_loan_no_average(self):
        nothing = self.figures(self.env["credit.application"])
        self.assertIs(nothing["average_days"], False)
        self.assertTrue(nothing["days_within"])

    def test_period_and_scope(self):
        loan = self.loan(5)
        quality = self.loan(5, self.listed("quality", "Quality"))
        applications = self.env["credit.application"]
        paid = loan.disbursed_on

        def found(start, end):
            return applications.search(applications._promise_domain(start, end))

        self.assertIn(loan, found(paid, paid))
        self.assertNotIn(quality, found(paid, paid))
        before = paid - relativedelta(days=1)
        self.assertNotIn(loan, found(before, before))

    def test_report_follows_the_tree_and_the_rights(self):
        self.loan(10)
        foreign = self.listed("basic", "Foreign", credit_institution_id=self.other_branch.id)
        application = self.apply_for(foreign, self.stranger)
        application.action_receive_all()
        reports = self.env["credit.promise.report"]
        values = {"date_from": self.day, "date_to": self.today}
        seen = {}
        for user in (self.credit, self.president, self.stranger):
            report = reports.with_user(user).create(values)
            report.action_show()
            seen[user] = {line.institution_id: line for line in report.line_ids}
        self.assertIn(self.sub_branch, seen[self.credit])
        branch = seen[self.credit][self.branch]
        self.assertEqual((branch.loans, branch.average_days), (1, 10))
        self.assertEqual(seen[self.credit][self.other_branch].undecided, 1)
        self.assertNotIn(self.other_branch, seen[self.president])
        self.assertEqual(seen[self.president][self.sub_branch].loans, 1)
        self.assertNotIn(self.sub_branch, seen[self.stranger])

    def test_report_of_a_crooked_period(self):
        report = self.env["credit.promise.report"].create(
            {"date_from": self.today, "date_to": self.day}
        )
        with self.assertRaises(UserError):
            report.action_show()

    def test_report_on_paper(self):
        self.loan(20)
        report = self.env["credit.promise.report"].create(
            {"date_from": self.day, "date_to": self.today}
        )
        report.action_show()
        html = self.env["ir.actions.report"]._render_qweb_html(
            "credit_service_tasks.report_promise", report.ids
        )[0]
        self.assertIn(b"20.0", html)
