"""Confidential notes stay with the people named."""

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import BankCase


@tagged("post_install", "-at_install")
class TestConfidentialNote(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kept = cls.client("Kept")
        cls.note = (
            cls.env["credit.confidential.note"]
            .with_user(cls.head)
            .create(
                {
                    "partner_id": cls.kept.id,
                    "reader_ids": [(6, 0, cls.finance.ids)],
                    "subject": "Succession",
                    "body": "<p>The owner retires</p>",
                }
            )
        )

    def found(self, user):
        return self.env["credit.confidential.note"].with_user(user).search([])

    def test_the_author_and_the_people_named_read_it(self):
        for user in (self.head, self.finance):
            self.assertEqual(self.found(user), self.note)
            self.assertIn("retires", self.note.with_user(user).body)

    def test_nobody_else_does_by_whatever_way(self):
        root = self.ref("group_list_admin")
        admin = self.env.ref("base.user_admin")
        self.assertIn(root, admin.all_group_ids)
        everybody = (self.manager, self.deputy, self.president, self.credit, self.lister, admin)
        for user in everybody:
            note = self.note.with_user(user)
            with self.subTest(user=user.login):
                self.assertFalse(self.found(user))
                self.assertEqual(note.search_count([]), 0)
                self.assertEqual(note._read_group([], [], ["__count"]), [(0,)])
                self.assertFalse(self.kept.with_user(user).credit_note_ids)
                self.assertFalse(
                    self.kept.with_user(user).search(
                        [("credit_note_ids.subject", "=", "Succession")]
                    )
                )
                for attempt in (
                    lambda note=note: note.read(["subject"]),
                    lambda note=note: note.write({"subject": "x"}),
                    lambda note=note: note.copy(),
                    lambda note=note: note.unlink(),
                ):
                    with self.assertRaises(AccessError):
                        attempt()

    def test_the_people_named_read_and_do_not_change_it(self):
        note = self.note.with_user(self.finance)
        for values in ({"subject": "x"}, {"reader_ids": [(4, self.lister.id)]}):
            with self.assertRaises(AccessError):
                note.write(values)
        with self.assertRaises(AccessError):
            note.unlink()
        self.note.reader_ids = [(4, self.credit.id)]
        self.assertEqual(self.found(self.credit), self.note)
        self.note.reader_ids = [(3, self.credit.id)]
        self.assertFalse(self.found(self.credit))

    def test_the_author_is_who_wrote_it(self):
        note = (
            self.env["credit.confidential.note"]
            .with_user(self.manager)
            .create({"partner_id": self.kept.id, "subject": "s", "author_id": self.president.id})
        )
        self.assertEqual(note.author_id, self.manager)
        for values in ({"author_id": self.head.id}, {"partner_id": self.client("Other").id}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                note.write(values)

    def test_it_is_about_a_client_one_may_see_and_for_people_who_may(self):
        notes = self.env["credit.confidential.note"]
        with self.assertRaises(AccessError):
            notes.with_user(self.stranger).create({"partner_id": self.kept.id, "subject": "s"})
        with self.assertRaises(ValidationError):
            self.note.reader_ids = [(4, self.outsider.id)]
        person = self.env["res.partner"].create({"name": "No client"})
        with self.assertRaises(ValidationError):
            notes.with_user(self.head).create({"partner_id": person.id, "subject": "s"})

    def test_no_chatter_carries_it_further(self):
        self.assertNotIn("message_ids", self.note._fields)
        self.assertNotIn("activity_ids", self.note._fields)
        messages = self.env["mail.message"].search(
            ["|", ("body", "ilike", "retires"), ("subject", "ilike", "Succession")]
        )
        self.assertFalse(messages)
