"""The client archive: what is there, what is missing, on paper."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .team_common import TeamCase


@tagged("post_install", "-at_install")
class TestClientArchive(TeamCase):
    def archive(self, client):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["credit.client.archive"].search([("partner_id", "=", client.id)])

    def item(self, code):
        return self.env["credit.archive.item"].search([("code", "=", code)])

    def note(self, client, code="needs", user=None, text="A line of credit"):
        notes = self.env["credit.profile.note"].with_user(user or self.manager)
        return notes.create({"partner_id": client.id, "item_id": self.item(code).id, "text": text})

    def test_percent(self):
        client = self.client("Bare")
        before = self.archive(client)
        self.assertIn(self.item("needs").name, before.missing_text)
        there = before.there
        self.note(client)
        after = self.archive(client)
        self.assertEqual(after.there, there + 1)
        self.assertAlmostEqual(after.percent, 100.0 * (there + 1) / after.items)
        self.assertNotIn(self.item("needs").name, after.missing_text)

    def test_what_grows_old(self):
        client = self.client("Old")
        note = self.note(client)
        self.item("needs").months = 6
        self.assertNotIn(self.item("needs").name, self.archive(client).missing_text)
        note._engine().updated_on = "2020-01-01"
        self.assertIn(self.item("needs").name, self.archive(client).missing_text)
        note.with_user(self.manager).text = "Looked at again"
        self.assertEqual(note.updated_on, self.today)
        self.assertNotIn(self.item("needs").name, self.archive(client).missing_text)

    def test_how_it_runs_is_known_and_dated(self):
        """R-L-2: operation, how it runs, what suits it; each with who said so and when."""
        client = self.client("Studied")
        items = [self.item(code) for code in ("operation", "model", "fit")]
        self.assertEqual([item.clause for item in items[1:]], ["R-L-2"] * 2)
        for item in items:
            self.assertIn(item.name, self.archive(client).missing_text)
            note = self.note(client, item.code, text="Known")
            self.assertEqual((note.updated_on, note.updated_by_id), (self.today, self.manager))
            self.assertNotIn(item.name, self.archive(client).missing_text or "")
        note._engine().updated_on = "2020-01-01"
        note.with_user(self.manager).text = "Known better"
        self.assertEqual(note.updated_on, self.today)

    def test_an_item_of_the_bank_counts(self):
        client = self.client("Bare")
        items = self.archive(client).items
        self.env["credit.archive.item"].create({"name": "Seal", "code": "seal"})
        self.assertEqual(self.archive(client).items, items + 1)

    def test_rights(self):
        client = self.client("Ours")
        note = self.note(client)
        for user in (self.stranger, self.outsider):
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    note.with_user(user).read(["text"])
                with self.assertRaises(AccessError):
                    self.note(client, "funds", user)
        self.assertFalse(
            self.env["credit.client.archive"]
            .with_user(self.stranger)
            .search([("partner_id", "=", client.id)])
        )
        with self.assertRaises(AccessError):
            note.with_user(self.manager).updated_on = "2020-01-01"
        with self.assertRaises(AccessError):
            self.item("needs").with_user(self.president).name = "Mine"

    def test_on_paper(self):
        client = self.client("On paper", user_id=self.manager.id)
        self.note(client, text="Wants <b>a line</b>")
        report = self.env["ir.actions.report"].with_user(self.manager)
        html = report._render_qweb_html("credit_service_tasks.report_client_archive", client.ids)[0]
        self.assertIn(b"Wants &lt;b&gt;a line", html)
        self.assertIn(self.item("funds").name.encode(), html)
        with self.assertRaises(AccessError):
            report.with_user(self.stranger)._render_qweb_html(
                "credit_service_tasks.report_client_archive", client.ids
            )
