"""Targets: breaking down, actual figures, pace, league, bulletin, SMEs won."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .growth_common import GrowthCase


@tagged("post_install", "-at_install")
class TestTarget(GrowthCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deposits = cls.mine("indicator_deposits")
        cls.month = cls.today.replace(day=1) - relativedelta(months=1)

    def target(self, indicator=None, level="institution", **values):
        values.setdefault("institution_id", self.sub_branch.id)
        values.setdefault("amount", 100)
        values.setdefault("period", "month")
        values.setdefault("period_start", self.month)
        return self.env["credit.target"].create(
            {"indicator_id": (indicator or self.deposits).id, "level": level, **values}
        )

    def test_period_is_kept_by_its_first_day(self):
        cases = (
            ("month", "2026-02-17", "2026-02-01", "2026-02-28"),
            ("quarter", "2026-12-31", "2026-10-01", "2026-12-31"),
            ("year", "2024-02-29", "2024-01-01", "2024-12-31"),
        )
        for period, day, first, last in cases:
            target = self.target(period=period, period_start=day)
            self.assertEqual((str(target.period_start), str(target.period_end)), (first, last))
        target.write({"period": "quarter"})
        self.assertEqual(str(target.period_end), "2024-03-31")

    def test_subject_and_parent_must_fit(self):
        with self.assertRaises(ValidationError):
            self.target(level="person", user_id=False)
        whole = self.target(period="quarter", period_start="2026-01-01")
        with self.assertRaises(ValidationError):
            self.target(parent_id=whole.id, period_start="2026-04-01", level="bank")
        with self.assertRaises(ValidationError):
            self.target(
                self.mine("indicator_new_clients"), parent_id=whole.id, period_start="2026-01-01"
            )

    def test_staff_without_a_target(self):
        """R-0b: every person has a target that runs today and somebody confirmed."""

        def row():
            self.env.flush_all()
            self.env.invalidate_all()
            return self.env["credit.staff.target"].search([("user_id", "=", self.manager.id)])

        self.assertEqual((row().has_target, row().post_id.code), (False, "client_manager"))
        over = self.target(level="person", user_id=self.manager.id)
        over.action_confirm()
        self.assertFalse(row().has_target, "last month's target is over")
        target = self.target(
            level="person",
            user_id=self.manager.id,
            period="year",
            period_start=self.today.replace(month=1, day=1),
        )
        self.assertEqual((row().has_target, row().drafts), (False, 1))
        target.action_confirm()
        self.assertEqual((row().has_target, row().targets), (True, 1))
        rows = self.env["credit.staff.target"].search([("user_id", "=", self.finance.id)])
        self.assertFalse(rows, "the head office serves no clients of its own")
        self.assertFalse(row().with_user(self.stranger).search([("user_id", "=", self.manager.id)]))

    def test_break_down_adds_up_to_the_cent(self):
        team = self.branch
        for name in ("One", "Two"):
            self.institution(f"{name} sub", "sub_branch", team)
        target = self.target(institution_id=team.id, amount=100)
        wizard = self.env["credit.target.break.down"].create({"target_id": target.id})
        self.assertEqual(wizard.line_ids.mapped("amount"), [33.34, 33.33, 33.33])
        self.assertEqual(wizard.difference, 0)
        wizard.line_ids[0].amount = 40
        self.assertEqual(wizard.difference, 6.66)
        wizard.action_apply()
        self.assertEqual(target.parts, 106.66)
        self.assertAlmostEqual(target.difference, 6.66, 6)
        # Again: parts that exist are changed, not doubled.
        again = self.env["credit.target.break.down"].create({"target_id": target.id})
        again.line_ids[0].amount = 33.34
        again.action_apply()
        self.assertEqual(len(target.child_ids), 3)
        self.assertAlmostEqual(target.difference, 0, 6)

    # OVER TIME

    def spread(self, target):
        target.action_spread()
        return target.stretch_ids.sorted("period_start")

    def test_a_year_in_quarters_in_months_adds_up(self):
        year = self.target(institution_id=self.branch.id, period="year", amount=100.01)
        quarters = self.spread(year)
        self.assertEqual(quarters.mapped("amount"), [25.0, 25.0, 25.0, 25.01])
        self.assertEqual({q.period for q in quarters}, {"quarter"})
        self.assertEqual(year.stretch_difference, 0)
        self.assertFalse(year.child_ids, "a stretch is no part of the level below")
        months = self.spread(quarters[3])
        self.assertEqual(months.mapped("amount"), [8.33, 8.33, 8.35])
        self.assertEqual([m.period_start.month for m in months], [10, 11, 12])
        with self.assertRaises(UserError):
            months[0].action_spread()
        year.action_spread()
        self.assertEqual(len(year.stretch_ids), 4, "again changes nothing")

    def test_pieces_are_not_cut(self):
        clients = self.target(
            self.mine("indicator_new_clients"),
            institution_id=self.branch.id,
            period="year",
            amount=10,
        )
        self.assertEqual(self.spread(clients).mapped("amount"), [2, 2, 2, 4])

    def test_what_somebody_set_stays(self):
        first = self.target(
            institution_id=self.branch.id, period="quarter", period_start="2026-01-01", amount=70
        )
        year = self.target(
            institution_id=self.branch.id, period="year", period_start="2026-01-01", amount=100
        )
        self.assertEqual(self.spread(year).mapped("amount"), [70, 10, 10, 10])
        self.assertEqual(first.whole_id, year)
        first.amount = 80
        self.assertEqual(year.stretch_difference, 10)
        year.indicator_id.difference = "refuse"
        with self.assertRaisesRegex(UserError, "over time"):
            year.action_confirm()
        with self.assertRaisesRegex(UserError, "Change them first"):
            year.action_spread()
        year.indicator_id.difference = "warn"
        year.action_confirm()

    def test_levels_do_not_add_up_over_time(self):
        year = self.target(institution_id=self.branch.id, period="year", amount=100)
        year.indicator_id.write(
            {
                "source": "metric_level",
                "metric_id": self.env["credit.metric"].search([("code", "=", "deposit_avg")]).id,
            }
        )
        with self.assertRaisesRegex(UserError, "level"):
            year.action_spread()

    def test_a_stretch_is_of_the_same_subject(self):
        year = self.target(institution_id=self.branch.id, period="year", amount=100)
        with self.assertRaises(ValidationError):
            self.target(
                institution_id=self.sub_branch.id,
                period="quarter",
                period_start=year.period_start,
                whole_id=year.id,
            )

    def test_break_down_to_persons_and_clients(self):
        client = self.client("Own", user_id=self.manager.id)
        target = self.target(self.mine("indicator_new_clients"), amount=3)
        wizard = self.env["credit.target.break.down"].create({"target_id": target.id})
        self.assertEqual(wizard.line_ids.user_id, self.head + self.manager)
        self.assertEqual(wizard.line_ids.mapped("amount"), [2, 1])
        wizard.action_apply()
        person = target.child_ids.filtered(lambda t: t.user_id == self.manager)
        wizard = (
            self.env["credit.target.break.down"]
            .with_user(self.manager)
            .create({"target_id": person.id})
        )
        wizard.action_apply()
        self.assertEqual(person.child_ids.partner_id, client)
        with self.assertRaises(UserError):
            self.env["credit.target.break.down"].create({"target_id": person.child_ids.id})

    def test_difference_is_shown_or_refused(self):
        target = self.target(amount=100)
        self.target(level="person", user_id=self.manager.id, amount=60, parent_id=target.id)
        self.assertEqual(target.difference, -40)
        target.action_confirm()
        self.assertIn("-40.00", target.message_ids[0].body)
        target.action_draft()
        self.deposits.difference = "refuse"
        with self.assertRaises(UserError):
            target.action_confirm()
        self.assertEqual(target.state, "draft")

    def test_confirmed_amount_and_actual_are_not_typed_in(self):
        target = self.target()
        for forged in ({"actual": 5}, {"state": "confirmed"}):
            with self.assertRaises(AccessError):
                target.write(forged)
        target.action_confirm()
        with self.assertRaises(UserError):
            target.amount = 1

    def test_deposits_are_the_increase_of_imported_figures(self):
        known = self.client("Known", user_id=self.manager.id)
        self.report_month(known, 2, deposit_now=500)
        self.report_month(known, 1, deposit_now=800)
        new = self.client("New", user_id=self.manager.id, credit_business_since=self.month)
        self.report_month(new, 1, deposit_now=70)
        unknown = self.client("Unknown", user_id=self.manager.id)
        self.report_month(unknown, 1, deposit_now=9000)
        foreign = self.client("Foreign", credit_institution_id=self.other_branch.id)
        self.report_month(foreign, 2, deposit_now=0)
        self.report_month(foreign, 1, deposit_now=11)
        targets = (
            self.target(institution_id=self.branch.id)
            + self.target(level="person", user_id=self.manager.id)
            + self.target(level="client", partner_id=known.id)
            + self.target(institution_id=self.other_branch.id)
        )
        with self.assertQueryCount(40):
            targets._refresh_actuals()
        self.assertEqual(targets.mapped("actual"), [370, 370, 300, 11])
        # No figure before: unknown, never zero.
        self.assertEqual(targets.mapped("unknown_count")[0], 1)
        self.assertEqual(targets[0].actual_as_of, targets[0].period_end)

    def test_correction_supersedes(self):
        client = self.client("Corrected", user_id=self.manager.id)
        self.report_month(client, 2, deposit_now=500)
        self.report_month(client, 1, deposit_now=900)
        self.report_month(client, 1, deposit_now=600)
        target = self.target(level="client", partner_id=client.id)
        target._refresh_actuals()
        self.assertEqual(target.actual, 100)

    def test_what_nobody_defined_has_no_actual(self):
        target = self.target(self.mine("indicator_effective_accounts"))
        target._refresh_actuals()
        self.assertIs(target.actual, False)
        self.assertIs(target.gap, False)
        indicator = self.mine("indicator_effective_accounts")
        indicator.source = "recorded"
        client = self.client("Effective", user_id=self.manager.id)
        self.env["credit.indicator.value"].create(
            {"indicator_id": indicator.id, "partner_id": client.id, "date": self.month, "value": 1}
        )
        target._refresh_actuals()
        self.assertEqual(target.actual, 1)

    def test_metric_indicator_needs_its_metric(self):
        with self.assertRaises(ValidationError):
            self.deposits.metric_id = False

    def test_run_rate(self):
        target = self.target(
            self.mine("indicator_new_clients"),
            amount=90,
            period="quarter",
            period_start="2026-07-01",
        )
        for index in range(10):
            self.client(f"C{index}", credit_business_since="2026-07-02")
        with freeze_time("2026-07-31 04:00:00"):
            target._refresh_actuals()
            self.env.invalidate_all()
            self.assertEqual(target.actual, 10)
            self.assertAlmostEqual(target.elapsed, 100 * 31 / 92)
            self.assertEqual(target.gap, round(10 - 90 * 31 / 92, 1))
            self.assertEqual(target.projected, round(10 * 92 / 31, 1))
        with freeze_time("2026-06-30 04:00:00"):
            self.env.invalidate_all()
            self.assertEqual(target.elapsed, 0)
            self.assertIs(target.projected, False)

    def test_league_ranks_confirmed_targets(self):
        one = self.target(self.mine("indicator_new_clients"), amount=2)
        two = self.target(
            self.mine("indicator_new_clients"), amount=1, institution_id=self.other_branch.id
        )
        draft = self.target(self.mine("indicator_new_clients"), institution_id=self.branch.id)
        self.client("A", credit_business_since=self.month)
        self.client(
            "B", credit_business_since=self.month, credit_institution_id=self.other_branch.id
        )
        (one + two).action_confirm()
        self.env.flush_all()
        rows = self.env["credit.target.league"].search(
            [("target_id", "in", (one + two + draft).ids)]
        )
        self.assertEqual(
            {row.target_id: row.place for row in rows}, {two: rows[0].place, one: rows[1].place}
        )
        self.assertLess(rows[0].place, rows[1].place)
        self.assertEqual(rows.mapped("achieved"), [100, 50])

    def test_weekly_bulletin_is_drawn_up_once_and_frozen(self):
        target = self.target(
            self.mine("indicator_new_clients"),
            level="person",
            user_id=self.manager.id,
            amount=4,
            period="year",
            period_start=self.today,
        )
        target.action_confirm()
        monday = self.today - timedelta(days=self.today.weekday() + 7)
        if monday.year != self.today.year:
            monday += timedelta(days=7)
        bulletins = self.env["credit.week.bulletin"]
        mine = bulletins._draw_up(monday, self.sub_branch)
        self.assertEqual(mine.institution_id, self.sub_branch)
        self.assertFalse(bulletins._draw_up(monday, self.sub_branch))
        self.assertEqual(mine.line_ids.amount, 4)
        target.action_draft()
        target.amount = 9
        self.assertEqual(mine.line_ids.amount, 4)
        with self.assertRaises(AccessError):
            mine.with_user(self.head).write({"state": "published"})
        with self.assertRaises(AccessError):
            mine.with_user(self.manager).action_publish()
        mine.with_user(self.head).remark = "go on"
        mine.with_user(self.head).action_publish()
        self.assertEqual((mine.state, mine.published_by_id), ("published", self.head))
        with self.assertRaises(UserError):
            mine.with_user(self.head).remark = "changed"


@tagged("post_install", "-at_install")
class TestSmeWin(GrowthCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Nobody is judged on quarters before the own appointment.
        cls.env.cr.execute(
            "UPDATE crm_team_member SET create_date = '2025-01-01' WHERE user_id = %s",
            [cls.manager.id],
        )

    def statuses(self, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env["credit.sme.win"].search([("user_id", "=", (user or self.manager).id)])
        return {str(row.quarter): (row.won, row.status) for row in rows}

    def won(self, day, size="small", **values):
        return self.client(
            f"Won {day} {size}",
            credit_first_date=day,
            credit_size=size,
            user_id=self.manager.id,
            **values,
        )

    def test_calendar_quarters(self):
        with freeze_time("2026-07-10 04:00:00"):
            self.won("2026-04-01")
            self.won("2026-06-30", "medium")
            self.won("2026-05-05", "large")
            self.won("2026-02-02", "large")
            found = self.statuses()
            self.assertEqual(found["2026-04-01"], (2, "satisfied"))
            self.assertEqual(found["2026-07-01"], (0, "open"))
            self.won("2026-03-31", "micro")
            self.assertEqual(self.statuses()["2026-01-01"], (1, "satisfied"))

    def test_quarter_without_a_win_is_missed(self):
        with freeze_time("2026-07-10 04:00:00"):
            self.assertEqual(self.statuses()["2026-04-01"], (0, "missed"))

    def test_the_a_manager_of_the_day_won_it(self):
        client = self.won(self.today)
        # The head held the role on the day, the manager took over after that.
        self.env["credit.service.member"].flush_model()
        self.env.cr.execute(
            """DELETE FROM credit_service_member WHERE partner_id = %(client)s;
               INSERT INTO credit_service_member (partner_id, user_id, role, date_from)
               VALUES (%(client)s, %(head)s, 'a', '2020-01-01')""",
            {"client": client.id, "head": self.head.id},
        )
        self.assertNotIn((1, "satisfied"), self.statuses().values())

    def test_account_opened_counts_only_when_read_so(self):
        self.client(
            "Opened",
            since_years=None,
            credit_size="small",
            user_id=self.manager.id,
            credit_business_since=self.today,
        )
        self.assertNotIn((1, "satisfied"), self.statuses().values())
        self.choose("A52", "account")
        self.assertIn((1, "satisfied"), self.statuses().values())
