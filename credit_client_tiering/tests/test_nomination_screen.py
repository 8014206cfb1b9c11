"""The dialogs and screens around a nomination: who sees what, who is asked for what."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import BankCase


@tagged("post_install", "-at_install")
class TestNominationScreen(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader = cls.staff("t_leader", cls.head_office, "head_office_leader")
        cls.quality = cls.quality_client()

    def dialog(self, clients, tier="suggested", user=None):
        action = clients.with_user(user or self.head).action_credit_nominate(tier=tier)
        wizards = self.env["credit.nominate"].with_user(user or self.head)
        return Form(wizards.with_context(**action["context"]))

    def submitted(self, client=None, tier="quality", **values):
        nomination = self.env["credit.nomination"].with_user(self.head)
        nomination = nomination.create(
            {"partner_id": (client or self.quality).id, "tier": tier, **values}
        )
        nomination.action_submit()
        return nomination

    # Nominating

    def test_the_head_office_lists_wait_with_their_evidence(self):
        form = self.dialog(self.quality, "quality")
        self.assertIn("The rule suggests this", form.verdict)
        self.assertIn("Corporate Finance and Credit Management decide", form.effect)
        self.assertIn("All criteria", form.evidence_card)
        form.save().action_submit()
        nomination = self.quality.credit_open_nomination_id
        self.assertEqual((nomination.state, self.quality.credit_tier), ("submitted", False))
        self.assertEqual(nomination.evidence["suggested"], "quality")

    def test_the_institution_settles_basic_at_once_with_a_reason(self):
        client = self.client()
        self.hold(client, "corporate_ebank")
        form = self.dialog(client, "basic")
        self.assertIn("takes effect when submitted", form.effect)
        with self.assertRaisesRegex(AssertionError, "justification"):
            form.save()
        form.justification = "our decision"
        form.save().action_submit()
        self.assertEqual(client.credit_tier, "basic")
        self.assertEqual(client.credit_nomination_ids.justification, "our decision")

    def test_leaving_the_lists(self):
        self.env["credit.membership"]._enter(self.quality, "quality", "head_office")
        form = self.dialog(self.quality, "off")
        self.assertIn("Corporate Finance and Credit Management decide", form.effect)
        form.justification = "wants to leave"
        form.save().action_submit()
        self.assertFalse(self.quality.credit_nomination_ids.tier)
        self.assertEqual(self.quality.credit_tier, "quality")
        self.assertIn("off the lists", self.quality.credit_pending)

    def test_what_speaks_against_a_list_is_said(self):
        form = self.dialog(self.quality, "strategic")
        self.assertIn("Against “Strategic”", form.verdict)
        self.assertIn("50,000,000", form.verdict)
        with self.assertRaisesRegex(AssertionError, "justification"):
            form.save()

    def test_special_recognition_is_the_head_offices_with_reason_and_end(self):
        self.assertFalse(self.dialog(self.quality, "strategic").special)
        form = self.dialog(self.quality, "strategic", user=self.finance)
        self.assertTrue(form.special and form.may_submit)
        with self.assertRaisesRegex(AssertionError, "special_"):
            form.save()
        form.special_reason = "pillar of the province"
        form.special_until = self.today + timedelta(days=365)
        form.save().action_submit()
        nomination = self.quality.credit_open_nomination_id
        self.assertEqual(
            (nomination.special_reason, nomination.nominated_by),
            ("pillar of the province", self.finance),
        )
        with self.assertRaisesRegex(AccessError, "recognise strategic"):
            self.quality.with_user(self.finance).action_credit_nominate(tier="quality")

    def test_client_managers_prepare(self):
        form = self.dialog(self.quality, "quality", user=self.manager)
        self.assertFalse(form.may_submit)
        wizard = form.save()
        with self.assertRaises(AccessError):
            wizard.action_submit()
        wizard = self.dialog(self.quality, "quality", user=self.manager).save()
        wizard.action_prepare()
        self.assertEqual(self.quality.credit_open_nomination_id.state, "draft")

    def test_many_at_once_those_pending_are_left_out(self):
        pending = self.quality_client("Pending")
        self.submitted(pending)
        others = self.quality_client("Second") + self.quality
        form = self.dialog(pending + others)
        self.assertIn("Pending → Quality", form.pending_note)
        form.save().action_submit()
        self.assertEqual(others.credit_nomination_ids.mapped("state"), ["submitted"] * 2)
        self.assertEqual(len(pending.credit_nomination_ids), 1)
        with self.assertRaisesRegex(UserError, "left out"):
            self.dialog(pending).save().action_submit()

    def test_the_rule_is_not_asked_to_guess(self):
        undecided = self.client("Nobody knows")
        self.assertFalse(self.dialog(undecided).tier, "a person has to choose")
        self.assertEqual(self.dialog(self.quality).tier, "quality")
        form = self.dialog(undecided + self.quality)
        form.justification = "x"
        with self.assertRaisesRegex(UserError, "Nobody knows"):
            form.save().action_submit()

    def test_other_institutions_cannot_be_nominated(self):
        wizard = self.env["credit.nominate"].with_user(self.stranger)
        with self.assertRaises(AccessError):
            wizard.create({"partner_ids": self.quality.ids, "tier": "quality"}).action_submit()
        with self.assertRaises(AccessError):
            self.env["credit.nominate"].with_user(self.lister).create({"tier": "quality"})
        wizard = self.env["credit.nominate"].with_user(self.finance)
        with self.assertRaises(AccessError):
            wizard.create({"partner_ids": self.quality.ids, "tier": "quality"}).action_prepare()

    # Deciding

    def test_what_waits_for_whom(self):
        nomination = self.submitted()
        waiting = [("id", "=", nomination.id), ("waiting_for_me", "=", True)]

        def who(*users):
            seen = self.env["credit.nomination"]
            for user in users:
                found = seen.with_user(user).search(waiting)
                self.assertEqual(bool(found), nomination.with_user(user).waiting_for_me)
                if found:
                    yield user

        everybody = (self.head, self.president, self.finance, self.credit, self.leader, self.lister)
        self.assertEqual(list(who(*everybody)), [self.finance, self.credit])
        nomination.with_user(self.finance).action_approve()
        self.assertEqual(list(who(*everybody)), [self.credit])
        self.env["credit.stand.in"].create(
            {
                "user_id": self.credit.id,
                "stand_in_id": self.leader.id,
                "department": "credit_management",
                "date_to": self.today,
                "reason": "leave",
            }
        )
        nomination.invalidate_recordset()
        self.assertEqual(list(who(*everybody)), [self.credit, self.leader])
        nomination.with_user(self.leader).action_approve()
        self.assertEqual(list(who(*everybody)), [])
        decision = nomination.decision_ids[-1]
        self.assertEqual((decision.user_id, decision.on_behalf_of_id), (self.leader, self.credit))

    def test_an_exception_is_approved_with_a_reason_only(self):
        nomination = self.submitted(tier="strategic", justification="x").with_user(self.finance)
        self.assertTrue(nomination.is_exception)
        action = nomination.action_approve()
        self.assertEqual(action["res_model"], "credit.decide")
        wizards = self.env["credit.decide"].with_user(self.finance)
        form = Form(wizards.with_context(**action["context"]))
        self.assertEqual(form.capacity, "Corporate Finance")
        with self.assertRaisesRegex(AssertionError, "reason"):
            form.save()
        form.reason = "we know the client"
        form.save().action_confirm()
        self.assertEqual(nomination.decision_ids.reason, "we know the client")

    def test_bulk_approval_takes_no_exception_not_even_through_the_dialog(self):
        agreeing = self.submitted()
        other = self.submitted(self.quality_client("Other"), "strategic", justification="x")
        both = (agreeing + other).with_user(self.finance)
        with self.assertRaisesRegex(UserError, "Other"):
            both.action_approve()
        wizard = self.env["credit.decide"].with_user(self.finance)
        wizard = wizard.create({"nomination_ids": both.ids, "outcome": "approve", "reason": "all"})
        with self.assertRaisesRegex(UserError, "Other"):
            wizard.action_confirm()
        self.assertFalse(both.decision_ids)

    def test_exceptions_come_first(self):
        agreeing = self.submitted()
        other = self.submitted(self.quality_client("Other"), "strategic", justification="x")
        view = self.env["credit.nomination"].get_view(view_type="list")["arch"]
        order = view.split('default_order="')[1].split('"')[0]
        found = self.env["credit.nomination"].with_user(self.finance)
        found = found.search([("id", "in", (agreeing + other).ids)], order=order)
        self.assertEqual(found, other + agreeing)

    def test_return_and_refuse_ask_for_the_reason(self):
        for outcome, state in (("return", "returned"), ("refuse", "refused")):
            client = self.quality_client(outcome)
            nomination = self.submitted(client).with_user(self.credit)
            action = getattr(nomination, f"action_{outcome}")()
            wizards = self.env["credit.decide"].with_user(self.credit)
            form = Form(wizards.with_context(**action["context"]))
            with self.assertRaisesRegex(AssertionError, "reason"):
                form.save()
            form.reason = f"{outcome} it"
            form.save().action_confirm()
            self.assertEqual(nomination.state, state)
            with self.assertRaises(ValidationError):
                self.submitted(self.quality_client("x")).with_user(self.credit).action_decide(
                    outcome
                )

    def test_the_dialog_gives_nobody_a_right(self):
        nomination = self.submitted()
        for user in (self.leader, self.lister):
            wizard = self.env["credit.decide"].with_user(user)
            wizard = wizard.create({"nomination_ids": nomination.ids, "outcome": "approve"})
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                wizard.action_confirm()
        with self.assertRaises(AccessError):
            self.env["credit.decide"].with_user(self.head).create(
                {"nomination_ids": nomination.ids, "outcome": "approve"}
            )

    def test_the_verdict_of_the_submission_stays(self):
        nomination = self.submitted()
        self.assertIn("says the same", nomination.verdict)
        frozen = str(nomination.evidence_card)
        self.report(self.quality, exposure_avg=1)
        self.env.invalidate_all()
        self.assertIn("says the same", nomination.verdict)
        self.assertTrue(str(nomination.evidence_card) == frozen)
        self.assertTrue("Why it is Quality" in frozen)
        self.assertTrue("Why it is Basic" in str(nomination.present_card))

    # Reviews

    def test_a_line_takes_the_nomination_that_is_open_already(self):
        self.env["credit.membership"]._enter(
            self.quality, "basic", "institution", day=self.today - timedelta(days=900)
        )
        reviews = self.env["credit.list.review"]
        reviews._open_due()
        review = reviews.search([("institution_id", "=", self.sub_branch.id)])
        nomination = self.submitted()
        line = review.line_ids.with_user(self.manager)
        self.assertEqual(line.why[:6], "Profit")
        action = line.action_nominate()
        self.assertEqual((action["res_id"], line.answer), (nomination.id, "nominate"))
        self.assertEqual(line.action_open_nomination()["res_id"], nomination.id)
        with self.assertRaises(AccessError):
            review.with_user(self.stranger).action_keep_aligned()
        with self.assertRaises(AccessError):
            line.with_user(self.finance).action_keep()

    def test_names_of_reviews_are_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["credit.membership"]._enter(
            self.quality, "basic", "institution", day=self.today - timedelta(days=900)
        )
        reviews = self.env["credit.list.review"]
        reviews._open_due()
        review = reviews.search([("institution_id", "=", self.sub_branch.id)])
        names = {lang: review.with_context(lang=lang).display_name for lang in ("en_US", "zh_CN")}
        self.assertIn("Basic", names["en_US"])
        self.assertEqual(reviews.name_search("Test sub-branch"), [(review.id, review.display_name)])
