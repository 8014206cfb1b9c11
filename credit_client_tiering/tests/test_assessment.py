"""The suggestion follows its facts at once, keeps its history and can be replayed."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.base.models.ir_cron import IrCron

from .common import BankCase

MODULE = "odoo.addons.credit_client_tiering.models.assessment.credit_assessment"
POSITION = "credit_client_tiering.nightly_position"


@tagged("post_install", "-at_install")
class TestFollowing(BankCase):
    """Whatever changes a fact changes the suggestion in the same transaction."""

    def test_a_client_climbs_and_falls_with_its_facts(self):
        client = self.client()
        self.assertEqual((client.credit_suggested, client.credit_drift), ("undecided", "no_data"))
        self.hold(client, "corporate_ebank")
        self.assertEqual(client.credit_suggested, "basic")
        self.report(client, exposure_avg=199_999_999.99, deposit_avg=49_999_999.99)
        self.assertEqual(client.credit_suggested, "basic")
        self.report(client, exposure_avg=200_000_000)
        self.assertEqual(client.credit_suggested, "strategic")
        client.credit_end_date = self.today
        self.assertEqual((client.credit_state, client.credit_suggested), ("ended", "lost"))
        client.credit_end_date = False
        self.assertEqual(client.credit_suggested, "strategic")
        client.is_credit_client = False
        self.assertEqual(client.credit_suggested, "strategic", "kept, but no longer assessed")

    def test_quality_at_its_limits(self):
        self.assertEqual(self.quality_client().credit_suggested, "quality")

    def test_a_prospect(self):
        client = self.client(since_years=None)
        self.assertEqual(client.credit_suggested, "not_listed")
        self.designate(client, "in_marketing", "first_loan", "provincial_sasac_leader")
        self.assertEqual((client.credit_suggested, client.credit_drift), ("undecided", "no_data"))
        self.designate(client, "policy_fit", "good_prospects")
        self.assertEqual(client.credit_suggested, "potential")
        self.assertEqual(client.credit_prospective, "strategic")

    def test_current_figures_are_for_information_only(self):
        client = self.client()
        self.report_month(client, exposure_now=300_000_000)
        self.assertNotEqual(client.credit_suggested, "strategic")
        self.assertEqual(client.credit_indicative, "strategic")
        self.report(client, exposure_avg=0)
        self.assertFalse(client.credit_indicative, "the previous year is known now")

    def test_archived_clients_rest(self):
        client = self.client()
        client.action_archive()
        self.hold(client, "corporate_ebank")
        self.assertEqual(client.credit_suggested, "undecided")
        client.action_unarchive()
        self.assertEqual(client.credit_suggested, "basic")


@tagged("post_install", "-at_install")
class TestHistory(BankCase):
    def test_nothing_new_is_written_when_nothing_changed(self):
        client = self.quality_client()
        before = client.credit_assessment_id
        self.assertNotIn(client.id, self.env["credit.assessment"]._assess())
        self.assertEqual(client.credit_assessment_id, before)
        client.comment = "no fact"
        client.name = "Renamed"
        self.assertEqual(client.credit_assessment_id, before)

    def test_new_evidence_makes_a_new_assessment(self):
        client = self.quality_client()
        before = client.credit_assessment_id
        self.report(client, exposure_avg=50_000_001)
        self.assertEqual(client.credit_suggested, "quality")
        self.assertNotEqual(client.credit_assessment_id, before)
        self.assertEqual(before.facts["exposure_avg__prev_year"], 50_000_000)

    def test_every_assessment_replays_to_its_own_answer(self):
        client = self.quality_client()
        self.designate(client, "national_rank", rank=12)
        other = self.client("Prospect", since_years=None)
        self.designate(other, "in_marketing", "first_loan", "policy_fit")
        draft = self.ref("policy_guide_2021").copy()
        draft._apply_readings({"A01": "all_of", "A06": "group", "A26": "current"})
        draft.action_activate()
        rows = (client + other).credit_assessment_ids
        self.assertGreaterEqual(len(rows), 9)
        self.assertEqual(len(rows.policy_id), 2)
        self.assertEqual(rows._replay(), {r.id: (r.suggested, r.verdicts) for r in rows})

    def test_the_tier_as_of_a_past_day(self):
        with freeze_time(f"{self.last_year}-03-01 12:00:00"):
            client = self.client(credit_first_date=f"{self.last_year}-01-01")
            self.hold(client, "corporate_ebank")
        with freeze_time(f"{self.last_year}-06-01 12:00:00"):
            self.designate(client, "central_soe")
        asked = {
            f"{self.last_year}-02-28": False,
            f"{self.last_year}-03-01": "basic",
            f"{self.last_year}-05-31": "basic",
            f"{self.last_year}-06-01": "strategic",
            str(self.today): "strategic",
        }
        answers = {day: client.credit_tier_as_of(day)[client.id] for day in asked}
        self.assertEqual(answers, asked)
        with self.assertRaisesRegex(UserError, "future"):
            client.credit_tier_as_of(self.today + timedelta(days=1))

    def test_nobody_writes_assessments(self):
        client = self.quality_client()
        rows = client.credit_assessment_ids
        for user in (self.lister, self.finance, self.president, self.env.user):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    rows.with_user(user).write({"suggested": "strategic"})
                with self.assertRaises(AccessError):
                    rows.with_user(user).unlink()
                with self.assertRaises(AccessError):
                    rows.with_user(user).create({"partner_id": client.id})
                with self.assertRaises(AccessError):
                    client.with_user(user).write({"credit_suggested": "strategic"})
                with self.assertRaises(AccessError):
                    client.with_user(user).write({"credit_tier": "strategic"})


@tagged("post_install", "-at_install")
class TestTime(BankCase):
    """What the calendar changes, the nightly run finds."""

    def nightly(self, slices=None):
        """Run the nightly job; the clock stops it after ``slices`` slices, if given."""
        left = iter([60] * (slices - 1) + [0] if slices else [60] * 1000)
        with patch.object(IrCron, "_commit_progress", lambda *a, **k: next(left)):
            self.env["credit.assessment"]._cron_assess()
        self.env.invalidate_all()

    def test_a_run_that_is_cut_off_goes_on_where_it_stopped(self):
        clients = self.client("One") + self.client("Two") + self.client("Three")
        self.env["ir.config_parameter"].set_param(POSITION, "")
        # Facts behind the engine's back, as a restored backup would bring them.
        self.env.cr.execute(
            "UPDATE res_partner SET credit_first_date = NULL WHERE id = ANY(%s)", [clients.ids]
        )
        others = self.env["res.partner"].search([("is_credit_client", "=", True)]) - clients
        with patch(f"{MODULE}.SLICE", 1):
            self.nightly(slices=len(others) + 1)
            self.assertEqual(
                clients.mapped("credit_state"), ["never", "active", "active"], "cut off"
            )
            self.nightly()
        self.assertEqual(set(clients.mapped("credit_state")), {"never"})

    def test_one_client_that_cannot_be_assessed_stops_no_other(self):
        good, bad = self.client("Good"), self.client("Bad")
        self.env.cr.execute(
            "UPDATE res_partner SET credit_first_date = NULL WHERE id = ANY(%s)",
            [(good + bad).ids],
        )
        assess = type(self.env["credit.assessment"])._assess_where

        def stumble(records, restrict, day=None):
            condition = restrict("res_partner", "id")
            rows = records.env.execute_query(
                SQL("SELECT 1 FROM res_partner WHERE id = %s AND %s", bad.id, condition)
            )
            if rows:
                raise ValueError("bad client")
            return assess(records, restrict, day)

        with (
            patch.object(type(self.env["credit.assessment"]), "_assess_where", stumble),
            self.assertLogs(MODULE, "ERROR") as logs,
        ):
            self.nightly()
        self.assertEqual((good.credit_state, bad.credit_state), ("never", "active"))
        self.assertIn(str(bad.id), logs.output[0])

    def test_a_new_year_asks_for_the_new_previous_year(self):
        with freeze_time("2024-12-31 12:00:00"):
            client = self.client(credit_first_date="2020-01-01")
            self.report(client, year=2023, exposure_avg=200_000_000)
            self.assertEqual(client.credit_suggested, "strategic")
        with freeze_time("2025-01-01 12:00:00"):
            self.nightly()
            self.assertEqual(client.credit_suggested, "undecided")
            self.assertEqual(client.credit_assessment_id.facts["prev_year"], 2024)
            self.report(client, year=2024, exposure_avg=200_000_000)
            self.assertEqual(client.credit_suggested, "strategic")

    def test_midnight_is_the_banks(self):
        self.env.company.resource_calendar_id.tz = "Asia/Shanghai"
        with freeze_time("2024-12-31 15:59:59"):
            self.assertEqual(str(self.env.company._credit_today()), "2024-12-31")
        with freeze_time("2024-12-31 16:00:00"):
            company = self.env.company
            self.assertEqual(str(company._credit_today()), "2025-01-01")
            # What is kept in memory follows the calendar, and the choice of another.
            company.resource_calendar_id.tz = "UTC"
            self.assertEqual(str(company._credit_today()), "2024-12-31")
            company.resource_calendar_id = company.resource_calendar_id.copy({"tz": "Asia/Tokyo"})
            self.assertEqual(str(company._credit_today()), "2025-01-01")

    def test_a_leap_day_three_years_on(self):
        """Three full years after 29 February are over on 1 March."""
        with freeze_time("2023-02-28 12:00:00"):
            client = self.client(credit_first_date="2020-02-29", credit_business_since="2020-02-29")
            self.assertEqual(client.credit_assessment_id.facts["years_with_bank"], 2)
        with freeze_time("2023-03-01 12:00:00"):
            self.nightly()
            self.assertEqual(client.credit_assessment_id.facts["years_with_bank"], 3)
        with freeze_time("2024-02-29 12:00:00"):
            self.nightly()
            self.assertEqual(client.credit_assessment_id.facts["years_with_bank"], 4)

    def test_designations_begin_and_expire(self):
        with freeze_time("2024-03-01 12:00:00"):
            client = self.client(credit_first_date="2020-01-01")
            self.designate(client, "central_soe", date_from="2024-03-05", date_to="2024-03-10")
            self.assertEqual(client.credit_suggested, "undecided")
        for day, expected in (
            ("2024-03-04", "undecided"),
            ("2024-03-05", "strategic"),
            ("2024-03-10", "strategic"),
            ("2024-03-11", "undecided"),
        ):
            with freeze_time(f"{day} 12:00:00"):
                self.nightly()
                self.assertEqual(client.credit_suggested, expected, day)

    def test_months_of_the_last_year_only(self):
        with freeze_time("2024-03-15 12:00:00"):
            client = self.client(credit_first_date="2020-01-01")
            rows = self.env["credit.metric.snapshot"]
            values = {"partner_id": client.id, "period_type": "month", "source": "t"}
            rows.create({**values, "period_start": "2023-02-01", "pos_amount": 9e6})
            self.assertNotEqual(client.credit_suggested, "basic", "13 months ago")
            rows.create({**values, "period_start": "2024-03-01", "pos_amount": 9e6})
            self.assertNotEqual(client.credit_suggested, "basic", "the month is not over")
            rows.create({**values, "period_start": "2023-03-01", "pos_amount": 300_000})
            self.assertEqual(client.credit_suggested, "basic")
            rows.create({**values, "period_start": "2024-02-01", "pos_amount": 299_999.99})
            self.assertNotEqual(client.credit_suggested, "basic", "a cent below on average")

    def test_credit_that_starts_and_ends_by_the_calendar(self):
        with freeze_time("2024-03-01 12:00:00"):
            client = self.client(credit_first_date="2024-03-02", credit_end_date="2024-03-09")
            self.hold(client, "corporate_ebank")
            self.env["credit.membership"]._enter(client, "potential", "institution")
            self.assertEqual(client.credit_state, "never")
        with freeze_time("2024-03-02 12:00:00"):
            self.nightly()
            self.assertEqual((client.credit_state, client.credit_tier), ("active", "basic"))
        with freeze_time("2024-03-09 12:00:00"):
            self.nightly()
            self.assertEqual((client.credit_state, client.credit_tier), ("ended", False))
            self.assertEqual(client.credit_drift, "lost")


@tagged("post_install", "-at_install")
class TestDrift(BankCase):
    def test_how_the_suggestion_stands_to_the_list(self):
        lists = self.env["credit.membership"]
        client = self.client()
        self.hold(client, "corporate_ebank")
        self.report(client, exposure_avg=0, deposit_avg=0)
        self.assertEqual(client.credit_drift, "entry")
        lists._enter(client, "basic", "institution")
        self.assertEqual(client.credit_drift, "aligned")
        self.designate(client, "central_soe")
        self.assertEqual(client.credit_drift, "upgrade")
        lists._enter(client, "strategic", "head_office")
        self.assertEqual(client.credit_drift, "aligned")
        self.designate(client, "central_soe", holds=False)
        self.assertEqual(client.credit_drift, "downgrade")

    def test_missing_data_is_no_downgrade(self):
        client = self.client()
        self.hold(client, "corporate_ebank")
        self.env["credit.membership"]._enter(client, "strategic", "head_office")
        self.assertEqual((client.credit_suggested, client.credit_drift), ("basic", "no_data"))
        self.report(client, exposure_avg=0, deposit_avg=0)
        self.assertEqual(client.credit_drift, "downgrade")

    def test_lists_change_by_decision_only(self):
        client = self.client()
        row = self.env["credit.membership"]._enter(client, "basic", "institution")
        for user in (self.lister, self.president, self.finance):
            rows = self.env["credit.membership"].with_user(user)
            with self.assertRaises(AccessError):
                rows.create(
                    {
                        "partner_id": client.id,
                        "tier": "strategic",
                        "date_from": self.today,
                        "origin": "head_office",
                    }
                )
            with self.assertRaises(AccessError):
                row.with_user(user).with_context(credit_decided=True).write({"tier": "strategic"})
        with self.assertRaises(AccessError):
            self.env["credit.membership"].with_context(credit_decided=True).sudo().create(
                {
                    "partner_id": client.id,
                    "tier": "strategic",
                    "date_from": self.today,
                    "origin": "head_office",
                }
            )


@tagged("post_install", "-at_install")
class TestExplanation(BankCase):
    def explained(self, client):
        def walk(nodes):
            for node in nodes:
                yield node
                yield from walk(node["children"])

        answer = client.credit_explain()
        return answer, {node["code"]: node for node in walk(answer["criteria"])}

    def test_each_criterion_shows_value_period_source_and_threshold(self):
        client = self.quality_client()
        answer, nodes = self.explained(client)
        self.assertEqual(answer["suggested"], "quality")
        node = nodes["T-Q-3b"]
        self.assertEqual((node["verdict"], node["value"]), ("yes", 50_000_000))
        self.assertEqual(node["threshold"], 50_000_000)
        self.assertEqual((node["period"], node["source"]), (str(self.last_year), "test"))
        self.assertEqual(node["source_as_of"], self.today)
        self.assertEqual(nodes["T-Q-4a"]["verdict"], "yes")
        self.assertEqual(nodes["T-S-3a"]["verdict"], "no")
        self.assertEqual(nodes["T-Q-5c"]["verdict"], "unknown")
        self.assertTrue(nodes["T-Q-0"]["advisory"])

    def test_a_carried_figure_names_its_first_source(self):
        client = self.client()
        self.report(client, exposure_avg=5, source="credit system")
        self.report(client, deposit_avg=6, source="core banking")
        _answer, nodes = self.explained(client)
        self.assertEqual(nodes["T-S-3a"]["source"], "credit system")
        self.assertEqual(nodes["T-S-3b"]["source"], "core banking")

    def test_the_smallest_gap_in_words(self):
        client = self.quality_client()
        gap = client.with_context(lang="en_US").credit_explain()["gap"]
        self.assertEqual((gap["tier"], gap["codes"]), ("strategic", ["T-S-3a"]))
        self.assertIn("CNY 150,000,000", gap["steps"][0])
        self.designate(client, "normal_business", holds=False)
        answer = client.credit_explain()
        self.assertEqual(answer["suggested"], "basic")
        self.assertEqual(answer["gap"]["tier"], "quality")
        self.assertEqual(answer["gap"]["codes"], ["T-Q-2c"])

    def test_what_is_unknown_and_whom_to_ask(self):
        client = self.client()
        unknown = {u["code"]: u["supplied_by"] for u in client.credit_explain()["unknown"]}
        self.assertEqual(unknown["T-S-3a"], "Credit system")
        self.assertEqual(unknown["T-S-3b"], "Core banking system")
        self.report(client, exposure_avg=0, deposit_avg=0)
        unknown = {u["code"] for u in client.credit_explain()["unknown"]}
        self.assertNotIn("T-S-3a", unknown)
        self.assertNotIn("T-Q-1b", unknown, "quality is out of reach anyway")

    def test_strangers_get_no_explanation(self):
        client = self.client()
        client.with_user(self.manager).credit_explain()
        client.with_user(self.president).credit_explain()
        client.with_user(self.finance).credit_explain()
        for user in (self.stranger, self.outsider):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                client.with_user(user).credit_explain()
