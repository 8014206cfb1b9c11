"""The project library: targets of the month, follow-up, conversion, funnel."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .growth_common import GrowthCase


@tagged("post_install", "-at_install")
class TestProjectLibrary(GrowthCase):
    def month_row(self, user=None, month=None):
        return self.env["credit.project.month"].search(
            [
                ("user_id", "=", (user or self.manager).id),
                ("month", "=", month or self.today.replace(day=1)),
            ]
        )

    def fix(self, count, months=0):
        projects = self.env["crm.lead"].union(*(self.project(f"P{i}") for i in range(count)))
        month = self.today.replace(day=1) - relativedelta(months=months)
        self.env["credit.project.target"].create(
            [{"lead_id": lead.id, "month": month} for lead in projects]
        )
        return projects

    def test_library_has_stages_of_its_own(self):
        project = self.project()
        self.assertEqual(project.stage_id, self.mine("stage_target"))
        ordinary = self.env["crm.lead"].create({"name": "Printer", "type": "opportunity"})
        self.assertFalse(ordinary.stage_id.credit_step)
        stages = self.env["crm.stage"]
        leads = self.env["crm.lead"]
        self.assertFalse(leads._read_group_stage_ids(stages, []).filtered("credit_step"))
        library = leads.with_context(default_is_credit_project=True)
        shown = library._read_group_stage_ids(stages, [])
        self.assertEqual(shown.mapped("credit_step"), ["target", "visited", "applied", "granted"])

    def test_four_targets_are_needed(self):
        self.fix(3)
        row = self.month_row()
        self.assertEqual((row.targets, row.required, row.missing), (3, 4, 1))
        self.assertFalse(row.satisfied)
        self.fix(1)
        self.env.invalidate_all()
        self.assertTrue(self.month_row().satisfied)

    def test_a_manager_without_any_target_is_shown(self):
        row = self.month_row()
        self.assertEqual((row.targets, row.missing), (0, 4))
        self.assertEqual(row.institution_id, self.sub_branch)

    def test_one_company_counts_once(self):
        company = self.company("Twice")
        first = self.project("A", partner_id=company.id)
        second = self.project("B", partner_id=company.id)
        first.action_target_this_month()
        with self.assertRaises(UserError):
            second.action_target_this_month()
        self.assertEqual(self.month_row().targets, 1)

    def test_carried_over_counts_unless_new_ones_are_meant(self):
        projects = self.fix(4, months=1)
        self.env["credit.project.target"].create(
            [{"lead_id": lead.id, "month": self.today} for lead in projects]
        )
        targets = projects.project_target_ids.filtered(
            lambda t: t.month == self.today.replace(day=1)
        )
        self.assertEqual(targets.mapped("carried_over"), [True] * 4)
        self.assertTrue(self.month_row().satisfied)
        self.choose("A40", "new")
        self.env.invalidate_all()
        row = self.month_row()
        self.assertEqual((row.satisfied, row.missing, row.new_targets), (False, 4, 0))

    def test_a_month_that_is_over_stays(self):
        target = self.fix(1, months=1).project_target_ids
        last_month = self.today.replace(day=1) - timedelta(days=1)
        with self.assertRaises(UserError):
            self.env["credit.project.target"].with_user(self.manager).create(
                {"lead_id": self.project().id, "month": last_month}
            )
        with self.assertRaises(UserError):
            target.with_user(self.manager).unlink()
        with self.assertRaises(AccessError):
            target.write({"user_id": self.head.id})

    def test_target_takes_what_the_project_says(self):
        project = self.project(partner_name="New company", partner_id=False)
        forged = self.company("Forged")
        target = (
            self.env["credit.project.target"]
            .with_user(self.manager)
            .create(
                {
                    "lead_id": project.id,
                    "month": self.today,
                    "partner_id": forged.id,
                    "user_id": self.head.id,
                }
            )
        )
        self.assertEqual(target.user_id, self.manager)
        self.assertEqual(target.partner_id.name, "New company")
        self.assertEqual(target.institution_id, self.sub_branch)
        self.assertEqual(target.month.day, 1)

    def test_follow_up_is_owed_weekly(self):
        project = self.project()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s WHERE id = %s",
            [self.today - timedelta(days=30), project.id],
        )
        self.env.invalidate_all()
        overdue = self.env["crm.lead"].search([("follow_up_overdue", "=", True)])
        self.assertIn(project, overdue)
        self.assertTrue(project.follow_up_overdue)
        monday = self.today - timedelta(days=self.today.weekday() + 7)
        notes = self.env["credit.project.follow.up"].with_user(self.manager)
        note = notes.create(
            {"lead_id": project.id, "date": monday - timedelta(days=1), "note": "called"}
        )
        self.assertTrue(project.follow_up_overdue)
        note.date = monday
        self.assertEqual(project.last_follow_up, monday)
        self.assertFalse(project.follow_up_overdue)
        self.assertNotIn(project, self.env["crm.lead"].search([("follow_up_overdue", "=", True)]))
        with self.assertRaises(UserError):
            notes.create(
                {"lead_id": project.id, "date": self.today + timedelta(days=1), "note": "?"}
            )

    def test_follow_up_names_its_writer(self):
        note = (
            self.env["credit.project.follow.up"]
            .with_user(self.manager)
            .create({"lead_id": self.project().id, "note": "x", "user_id": self.president.id})
        )
        self.assertEqual(note.user_id, self.manager)
        for attempt in (
            lambda: note.write({"user_id": self.president.id}),
            lambda: note.with_user(self.head).write({"note": "y"}),
            lambda: note.with_user(self.head).unlink(),
        ):
            with self.assertRaises(AccessError):
                attempt()
        note.write({"note": "More of it"})
        note.unlink()

    def test_source_asks_for_its_own(self):
        for source, field in (
            ("referral", "referrer_id"),
            ("competitor", "competitor_bank"),
            ("key_project", "key_project_id"),
            ("reference_list", "reference_entry_id"),
            ("authority", "authority_id"),
        ):
            label = self.env["crm.lead"]._fields[field].get_description(self.env)["string"]
            with self.subTest(source), self.assertRaisesRegex(ValidationError, label):
                self.project(prospect_source_id=self.mine(f"prospect_source_{source}").id)

    def test_conversion_marks_the_client_once(self):
        project = self.project(
            partner_name="Won company",
            partner_id=False,
            prospect_source_id=self.mine("prospect_source_competitor").id,
            competitor_bank="Other bank",
        ).with_user(self.manager)
        project.action_make_credit_client()
        client = project.partner_id.sudo()
        self.assertTrue(client.is_credit_client)
        self.assertEqual(client.credit_institution_id, self.sub_branch)
        self.assertEqual(client.user_id, self.manager)
        self.assertEqual(client.credit_prospect_source_id.code, "competitor")
        codes = sorted(client.credit_designation_ids.type_id.mapped("code"))
        self.assertEqual(codes, ["competitor_client", "in_marketing"])
        project.action_make_credit_client()
        self.assertEqual(len(client.credit_designation_ids), 2)

    def test_conversion_of_a_referral_relates_the_two(self):
        referrer = self.client("Friend")
        project = self.project(
            prospect_source_id=self.mine("prospect_source_referral").id, referrer_id=referrer.id
        )
        project.with_user(self.manager).action_make_credit_client()
        relation = self.env["credit.relation"].search([("partner_id", "=", referrer.id)])
        self.assertEqual(relation.other_id, project.partner_id)
        self.assertEqual(relation.side, "referral")

    def test_conversion_needs_a_company(self):
        project = self.project(partner_id=False)
        with self.assertRaises(UserError):
            project.action_make_credit_client()
        person = self.env["res.partner"].create({"name": "Person"})
        with self.assertRaises(ValidationError):
            project.partner_id = person

    def funnel(self, project):
        self.env.flush_all()
        row = self.env["credit.project.funnel"].search([("lead_id", "=", project.id)])
        return (row.targets, row.visited, row.applied, row.granted, row.tiered)

    def test_funnel_follows_stage_and_facts(self):
        project = self.project()
        self.assertEqual(self.funnel(project), (1, 0, 0, 0, 0))
        project.stage_id = self.mine("stage_applied")
        self.env.invalidate_all()
        self.assertEqual(self.funnel(project), (1, 1, 1, 0, 0))
        project.action_make_credit_client()
        client = project.partner_id
        client.credit_first_date = self.today
        self.env.invalidate_all()
        self.assertEqual(self.funnel(project), (1, 1, 1, 1, 0))
        self.env["credit.membership"]._enter(client, "basic", "institution")
        self.env.invalidate_all()
        self.assertEqual(self.funnel(project), (1, 1, 1, 1, 1))

    def test_shares_are_of_those_that_came_so_far(self):
        """Four projects, three visited, two applied, one with credit: 75, 67, 50 percent."""
        steps = ("target", "visited", "applied", "granted")
        projects = self.env["crm.lead"]
        for step in steps:
            stage = self.env["crm.stage"].search([("credit_step", "=", step)], limit=1)
            projects |= self.project(step, stage_id=stage.id)
        self.env.flush_all()
        [shares] = self.env["credit.project.funnel"]._read_group(
            [("lead_id", "in", projects.ids)],
            [],
            [f"{name}_share:avg" for name in ("visited", "applied", "granted", "tiered")],
        )
        self.assertEqual([round(share or 0, 1) for share in shares], [75.0, 66.7, 50.0, 0.0])
        untouched = self.env["credit.project.funnel"]._read_group(
            [("lead_id", "=", projects[0].id)], [], ["applied_share:avg"]
        )
        self.assertFalse(untouched[0][0], "nobody was visited: no share, not zero percent")

    def test_the_ledger_asks_when_a_client_is_a_target(self):
        project = self.project()
        project.action_target_this_month()
        project.action_target_next_month()
        self.env.cr.execute(self.env["credit.obligation"]._target_clients())
        days = dict(self.env.cr.fetchall())[project.partner_id.id]
        first = self.today.replace(day=1)
        self.assertEqual(days, f"{{[{first},{first + relativedelta(months=2)})}}")
