"""Return of funds: the trend per client; funds per client and month."""

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .growth_common import GrowthCase


@tagged("post_install", "-at_install")
class TestFundReturn(GrowthCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.payer = cls.client("Payer", user_id=cls.manager.id)

    def rows(self, client=None, user=None):
        self.env.flush_all()
        rows = self.env["credit.fund.return"].with_user(user or self.env.user)
        return rows.search([("partner_id", "=", (client or self.payer).id)])

    def test_trend_month_by_month(self):
        for months, ratio in ((4, 20), (3, 25), (2, 25), (1, 19.99)):
            self.report_month(self.payer, months, fund_return=ratio)
        rows = self.rows()
        self.assertEqual(rows.mapped("ratio"), [19.99, 25, 25, 20])
        self.assertEqual(rows.mapped("trend"), ["falling", "level", "rising", "unknown"])
        self.assertEqual(rows.mapped("is_latest"), [True, False, False, False])
        self.assertAlmostEqual(rows[0].change, -5.01)
        self.assertIs(rows[-1].change, False)

    def test_unknown_is_not_zero(self):
        """A month nobody reported has no row, and nothing is compared across it."""
        self.report_month(self.payer, 3, fund_return=0)
        self.report_month(self.payer, 2, deposit_now=5.0)
        self.report_month(self.payer, 1, fund_return=10)
        rows = self.rows()
        self.assertEqual(rows.mapped("ratio"), [10, 0])
        self.assertEqual(rows.mapped("trend"), ["unknown", "unknown"])
        self.assertIs(rows[0].before, False)

    def test_years_and_months_are_told_apart(self):
        self.report(self.payer, self.last_year - 1, fund_return=30)
        self.report(self.payer, fund_return=40)
        self.report_month(self.payer, 1, fund_return=12)
        years = self.rows().filtered(lambda r: r.period_type == "year")
        self.assertEqual(years.mapped("change"), [10, False])
        self.assertEqual(self.rows().filtered("is_latest").mapped("ratio"), [12, 40])

    def test_a_correction_takes_the_place(self):
        self.report_month(self.payer, 1, fund_return=10)
        self.report_month(self.payer, 1, fund_return=11, reason="typing error")
        self.assertEqual(self.rows().mapped("ratio"), [11])

    def test_on_the_card(self):
        bare = self.client("Bare")
        self.report(self.payer, fund_return=40)
        self.report_month(self.payer, 2, fund_return=12)
        self.report_month(self.payer, 1, fund_return=13.5)
        client = self.payer.with_user(self.manager)
        month = self.today.replace(day=1) - relativedelta(months=1)
        self.assertEqual(client.credit_fund_return_latest, 13.5)
        self.assertEqual(client.credit_fund_return_period, month.strftime("%Y-%m"))
        self.assertEqual(client.credit_fund_return_change, 1.5)
        self.assertEqual(client.credit_fund_return_trend, "rising")
        self.assertIs(bare.credit_fund_return_latest, False)
        self.assertFalse(bare.credit_fund_return_trend)
        self.assertEqual(
            client.action_view_fund_return()["domain"], [("partner_id", "=", self.payer.id)]
        )

    def test_who_sees_it(self):
        self.report_month(self.payer, 1, fund_return=10)
        for user in (self.manager, self.president, self.finance):
            self.assertTrue(self.rows(user=user), user.login)
        self.assertFalse(self.rows(user=self.stranger))
        with self.assertRaises(AccessError):
            self.rows(user=self.outsider)


@tagged("post_install", "-at_install")
class TestFundMonth(GrowthCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.payer = cls.client("Payer", user_id=cls.manager.id)
        cls.months = cls.env["credit.fund.month"]
        cls.first = cls.today.replace(day=1) - relativedelta(months=1)
        cls.last = cls.today.replace(day=1) - relativedelta(days=1)

    def month(self, client=None, first=None):
        return self.months.search(
            [
                ("partner_id", "=", (client or self.payer).id),
                ("month", "=", first or self.first),
            ]
        )

    def test_first_and_last_day_belong_to_the_month(self):
        self.move(self.payer, self.first, 100, "1")
        self.move(self.payer, self.first, "0.01", "2")
        self.move(self.payer, self.last, -30, "3")
        self.move(self.payer, self.first - relativedelta(days=1), 7000, "4")
        self.move(self.payer, self.last + relativedelta(days=1), 500, "5")
        self.months._cron_add_up()
        month = self.month()
        self.assertEqual((month.inflow, month.outflow, month.net), (100.01, 30, 70.01))
        self.assertEqual((month.days_in, month.moves), (1, 3))
        self.assertEqual(month.institution_id, self.sub_branch)
        self.assertEqual(self.month(first=self.today.replace(day=1)).inflow, 500)

    def test_twice_changes_nothing_and_late_movements_are_found(self):
        self.move(self.payer, self.first, 100, "1")
        self.months._cron_add_up()
        self.months._cron_add_up()
        self.assertEqual(self.month().inflow, 100)
        self.move(self.payer, self.first, 50, "2")
        self.months._cron_add_up()
        self.assertEqual(self.month().inflow, 150)

    def test_older_months_stay(self):
        older = self.first - relativedelta(months=1)
        self.move(self.payer, older, 100, "1")
        self.months._add_up(older)
        self.move(self.payer, older, 50, "2")
        self.months._cron_add_up()
        self.assertEqual(self.month(first=older).inflow, 100)

    def test_without_movements_nothing_is_claimed(self):
        self.months._cron_add_up()
        self.assertFalse(self.month())

    def test_nobody_enters_them(self):
        self.move(self.payer, self.first, 100, "1")
        self.months._cron_add_up()
        month = self.month().with_user(self.lister)
        values = {"partner_id": self.payer.id, "month": self.today}
        for refused in (
            lambda: month.create(values),
            lambda: month.write({"inflow": 1}),
            month.unlink,
            lambda: month.sudo().write({"inflow": 1}),
        ):
            with self.assertRaises(AccessError):
                refused()
        self.assertFalse(
            self.months.with_user(self.stranger).search([("partner_id", "=", self.payer.id)])
        )
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.cr.savepoint():
            self.env.cr.execute(
                "INSERT INTO credit_fund_month (partner_id, month) VALUES (%s, %s)",
                [self.payer.id, self.first],
            )
