"""Rules as data: complete, frozen once in force, one version per day."""

from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.credit_client_tiering.engine.plan import build_plan

from .common import BankCase

# Every criterion of section 1 that a verdict can hang on, by clause.
CLAUSES = (
    "T-S-0b T-S-1 T-S-1a T-S-1b T-S-1c T-S-1d T-S-1e T-S-1f T-S-1g T-S-2 T-S-3 T-S-3a T-S-3b "
    "T-S-4 T-S-5 T-S-R T-Q-0a T-Q-0b T-Q-1 T-Q-1a T-Q-1b T-Q-1c T-Q-1d T-Q-2 T-Q-2a T-Q-2b T-Q-2c "
    "T-Q-2d T-Q-2e T-Q-3 T-Q-3a T-Q-3b T-Q-3c T-Q-4 T-Q-4a T-Q-4b T-Q-4c T-Q-5 T-Q-5a T-Q-5b "
    "T-Q-5c T-Q-5d T-Q-6 T-Q-R T-B-N T-B-1 T-B-1a T-B-1b T-B-2 T-B-3 T-B-3a T-B-3b T-B-3c T-B-3d "
    "T-B-4 T-B-R T-P-1 T-P-1a T-P-1b T-P-1c T-P-1d T-P-1e T-P-1f T-P-2 T-P-2a T-P-2b T-P-2c "
    "T-P-2d T-P-2e T-P-2f T-P-2g T-P-2h"
).split()


@tagged("post_install", "-at_install")
class TestPolicy(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.ref("policy_guide_2021")

    def draft(self, **readings):
        draft = self.policy.copy()
        draft._apply_readings(readings)
        return draft

    def test_every_clause_has_its_criterion(self):
        built = set(self.policy.criterion_ids.mapped("clause"))
        self.assertEqual(set(CLAUSES) - built, set())

    def test_the_shipped_policy_is_complete(self):
        self.assertEqual(self.policy.criterion_ids._problems(), [])
        self.assertEqual(
            set(build_plan(self.policy).roots), set(("strategic", "quality", "basic", "potential"))
        )

    def test_thresholds_compare_as_the_guide_words_them(self):
        """A03: every limit of section 1 includes itself; ranks are upper limits."""
        for criterion in self.policy.criterion_ids:
            if criterion.kind == "rank":
                self.assertEqual(criterion.operator, "<=", criterion.code)
            elif criterion.kind in ("figure", "compare", "products", "years"):
                wanted = ">" if criterion.code == "T-P-1d.deposits" else ">="
                self.assertEqual(criterion.operator, wanted, criterion.code)

    def test_a_policy_in_force_is_frozen(self):
        criterion = self.policy.criterion_ids.filtered(lambda c: c.code == "T-S-3a")
        lister = self.lister
        for change in (
            lambda: criterion.with_user(lister).write({"threshold": 1}),
            lambda: criterion.write({"threshold": 1}),
            lambda: criterion.unlink(),
            lambda: self.policy.with_user(lister).write({"name": "Mine"}),
            lambda: self.policy.with_user(lister).write({"date_from": "2020-01-01"}),
            lambda: self.policy.with_user(lister).write({"state": "draft"}),
            lambda: self.policy.unlink(),
            lambda: criterion.copy({"code": "X", "parent_id": criterion.parent_id.id}),
        ):
            with self.assertRaises(UserError):
                change()
        self.assertEqual(criterion.threshold, 200_000_000)

    def test_strategic_by_itself_only_under_the_other_reading(self):
        """A09: eligible is not listed, unless the bank reads the guide so."""
        before, ended = self.client("Before"), self.client("Ended")
        after = self.quality_client("After")
        without = self.client("Without credit", since_years=None)
        for client in (before, without, ended):
            self.designate(client, "central_soe")
        self.assertEqual((before.credit_suggested, before.credit_tier), ("strategic", False))
        ended.credit_end_date = self.today
        self.draft(A09="automatic").action_activate()
        self.assertEqual((before.credit_tier, before.credit_drift), ("strategic", "aligned"))
        self.assertEqual(before.credit_membership_ids.origin, "policy")
        self.designate(after, "central_soe")
        self.assertEqual(after.credit_tier, "strategic")
        self.assertFalse(without.credit_tier or ended.credit_tier, "not without credit")
        claim = after.credit_designation_ids.filtered(lambda d: d.type_id.code == "central_soe")
        claim.action_withdraw("mistake")
        self.assertEqual(
            (after.credit_tier, after.credit_drift), ("strategic", "downgrade"), "people remove"
        )

    def test_a_draft_is_a_full_copy_that_leaves_the_original_alone(self):
        draft = self.draft()
        self.assertEqual(draft.state, "draft")

        def shape(policy):
            return [
                (c.code, c.name, c.kind, c.combine, c.threshold, c.parent_id.code, c.enabled)
                for c in policy.criterion_ids.sorted("code")
            ]

        self.assertEqual(shape(draft), shape(self.policy))
        draft.criterion_ids.filtered(lambda c: c.code == "T-S-3a").threshold = 1
        self.assertNotEqual(shape(draft), shape(self.policy))
        self.assertFalse(draft.criterion_ids & self.policy.criterion_ids)

    def test_activating_ends_the_version_before(self):
        draft = self.draft()
        draft.with_user(self.lister).action_activate()
        self.assertEqual((draft.state, draft.date_from), ("active", self.today))
        self.assertEqual(self.policy.state, "retired")
        self.assertEqual(self.policy.date_to, self.today - timedelta(days=1))
        self.assertEqual(draft.activated_by, self.lister)
        policies = self.env["credit.policy"]
        yesterday = self.today - timedelta(days=1)
        self.assertEqual(policies._get_active_policy(), draft)
        self.assertEqual(policies._get_active_policy(yesterday), self.policy)

    def test_a_version_may_wait_for_its_day(self):
        client = self.client()
        self.report(client, exposure_avg=1_000_000)
        draft = self.draft(A20="separate")
        draft.date_from = self.today + timedelta(days=1)
        draft.action_activate()
        self.assertEqual(self.env["credit.policy"]._get_active_policy(), self.policy)
        self.assertEqual(client.credit_suggested, "undecided")
        self.env["credit.assessment"]._assess(day=self.today + timedelta(days=1))
        self.assertEqual(client.credit_suggested, "basic")

    def test_no_version_starts_in_the_past(self):
        draft = self.draft()
        draft.date_from = self.today - timedelta(days=1)
        with self.assertRaisesRegex(UserError, "past"):
            draft.action_activate()

    def test_the_database_allows_one_version_per_day(self):
        draft = self.draft()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            draft.sudo().write({"state": "active", "date_from": self.today})
            draft.flush_recordset()

    def test_an_incomplete_draft_is_not_activated(self):
        draft = self.draft()
        draft.criterion_ids.filtered(lambda c: c.code == "T-S-3a").threshold = False
        with self.assertRaisesRegex(ValidationError, "T-S-3a"):
            draft.action_activate()

    def test_only_list_administrators_change_rules(self):
        for user in (self.president, self.finance, self.manager):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.policy.with_user(user).copy()
        draft = self.draft()
        with self.assertRaises(AccessError):
            draft.with_user(self.finance).action_activate()
        with self.assertRaises(AccessError):
            draft.criterion_ids[0].with_user(self.president).write({"name": "Mine"})

    def test_every_reading_can_be_switched_and_switched_back(self):
        def state(policy):
            columns = (
                "combine",
                "basis",
                "metric_id",
                "scope",
                "gate",
                "enabled",
                "advisory",
                "count_basis",
            )
            own = (
                policy.automatic_entry,
                policy.automatic_strategic,
                policy.head_office_rule,
                policy.review_scope,
            )
            criteria = policy.criterion_ids.sorted("code")
            return hash((own, *(tuple(c[f] for f in columns) for c in criteria)))

        draft = self.draft()
        for reading in self.env["credit.reading"]._of_policies():
            default = reading.option_ids.filtered("is_default")
            self.assertEqual(len(default), 1, reading.code)
            default._apply(draft)
            before = state(draft)
            for option in reading.option_ids - default:
                with self.subTest(option=option.display_name):
                    option._apply(draft)
                    self.assertNotEqual(state(draft), before, "the option changes nothing")
                    self.assertEqual(draft.criterion_ids._problems(), [])
                    default._apply(draft)
                    self.assertEqual(state(draft), before)

    def test_the_shipped_policy_has_the_default_readings(self):
        draft = self.draft()
        for reading in self.env["credit.reading"]._of_policies():
            reading.option_ids.filtered("is_default")._apply(draft)

        def plain(policy):
            return [
                {k: v for k, v in c.copy_data()[0].items() if k not in ("policy_id", "parent_id")}
                for c in policy.criterion_ids.sorted("code")
            ]

        self.assertEqual(plain(draft), plain(self.policy))

    def test_an_unknown_reading_is_refused(self):
        for chosen in ({"A99": "x"}, {"A01": "x"}):
            with self.subTest(chosen=chosen), self.assertRaises(ValidationError):
                self.draft(**chosen)
        option = self.env.ref("credit_client_tiering.reading_a01_all_of")
        with self.assertRaises(UserError):
            option._apply(self.policy)

    def test_group_reading_adds_up_the_group(self):
        self.draft(A06="group").action_activate()
        holding = self.client("Holding")
        leaf = self.client("Leaf", parent_id=holding.id)
        self.report(holding, exposure_avg=150_000_000, deposit_avg=0)
        self.assertNotEqual(holding.credit_suggested, "strategic")
        self.report(leaf, exposure_avg=50_000_000, deposit_avg=0)
        self.assertEqual(leaf.credit_suggested, "strategic")
        self.assertEqual(holding.credit_suggested, "strategic", "its group grew too")
        self.report(leaf, exposure_avg=49_999_999.99)
        self.assertNotEqual(holding.credit_suggested, "strategic")

    def test_monthly_readings(self):
        """A61: average, latest or every month."""
        client = self.client()
        self.report(client, exposure_avg=0, deposit_avg=0)
        for months_ago, amount in ((1, 700_000), (2, 100_000), (3, 100_000)):
            self.report_month(client, months_ago, pos_amount=amount)
        self.assertEqual(client.credit_suggested, "basic", "300,000 on average")
        self.report_month(client, 3, pos_amount=99_999.97)
        self.assertNotEqual(client.credit_suggested, "basic")
        latest = self.draft(A61="latest")
        latest.action_activate()
        self.assertEqual(client.credit_suggested, "basic")


@tagged("post_install", "-at_install")
class TestSimulation(BankCase):
    def test_a_simulation_finds_the_movers_and_touches_nothing(self):
        client = self.client()
        self.report(client, exposure_avg=1_000_000, deposit_avg=5)
        draft = self.ref("policy_guide_2021").copy()
        draft._apply_readings({"A20": "separate"})
        assessments = self.env["credit.assessment"].search_count([])
        simulation = (
            self.env["credit.simulation"].with_user(self.lister).create({"policy_id": draft.id})
        )
        simulation.action_run()
        line = simulation.line_ids.filtered(lambda line: line.partner_id == client)
        self.assertEqual((line.tier_from, line.tier_to), ("undecided", "basic"))
        self.assertEqual((line.exposure, line.deposit), (1_000_000, 5))
        self.assertEqual(line.institution_id, self.sub_branch)
        self.assertEqual(simulation.mover_count, len(simulation.line_ids))
        self.assertEqual(client.credit_suggested, "undecided")
        self.assertEqual(self.env["credit.assessment"].search_count([]), assessments)
        simulation.action_run()
        self.assertEqual(simulation.mover_count, len(simulation.line_ids), "run again, not added")

    def test_two_versions_are_compared(self):
        client = self.client()
        self.report(client, exposure_avg=1_000_000)
        policy = self.ref("policy_guide_2021")
        first, second = policy.copy(), policy.copy()
        first._apply_readings({"A20": "separate"})
        second._apply_readings({"A20": "separate"})
        simulation = self.env["credit.simulation"].create(
            {"policy_id": first.id, "compare_policy_id": second.id}
        )
        simulation.action_run()
        self.assertEqual(simulation.mover_count, 0)

    def test_an_incomplete_draft_is_not_tried(self):
        draft = self.env["credit.policy"].create({"name": "Empty"})
        simulation = self.env["credit.simulation"].create({"policy_id": draft.id})
        with self.assertRaisesRegex(UserError, "cannot be tried"):
            simulation.action_run()
