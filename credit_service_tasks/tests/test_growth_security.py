"""Who sees and writes what in development and large funds, by the calls RPC makes."""

from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .growth_common import GrowthCase

# Per model the fields that lead to the client or institution of a record.
OWN = (
    "credit.project.target",
    "credit.target",
    "credit.uplift",
    "credit.relation",
    "credit.fund.movement",
    "credit.planned.payment",
    "credit.fund.alert",
    "credit.fund.bulletin",
    "credit.loan.payout",
    "credit.client.coverage",
    "credit.project.funnel",
)


@tagged("post_install", "-at_install")
class TestGrowthAccess(GrowthCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls.client("Own", user_id=cls.manager.id)
        cls.foreign = cls.client(
            "Foreign", credit_institution_id=cls.other_branch.id, user_id=cls.stranger.id
        )
        cls.records = {}
        for client, team, user in (
            (cls.own, cls.sub_branch, cls.manager),
            (cls.foreign, cls.other_branch, cls.stranger),
        ):
            project = cls.project(
                f"Of {client.name}", partner_id=client.id, team_id=team.id, user_id=user.id
            )
            project.action_target_this_month()
            cls.env["credit.target"].create(
                {
                    "indicator_id": cls.mine("indicator_new_clients").id,
                    "level": "institution",
                    "institution_id": team.id,
                    "amount": 1,
                    "period_start": cls.today,
                }
            )
            cls.env["credit.uplift"].create(
                {
                    "partner_id": client.id,
                    "user_id": user.id,
                    "goal": "x",
                    "route_id": cls.mine("term_route_channel").id,
                }
            )
            cls.env["credit.relation"].create(
                {
                    "partner_id": client.id,
                    "other_id": cls.company().id,
                    "type_id": cls.mine("relation_type_supplier").id,
                }
            )
            cls.move(client, cls.today, -11_000_000)
            cls.plan(client, cls.today + timedelta(days=3), 11_000_000)
            cls.pay_out(client)
        cls.run_funds()
        cls.env.flush_all()

    def seen(self, model, user):
        """Return the institutions of the test whose records the user finds."""
        records = self.env[model].with_user(user)
        field = "partner_id" if "partner_id" in records._fields else "institution_id"
        if model == "credit.target":
            field = "institution_id"
        wanted = {
            "own": self.own if field == "partner_id" else self.sub_branch,
            "foreign": self.foreign if field == "partner_id" else self.other_branch,
        }
        return {
            name
            for name, record in wanted.items()
            if records.search_count([(field, "=", record.id)])
        }

    def test_each_sees_the_own_institution_and_the_head_office_all(self):
        for model in OWN:
            for user in (self.manager, self.head, self.deputy, self.president):
                with self.subTest(model=model, user=user.login):
                    self.assertEqual(self.seen(model, user), {"own"})
            with self.subTest(model=model):
                self.assertEqual(self.seen(model, self.stranger), {"foreign"})
                for user in (self.finance, self.credit, self.lister):
                    self.assertEqual(self.seen(model, user), {"own", "foreign"}, user.login)

    def test_reader_group_alone_opens_nothing(self):
        self.outsider.group_ids += self.ref("group_viewer")
        for model in OWN:
            with self.subTest(model):
                self.assertFalse(self.seen(model, self.outsider))

    def test_projects_follow_the_institution_also_unowned(self):
        leads = self.env["crm.lead"]
        unowned = self.project("Unowned", team_id=self.other_branch.id, user_id=False)
        ordinary = leads.create({"name": "Ordinary", "type": "opportunity", "user_id": False})
        for user, expected in (
            (self.manager, {"Of Own"}),
            (self.president, {"Of Own"}),
            (self.stranger, {"Of Foreign", "Unowned"}),
            (self.finance, {"Of Own", "Of Foreign", "Unowned"}),
        ):
            found = leads.with_user(user).search(
                [("name", "in", ("Of Own", "Of Foreign", "Unowned"))]
            )
            self.assertEqual(set(found.mapped("name")), expected, user.login)
        # What is no project keeps Odoo's own rule.
        self.assertTrue(leads.with_user(self.manager).search([("id", "=", ordinary.id)]))
        with self.assertRaises(AccessError):
            unowned.with_user(self.manager).write({"user_id": self.manager.id})
        with self.assertRaises(AccessError):
            unowned.with_user(self.manager).action_make_credit_client()
        with self.assertRaises(AccessError):
            unowned.with_user(self.finance).write({"name": "changed"})

    def test_nobody_sets_the_own_target(self):
        targets = self.env["credit.target"]
        base = {
            "indicator_id": self.mine("indicator_new_clients").id,
            "institution_id": self.sub_branch.id,
            "amount": 1,
            "period_start": "2020-01-01",
        }
        person = {**base, "level": "person", "user_id": self.manager.id}
        client = {**base, "level": "client", "user_id": self.manager.id, "partner_id": self.own.id}
        with self.assertRaises(AccessError):
            targets.with_user(self.manager).create(person)
        targets.with_user(self.manager).create(client)
        given = targets.with_user(self.head).create(person)
        with self.assertRaises(AccessError):
            given.with_user(self.manager).write({"amount": 0})
        with self.assertRaises(AccessError):
            given.with_user(self.manager).action_confirm()
        with self.assertRaises(AccessError):
            targets.with_user(self.head).create({**base, "level": "institution"})
        # The president of the branch sets it for the sub-branch, not for the branch.
        targets.with_user(self.president).create({**base, "level": "institution"})
        with self.assertRaises(AccessError):
            targets.with_user(self.president).create(
                {**base, "level": "institution", "institution_id": self.branch.id}
            )
        targets.with_user(self.finance).create({**base, "level": "bank", "institution_id": False})

    def test_a_stranger_answers_no_alert(self):
        alert = self.alerts(self.own)[0]
        for call in (
            lambda a: a.write({"outcome": "kept"}),
            lambda a: a.action_done(),
            lambda a: a.read(["amount"]),
        ):
            with self.assertRaises(AccessError):
                call(alert.with_user(self.stranger))
        with self.assertRaises(AccessError):
            alert.with_user(self.finance).write({"outcome": "kept"})

    def test_configuration_is_the_list_administrators(self):
        for model in (
            "credit.term",
            "credit.threshold",
            "credit.indicator",
            "credit.fund.rule",
            "credit.fund.rhythm.kind",
            "credit.development.rule",
            "credit.rating",
        ):
            for user in (self.manager, self.president, self.finance):
                records = self.env[model].with_user(user)
                self.assertTrue(records.has_access("read"), model)
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(records.has_access(operation), f"{model} {operation}")
            self.assertTrue(self.env[model].with_user(self.lister).has_access("write"), model)

    def test_private_work_cannot_be_called(self):
        from odoo.service.model import get_public_method

        for model, method in (
            ("credit.fund.run", "_run_all"),
            ("credit.fund.alert", "_engine"),
            ("credit.target", "_refresh_actuals"),
            ("credit.key.project.list", "_import_rows"),
            ("credit.development.target", "_open_year"),
            ("credit.import.batch", "_load_rows"),
        ):
            with self.subTest(method), self.assertRaises(AccessError):
                get_public_method(self.env[model], method)

    def test_people_without_a_post_notice_nothing(self):
        for model in OWN:
            self.assertFalse(self.env[model].with_user(self.outsider).has_access("read"), model)
        fields = self.env["res.partner"].with_user(self.outsider).fields_get()
        self.assertNotIn("credit_in_focus", fields)
