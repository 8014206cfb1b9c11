"""A project becomes a client, an outflow is answered: in a real browser, by client managers."""

from odoo.tests import HttpCase, tagged

from .growth_common import GrowthCase


@tagged("post_install", "-at_install")
class TestGrowthTours(GrowthCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The tours read English words off the screen.
        cls.env["res.lang"]._activate_lang("en_US")
        cls.manager.lang = "en_US"

    def test_project_from_the_library_to_a_client(self):
        self.project("Another project")
        self.start_tour("/odoo/credit-projects", "credit_project_tour", login="t_manager")
        client = self.env["res.partner"].search([("name", "=", "Tour Paper Mill")])
        self.assertTrue(client.is_credit_client)
        self.assertEqual(client.credit_institution_id, self.sub_branch)
        self.assertEqual(
            sorted(client.credit_designation_ids.type_id.mapped("code")),
            ["competitor_client", "in_marketing"],
        )

    def test_outflow_alert_is_handled(self):
        payer = self.client("Tour payer", user_id=self.manager.id)
        self.move(payer, self.today, -15_000_000)
        self.run_funds()
        self.start_tour("/odoo/credit-fund-tasks", "credit_fund_alert_tour", login="t_manager")
        alert = self.alerts(payer)
        self.assertEqual((alert.state, alert.outcome), ("done", "partly"))
        self.assertEqual((alert.useful, alert.amount_kept), ("yes", 5_000_000))
