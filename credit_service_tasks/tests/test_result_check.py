"""Result checks of posts: what is drawn, when it becomes final, who looks at it (A56)."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .growth_common import GrowthCase

MAY, JUNE, JULY = date(2024, 5, 1), date(2024, 6, 1), date(2024, 7, 1)


@tagged("post_install", "-at_install")
class TestResultCheck(GrowthCase):
    """Everything happens in summer 2024, before any demo data."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.checks = cls.env["credit.result.check"]
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env.cr.execute("DELETE FROM credit_result_check")
        cls.env.cr.execute("DELETE FROM credit_project_snapshot")
        cls.env.invalidate_all()

    def draw(self, day, figure=None):
        with freeze_time(f"{day} 04:00:00"):
            self.env["credit.project.snapshot"]._take(day.replace(day=1) - relativedelta(months=1))
            self.checks._freeze(day)
            domain = [("figure", "=", figure)] if figure else []
            for rule in self.env["credit.result.rule"].search(domain):
                for start in self.checks._starts(rule.period, day):
                    self.checks._draw(rule, start)
        self.env.invalidate_all()

    def result(self, clause, user, start=JUNE):
        return self.checks.search(
            [
                ("clause", "ilike", clause),
                ("user_id", "=", user.id),
                ("period_start", "=", start),
            ]
        )

    def lead(self, name, day=MAY, **values):
        lead = self.project(name, **values)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s WHERE id = %s", [f"{day} 08:00:00", lead.id]
        )
        self.env.invalidate_all()
        return lead

    # The project library

    def test_library_is_frozen_when_the_month_is_over(self):
        """R-P-C1, R-V-C1: the branch's library holds the sub-branch's; later changes do not."""
        old = self.lead("Old", expected_amount=5_000_000)
        last_minute = self.lead("Last minute", date(2024, 6, 30))
        late = self.lead("Too late", JULY)
        self.draw(JULY, "library")
        frozen = self.env["credit.project.snapshot"].search(
            [("month", "=", JUNE), ("lead_id", "in", (old + last_minute + late).ids)]
        )
        self.assertEqual(frozen.lead_id, old + last_minute)
        ours = self.result("R-P-C1", self.president)
        self.assertEqual((ours.value, ours.verdict, ours.state), (2, "there", "open"))
        self.assertEqual(self.result("R-V-C1", self.deputy).value, 2)
        self.assertEqual(self.result("R-V-C1", self.head).value, 2)
        empty = self.result("R-P-C1", self.stranger)
        self.assertEqual((empty.verdict, empty.value), ("nothing", 0))
        self.assertIsNot(empty.value, False, "no project is zero, not unknown")
        row = frozen.filtered(lambda f: f.lead_id == old)
        self.assertEqual((row.expected_amount, row.institution_id), (5_000_000, self.sub_branch))
        old.write({"name": "Renamed", "expected_amount": 1})
        last_minute.active = False
        self.draw(JULY + timedelta(days=1), "library")
        self.assertEqual(self.result("R-P-C1", self.president).value, 2)
        self.assertEqual((row.project_name, row.expected_amount), ("Old", 5_000_000))

    def test_snapshot_is_taken_once(self):
        snapshots = self.env["credit.project.snapshot"]
        self.lead("One")
        with freeze_time("2024-06-30 04:00:00"):
            self.assertEqual(snapshots._take(JUNE), 0, "the month is not over")
        with freeze_time("2024-07-01 04:00:00"):
            self.assertTrue(snapshots._take(JUNE))
            self.lead("Two")
            self.assertEqual(snapshots._take(JUNE), 0)
        with self.assertRaises(AccessError):
            snapshots.with_user(self.lister).create({"month": JUNE})
        row = snapshots.search([("month", "=", JUNE)], limit=1)
        for refused in (lambda: row.sudo().write({"project_name": "x"}), row.unlink):
            with self.assertRaises(AccessError):
                refused()

    def test_stale_as_of_the_end_of_the_month(self):
        fresh, stale = self.lead("Fresh"), self.lead("Stale")
        for lead, day in ((fresh, "2024-06-17"), (stale, "2024-06-16")):
            self.env.cr.execute(
                "UPDATE crm_lead SET last_follow_up = %s WHERE id = %s", [day, lead.id]
            )
        self.env.invalidate_all()
        self.draw(JULY, "library")  # a Monday: the last full week began on 24 June
        rows = self.env["credit.project.snapshot"].search([("lead_id", "in", (fresh + stale).ids)])
        self.assertTrue(all(rows.mapped("is_stale")))
        self.env.cr.execute("DELETE FROM credit_project_snapshot")
        self.env.cr.execute(
            "UPDATE crm_lead SET last_follow_up = '2024-06-24' WHERE id = %s", [fresh.id]
        )
        self.env.invalidate_all()
        self.draw(JULY, "library")
        self.assertEqual(self.result("R-P-C1", self.president).extra, 1)

    # Figures

    def deposits(self, client, month, amount):
        self.env["credit.metric.snapshot"].create(
            {
                "partner_id": client.id,
                "period_type": "month",
                "period_start": month,
                "source": "test",
                "deposit_now": amount,
            }
        )

    def test_deposits_as_imported(self):
        """R-P-C2: to the cent; a client nobody reported is counted as unknown, not as zero."""
        one, two, silent = (self.client(f"Client {n}") for n in range(3))
        self.deposits(one, MAY, 100.0)
        self.deposits(one, JUNE, 70.01)
        self.deposits(two, JUNE, 30.0)
        self.draw(JUNE, "deposits")
        self.draw(JULY, "deposits")
        check = self.result("R-P-C2", self.president)
        self.assertEqual((check.value, check.before, check.unknown_count), (100.01, 100, 1))
        self.assertEqual(check.verdict, "there")
        self.assertIs(self.result("R-P-C2", self.president, JULY).value, False)
        self.assertEqual(self.result("R-P-C2", self.president, JULY).verdict, "unknown")
        self.deposits(silent, JUNE, 5.0)
        self.draw(JULY + timedelta(days=9), "deposits")
        self.assertEqual(self.result("R-P-C2", self.president).value, 105.01)

    def test_final_when_the_month_is_closed(self):
        client = self.client()
        self.deposits(client, JUNE, 70.0)
        self.draw(JULY, "deposits")
        with freeze_time(f"{JULY} 10:00:00"):
            self.env.cr.execute(
                """INSERT INTO credit_month_close (institution_id, month, closed_at, closed_by_id)
                   VALUES (%s, %s, now(), %s)""",
                [self.branch.id, JUNE, self.lister.id],
            )
        self.deposits(client, JUNE, 90.0)
        self.draw(JULY + timedelta(days=1), "deposits")
        check = self.result("R-P-C2", self.president)
        self.assertEqual((check.value, check.state), (70, "frozen"))

    def test_final_one_period_later(self):
        client = self.client()
        self.deposits(client, JUNE, 70.0)
        self.draw(date(2024, 7, 31), "deposits")
        self.assertEqual(self.result("R-P-C2", self.president).state, "open")
        self.deposits(client, JUNE, 90.0)
        self.draw(date(2024, 8, 1), "deposits")
        check = self.result("R-P-C2", self.president)
        self.assertEqual((check.value, check.state), (70, "frozen"))

    def test_score_is_entered_never_made(self):
        """R-P-C3: by quarter; without a score there is no figure."""
        self.draw(JULY, "score")
        spring = self.result("R-P-C3", self.president, date(2024, 4, 1))
        self.assertEqual((spring.verdict, spring.value), ("unknown", False))
        values = {"institution_id": self.branch.id, "quarter": "2024-06-30", "source": "Notice 7"}
        score = (
            self.env["credit.business.score"]
            .with_user(self.lister)
            .create({**values, "score": 87.5, "full_score": 100})
        )
        self.assertEqual(score.quarter, date(2024, 4, 1))
        self.draw(date(2024, 9, 30), "score")
        self.assertEqual((spring.value, spring.verdict, spring.state), (87.5, "there", "open"))
        self.assertFalse(self.result("R-P-C3", self.stranger, date(2024, 4, 1)).value)
        score.score = 88
        self.draw(date(2024, 10, 1), "score")
        self.assertEqual((spring.value, spring.state), (87.5, "frozen"))

    def test_score_is_refused(self):
        scores = self.env["credit.business.score"]
        values = {"institution_id": self.branch.id, "quarter": "2024-04-01", "source": "x"}
        for user in (self.president, self.manager, self.outsider):
            with self.subTest(user.login), self.assertRaises(AccessError):
                scores.with_user(user).create({**values, "score": 100})
        with self.assertRaises(ValidationError):
            scores.create({**values, "quarter": self.today + relativedelta(months=4), "score": 1})
        for wrong in ({"score": -0.01}, {"score": 100.01, "full_score": 100}):
            with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
                with self.cr.savepoint():
                    scores.create({**values, **wrong})
        scores.create({**values, "score": 1})
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.cr.savepoint():
            scores.create({**values, "quarter": "2024-06-01", "score": 2})

    def test_plan_of_the_month(self):
        """R-V-C2: the targets fixed, against the four that each manager owes (A40)."""
        day = self.today
        month = day.replace(day=1)
        for number in range(3):
            self.project(f"P{number}").action_target_this_month()
        self.checks._draw(self.mine("result_rule_deputy_plan"), month)
        self.env.invalidate_all()
        check = self.result("R-V-C2", self.head, month)
        self.assertEqual((check.value, check.extra, check.required_value), (3, 1, 4))
        self.assertEqual(check.verdict, "short")
        self.project("P4").action_target_this_month()
        self.checks._draw(self.mine("result_rule_deputy_plan"), month)
        self.env.invalidate_all()
        self.assertEqual((check.value, check.verdict), (4, "there"))

    def test_funds_of_the_month(self):
        """R-V-C3: net of the clients' movements; no movement imported is no figure."""
        client = self.client()
        self.draw(JULY, "funds")
        self.assertEqual(self.result("R-V-C3", self.head).verdict, "unknown")
        self.move(client, date(2024, 6, 30), 900_000, "1")
        self.move(client, date(2024, 6, 1), -1_000_000.01, "2")
        self.env["credit.fund.month"]._add_up(JUNE)
        self.draw(JULY, "funds")
        check = self.result("R-V-C3", self.head)
        self.assertEqual((check.value, check.extra), (-100_000.01, 900_000))
        self.assertEqual(self.result("R-V-C3", self.deputy).value, -100_000.01)

    def duty(self, day, status):
        rule = self.mine("rule_r_m_6")
        return (
            self.env["credit.obligation"]
            ._ledger()
            .create(
                {
                    "rule_id": rule.id,
                    "kind_id": rule.kind_id.id,
                    "quota": 1,
                    "required": 1,
                    "person_id": self.manager.id,
                    "user_id": self.manager.id,
                    "institution_id": self.sub_branch.id,
                    "period": "day",
                    "period_start": day,
                    "period_end": day,
                    "due_date": day,
                    "latest_safe_date": day,
                    "status": status,
                }
            )
        )

    def test_work_logs(self):
        """R-M-C1: handed in, of those due; a waived one is not due."""
        for number, status in enumerate(("done", "late", "overdue", "waived"), 3):
            self.duty(date(2024, 6, number), status)
        self.draw(JULY, "log")
        check = self.result("R-M-C1", self.manager)
        self.assertEqual(check.value, 66.7)
        self.assertEqual((check.extra, check.verdict), (3, "short"))
        self.assertEqual(self.result("R-M-C1", self.manager, JULY).verdict, "unknown")

    def test_archives(self):
        """R-M-C2, R-M-C3: the average of the person's clients."""
        client = self.client(user_id=self.manager.id)
        self.draw(date(2024, 6, 30), "archive")
        check = self.result("R-M-C2", self.manager)
        archive = self.env["credit.client.archive"].search([("partner_id", "=", client.id)])
        percent = round(archive.percent, 1)
        self.assertEqual((check.value, check.extra, check.verdict), (percent, 1, "short"))
        self.assertEqual(self.result("R-M-C3", self.manager), check)
        may = self.result("R-M-C2", self.manager, MAY)
        self.assertEqual((may.value, may.verdict), (False, "unknown"), "nobody looked then")
        client.credit_size = "small"  # one item more
        self.draw(JULY, "archive")
        self.assertEqual((check.value, check.state), (percent, "open"), "as it was in June")
        self.assertGreater(self.result("R-M-C2", self.manager, JULY).value, percent)

    def uplift(self, client, **values):
        route = self.env["credit.term"].search([("category", "=", "route")], limit=1)
        return self.env["credit.uplift"].create(
            {
                "partner_id": client.id,
                "user_id": self.manager.id,
                "goal": "Effective account",
                "route_id": route.id,
                **values,
            }
        )

    def test_uplift_ledger(self):
        """R-M-C4: what was open in the month, and what was reached in it."""
        self.draw(self.today, "uplift")
        month = self.today.replace(day=1)
        self.assertEqual(self.result("R-M-C4", self.manager, month).verdict, "nothing")
        one, two = self.uplift(self.client("One")), self.uplift(self.client("Two"))
        two.write({"state": "reached", "result": "Payroll through us"})
        self.assertEqual(two.closed_on, self.today)
        self.draw(self.today, "uplift")
        check = self.result("R-M-C4", self.manager, month)
        self.assertEqual((check.value, check.extra, check.verdict), (2, 1, "there"))
        two.closed_on = "2020-01-01"
        self.assertEqual(two.closed_on, self.today, "it follows from the state")
        two.state = "open"
        self.assertFalse(two.closed_on)
        self.assertEqual(one.measures_done, "0 / 0")

    # People

    def test_drawn_twice_is_drawn_once(self):
        self.draw(JULY)
        before = self.checks.search([]).mapped(lambda c: (c.id, c.value, c.verdict, c.state))
        self.draw(JULY)
        after = self.checks.search([]).mapped(lambda c: (c.id, c.value, c.verdict, c.state))
        self.assertEqual(before, after)

    def test_everybody_the_guide_names(self):
        """A56: the persons above the brackets, and nobody else."""
        self.draw(JULY)
        of = {
            user: set(
                self.checks.search([("user_id", "=", user.id), ("state", "=", "open")]).mapped(
                    "clause"
                )
            )
            for user in (self.president, self.deputy, self.head, self.manager, self.finance)
        }
        line = {"R-V-C1", "R-V-C2", "R-V-C3"}
        self.assertEqual(of[self.president], {"R-P-C1", "R-P-C2", "R-P-C3"})
        self.assertEqual(of[self.deputy], line)
        self.assertEqual(of[self.head], line)
        self.assertEqual(of[self.manager], {"R-M-C1", "R-M-C2 R-M-C3", "R-M-C4"})
        self.assertFalse(of[self.finance])

    def test_the_superior_checks(self):
        self.draw(JULY)
        check = self.result("R-M-C4", self.manager)
        for user in (self.manager, self.stranger, self.outsider):
            with self.subTest(user.login), self.assertRaises(AccessError):
                check.with_user(user).action_check()
        with self.assertRaises(AccessError):
            check.with_user(self.manager).remark = "I did well"
        check.with_user(self.head).remark = "Two more by autumn"
        check.with_user(self.head).action_check()
        self.assertEqual(check.checked_by_id, self.head)
        own = self.result("R-V-C1", self.head)
        with self.assertRaises(AccessError):
            own.with_user(self.head).action_check()
        own.with_user(self.president).action_check()
        with self.assertRaises(AccessError):
            self.result("R-P-C1", self.president).with_user(self.deputy).action_check()
        self.result("R-P-C1", self.president).with_user(self.finance).action_check()
        with self.assertRaises(UserError):
            self.result("R-V-C1", self.head, JULY).with_user(self.president).action_check()

    def test_whose_it_is_to_check(self):
        self.draw(JULY)
        for user in (self.manager, self.head, self.deputy, self.president, self.finance):
            checks = self.checks.with_user(user).search([("institution_id", "=", self.branch.id)])
            checks |= self.checks.with_user(user).search(
                [("institution_id", "=", self.sub_branch.id)]
            )
            found = checks.search([("id", "in", checks.ids), ("may_check", "=", True)])
            with self.subTest(user.login):
                self.assertEqual(found, checks.filtered("may_check"))
                self.assertNotIn(user, found.user_id)
        self.assertIn(self.head, checks.with_user(self.president).filtered("may_check").user_id)

    def test_nobody_forges_a_result(self):
        self.draw(JULY)
        check = self.result("R-V-C1", self.head)
        for user in (self.president, self.lister):
            for values in ({"value": 99}, {"state": "open"}, {"checked_by_id": self.lister.id}):
                with self.assertRaises(AccessError):
                    check.with_user(user).write(values)
            with self.assertRaises(AccessError):
                check.with_user(user).unlink()

    def test_who_reads(self):
        self.draw(JULY)

        def seen(user):
            return self.checks.with_user(user).search([("period_start", "=", JUNE)]).user_id

        self.assertEqual(seen(self.manager), self.manager)
        self.assertIn(self.manager, seen(self.head))
        self.assertNotIn(self.president, seen(self.head))
        self.assertIn(self.head, seen(self.president))
        self.assertNotIn(self.stranger, seen(self.president))
        self.assertIn(self.stranger, seen(self.finance))

    def test_every_result_leads_to_where_it_lives(self):
        self.draw(JULY)
        for check in self.checks.search(
            [("institution_id", "in", (self.branch + self.sub_branch).ids)]
        ):
            with self.subTest(check.display_name, state=check.state):
                action = check.with_user(self.president).action_open_source()
                self.env[action["res_model"]].with_user(self.president).search(action["domain"])
                self.assertTrue(action["name"])
