"""The demo bank's quarter of contacts: every screen of it has something true to show."""

from .common import ProjectCase

TIERING = "credit_client_tiering"


class TestContactDemo(ProjectCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.env.ref("credit_service_tasks.person_rank_500_1", raise_if_not_found=False):
            cls.skipTest(cls, "the demo data of credit_service_tasks is not installed")
        cls.client = cls.env.ref(f"{TIERING}.client_rank_500")
        cls.president = cls.env.ref(f"{TIERING}.user_president")

    def test_a_quarter_was_reported(self):
        reports = self.client.credit_contact_report_ids
        self.assertGreaterEqual(len(reports), 12)
        self.assertEqual(set(reports.mapped("state")), {"submitted"})
        self.assertFalse(any(reports.mapped("is_late_entry")))
        self.assertGreaterEqual(len(reports.channel_id), 2)
        self.assertTrue(reports.next_activity_id)
        self.assertTrue(reports.participant_ids.post_ids)
        for report in reports:
            self.assertEqual(report.submitted_at.date(), report.date)

    def test_promises_of_every_kind(self):
        promises = self.env["credit.promise"].search([])
        self.assertEqual(set(promises.mapped("state")), {"open", "kept", "broken"})
        self.assertTrue(any(promises.mapped("is_overdue")))

    def test_somebody_was_there_and_will_go(self):
        mine = self.client.with_user(self.president)
        self.assertTrue(mine.credit_colleague_html)
        report = self.env["report.credit_service_tasks.report_credit_briefing"]
        page = report.with_user(self.president)._briefing(mine)
        self.assertEqual(len(page["contacts"]), 3)
        for part in ("people", "promises", "figures", "products"):
            self.assertTrue(page[part], part)
        self.assertTrue(page["people"][0]["in_charge"])
