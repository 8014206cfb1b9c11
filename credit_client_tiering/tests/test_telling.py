"""Everybody concerned is told once; the client company never."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.base.models.ir_cron import IrCron

from .common import BankCase


@tagged("post_install", "-at_install")
class TestTelling(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keeper = cls.staff("t_keeper", cls.sub_branch, "client_manager")
        people = cls.head + cls.president + cls.keeper + cls.finance + cls.credit + cls.lister
        for user in people:
            user.email = f"{user.login}@bank.example"
        cls.company_mail = "boss@client.example"
        cls.first = cls.quality_client("First", email=cls.company_mail, user_id=cls.keeper.id)
        cls.contact = cls.env["res.partner"].create(
            {"name": "Contact", "parent_id": cls.first.id, "email": "contact@client.example"}
        )
        cls.second = cls.quality_client("Second")
        # What the demo data left waiting is not this test's.
        cls.env["credit.nomination"].search([("state", "=", "submitted")])._moving().write(
            {"state": "withdrawn"}
        )

    def submitted(self, *clients):
        nominations = self.env["credit.nomination"].with_user(self.head)
        lines = nominations.create([{"partner_id": c.id, "tier": "quality"} for c in clients])
        lines.action_submit()
        return lines

    def decide(self, lines, *outcomes):
        for user, outcome in zip((self.finance, self.credit), outcomes, strict=False):
            lines.with_user(user).action_decide(outcome, "because of X")

    def notified(self, after=0):
        found = self.env["mail.notification"].search([("id", ">", after)])
        return found.res_partner_id

    def last(self):
        return self.env["mail.notification"].search([], order="id desc", limit=1).id or 0

    def digest(self, days=0):
        """Run the daily job; return who was told what."""
        digests = self.env["credit.digest"]
        with freeze_time(f"{self.today + timedelta(days=days)} 04:00:00"):
            before = digests.search([], order="id desc", limit=1).id or 0
            with patch.object(IrCron, "_commit_progress", lambda *args, **kwargs: 1):
                digests._cron_send()
            made = digests.search([("id", ">", before)])
        self.assertEqual(len(made), len(made.user_id), "one a person")
        return {d.user_id: d.message_id.body for d in made if d.message_id}

    def told(self, bodies, user):
        return bodies.get(user, "")

    def test_returned_and_refused_are_told_at_once_and_to_all_concerned(self):
        for outcome in ("return", "refuse"):
            line = self.submitted(self.first)
            last = self.last()
            self.decide(line, outcome)
            with self.subTest(outcome=outcome):
                people = (self.head + self.keeper).partner_id
                self.assertEqual(self.notified(last), people)
                self.assertIn("because of X", line.message_ids[0].body)
            if outcome == "return":
                line.action_withdraw()

    def test_a_batch_is_told_in_one_message_per_person(self):
        lines = self.submitted(self.first, self.second)
        before = self.env["mail.message"].search([], order="id desc", limit=1).id
        self.decide(lines, "refuse")
        told = self.env["mail.message"].search(
            [("id", ">", before), ("message_type", "=", "user_notification")]
        )
        of_head = told.filtered(lambda m: self.head.partner_id in m.partner_ids)
        self.assertEqual(len(of_head), 1)
        self.assertIn("First", of_head.body)
        self.assertIn("Second", of_head.body)

    def test_confirmation_goes_to_the_inbox_or_waits_for_the_digest(self):
        self.keeper.notification_type = "inbox"
        line = self.submitted(self.first)
        last = self.last()
        self.decide(line, "approve", "approve")
        self.assertEqual(self.notified(last), self.keeper.partner_id)
        mails = self.digest()
        self.assertIn("First", self.told(mails, self.head))
        self.assertNotIn("First", self.told(mails, self.keeper), "told once")
        self.assertNotIn("First", self.told(self.digest(1), self.head), "told once")

    def test_reviewers_hear_of_what_waits_for_them(self):
        lines = self.submitted(self.first, self.second)
        self.decide(lines[0], "approve")
        mails = self.digest()
        finance, credit = (self.told(mails, user) for user in (self.finance, self.credit))
        self.assertNotIn("First", finance)
        self.assertIn("Second", finance)
        self.assertIn("First", credit)
        self.assertIn("Second", credit)
        self.assertFalse(self.told(mails, self.lister))

    def test_stand_ins_hear_of_it_on_their_days(self):
        self.submitted(self.first)
        self.env["credit.stand.in"].create(
            {
                "user_id": self.credit.id,
                "stand_in_id": self.lister.id,
                "department": "credit_management",
                "date_from": self.today + timedelta(days=1),
                "date_to": self.today + timedelta(days=1),
                "reason": "leave",
            }
        )
        for days, hears in ((0, False), (1, True), (2, False)):
            mail = self.told(self.digest(days), self.lister)
            self.assertEqual("First" in mail, hears, days)

    def test_nobody_hears_of_what_four_eyes_keep_from_him(self):
        self.head.group_ids += self.ref("group_corporate_finance")
        self.submitted(self.first)
        self.assertNotIn("First", self.told(self.digest(), self.head))

    def test_a_second_run_sends_nothing(self):
        self.submitted(self.first)
        self.assertTrue(self.digest())
        self.submitted(self.second)
        self.assertEqual(self.digest(), {}, "whoever got one today gets no other")
        self.assertIn("Second", self.told(self.digest(1), self.finance))

    def test_nothing_waiting_no_mail(self):
        self.assertFalse(self.told(self.digest(), self.finance))

    def test_a_mail_or_the_inbox_as_the_person_chose(self):
        self.credit.notification_type = "inbox"
        self.submitted(self.first)
        last = self.env["mail.mail"].search([], order="id desc", limit=1).id or 0
        bodies = self.digest()
        mails = self.env["mail.mail"].search([("id", ">", last)])
        self.assertIn("First", self.told(bodies, self.credit))
        self.assertEqual(
            len(mails.filtered(lambda m: self.finance.partner_id in m.recipient_ids)), 1
        )
        self.assertFalse(mails.filtered(lambda m: self.credit.partner_id in m.recipient_ids))
        self.assertEqual(set(mails.mapped("state")), {"outgoing"})

    def test_heads_hear_of_open_reviews_and_of_batches_left_over(self):
        entered = self.today - timedelta(days=400)
        self.env["credit.membership"]._enter(self.second, "quality", "head_office", day=entered)
        self.env["credit.list.review"]._cron_open_due()
        self.env["res.lang"]._activate_lang("en_US")
        self.head.lang = "en_US"
        window = self.env["credit.declaration"].create(
            {"name": "W", "date_from": self.today, "date_to": self.today}
        )
        window.with_user(self.head).action_collect()
        mail = self.told(self.digest(), self.head)
        self.assertIn("Test sub-branch", mail)
        self.assertIn("Overdue", mail)
        self.assertIn("First", mail)

    def test_digests_speak_the_reader_s_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.finance.lang = "zh_CN"
        self.submitted(self.first)
        digest = self.env["credit.digest"]
        self.digest()
        body = digest.search([("user_id", "=", self.finance.id)], limit=1).message_id.body
        self.assertIn("First", body)

    def test_digests_cannot_be_forged_nor_read_by_others(self):
        self.submitted(self.first)
        self.digest()
        digests = self.env["credit.digest"]
        mine = digests.search([("user_id", "=", self.finance.id)], limit=1)
        self.assertEqual(digests.with_user(self.finance).search([("id", "=", mine.id)]), mine)
        self.assertFalse(digests.with_user(self.lister).search([("id", "=", mine.id)]))
        for user in (self.lister, self.env.user):
            with self.assertRaises(AccessError):
                digests.with_user(user).with_context(credit_sending=True).create(
                    {"user_id": user.id, "date": self.today}
                )

    # The client

    def test_the_client_company_is_never_told_and_never_follows(self):
        client = self.first
        lines = self.submitted(client)
        outsiders = client + self.contact
        # Even when somebody makes the company a follower, or addresses it.
        lines.message_subscribe(partner_ids=outsiders.ids)
        self.assertFalse(lines.message_partner_ids & outsiders)
        lines.message_post(
            body="secret", partner_ids=outsiders.ids, subtype_xmlid="mail.mt_comment"
        )
        self.decide(lines, "return")
        lines.action_submit()
        self.decide(lines, "approve", "approve")
        self.env["credit.membership"]._leave(client, "lost", "x")
        client._credit_ask("credit_client_tiering.activity_type_lost", "x")
        self.digest()
        mails = self.env["mail.mail"].search([])
        self.assertFalse(mails.recipient_ids & outsiders)
        self.assertFalse([m for m in mails if "client.example" in (m.email_to or "")])
        self.assertFalse(
            self.env["mail.notification"].search([("res_partner_id", "in", outsiders.ids)])
        )
        self.assertFalse(client.message_partner_ids & outsiders)

    def test_no_chatter_of_ours_proposes_the_client(self):
        line = self.submitted(self.first)
        self.assertEqual(line._mail_get_partner_fields(), [])
        proposed = line._message_get_suggested_recipients()
        self.assertNotIn(self.first.id, [r.get("partner_id") for r in proposed])

    def test_every_chatter_of_a_client_is_internal(self):
        """A model with a chatter and a client must not take the client for the customer."""
        threads = [
            model
            for name, model in self.env.items()
            if name.startswith("credit.")
            and not model._abstract
            and "message_ids" in model._fields
            and "partner_id" in model._fields
        ]
        self.assertTrue(threads)
        self.assertEqual([m._name for m in threads if m._mail_get_partner_fields()], [])
