"""Service plans: who needs which, one in force per client, versions, figures."""

from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .team_common import TeamCase


@tagged("post_install", "-at_install")
class TestServicePlan(TeamCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plans = cls.env["credit.service.plan"]

    def draft(self, client=None, user=None, **values):
        if client:
            values["partner_id"] = client.id
        return self.plans.with_user(user or self.env.user).create(
            {
                "needs": "Working capital",
                "credit_part": "A revolving line",
                "measure_ids": [
                    fields.Command.create(
                        {
                            "name": "Offer the line",
                            "user_id": self.manager.id,
                            "date": self.today + timedelta(days=9),
                        }
                    )
                ],
                "goal_ids": [
                    fields.Command.create(
                        {
                            "metric_id": self.metric("deposit_avg").id,
                            "period": "year",
                            "period_start": f"{self.last_year}-01-01",
                            "goal": 1000.0,
                        }
                    )
                ],
                **values,
            }
        )

    def metric(self, code):
        return self.env["credit.metric"].search([("code", "=", code)])

    def gap(self, client):
        client.invalidate_recordset()
        return client.credit_plan_gap

    def cluster_plan(self, *clients):
        cluster = self.env["credit.client.cluster"].create(
            {
                "name": "Auto parts",
                "institution_id": self.branch.id,
                "user_id": self.manager.id,
                "partner_ids": [fields.Command.set([c.id for c in clients])],
            }
        )
        plan = self.draft(kind="cluster", cluster_id=cluster.id)
        plan.action_approve()
        return cluster

    def test_gap_by_band(self):
        one, two, three = (
            self.borrower(amount, f"Band {n}", credit_institution_id=self.branch.id)
            for n, amount in ((1, 40_000_000), (2, 20_000_000), (3, 5_000_000))
        )
        self.assertEqual([self.gap(c) for c in one + two + three], ["no_plan"] * 3)
        cluster = self.cluster_plan(one, two, three)
        self.assertEqual(self.gap(one), "no_one_to_one")
        self.assertFalse(self.gap(two), "a cluster plan is accepted in band 2 (A44)")
        self.assertFalse(self.gap(three))
        self.assertEqual(cluster.outgrown_count, 1)
        self.draft(one).action_approve()
        self.assertFalse(self.gap(one))

    def test_as_named(self):
        """A44 read strictly: band 2 one-to-one, band 3 by cluster and nothing else."""
        two, three = (
            self.borrower(amount, f"Band {n}", credit_institution_id=self.branch.id)
            for n, amount in ((2, 20_000_000), (3, 5_000_000))
        )
        self.cluster_plan(two)
        self.draft(three).action_approve()
        self.assertEqual((self.gap(two), self.gap(three)), (False, False))
        self.choose("A44", "as_named")
        self.assertEqual((self.gap(two), self.gap(three)), ("no_one_to_one", "no_cluster"))

    def test_strategic_needs_its_own(self):
        client = self.borrower(5_000_000, credit_institution_id=self.branch.id)
        self.cluster_plan(client)
        self.assertFalse(self.gap(client))
        self.enlist(client, "strategic")
        self.assertEqual(self.gap(client), "no_one_to_one")

    def test_outgrowing_raises_the_gap_at_once(self):
        client = self.borrower(20_000_000, credit_institution_id=self.branch.id)
        self.cluster_plan(client)
        self.assertFalse(self.gap(client))
        self.report_month(client, months_ago=0, exposure_now=40_000_000)
        self.assertEqual(self.gap(client), "no_one_to_one")

    def test_leaving_the_cluster(self):
        client = self.borrower(5_000_000, credit_institution_id=self.branch.id)
        cluster = self.cluster_plan(client)
        cluster.partner_ids = [fields.Command.clear()]
        self.assertEqual(self.gap(client), "no_plan")

    def test_the_gap_cannot_be_entered(self):
        client = self.borrower(40_000_000)
        with self.assertRaises(AccessError):
            client.with_user(self.president).write({"credit_plan_gap": False})

    def test_one_in_force(self):
        client = self.borrower(40_000_000)
        plan = self.draft(client)
        plan.action_approve()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.cr.savepoint():
            self.plans._engine().create({"partner_id": client.id, "state": "approved"})
        # a new version takes its place
        following = self.plans.browse(plan.action_new_version()["res_id"])
        self.assertEqual(following.version, 2)
        with self.assertRaises(UserError):
            plan.action_new_version()
        following.action_approve()
        self.assertEqual((plan.state, following.state), ("replaced", "approved"))
        self.assertFalse(self.gap(client))

    def test_approved_is_frozen(self):
        plan = self.draft(self.borrower(40_000_000), self.manager)
        plan.with_user(self.head).action_approve()
        with self.assertRaises(UserError):
            plan.with_user(self.manager).needs = "Something else"
        with self.assertRaises(UserError):
            plan.with_user(self.manager).goal_ids.goal = 1.0
        with self.assertRaises(UserError):
            plan.with_user(self.manager).goal_ids.unlink()
        plan.with_user(self.manager).next_step = "Sign"
        self.assertEqual(plan.frozen["band"], "1")

    def test_who_approves(self):
        plan = self.draft(self.borrower(40_000_000), self.manager)
        for user in (self.manager, self.stranger, self.outsider, self.finance):
            with self.subTest(user.login), self.assertRaises(AccessError):
                plan.with_user(user).action_approve()
        for values in ({"state": "approved"}, {"version": 9}, {"frozen": {}}):
            with self.assertRaises(AccessError):
                plan.with_user(self.president).write(values)
        with self.assertRaises(AccessError):
            plan.with_user(self.stranger).read(["needs"])
        with self.assertRaises(AccessError):
            self.draft(self.borrower(1.0, "Not mine"), self.stranger)

    def test_incomplete_is_not_approved(self):
        plan = self.plans.create({"partner_id": self.borrower(40_000_000).id})
        with self.assertRaisesRegex(UserError, "R-M-2c"):
            plan.action_approve()

    def test_owner_is_the_a_manager(self):
        client = self.borrower(40_000_000)
        self.name_person(client, self.colleague, "a")
        self.assertEqual(self.draft(client).user_id, self.colleague)

    def test_leaders_take_part(self):
        plan = self.draft(
            self.borrower(40_000_000), designer_ids=[fields.Command.set(self.deputy.ids)]
        )
        self.assertEqual(plan.designer_ids, self.deputy)
        plan.action_approve()
        following = self.plans.browse(plan.action_new_version()["res_id"])
        self.assertEqual(following.designer_ids, self.deputy)

    def test_nobody_approves_the_own_plan(self):
        client = self.borrower(40_000_000, "Own")
        client.user_id = self.head
        plan = self.draft(client, user=self.head)
        self.assertEqual(plan.user_id, self.head)
        with self.assertRaisesRegex(AccessError, "four eyes"):
            plan.with_user(self.head).action_approve()
        plan.with_user(self.president).action_approve()
        with self.assertRaisesRegex(UserError, "no draft"):
            plan.with_user(self.president).action_approve()

    def test_a_measure_in_force_is_not_made_to_vanish(self):
        client = self.borrower(40_000_000, "Late")
        client.user_id = self.manager
        plan = self.draft(client, user=self.manager)
        measure = plan.measure_ids.with_user(self.manager)
        with self.assertRaises(UserError):
            measure.action_done()  # no plan in force yet
        plan.with_user(self.head).action_approve()
        for change in (
            lambda m: m.write({"date": self.today + timedelta(days=99)}),
            lambda m: m.write({"user_id": self.head.id}),
            lambda m: m.unlink(),
        ):
            with self.assertRaisesRegex(AccessError, "plan in force"):
                change(measure)
        measure.result = "Offered"
        measure.with_user(self.head).date = self.today + timedelta(days=19)
        measure.action_done()
        for user in (self.manager, self.head):
            with self.assertRaises(UserError):
                measure.with_user(user).result = "x"
            with self.assertRaises(UserError):
                measure.with_user(user).action_done()
            with self.assertRaises(UserError):
                measure.with_user(user).unlink()

    def test_nobody_ends_the_activity_of_another_by_way_of_a_measure(self):
        client = self.borrower(40_000_000, "Watched")
        client.user_id = self.manager
        plan = self.draft(client, user=self.manager)
        plan.with_user(self.head).action_approve()
        others = self.stranger.partner_id.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.stranger.id
        )
        with self.assertRaises(AccessError):
            plan.measure_ids.with_user(self.manager).write({"activity_id": others.id})

    def test_a_client_of_others_is_not_named(self):
        """Its name and its list would show in the plan."""
        foreign = self.client("Foreign", credit_institution_id=self.other_branch.id)
        foreign.user_id = self.stranger
        mine = self.borrower(40_000_000, "Mine")
        mine.user_id = self.manager
        plan = self.draft(mine, user=self.manager)
        with self.assertRaises(AccessError):
            plan.write({"partner_id": foreign.id})

    def test_measures_are_activities(self):
        plan = self.draft(self.borrower(40_000_000), self.manager)
        self.assertFalse(plan.activity_ids)
        plan.with_user(self.head).action_approve()
        activity = plan.activity_ids
        self.assertEqual(activity.user_id, self.manager)
        plan.measure_ids.with_user(self.manager).action_done()
        self.assertEqual(plan.measure_ids.state, "done")
        self.assertFalse(activity.active)

    def test_goals_meet_figures(self):
        client = self.borrower(40_000_000)
        plan = self.draft(client)
        self.assertIs(plan.goal_ids.actual, False)
        self.report(client, deposit_avg=400.0)
        plan.goal_ids.invalidate_recordset()
        self.assertEqual((plan.goal_ids.actual, plan.goal_ids.rate), (400.0, 40.0))
        self.assertFalse(plan.goal_ids.is_reached)

    def test_products_of_comparable_clients(self):
        product = self.env["credit.product"].search([], limit=1)
        client = self.borrower(40_000_000, "We", credit_size="small")
        self.enlist(client, "basic")
        self.env.cr.execute(
            "UPDATE res_partner SET credit_size = 'large' WHERE id <> %s", [client.id]
        )
        self.env.invalidate_all()
        peers = [self.borrower(1.0, f"Peer {n}", credit_size="small") for n in range(4)]
        for peer in peers:
            self.enlist(peer, "basic")
        self.env["credit.product.holding"].create(
            [
                {"partner_id": peer.id, "product_id": product.id, "source": "test", "in_use": True}
                for peer in peers[:3]
            ]
        )
        plan = self.draft(client)
        plan.action_compare_products()
        line = plan.product_ids.filtered(lambda x: x.product_id == product)
        self.assertEqual((line.peer_share, line.peers, line.held), (75.0, 4, False))
        line.proposed = True
        plan.action_compare_products()
        self.assertTrue(line.proposed, "what was proposed stays")

    def test_coverage_percent(self):
        covered, bare = (
            self.borrower(40_000_000, f"Client {n}", credit_institution_id=self.branch.id)
            for n in range(2)
        )
        self.draft(covered).action_approve()
        self.env.flush_all()
        [(percent,)] = self.env["credit.plan.coverage"]._read_group(
            [("partner_id", "in", (covered + bare).ids)], [], ["covered:avg"]
        )
        self.assertEqual(percent, 50.0)
