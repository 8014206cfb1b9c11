"""Large funds: thresholds to the cent, rhythm, quiet outflows, bulletins, answers, precision."""

from datetime import date, timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .growth_common import GrowthCase

LARGE = 10_000_000


@tagged("post_install", "-at_install")
class TestFunds(GrowthCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.payer = cls.client("Payer", user_id=cls.manager.id)
        cls.tomorrow = cls.today + timedelta(days=1)

    def bulletin(self, institution=None):
        return self.env["credit.fund.bulletin"].search(
            [("institution_id", "=", (institution or self.sub_branch).id), ("day", "=", self.today)]
        )

    def in_bulletin(self, client):
        return client in self.bulletin().line_ids.partner_id

    def test_bulletin_begins_above_the_amount(self):
        exact, above, out = (self.client(name) for name in ("Exact", "Above", "Out"))
        self.move(exact, self.today, LARGE)
        self.move(above, self.today, "10000000.01")
        self.move(out, self.today, "-10000000.01", cross_bank=False)
        self.run_funds()
        self.assertEqual(self.bulletin().line_ids.partner_id, above + out)
        self.assertEqual(self.bulletin().clause, "R-V-3c")

    def test_bulletin_nets_a_day_and_covers_those_below(self):
        self.move(self.payer, self.today, 6_000_000, "1")
        self.move(self.payer, self.today, 6_000_000, "2")
        even = self.client("Even")
        self.move(even, self.today, 20_000_000, "1")
        self.move(even, self.today, -20_000_000, "2", cross_bank=False)
        foreign = self.client("Foreign", credit_institution_id=self.other_branch.id)
        self.move(foreign, self.today, 30_000_000)
        self.run_funds()
        line = self.bulletin().line_ids
        self.assertEqual((line.partner_id, line.net), (self.payer, 12_000_000))
        self.assertEqual(self.bulletin(self.branch).line_ids.partner_id, self.payer)
        whole = self.bulletin(self.head_office)
        self.assertEqual(whole.line_ids.partner_id, self.payer + foreign)
        self.assertEqual((whole.inflow, whole.outflow, whole.net), (62e6, 20e6, 42e6))
        self.assertEqual(whole.clients, 3)

    def test_one_rule_includes_the_amount(self):
        self.choose("A41", "one_rule")
        self.move(self.payer, self.today, LARGE)
        self.run_funds()
        self.assertTrue(self.in_bulletin(self.payer))

    def test_task_before_a_planned_payment(self):
        payment = self.plan(self.payer, self.tomorrow, LARGE)
        self.run_funds()
        task = self.alerts(self.payer)
        self.assertEqual((task.payment_id, task.user_id), (payment, self.manager))
        self.assertEqual((task.state, task.clause), ("open", "R-V-4c"))
        self.assertLessEqual(task.due_date, self.tomorrow)
        self.assertEqual(task.activity_ids.user_id, self.manager)
        self.run_funds()
        self.assertEqual(self.alerts(self.payer), task)
        self.assertEqual(len(task.activity_ids), 1)

    def test_no_task_for_these(self):
        cases = {
            "a cent below": ("9999999.99", {}),
            "inside the bank": (LARGE, {"cross_bank": False}),
            "coming in": (LARGE, {"direction": "in"}),
            "cancelled": (LARGE, {"state": "cancelled"}),
        }
        for name, (amount, values) in cases.items():
            with self.subTest(name):
                client = self.client(name)
                self.plan(client, self.tomorrow, float(amount), **values)
                self.run_funds()
                self.assertFalse(self.alerts(client))
        due_today = self.client("Today")
        self.plan(due_today, self.today, LARGE)
        self.run_funds()
        self.assertFalse(self.alerts(due_today))

    def test_two_payments_are_not_added_up(self):
        self.plan(self.payer, self.tomorrow, 6_000_000)
        self.plan(self.payer, self.tomorrow, 6_000_000)
        self.run_funds()
        self.assertFalse(self.alerts(self.payer))

    def test_task_is_due_on_a_working_day_before(self):
        monday = self.today + timedelta(days=7 - self.today.weekday() + 7)
        self.plan(self.payer, monday, LARGE)
        self.run_funds()
        due = self.alerts(self.payer).due_date
        self.assertLess(due, monday)
        self.assertLess(due.weekday(), 5)

    def test_without_a_manager_the_head_is_responsible(self):
        orphan = self.client("Orphan")
        self.plan(orphan, self.tomorrow, LARGE)
        self.run_funds()
        self.assertEqual(self.alerts(orphan).user_id, self.head)

    # The client's rhythm

    def pay_monthly(self, client, day, months=8, amount=15_000_000, purpose=None):
        for number in range(1, months + 1):
            month = self.today - relativedelta(months=number)
            self.move(client, month.replace(day=day), -amount, purpose=purpose)

    def test_outflow_out_of_nothing_rings(self):
        self.move(self.payer, self.today, -15_000_000)
        self.run_funds()
        alert = self.alerts(self.payer)
        self.assertEqual((alert.state, alert.rule_id.code), ("open", "unusual_outflow"))
        self.assertEqual(alert.amount, 15_000_000)
        self.assertGreater(alert.due_date, self.today)

    def test_usual_day_of_the_month_stays_quiet(self):
        # Pay days fall on holidays: two days around are the same.
        self.pay_monthly(self.payer, min(self.today.day, 26) + 2 if self.today.day < 27 else 28)
        self.move(self.payer, self.today, -16_000_000)
        self.run_funds()
        alert = self.alerts(self.payer)
        self.assertEqual((alert.state, alert.quiet_reason), ("quiet", "usual"))
        self.assertFalse(alert.activity_ids)
        self.assertEqual((alert.rhythm_kind_id.code, alert.rhythm_times), ("monthday", 8))

    def test_more_than_usual_rings(self):
        self.pay_monthly(self.payer, min(self.today.day, 28))
        self.move(self.payer, self.today, -17_000_000)
        self.run_funds()
        self.assertEqual(self.alerts(self.payer).state, "open")

    def test_too_seldom_is_no_rhythm(self):
        self.pay_monthly(self.payer, min(self.today.day, 28), months=5)
        self.move(self.payer, self.today, -15_000_000)
        self.run_funds()
        self.assertEqual(self.alerts(self.payer).state, "open")

    def test_every_week_on_this_day_is_usual(self):
        for number in range(1, 30):
            self.move(self.payer, self.today - timedelta(weeks=number), -12_000_000)
        self.move(self.payer, self.today, -12_000_000)
        other_day = self.client("Other day")
        for number in range(1, 30):
            self.move(other_day, self.today - timedelta(days=7 * number + 1), -12_000_000)
        # Months give the other day no rhythm of its own.
        self.env["credit.fund.rhythm.kind"].search([("code", "=", "monthday")]).active = False
        self.move(other_day, self.today, -12_000_000)
        self.run_funds()
        self.assertEqual(self.alerts(self.payer).state, "quiet")
        self.assertEqual(self.alerts(other_day).state, "open")

    def test_tax_and_wages_are_known_by_purpose(self):
        for purpose in ("tax", "payroll"):
            client = self.client(purpose)
            far = (self.today.day + 14) % 28 + 1
            self.pay_monthly(client, far, months=3, purpose=purpose)
            self.move(client, self.today, -15_000_000, purpose=purpose)
            other = self.client(f"not {purpose}")
            self.pay_monthly(other, far, months=3, purpose=purpose)
            self.move(other, self.today, -15_000_000)
            self.run_funds()
            self.assertEqual(self.alerts(client).state, "quiet", purpose)
            self.assertEqual(self.alerts(other).state, "open", purpose)

    def test_history_older_than_a_year_is_forgotten(self):
        for number in range(13, 21):
            self.move(self.payer, self.today - relativedelta(months=number), -15_000_000)
        self.move(self.payer, self.today, -15_000_000)
        self.run_funds()
        self.assertEqual(self.alerts(self.payer).state, "open")

    def test_today_does_not_explain_itself(self):
        kinds = self.env["credit.fund.rhythm.kind"].search([])
        kinds.write({"min_times": 1})
        self.move(self.payer, self.today, -15_000_000)
        self.run_funds()
        self.assertEqual(self.alerts(self.payer).state, "open")

    def test_registered_outflow_stays_quiet(self):
        self.plan(self.payer, self.today, 15_000_000)
        self.move(self.payer, self.today, -15_000_000)
        self.run_funds()
        alert = self.alerts(self.payer)
        self.assertEqual((alert.state, alert.quiet_reason), ("quiet", "registered"))
        small = self.client("Less registered")
        self.plan(small, self.today, 5_000_000)
        self.move(small, self.today, -15_000_000)
        self.run_funds()
        self.assertEqual(self.alerts(small).state, "open")

    def test_guide_task_is_not_silenced_unless_the_bank_says_so(self):
        self.pay_monthly(self.payer, min(self.tomorrow.day, 28))
        self.plan(self.payer, self.tomorrow, 15_000_000)
        self.run_funds()
        self.assertEqual(self.alerts(self.payer).state, "open")
        if self.tomorrow.day > 28:
            return
        other = self.client("Other")
        self.pay_monthly(other, self.tomorrow.day)
        self.plan(other, self.tomorrow, 15_000_000)
        self.mine("fund_rule_planned_outflow").quiet_when_usual = True
        self.run_funds()
        self.assertEqual(self.alerts(other).state, "quiet")

    # Runs

    def test_slices_find_the_same_and_go_on_where_they_stopped(self):
        clients = [self.client(f"Slice {i}") for i in range(5)]
        for client in clients:
            self.move(client, self.today, -11_000_000)
        run = self.env["credit.fund.run"]._of(self.today)
        self.assertTrue(run._next_slice(2))
        self.assertEqual(run.state, "running")
        position = run.position
        self.assertTrue(run._next_slice(2))
        self.assertGreater(run.position, position)
        run._run_all(2)
        self.assertEqual(run.state, "done")
        found = self.env["credit.fund.alert"].search(
            [("partner_id", "in", [c.id for c in clients])]
        )
        self.assertEqual(len(found), 5)
        bulletins = self.env["credit.fund.bulletin"].search_count([("day", "=", self.today)])
        self.run_funds()
        self.assertEqual(
            self.env["credit.fund.bulletin"].search_count([("day", "=", self.today)]), bulletins
        )

    def test_cron_looks_at_the_latest_day(self):
        yesterday = self.days_ago(1)
        self.env.cr.execute("DELETE FROM credit_fund_movement WHERE date >= %s", [yesterday])
        self.env["credit.fund.run"].search([("day", ">=", yesterday)]).unlink()
        self.move(self.payer, yesterday, -11_000_000)
        # Tests cannot commit; the slices themselves are tried above.
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=1):
            self.env["credit.fund.run"]._cron_run()
        self.assertEqual(self.alerts(self.payer).date, yesterday)

    def test_rerun_after_a_correction(self):
        run = self.run_funds()
        self.move(self.payer, self.today, -11_000_000)
        with self.assertRaises(AccessError):
            run.with_user(self.finance).action_run_again()
        run.with_user(self.lister).action_run_again()
        self.assertTrue(self.alerts(self.payer))

    # Answers

    def open_alert(self):
        self.move(self.payer, self.today, -15_000_000)
        self.run_funds()
        return self.alerts(self.payer)

    def test_answer_needs_outcome_and_usefulness(self):
        alert = self.open_alert().with_user(self.manager)
        with self.assertRaises(UserError):
            alert.action_done()
        alert.write({"outcome": "partly", "amount_kept": 5_000_000, "note": "kept a third"})
        with self.assertRaises(UserError):
            alert.action_done()
        alert.useful = "yes"
        alert.action_done()
        self.assertEqual((alert.state, alert.closed_by_id), ("done", self.manager))
        self.assertFalse(alert.activity_ids)
        with self.assertRaises(UserError):
            alert.useful = "no"
        with self.assertRaises(UserError):
            alert.action_done()

    def test_nothing_but_the_answer_can_be_forged(self):
        alert = self.open_alert().with_user(self.manager)
        for forged in ({"state": "done"}, {"amount": 1}, {"due_date": self.today}):
            with self.assertRaises(AccessError):
                alert.write(forged)
        with self.assertRaises(AccessError):
            alert.write({"user_id": self.head.id})
        with self.assertRaises(AccessError):
            alert.with_context(credit_funds=True).write({"state": "done"})
        with self.assertRaises(AccessError):
            self.env["credit.fund.alert"].with_user(self.lister).create(
                {
                    "partner_id": self.payer.id,
                    "date": self.today,
                    "amount": 1,
                    "rule_id": alert.rule_id.id,
                }
            )
        alert.with_user(self.head).user_id = self.head
        alert.write({"outcome": "normal", "useful": "no"})
        with self.assertRaises(AccessError):
            alert.action_done()

    def test_precision_counts_answers(self):
        first = self.open_alert()
        second_client = self.client("Second", user_id=self.manager.id)
        self.move(second_client, self.today, -15_000_000)
        third_client = self.client("Third", user_id=self.manager.id)
        self.move(third_client, self.today, -15_000_000)
        self.run_funds()
        second = self.alerts(second_client)
        for alert, useful in ((first, "yes"), (second, "no")):
            alert.with_user(self.manager).write({"outcome": "normal", "useful": useful})
            alert.with_user(self.manager).action_done()
        self.env.flush_all()
        row = self.env["credit.fund.precision"].search(
            [
                ("rule_id", "=", first.rule_id.id),
                ("institution_id", "=", self.sub_branch.id),
                ("month", "=", self.today.replace(day=1)),
            ]
        )
        self.assertEqual((row.alerts, row.answered, row.useful, row.precision), (3, 2, 1, 50))

    def test_payment_with_a_task_is_cancelled_not_deleted(self):
        payment = self.plan(self.payer, self.tomorrow, LARGE)
        self.run_funds()
        with self.assertRaises(UserError):
            payment.unlink()
        self.plan(self.payer, self.tomorrow, 5).unlink()

    def test_leap_day_and_year_end_are_days_like_others(self):
        runs = self.env["credit.fund.run"]
        for day in (date(2024, 2, 29), date(2025, 12, 31)):
            client = self.client(f"On {day}")
            for number in range(1, 9):
                self.move(client, day - relativedelta(months=number), -15_000_000)
            self.move(client, day, -15_000_000)
            runs._of(day)._run_all()
            self.assertEqual(self.alerts(client).state, "quiet", day)
