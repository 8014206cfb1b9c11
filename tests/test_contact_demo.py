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
        self.assertLessEqual(len(reports.filtered("is_late_entry")), len(reports) // 10)
        self.assertGreaterEqual(len(reports.channel_id), 2)
        self.assertTrue(reports.next_activity_id)
        self.assertTrue(reports.participant_ids.post_ids)
        for report in reports:
            late = (report.submitted_at.date() - report.date).days
            self.assertEqual(late > 3, report.is_late_entry, report.display_name)

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

    def test_the_boards_show_a_bank_at_work(self):
        """Most posts do most of their duties, some are visibly behind, nobody is perfect."""
        fallen = [("status", "in", ("done", "late", "overdue")), ("user_id", "!=", False)]
        rates = {}
        for user, status, count in self.env["credit.obligation"]._read_group(
            [*fallen, ("period_end", "<", self.env.company._credit_today())],
            ["user_id", "status"],
            ["__count"],
        ):
            rates.setdefault(user, {})[status] = count
        shares = {
            user.login: counts.get("done", 0) / sum(counts.values())
            for user, counts in rates.items()
            if sum(counts.values()) >= 30
        }
        usual = [share for share in shares.values() if 0.6 <= share <= 0.97]
        self.assertGreaterEqual(len(usual), 0.7 * len(shares), shares)
        self.assertLess(shares["manager15"], 0.6)
        self.assertLess(shares["head6"], 0.75)

    def test_every_level_of_escalation(self):
        groups = self.env["credit.obligation"]._read_group(
            [("status", "in", ("open", "overdue")), ("user_id", "!=", False)],
            ["escalation_level"],
        )
        self.assertLessEqual({2, 3, 4}, {level for (level,) in groups})

    def test_a_month_was_closed_and_something_came_after(self):
        closings = self.env["credit.month.close"].search([])
        self.assertGreaterEqual(len(closings), 5)
        self.assertTrue(any(closings.mapped("later_count")))
        self.assertTrue(self.env["credit.obligation"].search_count([("status", "=", "late")]))
        self.assertTrue(self.env["credit.obligation"].search_count([("status", "=", "waived")]))
        self.assertGreaterEqual(self.env["credit.handover"].search_count([]), 2)

    def test_something_is_worth_asking(self):
        checks = self.env["credit.contact.finding"].search([]).check_id.mapped("code")
        self.assertIn("copied_text", checks)
        self.assertIn("same_minute", checks)
        flagged = self.env["credit.contact.review"].search([("flagged", "=", True)])
        self.assertTrue(flagged)
