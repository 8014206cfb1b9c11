"""Bulletins and the monthly report on paper: what they say, kept as issued, in few queries."""

import base64
import io
from datetime import timedelta

from openpyxl import load_workbook

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_contact import ContactCase
from .growth_common import GrowthCase

JUNE = "2024-06-01"


def tables(content):
    """Return the sheets of a workbook as lists of rows."""
    book = load_workbook(io.BytesIO(content))
    return [list(sheet.iter_rows(values_only=True)) for sheet in book], book


@tagged("post_install", "-at_install")
class TestBulletinPaper(GrowthCase):
    def page(self, name, bulletin, user=None):
        printing = self.env["ir.actions.report"].with_user(user or self.manager)
        return printing._render_qweb_html(f"credit_service_tasks.{name}", bulletin.ids)[0].decode()

    def large_day(self):
        evil = self.client("=HYPERLINK(1)", user_id=self.manager.id, credit_large_account=True)
        out = self.client("Mover", user_id=self.manager.id)
        self.move(evil, self.today, "12345678.90")
        self.move(out, self.today, "-20000000")
        self.run_funds()
        domain = [("institution_id", "=", self.sub_branch.id), ("day", "=", self.today)]
        return self.env["credit.fund.bulletin"].search(domain)

    def test_day_in_figures_to_the_cent(self):
        day, changes = self.large_day()._sections()
        self.assertEqual(day["rows"], [[2, 2, 12345678.9, 20000000, -7654321.1]])
        self.assertIn("10,000,000", day["note"])
        self.assertIn("R-V-3c", day["note"])
        self.assertEqual(
            [row[:1] + row[2:8] for row in changes["rows"]],
            [
                ["Mover", self.manager.name, -20000000, 0, 20000000, None, ""],
                ["=HYPERLINK(1)", self.manager.name, 12345678.9, 12345678.9, 0, None, "yes"],
            ],
        )

    def test_day_as_spreadsheet(self):
        bulletin = self.large_day().with_user(self.manager)
        action = bulletin.action_spreadsheet()
        attachment = self.env["ir.attachment"].browse(
            int(action["url"].split("/")[3].split("?")[0])
        )
        (_day, changes), book = tables(base64.b64decode(attachment.datas))
        self.assertEqual(changes[2][0], "=HYPERLINK(1)")
        cells = [c for sheet in book for row in sheet.iter_rows() for c in row]
        self.assertFalse([c for c in cells if c.data_type == "f"])
        self.assertTrue(all(c.quotePrefix for c in cells if c.value == "=HYPERLINK(1)"))

    def test_day_on_paper(self):
        bulletin = self.large_day()
        page = self.page("report_fund_bulletin", bulletin)
        self.assertIn(f"No. {self.today:%Y%m%d}".replace(" ", ""), page.replace(" ", ""))
        self.assertIn("-20,000,000", page)
        self.assertIn("12,345,679", page)

    def test_nobody_prints_the_bulletin_of_another_institution(self):
        bulletin = self.large_day()
        stranger = self.staff("t_paper_stranger", self.other_branch, "president")
        with self.assertRaises(AccessError):
            bulletin.with_user(stranger).action_spreadsheet()
        with self.assertRaises(AccessError):
            self.page("report_fund_bulletin", bulletin, stranger)

    def week(self):
        """The bulletin of a week, with one person's target of four."""
        target = self.env["credit.target"].create(
            {
                "indicator_id": self.mine("indicator_new_clients").id,
                "level": "person",
                "institution_id": self.sub_branch.id,
                "user_id": self.manager.id,
                "amount": 4,
                "period": "year",
                "period_start": self.today,
            }
        )
        target.action_confirm()
        monday = self.today - timedelta(days=self.today.weekday())
        return self.env["credit.week.bulletin"]._draw_up(monday, self.sub_branch)

    def test_week_on_paper(self):
        bulletin = self.week()
        page = self.page("report_week_bulletin", bulletin, self.head)
        self.assertIn("Draft", page)
        bulletin.with_user(self.head).remark = "=go on"
        bulletin.with_user(self.head).action_publish()
        page = self.page("report_week_bulletin", bulletin)
        self.assertNotIn("Draft", page)
        self.assertIn(f"{bulletin.week:%G-W%V}", page)
        self.assertIn("=go on", page)
        self.assertIn(self.head.name, page)
        [section] = bulletin._sections()
        self.assertEqual([row[0] for row in section["rows"]], [self.manager.name])
        self.assertEqual(section["rows"][0][4], 4)

    def test_week_stays_as_published(self):
        bulletin = self.week()
        before = bulletin.with_user(self.head).action_spreadsheet()
        self.assertNotIn("xlsx_file", before["url"])
        bulletin.with_user(self.head).action_publish()
        kept = bulletin.xlsx_file
        [[_titles, row]], _book = tables(base64.b64decode(kept))
        self.assertEqual(row[0], self.manager.name)
        self.manager.name = "Renamed"
        bulletin.with_user(self.head).action_publish()  # a second time changes nothing
        self.assertEqual(bulletin.xlsx_file, kept)
        action = bulletin.with_user(self.manager).action_spreadsheet()
        self.assertIn(f"/{bulletin.id}/xlsx_file/", action["url"])
        with self.assertRaises(AccessError):
            bulletin.with_user(self.head).xlsx_file = False

    def test_unknown_is_not_zero(self):
        bulletin = self.env["credit.week.bulletin"]
        self.assertEqual([bulletin._figure(v) for v in (False, None, 0.0)], [None, None, 0])
        self.assertEqual([bulletin._words(v) for v in (None, 0)], ["–", "0"])
        self.assertEqual(bulletin._words(1234567), "1,234,567")


@tagged("post_install", "-at_install")
class TestMonthReportQueries(ContactCase):
    def test_as_many_queries_for_many_as_for_few(self):
        """Sections are counted in the database: clients and duties do not multiply queries."""
        rule = self.rule("month", posts=["president"])
        report = (
            self.env["credit.month.report"]
            .with_user(self.president)
            .create({"institution_id": self.branch.id, "month": JUNE})
        )

        def queries(clients):
            for number in range(clients):
                client = self.client(f"Client {number}")
                self.duty(
                    rule, client, "2024-06-03", "2024-06-09", user=self.president, status="late"
                )
                self.contact(client, "2024-06-05", who=[self.president])
                self.env["credit.membership"]._enter(
                    client, "quality", "head_office", "x", day=self.day("2024-06-12")
                )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            report._sections()
            return self.env.cr.sql_log_count - before

        queries(1)
        few = queries(1)
        self.assertLessEqual(queries(12), few)
        self.assertLess(few, 80)
