from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.credit_client_tiering.tests.common import BankCase


@tagged("post_install", "-at_install")
class TestWorkingCalendar(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.years = cls.env["credit.working.year"]
        cls.days = cls.env["credit.working.day"]
        cls.env.cr.execute("DELETE FROM credit_working_day; DELETE FROM credit_working_year")
        cls.env.invalidate_all()

    def load(self, year):
        record = self.years._for_year(year)
        record.action_load()
        return record

    def test_without_a_year_the_week_decides_and_it_is_said(self):
        self.assertTrue(self.days._is_working(date(2024, 10, 1)), "National Day, not loaded")
        self.assertFalse(self.days._is_working(date(2024, 2, 4)), "a Sunday")
        self.assertIn("2024", self.years._doubt(date(2024, 5, 1)))

    def test_official_years_have_make_up_days(self):
        year = self.load(2024)
        self.assertEqual(year.state, "official")
        self.assertEqual(year.working_count, 251)
        self.assertFalse(self.years._doubt(date(2024, 5, 1)))
        for day, working in (
            ("2024-02-04", True),  # Sunday, worked for the Spring Festival
            ("2024-02-12", False),
            ("2024-02-29", True),
            ("2024-10-01", False),
            ("2024-10-12", True),  # Saturday, worked for the National Day
            ("2024-10-13", False),
        ):
            with self.subTest(day=day):
                self.assertEqual(self.days._is_working(date.fromisoformat(day)), working)

    def test_a_year_without_notice_is_provisional(self):
        year = self.load(2028)
        self.assertEqual(year.state, "provisional")
        self.assertIn("provisional", self.years._doubt(date(2028, 5, 1)))

    def test_last_working_day(self):
        self.load(2024)
        for start, end, last in (
            ("2024-06-01", "2024-06-30", "2024-06-28"),  # the 30th is a Sunday
            ("2024-02-01", "2024-02-29", "2024-02-29"),  # leap day
            ("2024-09-30", "2024-10-06", "2024-09-30"),  # the rest is holiday
            ("2024-10-07", "2024-10-13", "2024-10-12"),  # a Saturday worked
            ("2024-12-23", "2024-12-31", "2024-12-31"),
        ):
            with self.subTest(end=end):
                self.assertEqual(
                    self.days._last_working_day(date.fromisoformat(start), date.fromisoformat(end)),
                    date.fromisoformat(last),
                )
        self.assertFalse(self.days._last_working_day(date(2024, 10, 1), date(2024, 10, 7)))
        self.assertEqual(self.days._working_days(date(2024, 10, 1), date(2024, 10, 7)), 0)
        self.assertEqual(self.days._working_days(date(2024, 6, 3), date(2024, 6, 9)), 5)

    def test_corrections_survive_loading_again(self):
        year = self.load(2024)
        row = self.days.search([("date", "=", "2024-10-12")])
        row.with_user(self.lister).is_working = False
        extra = self.days.with_user(self.lister).create(
            {"date": "2024-07-01", "is_working": False, "name": "Bank's anniversary"}
        )
        self.assertEqual((row.source, extra.source), ("hand", "hand"))
        self.assertEqual(extra.year_id, year)
        year.with_user(self.lister).action_load()
        self.assertFalse(self.days._is_working(date(2024, 10, 12)))
        self.assertFalse(self.days._is_working(date(2024, 7, 1)))
        self.assertEqual(year.hand_count, 2)
        self.assertEqual(len(self.days.search([("date", "=", "2024-10-12")])), 1)
        row.unlink()
        year.action_load()
        self.assertTrue(self.days._is_working(date(2024, 10, 12)), "the library's again")

    def test_a_file_can_be_imported(self):
        result = self.days.with_user(self.lister).load(
            ["date", "is_working", "name"],
            [["2029-02-10", "1", "Make-up"], ["2029-02-12", "0", "Holiday"]],
        )
        self.assertFalse([m for m in result["messages"] if m["type"] == "error"])
        self.assertTrue(self.days._is_working(date(2029, 2, 10)), "a Saturday")
        self.assertFalse(self.days._is_working(date(2029, 2, 12)), "a Monday")

    def test_only_a_list_administrator_changes_it(self):
        year = self.load(2024)
        for user in (self.president, self.manager, self.credit):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                year.with_user(user).action_load()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.days.with_user(user).create({"date": "2024-07-01", "is_working": False})

    def test_a_year_outside_is_refused(self):
        with self.assertRaises(UserError):
            self.years.create({"year": 24})
