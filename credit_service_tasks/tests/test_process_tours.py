"""Three journeys in a browser, each person with his own rights."""

from odoo.tests import HttpCase, tagged

from .process_common import ProcessCase


@tagged("post_install", "-at_install")
class TestProcessTours(ProcessCase, HttpCase):
    def open(self, record, tour, login):
        path = {
            "credit.application": "credit-applications",
            "credit.pricing.request": "credit-pricing-requests",
        }[record._name]
        self.start_tour(f"/odoo/{path}/{record.id}", tour, login=login)

    def test_from_papers_to_disbursement(self):
        client = self.listed("basic", "Tour borrower")
        self.start_tour("/odoo/credit-applications", "credit_application_tour", login="t_manager")
        application = self.env["credit.application"].search([("partner_id", "=", client.id)])
        self.assertEqual(application.suspension_ids.proof_name, "receipt.pdf")
        self.open(application, "credit_application_step_tour", "t_credit")
        self.open(application, "credit_application_contract_tour", "t_manager")
        self.open(application, "credit_application_disbursement_tour", "t_head")
        self.assertEqual(application.state, "disbursed")
        self.assertEqual(application.step_ids.user_id, self.manager + self.credit + self.head)

    def test_refusal(self):
        application = self.apply_for(self.listed("basic", "Tour refused"))
        self.complete(application, self.day)
        self.open(application, "credit_refusal_tour", "t_head")
        self.assertEqual(application.state, "refused")
        self.assertTrue(application.answered_on)

    def test_price_to_the_head_office(self):
        self.env["credit.lpr"].search([("date", "=", self.day)]).unlink()
        self.env["credit.lpr"].create({"date": self.day, "term": "1y", "rate": 3.1})
        self.env["credit.lpr"].search([("date", ">", self.day)]).unlink()
        client = self.listed("strategic", "Tour strategic")
        self.start_tour("/odoo/credit-pricing-requests", "credit_pricing_tour", login="t_manager")
        request = self.env["credit.pricing.request"].search([("partner_id", "=", client.id)])
        self.assertEqual(request.route, "head_office")
        self.open(request, "credit_pricing_decision_tour", "t_credit")
        self.assertEqual(request.decision_ids.user_id, self.credit)
