"""The bulletin is frozen once issued; the matrix tells who was where on any day."""

import base64
import io

from dateutil.relativedelta import relativedelta
from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import BankCase


@tagged("post_install", "-at_install")
class TestBulletin(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["credit.membership"]._enter(
            cls.client("Old"), "basic", "institution", day=cls.today - relativedelta(years=1)
        )
        cls.confirmed = cls.quality_client("=Confirmed")
        nomination = (
            cls.env["credit.nomination"]
            .with_user(cls.head)
            .create({"partner_id": cls.confirmed.id, "tier": "quality", "justification": "good"})
        )
        nomination.action_submit()
        nomination.with_user(cls.finance).action_decide("approve")
        nomination.with_user(cls.credit).action_decide("approve")
        cls.bulletin = (
            cls.env["credit.bulletin"]
            .with_user(cls.lister)
            .create(
                {
                    "institution_id": cls.branch.id,
                    "date_from": cls.today - relativedelta(days=7),
                    "date_to": cls.today,
                }
            )
        )

    def test_it_is_numbered_and_frozen(self):
        self.bulletin.action_issue()
        line = self.bulletin.line_ids
        self.assertEqual(
            (line.partner_id, line.tier_from, line.tier_to, line.reason),
            (self.confirmed, False, "quality", "good"),
        )
        for user in (self.finance, self.credit):
            self.assertIn(user.name, line.decided_by)
        self.assertRegex(self.bulletin.name, rf"^{self.today.year}-\d{{3}}$")
        self.confirmed.name = "Renamed"
        self.assertEqual(line.client_name, "=Confirmed")
        for change in (
            lambda: self.bulletin.write({"note": "late"}),
            lambda: self.bulletin.action_issue(),
            lambda: self.bulletin.action_collect(),
            lambda: self.bulletin.unlink(),
        ):
            with self.assertRaisesRegex(UserError, "issued"):
                change()
        for forge in (
            lambda: self.bulletin.with_context(credit_issuing=True).write({"state": "draft"}),
            lambda: line.with_context(credit_issuing=True).write({"reason": "x"}),
            lambda: line.sudo().unlink(),
        ):
            with self.assertRaises(AccessError):
                forge()

    def test_the_spreadsheet_holds_text_and_no_formulas(self):
        self.bulletin.action_issue()
        sheet = load_workbook(io.BytesIO(base64.b64decode(self.bulletin.xlsx_file))).active
        cell = sheet["B2"]
        self.assertEqual((cell.value, cell.data_type), ("=Confirmed", "s"))

    def test_leaving_for_good_is_listed_too(self):
        self.confirmed.credit_end_date = self.today
        self.bulletin.action_issue()
        moves = [(m.tier_from, m.tier_to) for m in self.bulletin.line_ids]
        self.assertIn(("quality", False), moves)

    def test_nothing_to_say_nothing_issued(self):
        empty = self.bulletin.copy({"institution_id": self.other_branch.id})
        with self.assertRaisesRegex(UserError, "No client moved"):
            empty.action_issue()
        self.assertFalse(empty.name)

    def test_it_prints(self):
        self.bulletin.action_issue()
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "credit_client_tiering.report_credit_bulletin", self.bulletin.ids
        )
        self.assertIn("=Confirmed", html.decode())

    def test_who_may(self):
        for user in (self.president, self.finance, self.manager):
            with self.assertRaises(AccessError):
                self.env["credit.bulletin"].with_user(user).create({})
        with self.assertRaises(AccessError):
            self.bulletin.with_user(self.president).read(["note"])
        self.bulletin.action_issue()
        self.bulletin.with_user(self.president).read(["note"])
        with self.assertRaises(AccessError):
            self.bulletin.with_user(self.stranger).read(["note"])

    def test_the_matrix_between_two_days(self):
        def matrix(user):
            migration = (
                self.env["credit.migration"]
                .with_user(user)
                .create({"date_from": self.today - relativedelta(days=1), "date_to": self.today})
            )
            domain = migration.action_show()["domain"]
            lines = self.env["credit.migration.line"].with_user(user).search(domain)
            mine = lines.filtered(lambda line: line.institution_id == self.sub_branch)
            return sorted((m.partner_id.name, m.tier_from, m.tier_to) for m in mine)

        expected = [("=Confirmed", False, "quality"), ("Old", "basic", "basic")]
        self.assertEqual(matrix(self.president), expected)
        self.assertEqual(matrix(self.finance), expected)
        self.assertEqual(matrix(self.stranger), [])
