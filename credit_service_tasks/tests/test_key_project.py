"""Key-project lists, blank spots, and the three-year coverage."""

import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.credit_client_tiering.tests.import_common import csv_bytes, make_code

from .growth_common import GrowthCase

HEADER = ("项目名称", "业主单位", "统一社会信用代码", "领域", "机构", "总投资（万元）")


@tagged("post_install", "-at_install")
class TestKeyProjects(GrowthCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.listing = cls.env["credit.key.project.list"].create(
            {"name": "Key projects", "publisher": "Province", "year": 2026}
        )

    def load(self, *rows, user=None):
        wizard = (
            self.env["credit.key.project.import"]
            .with_user(user or self.lister)
            .create(
                {"list_id": self.listing.id, "file": base64.b64encode(csv_bytes(HEADER, *rows))}
            )
        )
        wizard.action_import()
        self.env.invalidate_all()
        return self.listing.project_ids

    def row(self, name="Ring road", owner="Road company", amount="1,200.5", code=""):
        return (name, owner, code, "roads", self.branch.institution_code, amount)

    def test_import_is_idempotent_and_exact(self):
        projects = self.load(self.row(), self.row("Water works", "Water company"))
        self.assertEqual(len(projects), 2)
        self.assertEqual(projects[0].amount, 12_005_000)
        self.assertEqual(projects[0].field_id, self.mine("term_project_field_roads"))
        self.assertEqual(projects[0].institution_id, self.branch)
        before = self.listing.message_ids
        self.load(self.row(), self.row("Water works", "Water company"))
        self.assertEqual(len(self.listing.project_ids), 2)
        self.assertEqual(self.listing.message_ids, before)
        self.load(self.row(amount="7"))
        self.assertEqual(projects[0].amount, 70_000)
        self.assertEqual(projects.mapped("listed"), [True, False])

    def test_wrong_rows_are_named_and_nothing_is_imported(self):
        with self.assertRaises(UserError) as raised:
            self.load(
                self.row(),
                ("", "x", "", "", "", ""),
                ("Bridge", "x", "", "spaceflight", "", ""),
                ("Tunnel", "x", "", "", "", "much"),
                ("Harbour", "x", "911", "", "", ""),
                ("=1+1", "x", "", "", "", ""),
                self.row(),
            )
        text = str(raised.exception)
        for number in (3, 4, 5, 6, 7, 8):
            self.assertIn(f"{number}", text)
        self.assertIn("spaceflight", text)
        self.assertFalse(self.listing.project_ids)

    def test_only_the_list_administrator_imports(self):
        for user in (self.manager, self.president, self.finance):
            with self.assertRaises(AccessError):
                self.load(self.row(), user=user)
        project = self.load(self.row())
        with self.assertRaises(AccessError):
            project.with_user(self.lister).write({"amount": 1})

    def test_blank_spot_until_somebody_owns_it(self):
        client = self.client("Road company", credit_code=make_code(77))
        project = self.load(self.row(code=make_code(77)))
        self.assertEqual(project.partner_id, client)
        self.assertFalse(project.has_owner)
        self.assertEqual(self.listing.blank_count, 1)
        context = project.with_user(self.manager).action_take_on()["context"]
        lead = self.env["crm.lead"].with_user(self.manager).with_context(**context).create({})
        self.assertEqual(lead.key_project_id, project)
        self.assertEqual(lead.project_field_id, project.field_id)
        lead.sudo().user_id = False
        self.assertFalse(project.has_owner)
        lead.sudo().user_id = self.manager
        self.assertTrue(project.has_owner)
        with self.assertRaises(UserError):
            project.action_take_on()
        lead.sudo().active = False
        self.assertFalse(project.has_owner)


@tagged("post_install", "-at_install")
class TestCoverage(GrowthCase):
    def test_three_years_from_2021(self):
        programme = self.mine("coverage_programme")
        self.assertEqual(str(programme.date_from), "2021-01-01")
        self.assertEqual(str(programme.deadline), "2023-12-31")

    def test_what_the_bank_lacks(self):
        edition = self.env["credit.reference.list"].create(
            {
                "name": "Large companies",
                "publisher": "Province",
                "year": 2026,
                "designation_type_id": self.ref("designation_type_central_soe").id,
            }
        )
        served = self.client("Served company", credit_first_date="2022-05-01")
        late = self.client("Late company", credit_first_date="2024-01-01")
        names = ("Served company", "Late company", "Wanted company", "Foreign company")
        edition._import_rows(
            [{"name": n, "credit_code": False, "rank": False, "note": False} for n in names],
            self.today,
        )
        programme = self.env["credit.coverage.programme"].create(
            {"name": "Test", "strategic_list_ids": [(6, 0, edition.ids)]}
        )
        with self.assertRaises(AccessError):
            programme.with_user(self.president).action_fill()
        programme.with_user(self.lister).action_fill()
        programme.with_user(self.lister).action_fill()
        self.assertEqual(len(programme.item_ids), 4)
        by_name = {item.entry_id.name: item for item in programme.item_ids}
        by_name["Wanted company"].with_user(self.lister).institution_id = self.sub_branch
        by_name["Foreign company"].institution_id = self.other_branch
        self.env.flush_all()
        rows = self.env["credit.coverage.report"].search([("programme_id", "=", programme.id)])
        self.assertEqual(
            {row.name: row.status for row in rows},
            {
                "Served company": "covered",
                "Late company": "won_late",
                "Wanted company": "lacking",
                "Foreign company": "lacking",
            },
        )
        self.assertEqual(
            served.credit_institution_id,
            rows.filtered(lambda r: r.partner_id == served).institution_id,
        )
        self.assertTrue(late)
        mine = rows.with_user(self.president).search([("programme_id", "=", programme.id)])
        self.assertEqual(len(mine), 3)
        wanted = mine.filtered(lambda row: row.status == "lacking")
        context = wanted.with_user(self.manager).action_take_on()["context"]
        self.env["crm.lead"].with_user(self.manager).with_context(**context).create({})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(wanted.status, "working")
        with self.assertRaises(UserError):
            wanted.action_take_on()
