"""Bands by exposure and requirements by list: what is missing, to the cent and at once."""

from datetime import timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .team_common import MODULE, TeamCase


@tagged("post_install", "-at_install")
class TestBand(TeamCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wuhan = cls.institution("Test Wuhan", "wuhan_tier1", cls.head_office)

    def band(self, exposure, institution=None):
        client = self.borrower(exposure, credit_institution_id=(institution or self.branch).id)
        return client.credit_band

    def test_limits_to_the_cent(self):
        for institution, exposure, band in (
            (self.branch, 0, "3"),
            (self.branch, 9_999_999.99, "3"),
            (self.branch, 10_000_000, "3"),
            (self.branch, 10_000_000.01, "2"),
            (self.branch, 30_000_000, "2"),
            (self.branch, 30_000_000.01, "1"),
            (self.wuhan, 10_000_000, "3"),
            (self.wuhan, 10_000_000.01, "2"),
            (self.wuhan, 30_000_000.01, "2"),
            (self.wuhan, 50_000_000, "2"),
            (self.wuhan, 50_000_000.01, "1"),
        ):
            with self.subTest(institution=institution.name, exposure=exposure):
                self.assertEqual(self.band(exposure, institution), band)

    def test_sums_of_cents_are_exact(self):
        """0.1 + 0.2 must not lift anybody over a limit."""
        group = self.env["res.partner"].create({"name": "Cents", "is_company": True})
        parts = [9_999_999.7, 0.1, 0.2]
        clients = [self.borrower(part, parent_id=group.id) for part in parts]
        self.assertEqual({c.credit_exposure_measure for c in clients}, {10_000_000})
        self.assertEqual({c.credit_band for c in clients}, {"3"})

    def test_the_whole_group_counts(self):
        group = self.env["res.partner"].create({"name": "Group", "is_company": True})
        member = self.borrower(8_000_000, parent_id=group.id, credit_institution_id=self.branch.id)
        self.assertEqual(member.credit_band, "3")
        sister = self.borrower(
            27_000_000, "Sister", parent_id=group.id, credit_institution_id=self.branch.id
        )
        self.assertEqual((member.credit_band, sister.credit_band), ("1", "1"))
        self.assertEqual(member.credit_exposure_measure, 35_000_000)
        sister.parent_id = False
        self.assertEqual((member.credit_band, sister.credit_band), ("3", "2"))

    def test_readings_switch_at_once(self):
        group = self.env["res.partner"].create({"name": "Group", "is_company": True})
        here = self.borrower(20_000_000, parent_id=group.id, credit_institution_id=self.branch.id)
        there = self.borrower(25_000_000, parent_id=group.id, credit_institution_id=self.wuhan.id)
        self.assertEqual((here.credit_band, there.credit_band), ("1", "2"))
        self.choose("A42", "own_part")
        self.assertEqual((here.credit_band, there.credit_band), ("2", "2"))

    def test_unknown_exposure_is_no_band(self):
        client = self.borrower(None)
        self.assertFalse(client.credit_band)
        self.assertEqual(self.gaps(client), ["no_a", "no_b1", "no_figure"])
        self.report_month(client, exposure_now=0)
        self.assertEqual(client.credit_band, "3")
        self.assertNotIn("no_figure", self.gaps(client))

    def test_a_member_without_figure_leaves_a_lower_bound(self):
        group = self.env["res.partner"].create({"name": "Group", "is_company": True})
        known = self.borrower(8_000_000, parent_id=group.id, credit_institution_id=self.branch.id)
        unknown = self.borrower(None, "Silent", parent_id=group.id)
        self.assertFalse(known.credit_band)
        self.assertIn("no_figure", self.gaps(known))
        self.assertTrue(known.credit_exposure_partial)
        self.report_month(known, exposure_now=30_000_000.01)
        self.assertEqual(known.credit_band, "1", "more can only be more")
        self.assertNotIn("no_figure", self.gaps(known))
        self.report_month(unknown, exposure_now=0)
        self.assertFalse(known.credit_exposure_partial)

    def test_the_latest_figure_counts(self):
        client = self.borrower(None, credit_institution_id=self.branch.id)
        self.report_month(client, 2, exposure_now=40_000_000)
        self.report_month(client, 1, exposure_now=20_000_000)
        self.assertEqual(client.credit_band, "2")
        # An old month corrected today is still an old month.
        self.report_month(client, 2, exposure_now=50_000_000)
        self.assertEqual(client.credit_band, "2")

    def test_credit_that_ended_needs_no_band(self):
        client = self.borrower(None)
        client.credit_end_date = self.today
        self.assertFalse(client.credit_band)
        self.assertFalse(client.credit_team_gap)

    def test_unmapped_kinds(self):
        direct = self.institution("Direct", "direct_sub_branch", self.head_office)
        client = self.borrower(40_000_000, credit_institution_id=direct.id)
        self.assertEqual(client.credit_band, "1", "the lower limits meanwhile")
        unmapped = self.env["crm.team"].search([("credit_limits_mapped", "=", False)])
        self.assertIn(direct, unmapped)
        self.assertNotIn(self.branch, unmapped)
        direct.credit_limits_kind_id = self.ref("institution_kind_wuhan_tier1")
        self.assertEqual(client.credit_band, "2")
        self.assertTrue(direct.credit_limits_mapped)
        direct.credit_limits_kind_id = False
        self.ref("institution_kind_direct_sub_branch").limits_kind_id = self.ref(
            "institution_kind_wuhan_tier1"
        )
        self.assertEqual(client.credit_band, "2")

    def test_new_limits_from_a_day(self):
        client = self.borrower(25_000_000, credit_institution_id=self.branch.id)
        old = self.env.ref(f"{MODULE}.band_2_prefecture")
        with self.assertRaises(ValidationError):
            old.copy({"exposure_above": 5_000_000, "date_from": self.today})
        old.date_to = self.today - timedelta(days=1)
        old.copy({"date_from": self.today, "date_to": False, "needs_b2": True})
        self.assertEqual(client.credit_band, "2")
        self.assertEqual(client._credit_required_roles(), ["A", "B1", "B2"])
        self.assertIn("no_b2", self.gaps(client))

    def test_nobody_writes_the_band(self):
        client = self.borrower(1)
        for user in (self.head, self.lister):
            with self.subTest(user.login), self.assertRaises(AccessError):
                client.with_user(user).write({"credit_band": "1"})
        with self.assertRaises(AccessError):
            self.env.ref(f"{MODULE}.band_1_prefecture").with_user(self.head).exposure_above = 1


@tagged("post_install", "-at_install")
class TestGap(TeamCase):
    def test_closed_one_by_one(self):
        client = self.borrower(31_000_000, "Large")
        self.assertEqual(self.gaps(client), ["no_a", "no_b1", "no_b2"])
        for user, role in ((self.manager, "a"), (self.colleague, "b1"), (self.third, "b2")):
            self.name_person(client, user, role)
            self.assertNotIn(f"no_{role}", self.gaps(client))
        self.assertFalse(client.credit_team_gap)

    def test_strategic_needs_both_sides(self):
        client = self.borrower(1, "Strategic", user_id=self.manager.id)
        self.name_person(client, self.colleague, "b1")
        self.enlist(client, "strategic")
        self.assertEqual(self.gaps(client), ["no_head_office"])
        self.name_person(client, self.leader, "leader", post_id=self.leader_post.id)
        self.assertEqual(self.gaps(client), [])
        (self.president | self.deputy).crm_team_member_ids.active = False
        self.assertEqual(self.gaps(client), ["no_branch_leader"])

    @property
    def leader_post(self):
        return self.ref("post_head_office_leader")

    def test_head_office_post_is_no_branch_side(self):
        """A president above the branch, in the head office, is not the branch's leader."""
        client = self.borrower(1, "Quality", user_id=self.manager.id)
        self.name_person(client, self.colleague, "b1")
        self.enlist(client, "quality")
        self.assertEqual(self.gaps(client), [])
        (self.president | self.deputy).crm_team_member_ids.active = False
        self.staff("t_bank_president", self.head_office, "president")
        self.assertEqual(self.gaps(client), ["no_branch_group"])

    def test_basic_is_led_by_the_corporate_head(self):
        client = self.borrower(1, "Basic", user_id=self.manager.id)
        self.enlist(client, "basic")
        self.assertEqual(self.gaps(client), ["no_b1"])
        self.assertIn(self.head, client.credit_leader_ids)
        self.head.crm_team_member_ids.active = False
        self.assertEqual(self.gaps(client), ["no_b1", "no_lead"])

    def test_potential_needs_a_manager_and_a_lead(self):
        client = self.client("Potential", since_years=None)
        self.assertFalse(client.credit_team_gap, "not managed yet")
        self.enlist(client, "potential")
        self.assertEqual(self.gaps(client), ["no_a"])

    def test_an_archived_person_is_a_gap(self):
        client = self.borrower(1, user_id=self.manager.id)
        self.name_person(client, self.colleague, "b1")
        self.assertFalse(client.credit_team_gap)
        self.colleague.active = False
        self.assertEqual(self.gaps(client), ["no_b1"])
        self.colleague.active = True
        self.assertFalse(self.gaps(client))

    def test_reading_a45(self):
        client = self.borrower(31_000_000, user_id=self.manager.id)
        self.enlist(client, "quality")
        self.assertEqual(self.gaps(client), ["no_b1", "no_b2"])
        self.choose("A45", "replaces")
        self.assertEqual(self.gaps(client), [])

    def test_the_nightly_run_repairs_what_sql_changed(self):
        client = self.borrower(1)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET credit_team_gap = NULL, credit_band = '1' WHERE id = %s",
            [client.id],
        )
        client.invalidate_recordset()
        self.env["res.partner"]._cron_credit_refresh_teams()
        self.assertEqual(client.credit_band, "3")
        self.assertEqual(self.gaps(client), ["no_a", "no_b1"])

    def test_queries_do_not_grow_with_the_book(self):
        def queries(number):
            clients = self.env["res.partner"]
            for index in range(number):
                clients |= self.client(f"Many {index}")
            self.env.flush_all()
            self.env["res.partner"]._credit_refresh_teams(clients.ids)
            before = self.env.cr.sql_log_count
            self.env["res.partner"]._credit_refresh_teams(clients.ids)
            return self.env.cr.sql_log_count - before

        queries(1)
        self.assertLessEqual(queries(40), queries(2) + 1)

    def test_a_load_of_many_refreshes_once(self):
        from odoo.addons.credit_client_tiering.models.fact.res_partner import hold_assessment

        held = self.env["res.partner"].with_context(**hold_assessment())
        clients = held.create(
            {
                "name": "Loaded",
                "is_company": True,
                "is_credit_client": True,
                "credit_first_date": self.today,
                "credit_institution_id": self.branch.id,
            }
        )
        self.assertFalse(clients.credit_team_gap, "not looked at while many are written")
        self.env["credit.assessment"]._assess(clients.ids)
        self.assertEqual(self.gaps(clients), ["no_a", "no_b1", "no_figure"])

    def test_search(self):
        client = self.borrower(31_000_000, user_id=self.manager.id)
        partners = self.env["res.partner"]
        self.assertIn(client, partners.search([("credit_team_gap", "like", "no_b2")]))
        self.assertNotIn(client, partners.search([("credit_team_gap", "like", "no_a")]))


@tagged("post_install", "-at_install")
class TestProposal(TeamCase):
    def proposal(self, clients, user=None):
        action = clients.with_user(user or self.head).action_credit_team_proposal()
        return self.env[action["res_model"]].with_user(user or self.head).browse(action["res_id"])

    def test_head_confirms_what_is_proposed(self):
        client = self.borrower(31_000_000)
        proposal = self.proposal(client)
        self.assertEqual(proposal.line_ids.mapped("role"), ["a", "b1", "b2"])
        self.assertEqual(len(proposal.line_ids.user_id), 3)
        self.assertTrue(all(proposal.line_ids.mapped("note")))
        proposal.action_confirm()
        self.assertFalse(self.gaps(client))
        self.assertEqual(client.user_id, proposal.line_ids[0].user_id)

    def test_nothing_happens_without_a_tick(self):
        client = self.borrower(1)
        proposal = self.proposal(client)
        proposal.line_ids.accepted = False
        with self.assertRaises(Exception) as caught:
            proposal.action_confirm()
        self.assertIn("Tick", str(caught.exception))
        self.assertEqual(self.gaps(client), ["no_a", "no_b1"])

    def test_near_then_known_then_load(self):
        near = self.staff("t_sister", self.institution_beside(), "client_manager")
        for index in range(3):
            self.client(f"Load {index}", user_id=self.manager.id)
        self.client("Load x", user_id=self.colleague.id)
        client = self.borrower(1)
        line = self.proposal(client).line_ids[0]
        self.assertEqual(line.user_id, self.third, "the least loaded of the institution")
        self.assertNotEqual(line.user_id, near)
        self.name_person(client, self.colleague, "a")
        self.open_rows(client).action_end()
        line = self.proposal(client).line_ids[0]
        self.assertEqual(line.user_id, self.colleague, "who served before comes first")

    def institution_beside(self):
        return self.institution("Test sister", "sub_branch", self.branch)

    def test_head_office_person_for_a_strategic_client(self):
        client = self.borrower(1, user_id=self.manager.id)
        self.name_person(client, self.colleague, "b1")
        self.enlist(client, "strategic")
        proposal = self.proposal(client)
        self.assertEqual(proposal.line_ids.role, "leader")
        self.assertEqual(proposal.line_ids.user_id.crm_team_member_ids.post_id.is_head_office, True)
        proposal.action_confirm()
        self.assertFalse(self.gaps(client))

    def test_managers_propose_nothing(self):
        client = self.borrower(1)
        with self.assertRaises(AccessError):
            self.proposal(client, self.manager)
        with self.assertRaises(AccessError):
            self.proposal(client, self.stranger)
