"""Relations and their picture, coverage of products and chains, uplift, focus."""

from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .growth_common import GrowthCase


@tagged("post_install", "-at_install")
class TestRelation(GrowthCase):
    def relate(self, client, other, kind="supplier", **values):
        return self.env["credit.relation"].create(
            {
                "partner_id": client.id,
                "other_id": other.id,
                "type_id": self.mine(f"relation_type_{kind}").id,
                **values,
            }
        )

    def coverage(self, client):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["credit.client.coverage"].search([("partner_id", "=", client.id)])

    def test_relation_starts_from_a_client_and_is_on_file_once(self):
        client, other = self.client("Mill"), self.company("Pulp")
        with self.assertRaises(ValidationError):
            self.relate(other, client)
        self.relate(client, other)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                self.relate(client, other)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                self.relate(client, client, "partner")

    def test_picture_shows_both_ends_and_escapes_names(self):
        client, other = self.client("Mill"), self.client("<b>Pulp</b>")
        self.relate(client, other)
        picture = str(client.with_user(self.manager).credit_chain_picture)
        self.assertIn("&lt;b&gt;Pulp&lt;/b&gt;", picture)
        self.assertIn("Supplier", picture)
        inverse = str(other.with_user(self.manager).credit_chain_picture)
        self.assertIn("Mill", inverse)
        self.assertIn("Customer", inverse)

    def test_ended_relation_leaves_the_picture(self):
        client, other = self.client("Mill"), self.company("Pulp")
        relation = self.relate(client, other, date_from=self.today - timedelta(days=9))
        relation.date_to = self.today - timedelta(days=1)
        client.invalidate_recordset()
        self.assertNotIn("Pulp", str(client.credit_chain_picture))

    def test_two_chain_enterprises_besides_the_client(self):
        client = self.client("Mill")
        self.relate(client, self.client("Pulp"))
        self.relate(client, self.company("No client"), "customer")
        self.relate(client, self.client("Partner"), "partner")
        row = self.coverage(client)
        self.assertEqual((row.chain_known, row.chain_served, row.chain_met), (2, 1, False))
        self.choose("A62", "including")
        self.assertTrue(self.coverage(client).chain_met)
        self.choose("A62", "besides")
        # Seen from the other end it is the same chain.
        self.relate(self.client("Shop"), client, "supplier")
        row = self.coverage(client)
        self.assertEqual((row.chain_served, row.chain_met), (2, True))

    def test_four_grips(self):
        """R-M-9: the client itself, its controller, its affiliates, its chain."""
        client = self.client("Mill", since_years=None)
        self.assertEqual(self.coverage(client).grips, 0)
        self.hold(client, "corporate_ebank")
        self.assertEqual(self.coverage(client).grips, 1)
        types = self.env["credit.relation.type"].search([("grip", "!=", False)])
        for number, grip in enumerate(("controller", "affiliate", "chain"), start=2):
            kind = types.filtered(lambda t, grip=grip: t.grip == grip)[0]
            self.relate(client, self.company(grip), kind.code)
            self.assertEqual(self.coverage(client).grips, number)

    def test_products_count_the_credit_itself(self):
        client = self.client("Single")
        row = self.coverage(client)
        self.assertEqual((row.products, row.cross_sold), (1, False))
        self.hold(client, "working_capital_loan")
        self.assertEqual(self.coverage(client).products, 1)
        self.hold(client, "time_deposit", "agreed_deposit")
        row = self.coverage(client)
        self.assertEqual((row.products, row.cross_sold), (2, True))
        unused = self.client("Unused")
        self.hold(unused, "time_deposit", in_use=False)
        self.assertFalse(self.coverage(unused).cross_sold)

    def test_group_is_covered(self):
        mother = self.client("Mother")
        self.env["res.partner"].create(
            {"name": "Daughter", "is_company": True, "parent_id": mother.id}
        )
        row = self.coverage(mother)
        self.assertEqual((row.group_members, row.group_clients), (2, 1))

    def test_products_over_time(self):
        client = self.client("History")
        self.hold(client, "time_deposit", date_from=self.today - timedelta(days=400))
        self.hold(client, "pos_terminal", date_from=self.today)
        self.env.flush_all()
        rows = self.env["credit.product.history"].search([("partner_id", "=", client.id)])
        self.assertEqual(rows.sorted("day")[-1].products, 2)
        self.assertIn(1, rows.mapped("products"))

    def test_uplift_names_the_channels_not_held(self):
        client = self.client("Would-be", user_id=self.manager.id)
        self.hold(client, "corporate_ebank")
        uplift = (
            self.env["credit.uplift"]
            .with_user(self.manager)
            .create(
                {
                    "partner_id": client.id,
                    "goal": "Settle here",
                    "route_id": self.mine("term_route_channel").id,
                    "measure_ids": [
                        (0, 0, {"grip": "itself", "name": "POS"}),
                        (0, 0, {"grip": "chain", "name": "Suppliers"}),
                    ],
                }
            )
        )
        pos = self.ref("product_pos_terminal").with_env(uplift.env)
        self.assertEqual(uplift.channel_gap, pos.name)
        self.assertTrue(uplift.grip_coverage.startswith("2/4"))
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                uplift.state = "reached"
                uplift.flush_recordset()
        uplift.invalidate_recordset()
        uplift.write({"result": "settles here", "state": "reached"})
        self.assertEqual(uplift.state, "reached")

    def test_focus_is_aa_or_better(self):
        industry = self.mine("term_industry_modern_services")
        industry.priority_support = True
        client = self.client("Focus", credit_priority_support=True, credit_industry_id=industry.id)
        partners = self.env["res.partner"]
        for grade, expected in (("aaa", True), ("aa", True), ("aa_minus", False), ("a", False)):
            client.credit_rating_id = self.mine(f"rating_{grade}")
            self.assertEqual(client.credit_in_focus, expected, grade)
            found = partners.search([("credit_in_focus", "=", True), ("id", "=", client.id)])
            self.assertEqual(bool(found), expected)
        client.credit_external_rating_id = self.mine("rating_aa")
        self.assertFalse(client.credit_in_focus)
        self.choose("A63", "external")
        client.invalidate_recordset()
        self.assertTrue(client.credit_in_focus)
        client.credit_priority_support = False
        self.assertFalse(client.credit_in_focus)

    def test_first_loan_needs_a_look_at_the_report(self):
        client = self.client("First", since_years=None)
        partners = self.env["res.partner"]

        def searched():
            return bool(
                partners.search([("credit_is_first_loan", "=", True), ("id", "=", client.id)])
            )

        self.assertFalse(client.credit_is_first_loan)
        client.credit_report_date = self.today
        # Nobody counted: unknown is not zero.
        self.assertFalse(client.credit_is_first_loan)
        self.assertFalse(searched())
        client.credit_report_loans = 0
        self.assertTrue(client.credit_is_first_loan)
        self.assertTrue(searched())
        client.credit_report_loans = 1
        self.assertFalse(client.credit_is_first_loan)
        client.write({"credit_report_loans": 0, "credit_first_date": self.today})
        self.assertFalse(client.credit_is_first_loan)
        self.assertFalse(searched())

    def test_relation_of_a_foreign_client_is_not_written(self):
        foreign = self.client("Foreign", credit_institution_id=self.other_branch.id)
        with self.assertRaises(AccessError):
            self.env["credit.relation"].with_user(self.manager).create(
                {
                    "partner_id": foreign.id,
                    "other_id": self.client("Own").id,
                    "type_id": self.mine("relation_type_supplier").id,
                }
            )
