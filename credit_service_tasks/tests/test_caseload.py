"""Caseloads, their balance, and capacity before anybody approves."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .team_common import TeamCase


@tagged("post_install", "-at_install")
class TestCaseload(TeamCase):
    def row(self, user):
        self.env.invalidate_all()
        return self.env["credit.caseload"].search([("user_id", "=", user.id)])

    def give(self, user, number, exposure=None, **values):
        clients = self.env["res.partner"]
        for index in range(number):
            clients |= self.borrower(exposure, f"{user.login} {index}", user_id=user.id, **values)
        return clients

    def test_only_role_a_counts(self):
        [client] = self.give(self.manager, 1)
        self.name_person(client, self.colleague, "b1")
        self.assertEqual(self.row(self.manager).clients, 1)
        self.assertEqual(self.row(self.colleague).clients, 0)
        self.env["credit.absence"].create(
            {
                "user_id": self.manager.id,
                "cover_id": self.third.id,
                "date_to": self.today,
            }
        )
        self.assertEqual(self.row(self.third).clients, 0, "a cover carries no caseload")

    def test_totals_and_unknown(self):
        self.give(self.manager, 2, 1_000_000.01)
        self.give(self.manager, 1)
        row = self.row(self.manager)
        self.assertEqual((row.clients, row.exposure, row.unknown), (3, 2_000_000.02, 1))
        self.assertEqual(row.average, 1, "of three managers of the same level")
        self.assertEqual(row.difference, 2)

    def test_person_and_average(self):
        limit = self.env.ref("credit_service_tasks.caseload_limit_corporate")
        limit.per_manager = 3
        self.give(self.manager, 3)
        self.assertFalse(self.row(self.manager).over_limit, "the number itself is within")
        self.give(self.manager, 1)
        self.assertTrue(self.row(self.manager).over_limit)
        self.sub_branch.invalidate_recordset()
        self.assertFalse(self.sub_branch.credit_caseload_exceeded, "4 for 3 managers")
        self.assertEqual(self.branch.credit_caseload_average, 1.3)

    def test_retail_numbers(self):
        counts = self.env["credit.retail.count"]
        counts.create({"user_id": self.manager.id, "clients": 101, "date": "2026-01-31"})
        self.assertTrue(self.row(self.manager).over_limit)
        counts.with_user(self.head).create(
            {"user_id": self.manager.id, "clients": 100, "date": "2026-02-28"}
        )
        self.assertFalse(self.row(self.manager).over_limit, "the latest number counts")
        with self.assertRaises(AccessError):
            counts.with_user(self.stranger).create({"user_id": self.manager.id, "clients": 1})
        with self.assertRaises(UserError):
            counts.search([], limit=1).with_user(self.head).sudo().clients = 5
        with self.assertRaises(ValidationError):
            counts.create({"user_id": self.manager.id, "clients": 1, "date": "2999-01-01"})

    def test_who_sees_which_caseload(self):
        rows = self.env["credit.caseload"]
        self.assertTrue(rows.with_user(self.head).search([("user_id", "=", self.manager.id)]))
        self.assertFalse(rows.with_user(self.stranger).search([("user_id", "=", self.manager.id)]))
        self.assertTrue(rows.with_user(self.finance).search([("user_id", "=", self.manager.id)]))

    def test_balance_line_by_line(self):
        big = self.give(self.manager, 1, 9_000_000)
        self.give(self.manager, 4, 1_000_000)
        self.give(self.colleague, 1, 1_000_000)
        self.env.flush_all()
        row = self.row(self.manager).with_user(self.head)
        proposal = self.env["credit.team.proposal"].browse(row.action_balance()["res_id"])
        lines = proposal.line_ids
        self.assertFalse(any(lines.mapped("accepted")))
        self.assertEqual(lines.from_user_id, self.manager)
        counts = {self.manager: 5, self.colleague: 1, self.third: 0}
        for line in lines:
            counts[line.from_user_id] -= 1
            counts[line.user_id] += 1
        self.assertLessEqual(max(counts.values()) - min(counts.values()), 1)
        self.assertFalse(big & lines[1:].partner_id)
        lines[0].accepted = True
        proposal.with_user(self.head).action_confirm()
        packet = self.env["credit.handover"].search([("from_user_id", "=", self.manager.id)])
        self.assertEqual(packet.state, "proposed")
        self.assertEqual(packet.cause, "balance")
        self.assertEqual(packet.line_ids.partner_id, lines[0].partner_id)
        self.assertEqual(lines[0].partner_id.user_id, self.manager, "until it is accepted")

    def test_balanced_already(self):
        self.give(self.manager, 1)
        with self.assertRaises(UserError):
            self.row(self.manager).with_user(self.head).action_balance()


@tagged("post_install", "-at_install")
class TestCapacity(TeamCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["credit.cadence.rule"].search([]).active = False
        cls.visit = cls.env.ref("credit_service_tasks.duty_kind_visit")
        cls.contact = cls.env.ref("credit_service_tasks.duty_kind_contact")
        cls.rule("visit", "month", important=True, post_ids=["president"])
        cls.rule("contact", "week", important=True, post_ids=["president"])
        cls.rule("visit", "month", quota=2, role="a", tier="basic")
        cls.rule("visit", "half", tier="strategic", post_ids=["deputy_president", "corporate_head"])
        cls.important = cls.borrower(1, "Quality", user_id=cls.manager.id)
        cls.enlist(cls.important, "quality")
        cls.basic = cls.borrower(1, "Basic", user_id=cls.manager.id)
        cls.enlist(cls.basic, "basic")

    @classmethod
    def rule(cls, kind, period, post_ids=(), **values):
        posts = cls.env["credit.post"].search([("code", "in", list(post_ids))])
        return cls.env["credit.cadence.rule"].create(
            {
                "name": f"{kind} {period}",
                "code": f"test_{cls.env['credit.cadence.rule'].search_count([])}_{kind}_{period}",
                "clause": "test",
                "kind_id": getattr(cls, kind).id,
                "period": period,
                "post_ids": [(6, 0, posts.ids)],
                **values,
            }
        )

    def count(self, user=None, **values):
        capacity = (
            self.env["credit.capacity"]
            .with_user(user or self.president)
            .create({"month": "2026-03-01", **values})
        )
        capacity.action_compute()
        return {
            (line.user_id, line.kind_id): (line.owed_now, line.owed_then)
            for line in capacity.line_ids
        }

    def test_lists_as_they_are(self):
        owed = self.count(basis="lists")
        self.assertEqual(owed[self.president, self.visit], (1, 1))
        weeks = owed[self.president, self.contact][0]
        self.assertAlmostEqual(weeks, 31 / 7)
        self.assertEqual(owed[self.manager, self.visit], (2, 2))
        self.assertNotIn((self.deputy, self.visit), owed)

    def test_pending_nominations(self):
        self.env["credit.nomination"].with_user(self.head).create(
            {"partner_id": self.basic.id, "tier": "strategic", "justification": "test"}
        ).action_submit()
        owed = self.count(basis="nominations")
        self.assertEqual(owed[self.president, self.visit], (1, 2))
        self.assertEqual(owed[self.manager, self.visit], (2, 0))
        self.assertAlmostEqual(owed[self.deputy, self.visit][1], 1 / 6)
        self.assertEqual(owed[self.deputy, self.visit][0], 0)

    def test_simulation(self):
        draft = self.ref("policy_guide_2021").copy()
        simulation = self.env["credit.simulation"].create({"policy_id": draft.id})
        self.env["credit.simulation.line"].create(
            {
                "simulation_id": simulation.id,
                "partner_id": self.important.id,
                "tier_from": "quality",
                "tier_to": "undecided",
            }
        )
        owed = self.count(user=self.finance, basis="simulation", simulation_id=simulation.id)
        self.assertEqual(owed[self.president, self.visit], (1, 0))

    def test_cover_and_vacancy(self):
        self.env["credit.absence"].create(
            {
                "user_id": self.manager.id,
                "cover_id": self.colleague.id,
                "date_to": self.today,
            }
        )
        self.assertIn((self.colleague, self.visit), self.count(basis="lists"))
        self.president.active = False
        owed = self.count(user=self.deputy, basis="lists")
        nobody = self.env["res.users"]
        self.assertEqual(owed[nobody, self.visit], (1, 1), "shown, not dropped")

    def test_readings_excluded_and_dates(self):
        rule = self.env["credit.cadence.rule"].search([("tier", "=", "basic")])
        rule.date_to = "2026-02-28"
        self.assertNotIn((self.manager, self.visit), self.count(basis="lists"))
        rule.date_to = False
        rule.designation_type_ids = self.ref("designation_type_central_soe")
        self.assertNotIn((self.manager, self.visit), self.count(basis="lists"))
        self.designate(self.basic, "central_soe")
        self.assertIn((self.manager, self.visit), self.count(basis="lists"))
        rule.excluded_type_ids = self.ref("designation_type_central_soe")
        self.assertNotIn((self.manager, self.visit), self.count(basis="lists"))

    def test_own_institution_only(self):
        self.assertFalse(self.count(user=self.stranger, basis="lists"))

    def test_managers_count_nothing(self):
        with self.assertRaises(AccessError):
            self.count(user=self.manager)
