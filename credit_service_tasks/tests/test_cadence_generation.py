from datetime import date, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .cadence_common import FRIDAY, MONDAY, SUNDAY, TUESDAY, WEDNESDAY, DutyCase


@tagged("post_install", "-at_install")
class TestGeneration(DutyCase):
    """Which duties there are, of whom, until when."""

    def test_a_quality_client(self):
        client = self.listed()
        self.run_on(MONDAY)
        found = {
            (d.rule_id.clause.split()[0], d.user_id, d.post_id.code, str(d.due_date))
            for d in self.duties(client)
        }
        self.assertEqual(
            found,
            {
                ("R-P-1c", self.president, "president", "2024-06-07"),
                ("R-P-1d", self.president, "president", "2024-06-28"),
                ("R-V-1b", self.deputy, "deputy_president", "2024-06-07"),
                ("R-V-1c", self.deputy, "deputy_president", "2024-06-28"),
            },
        )
        self.assertEqual(set(self.duties(client).mapped("status")), {"open"})
        self.assertEqual(self.duties(client).institution_id, self.sub_branch)

    def test_twice_is_once(self):
        self.listed()
        self.assertTrue(self.run_on(MONDAY))
        before = self.snapshot()
        self.assertFalse(self.run_on(MONDAY))
        self.assertFalse(self.run_on(TUESDAY), "a day without news")
        self.assertEqual(self.snapshot(), before)

    def test_a_quiet_day_takes_few_queries(self):
        for number in range(10):
            self.listed(name=f"Client {number}")
        self.run_on(MONDAY)
        self.env.invalidate_all()
        with freeze_time(f"{TUESDAY} 04:00:00"):
            with self.assertQueryCount(60):
                self.ledger._generate(TUESDAY)

    def test_a_period_without_working_day_creates_none(self):
        """A37: the week of the National Day 2024 had one working day, 2023's none left."""
        client = self.listed()
        self.run_on("2024-02-12")  # Spring Festival: 12 to 18, Sunday the 18th was worked
        week = self.duties(client, "weekly_contact_president")
        self.assertEqual(str(week.due_date), "2024-02-18")
        self.env["credit.working.day"].search([("date", "=", "2024-02-18")]).is_working = False
        self.env.cr.execute("DELETE FROM credit_obligation")
        self.run_on("2024-02-12")
        self.assertFalse(self.duties(client, "weekly_contact_president"))

    def test_pro_rata(self):
        """Rounded: once a week arises while half of the week's working days are left."""
        for day, owed in ((MONDAY, 1), (TUESDAY, 1), (WEDNESDAY, 1), ("2024-06-06", 0)):
            with self.subTest(day=day):
                client = self.listed(day=str(day))
                self.run_on(FRIDAY)
                self.assertEqual(len(self.duties(client, "weekly_contact_president")), owed)

    def test_pro_rata_settings(self):
        for setting, owed in (("round", 1), ("up", 2), ("down", 1), ("full", 4), ("next", 0)):
            rule = self.rule(period="month", quota=4, important=True, part_period=setting)
            client = self.listed(day="2024-06-19")  # 8 of 19 working days are left
            self.run_on("2024-06-20")
            required = sum(self.duties(client, rule_id=rule.id).mapped("required"))
            with self.subTest(setting=setting):
                self.assertEqual(required, 2 if setting == "round" else owed)

    def test_leaving_the_list_ends_open_duties(self):
        client = self.listed()
        self.run_on(MONDAY)
        weekly = self.duties(client, "weekly_contact_president")
        self.discharge(weekly, MONDAY)
        self.env["credit.membership"]._leave(client, "removed", "test", day=TUESDAY)
        self.run_on(WEDNESDAY)
        self.assertEqual(weekly.status, "done", "what was done stays done")
        monthly = self.duties(client, "monthly_visit_president")
        self.assertEqual((monthly.status, monthly.ended_on), ("ended", TUESDAY))
        self.assertTrue(monthly.status_note)
        self.env["credit.membership"]._enter(client, "quality", "head_office", "", day=FRIDAY)
        self.run_on(FRIDAY)
        self.assertEqual((monthly.status, monthly.ended_on), ("open", False), "back on the list")

    def test_moving_between_important_lists_is_no_interruption(self):
        client = self.listed("strategic")
        self.run_on(MONDAY)
        self.env["credit.membership"]._enter(client, "quality", "head_office", "", day=TUESDAY)
        self.run_on(TUESDAY)
        self.assertEqual(self.duties(client, "weekly_contact_president").tier, "quality")
        self.assertEqual(self.duties(client, "weekly_contact_president").status, "open")
        self.assertEqual(self.duties(client, "s_s_1a").status, "ended")

    def test_the_responsible_person_follows(self):
        client = self.listed()
        self.run_on(MONDAY)
        weekly = self.duties(client, "weekly_contact_president")
        # A president of its own.
        own = self.staff("t_own_president", self.sub_branch, "president")
        self.run_on(TUESDAY)
        self.assertEqual(weekly.user_id, own, "the nearest holder")
        own.crm_team_member_ids.unlink()
        self.env["credit.service.member"].create(
            {
                "partner_id": client.id,
                "user_id": self.stranger.id,
                "role": "leader",
                "post_id": self.ref("post_president").id,
                "date_from": "2024-01-01",
            }
        )
        self.run_on(TUESDAY)
        self.assertEqual(weekly.user_id, self.stranger, "an officer named for the client")
        client.credit_institution_id = self.other_branch
        self.run_on(TUESDAY)
        self.assertEqual(weekly.institution_id, self.other_branch)

    def test_overdue_duties_follow_too(self):
        client = self.listed()
        self.run_on(MONDAY)
        self.run_on("2024-06-10")
        weekly = self.duties(client, "weekly_contact_president", period_start=MONDAY)
        self.assertEqual(weekly.status, "overdue")
        own = self.staff("t_next_president", self.sub_branch, "president")
        self.run_on("2024-06-12")
        self.assertEqual(weekly.user_id, own)

    def test_a_post_nobody_holds_is_a_gap(self):
        self.president.crm_team_member_ids.unlink()
        client = self.listed()
        self.run_on(MONDAY)
        weekly = self.duties(client, "weekly_contact_president")
        self.assertFalse(weekly.user_id)
        self.assertEqual(weekly.post_id.code, "president")
        self.assertEqual(weekly.status, "open", "owed all the same")

    def test_deputy_and_head_share_one_duty(self):
        """A34: the deputy answers, the head where there is no deputy."""
        client = self.listed()
        self.deputy.crm_team_member_ids.unlink()
        self.run_on(MONDAY)
        weekly = self.duties(client, "weekly_contact_deputy_or_head")
        self.assertEqual((weekly.user_id, weekly.post_id.code), (self.head, "corporate_head"))

    def test_readings(self):
        client = self.listed()
        other = self.listed(name="Another")
        self.run_on(MONDAY)
        shared = self.duties(client, "weekly_contact_deputy_or_head")
        self.choose("A34", "each")
        self.run_on(TUESDAY)
        self.assertEqual((shared.status, shared.ended_reason), ("ended", "rule"))
        self.assertEqual(self.duties(client, "weekly_contact_deputy").user_id, self.deputy)
        self.assertEqual(self.duties(client, "weekly_contact_head").user_id, self.head)
        self.choose("A34", "either")
        self.run_on(TUESDAY)
        self.assertEqual(self.duties(client, "weekly_contact_leaders").user_id, self.president)
        self.choose("A34", "shared")
        self.choose("A33", "in_total")
        self.run_on(TUESDAY)
        total = self.duties(rule="weekly_contact_president_total")
        self.assertEqual((total.person_id, total.user_id), (self.president, self.president))
        self.assertFalse(total.partner_id)
        alive = self.duties(status="open").filtered(lambda d: d.partner_id in client | other)
        self.assertEqual(set(alive.mapped("period")), set(), "nothing per client is left")

    def test_important_by_flag(self):
        """A32: a flagged basic client is served like an important one, unless named only."""
        client = self.listed("basic")
        self.env["credit.designation"].create(
            {
                "partner_id": client.id,
                "type_id": self.env.ref(
                    "credit_service_tasks.designation_type_important_client"
                ).id,
                "date_from": "2024-01-01",
                "source": "test",
            }
        )
        self.run_on(MONDAY)
        weekly = self.duties(client, "weekly_contact_president")
        self.assertEqual(weekly.status, "open")
        self.choose("A32", "named")
        self.run_on(TUESDAY)
        self.assertEqual(weekly.status, "ended")

    def test_in_principle(self):
        """A35: as a guideline the duty is kept but never overdue, and only for quality."""
        self.choose("A35", "guideline")
        quality, strategic = self.listed(), self.listed("strategic")
        self.run_on(MONDAY)
        self.run_on(SUNDAY)
        self.assertEqual(self.duties(quality, "weekly_contact_president").status, "open")
        self.assertEqual(self.duties(strategic, "weekly_contact_president").status, "overdue")
        self.run_on("2024-06-10")
        lapsed = self.duties(quality, "weekly_contact_president", period_start=MONDAY)
        self.assertEqual((lapsed.status, lapsed.ended_reason), ("ended", "guideline"))

    def test_every_client_managed(self):
        """A38: all clients in role A, also those on no list; without a manager none."""
        client = self.client("Managed", user_id=self.manager.id)
        alone = self.client("Without a manager")
        self.run_on(MONDAY)
        self.assertFalse(self.duties(client))
        self.choose("A38", "all_managed")
        self.run_on(MONDAY)
        duty = self.duties(client)
        self.assertEqual((duty.user_id, duty.required), (self.manager, 2))
        self.assertFalse(self.duties(alone))
        deputising = self.staff("t_cover", self.sub_branch, "client_manager")
        member = self.env["credit.service.member"].search(
            [("partner_id", "=", client.id), ("role", "=", "a")]
        ) or self.env["credit.service.member"].create(
            {
                "partner_id": client.id,
                "user_id": self.manager.id,
                "role": "a",
                "date_from": "2024-01-01",
            }
        )
        self.env["credit.service.member"].create(
            {
                "partner_id": client.id,
                "user_id": deputising.id,
                "role": "a",
                "covers_id": member.id,
                "date_from": MONDAY,
                "date_to": TUESDAY,
            }
        )
        self.run_on(TUESDAY)
        self.assertEqual(duty.user_id, deputising, "whoever covers")
        self.run_on(WEDNESDAY)
        self.assertEqual(duty.user_id, self.manager)

    def test_institutions_and_persons(self):
        """A weekly meeting of each president's institution; a log of each manager and day."""
        meeting = self.rule(subject="institution")
        log = self.rule(subject="person", period="day", posts=["client_manager"])
        self.env.company.credit_ledger_until = "2024-10-07"
        self.run_on("2024-10-09")
        units = self.duties(rule_id=meeting.id).unit_id
        self.assertIn(self.branch, units)
        self.assertNotIn(self.sub_branch, units, "its president is the branch's")
        logs = self.duties(rule_id=log.id, person_id=self.manager.id)
        self.assertEqual(
            logs.mapped(lambda d: str(d.period_start)),
            ["2024-10-08", "2024-10-09"],
            "A37: the 7th was a holiday",
        )
        self.assertEqual(logs.mapped("status"), ["overdue", "open"])
        gap = self.rule(
            subject="institution",
            period="month",
            institution_kind_ids=[(6, 0, self.ref("institution_kind_sub_branch").ids)],
            posts=["deputy_president"],
        )
        self.deputy.crm_team_member_ids.unlink()
        self.run_on("2024-10-09")
        duty = self.duties(rule_id=gap.id, unit_id=self.sub_branch.id)
        self.assertFalse(duty.user_id, "nobody holds the post: a gap")
        self.assertEqual(len(duty), 1)

    def test_statuses_through_a_week(self):
        client = self.listed()
        for day, status in (
            (MONDAY, "open"),
            (FRIDAY, "open"),
            (date(2024, 6, 8), "overdue"),
        ):
            self.run_on(day)
            weekly = self.duties(client, "weekly_contact_president")
            with self.subTest(day=day):
                self.assertEqual(weekly.status, status)
        self.discharge(weekly, SUNDAY)
        self.assertEqual(weekly.status, "done", "within the period, if after the due date")
        other = self.duties(client, "weekly_contact_deputy_or_head")
        self.discharge(other, date(2024, 6, 10))
        self.assertEqual((other.status, str(other.done_on)), ("late", "2024-06-10"))

    def test_two_reports_of_one_day_are_one_time(self):
        rule = self.rule(period="month", quota=2, important=True)
        client = self.listed()
        self.run_on(MONDAY)
        duty = self.duties(client, rule_id=rule.id)
        self.discharge(duty, MONDAY)
        self.discharge(duty, MONDAY)
        self.assertEqual((duty.done, duty.status), (1, "open"))
        self.discharge(duty, TUESDAY)
        self.assertEqual((duty.done, duty.status, duty.done_on), (2, "done", TUESDAY))

    def test_nobody_writes_the_ledger(self):
        client = self.listed()
        self.run_on(MONDAY)
        duty = self.duties(client)[0]
        for user in (self.president, self.lister, self.env.ref("base.user_admin")):
            with self.subTest(user=user.login):
                for attempt in (
                    lambda d: d.write({"status": "done"}),
                    lambda d: d.with_context(credit_ledger=True).write({"status": "done"}),
                    lambda d: d.copy(),
                    lambda d: d.unlink(),
                    lambda d: d.env["credit.discharge"].create(
                        {"obligation_id": d.id, "date": MONDAY, "entered_at": "2024-06-03 01:00:00"}
                    ),
                ):
                    with self.assertRaises(AccessError):
                        attempt(duty.with_user(user))

    def test_who_sees_what(self):
        client = self.listed()
        self.run_on(MONDAY)
        for user, sees in (
            (self.president, True),
            (self.manager, True),
            (self.finance, True),
            (self.stranger, False),
        ):
            with self.subTest(user=user.login):
                found = self.ledger.with_user(user).search([("partner_id", "=", client.id)])
                self.assertEqual(bool(found), sees)
        with self.assertRaises(AccessError):
            self.ledger.with_user(self.outsider).search([])

    def test_changes_are_followed_at_the_end_of_the_transaction(self):
        with freeze_time("2024-06-03 04:00:00"):
            client = self.listed()
            self.env.cr.precommit.run()
            self.assertEqual(len(self.duties(client)), 4)
            client.credit_institution_id = self.other_branch
            self.env.cr.precommit.run()
            self.assertEqual(self.duties(client).institution_id, self.other_branch)
            self.env["credit.membership"]._leave(client, "removed", day=MONDAY)
            self.env.cr.precommit.run()
            self.assertEqual(set(self.duties(client).mapped("status")), {"ended"})


@tagged("post_install", "-at_install")
class TestTime(DutyCase):
    """What the calendar and the clock do to the ledger."""

    def daily(self, first, last):
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            self.nightly(day)
            day += timedelta(days=1)

    def compare(self, first, *days):
        """A run every day and runs on some days only must end in the same ledger."""
        self.daily(first, days[-1])
        expected = self.snapshot()
        self.assertTrue(expected)
        self.setUp()
        for day in (first, *days):
            self.nightly(day)
        found = self.snapshot()
        self.assertEqual(found, expected)
        return found

    def test_a_week_of_downtime(self):
        self.listed()
        leaver = self.listed(name="Left meanwhile")
        self.env["credit.membership"]._leave(leaver, "removed", day=date(2024, 6, 12))
        self.listed(name="Came meanwhile", day="2024-06-11")
        short = self.listed(name="Came and left", day="2024-06-11")
        self.env["credit.membership"]._leave(short, "removed", day=date(2024, 6, 13))
        self.compare("2024-06-05", "2024-06-19")

    def test_the_year_ends(self):
        self.listed("strategic")
        self.listed()
        found = self.compare("2024-12-27", "2025-01-03")
        starts = {str(row[8]) for row in found}
        self.assertLessEqual({"2024-01-01", "2025-01-01", "2024-12-30"}, starts)

    def test_leap_day_and_make_up_days(self):
        self.listed()
        self.compare("2024-02-01", "2024-03-01")
        february = self.duties(rule="monthly_visit_president", period_start="2024-02-01")
        self.assertEqual(str(february.due_date), "2024-02-29")
        self.assertEqual(
            str(self.duties(rule="weekly_contact_president", period_start="2024-02-12").due_date),
            "2024-02-18",
            "a Sunday that was worked",
        )
        self.assertEqual(february.status, "overdue")

    def test_a_clock_set_back_does_no_harm(self):
        self.listed()
        self.nightly("2024-06-10")
        before = self.snapshot()
        self.nightly("2024-06-07")
        self.nightly("2024-06-10")
        late = [row for row in self.snapshot() if row not in before]
        self.assertEqual({str(row[8]) for row in late}, {"2024-06-03"}, "the week gone back to")

    def test_a_corrected_calendar_moves_due_dates(self):
        client = self.listed()
        self.run_on(MONDAY)
        weekly = self.duties(client, "weekly_contact_president")
        self.env["credit.working.day"].create({"date": FRIDAY, "is_working": False})
        self.run_on(TUESDAY)
        self.assertEqual(str(weekly.due_date), "2024-06-06")

    def test_a_run_that_is_cut_off_goes_on(self):
        from unittest.mock import patch

        for number in range(3):
            self.listed(name=f"Client {number}")
        self.nightly(MONDAY)
        expected = self.snapshot()
        self.setUp()
        module = "odoo.addons.credit_service_tasks.models.cadence.credit_obligation_run"
        with patch(f"{module}.SLICE", 1):
            self.nightly(MONDAY, slices=2)
            self.assertEqual(len(self.duties().partner_id), 2, "cut off after two of three")
            self.assertFalse(self.env.company.credit_ledger_until)
            self.nightly(MONDAY)
        self.assertEqual(self.snapshot(), expected)
        self.assertEqual(self.env.company.credit_ledger_until, MONDAY)

    def test_a_broken_client_stops_no_other(self):
        good, bad, other = (self.listed(name=n) for n in ("Good", "Bad", "Other"))
        self.env.cr.execute(
            """CREATE FUNCTION test_broken() RETURNS trigger AS $$ BEGIN
                   IF NEW.partner_id = %s THEN RAISE EXCEPTION 'broken data'; END IF;
                   RETURN NEW; END $$ LANGUAGE plpgsql;
               CREATE TRIGGER test_broken BEFORE INSERT ON credit_obligation
                   FOR EACH ROW EXECUTE FUNCTION test_broken()""",
            [bad.id],
        )
        with self.assertLogs("odoo.addons.credit_service_tasks", "WARNING"):
            self.nightly(MONDAY)
        self.assertEqual(self.duties().partner_id, good | other)
        problem = self.env["credit.run.problem"].search([("partner_id", "=", bad.id)])
        self.assertIn("broken data", problem.message)
        self.assertFalse(problem.resolved_on)
        self.env.cr.execute("DROP TRIGGER test_broken ON credit_obligation")
        self.nightly(TUESDAY)
        self.assertIn(bad, self.duties().partner_id)
        self.assertEqual(problem.resolved_on, TUESDAY)
