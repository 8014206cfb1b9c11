"""Targets and coverage open with as many queries for many rows as for few."""

from lxml import etree

from odoo.tests import tagged

from .growth_common import SERVICE, GrowthCase


@tagged("post_install", "-at_install")
class TestOpening(GrowthCase):
    def opened(self, view, domain):
        """Return the queries that opening a list takes, and how many rows it shows."""
        view = self.env.ref(f"{SERVICE}.{view}")
        model = self.env[view.model].with_user(self.president)
        answer = model.get_views([(view.id, "list")])
        fields = answer["models"][view.model]["fields"]
        spec = {}
        for node in etree.fromstring(answer["views"]["list"]["arch"]).iter("field"):
            name = node.get("name")
            related = fields[name]["type"] in ("many2one", "many2many", "one2many")
            spec[name] = {"fields": {"display_name": {}}} if related else {}
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        rows = model.web_search_read(domain, spec, limit=80)
        return self.env.cr.sql_log_count - before, rows["length"]

    def assert_bounded(self, view, domain, add):
        """``add`` puts more rows into a list; opening it takes no query more."""
        add("First", 4)
        self.opened(view, domain)  # rights get cached
        few, rows = self.opened(view, domain)
        add("Further", 16)
        many, all_rows = self.opened(view, domain)
        self.assertEqual(all_rows, rows + 16, "the list shows what was added")
        self.assertLessEqual(many, few)
        self.assertLess(few, 30)

    def clients(self, name, number):
        return [
            self.client(f"{name} {index}", user_id=self.manager.id, since_years=3)
            for index in range(number)
        ]

    def targets(self, name, number):
        indicator = self.mine("indicator_deposits")
        month = self.today.replace(day=1)
        targets = self.env["credit.target"]
        for client in self.clients(name, number):
            self.report_month(client, 1, deposit_now=100)
            targets |= targets.create(
                {
                    "indicator_id": indicator.id,
                    "level": "client",
                    "partner_id": client.id,
                    "institution_id": self.sub_branch.id,
                    "amount": 1000,
                    "period": "month",
                    "period_start": month,
                }
            )
        return targets

    def test_list_of_targets(self):
        domain = [("institution_id", "=", self.sub_branch.id), ("level", "=", "client")]
        self.assert_bounded("credit_target_view_list", domain, self.targets)

    def test_actual_figures(self):
        def queries(targets):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            targets._refresh_actuals()
            return self.env.cr.sql_log_count - before

        first = self.targets("First", 4)
        queries(first)
        few = queries(first)
        self.assertLessEqual(queries(first | self.targets("Further", 16)), few)

    def test_coverage_of_clients(self):
        domain = [("institution_id", "=", self.sub_branch.id)]
        self.assert_bounded("credit_client_coverage_view_list", domain, self.clients)

    def test_coverage_of_three_years(self):
        edition = self.env["credit.reference.list"].create(
            {
                "name": "Large companies",
                "publisher": "Province",
                "year": self.today.year,
                "designation_type_id": self.ref("designation_type_central_soe").id,
            }
        )
        programme = self.env["credit.coverage.programme"].create(
            {"name": "Test", "strategic_list_ids": [(6, 0, edition.ids)]}
        )
        names = []

        def add(name, number):
            # Every other one is a client, the rest is lacking.
            for index, client in enumerate(self.clients(name, number)):
                names.append(client.name if index % 2 else f"{client.name} unknown")
            # The list is loaded whole: what it no longer names has left it.
            edition._import_rows(
                [{"name": n, "credit_code": False, "rank": False, "note": False} for n in names],
                self.today,
            )
            programme.with_user(self.lister).action_fill()
            programme.item_ids.filtered(
                lambda item: not item.institution_id
            ).institution_id = self.sub_branch

        domain = [("programme_id", "=", programme.id)]
        self.assert_bounded("credit_coverage_report_view_list", domain, add)
