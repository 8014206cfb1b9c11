"""The demo bank shows every case the guide knows: whoever tries it can meet each of them."""

from odoo.addons.credit_client_tiering.engine.plan import build_plan
from odoo.addons.credit_client_tiering.models.policy.tiers import DRIFTS, OUTCOMES

from .common import ProjectCase

MODULE = "credit_client_tiering"
SERVICE = "credit_service_tasks"


class TestDemo(ProjectCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.env.ref(f"{MODULE}.user_president", raise_if_not_found=False):
            cls.skipTest(cls, "the demo data of credit_client_tiering is not installed")
        cls.clients = cls.demo_records("res.partner", "client_").filtered("is_credit_client")

    @classmethod
    def demo_records(cls, model, prefix):
        """Return the demo records of a model, by the beginning of their external ids."""
        found = cls.env["ir.model.data"].search(
            [("module", "=", MODULE), ("model", "=", model), ("name", "=like", f"{prefix}%")]
        )
        return cls.env[model].browse(found.mapped("res_id"))

    def client(self, name):
        return self.env.ref(f"{MODULE}.client_{name}")

    def test_bank_is_complete(self):
        teams = self.demo_records("crm.team", "team_")
        teams |= self.env["crm.team"].browse(
            self.env["ir.model.data"]
            .search([("module", "=", SERVICE), ("model", "=", "crm.team")])
            .mapped("res_id")
        )
        kinds = self.env["credit.institution.kind"].search([])
        self.assertGreaterEqual(len(teams), 8)
        self.assertEqual(teams.institution_kind_id, kinds)
        head_office = self.env.ref(f"{MODULE}.team_head_office")
        self.assertEqual(self.env["crm.team"].search([("id", "child_of", head_office.id)]), teams)

        users = self.demo_records("res.users", "user_")
        self.assertGreaterEqual(len(users), 20)
        self.assertEqual(set(users.mapped("tz")), {"Asia/Shanghai"})
        members = users.crm_team_member_ids
        self.assertEqual(members.post_id, self.env["credit.post"].search([]))
        for user in users:
            post = user.crm_team_member_ids.post_id
            self.assertEqual(len(post), 1, user.login)
            self.assertIn(post.group_id, user.group_ids, user.login)

    def test_password_is_the_login(self):
        user = self.env.ref(f"{MODULE}.user_president")
        credential = {"login": user.login, "password": user.login, "type": "password"}
        answer = user.with_user(user)._check_credentials(credential, {"interactive": False})
        self.assertEqual(answer["uid"], user.id)

    def test_clients_are_invented_and_valid(self):
        self.assertGreaterEqual(len(self.clients), 60)
        for client in self.clients:
            self.assertFalse(client._credit_code_problem(client.credit_code), client.name)
            # No authority ever issued such a code.
            self.assertIn("DEM0", client.credit_code)
        self.assertEqual(
            self.client("outside_west").credit_group_id,
            self.client("outside_east").credit_group_id,
        )
        self.assertFalse(self.client("outside_parent").is_credit_client)

    def test_every_outcome_and_drift_is_met(self):
        self.assertEqual(
            set(self.clients.mapped("credit_suggested")), {code for code, _name in OUTCOMES}
        )
        self.assertEqual(set(self.clients.mapped("credit_drift")), {code for code, _name in DRIFTS})
        self.assertLessEqual(
            {"strategic", "quality"}, set(self.clients.mapped("credit_prospective"))
        )
        tiers = {"strategic", "quality", "basic", "potential", False}
        self.assertEqual(set(self.clients.mapped("credit_tier")), tiers)
        self.assertEqual(set(self.clients.mapped("credit_state")), {"never", "active", "ended"})

    def test_every_criterion_holds_for_one_and_not_for_another(self):
        plan = build_plan(self.env.ref(f"{MODULE}.policy_guide_2021"))
        verdicts = self.clients.credit_assessment_id.mapped("verdicts")
        for node in plan.nodes:
            found = {letters[node.position] for letters in verdicts}
            self.assertIn("T", found, node.code)
            if node.kind == "constant":
                continue
            self.assertIn("F", found, node.code)
            # A claim nobody made is a no; the other kinds can be unknown.
            if node.kind in ("figure", "compare", "product", "products", "years"):
                self.assertIn("?", found, node.code)
            if node.kind == "designation" and not node.answer:
                self.assertIn("?", found, node.code)

    def test_thresholds_to_the_cent(self):
        expected = {
            "exposure_exact": "strategic",
            "exposure_cent_below": "quality",
            "deposit_exact": "strategic",
            "deposit_cent_below": "quality",
            "rank_500": "strategic",
            "rank_501": "quality",
            "industry_100": "strategic",
            "industry_101": "basic",
            "q_money_below": "basic",
            "q_settlement_below": "basic",
            "b_industry_exact": "basic",
            "b_industry_below": "undecided",
            "b_payroll_below": "undecided",
        }
        found = {name: self.client(name).credit_suggested for name in expected}
        self.assertEqual(found, expected)

    def test_missing_data_stays_unknown(self):
        for name in ("no_facts", "no_year", "no_months", "no_products", "agreement_unjudged"):
            client = self.client(name)
            self.assertIn("?", client.credit_tier_verdicts, name)
            self.assertTrue(client.credit_explain()["unknown"], name)
        self.assertEqual(self.client("q_margin_unknown").credit_drift, "no_data")
        # No figures of last year yet: today's would make it a quality client (A26).
        self.assertEqual(self.client("q_new").credit_indicative, "quality")

    def test_corrected_withdrawn_and_ended_facts(self):
        corrected = self.client("industry_101")
        rows = self.env["credit.metric.snapshot"].search(
            [("partner_id", "=", corrected.id), ("period_type", "=", "year")]
        )
        self.assertEqual(len(rows), 2)
        self.assertEqual(len(rows.filtered("superseded_at")), 1)
        live = rows.filtered(lambda row: not row.superseded_at)
        self.assertEqual(live.exposure_avg, 19_400_000)
        self.assertTrue(live.carried)
        self.assertTrue(self.env.ref(f"{MODULE}.designation_withdrawn_soe").voided_at)
        self.assertEqual(self.client("rank_501").credit_suggested, "quality")
        self.assertEqual(len(self.client("q_families").credit_membership_ids), 2)

    def test_first_credit_moved_clients(self):
        self.assertEqual(self.client("p_first_credit").credit_tier, "basic")
        declared = self.client("p_first_strategic")
        self.assertFalse(declared.credit_tier)
        self.assertEqual(declared.credit_nomination_ids.mapped("tier"), ["strategic"])

    def test_bring_up_report_names_a_login_per_post(self):
        report = self.env["credit.assessment"]._credit_bring_up_report()
        self.assertIn(self.env.company.name, report)
        for post in self.env["credit.post"].search([]):
            self.assertIn(post.name, report)
        for login in ("president", "finance", "credit", "admin_list"):
            self.assertIn(login, report)
