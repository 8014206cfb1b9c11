"""Nomination and decision: who may, four eyes, both departments, nothing lost."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import BankCase


@tagged("post_install", "-at_install")
class TestNomination(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quality = cls.quality_client()
        cls.credit2 = cls.staff("t_credit2", cls.head_office, "credit_management")

    def nominate(self, client, tier, user=None, **values):
        nominations = self.env["credit.nomination"].with_user(user or self.head)
        return nominations.create({"partner_id": client.id, "tier": tier, **values})

    def submitted(self, client=None, tier="quality", **values):
        nomination = self.nominate(client or self.quality, tier, **values)
        nomination.action_submit()
        return nomination

    # The institution

    def test_the_institution_settles_basic_and_potential_itself(self):
        client = self.client()
        self.hold(client, "corporate_ebank")
        nomination = self.submitted(client, "basic")
        self.assertEqual((nomination.state, client.credit_tier), ("confirmed", "basic"))
        row = client.credit_membership_ids
        self.assertEqual((row.origin, row.nomination_id), ("institution", nomination))
        self.assertFalse(nomination.decision_ids)

    def test_the_institution_cannot_make_a_client_strategic(self):
        nomination = self.submitted(self.quality, "strategic", justification="we want it")
        self.assertEqual((nomination.state, self.quality.credit_tier), ("submitted", False))
        for user in (self.head, self.president, self.lister):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                nomination.with_user(user).action_decide("approve", "because")

    def test_client_managers_prepare_and_heads_submit(self):
        nomination = self.nominate(self.quality, "quality", user=self.manager)
        with self.assertRaisesRegex(AccessError, "corporate line"):
            nomination.action_submit()
        nomination.with_user(self.head).action_submit()
        self.assertEqual(nomination.nominated_by, self.head)

    def test_strangers_cannot_nominate(self):
        with self.assertRaises(AccessError):
            self.nominate(self.quality, "quality", user=self.stranger)

    def test_a_move_against_the_rule_needs_a_justification(self):
        nomination = self.nominate(self.quality, "strategic")
        with self.assertRaisesRegex(ValidationError, "justification"):
            nomination.action_submit()

    def test_lists_that_make_no_sense_are_refused(self):
        never = self.client("Never", since_years=None)
        for client, tier in ((never, "basic"), (self.quality, "potential")):
            with self.subTest(tier=tier), self.assertRaises(UserError):
                self.submitted(client, tier, justification="x")

    def test_one_open_nomination_per_client(self):
        self.submitted()
        with mute_logger("odoo.sql_db"), self.assertRaises(Exception) as caught:
            self.nominate(self.quality, "strategic")
            self.env.flush_all()
        self.assertIn("one_open", str(caught.exception))

    def test_the_evidence_is_frozen_at_submission(self):
        nomination = self.submitted()
        self.assertTrue(nomination.agrees)
        self.assertEqual(nomination.evidence["suggested"], "quality")
        self.report(self.quality, exposure_avg=1)
        self.assertEqual(
            self.quality.credit_suggested,
            "undecided" if not self.quality.credit_holding_ids else "basic",
        )
        self.assertEqual(nomination.evidence["suggested"], "quality")
        self.assertEqual(nomination.assessment_id.suggested, "quality")

    def test_nothing_can_be_forged(self):
        nomination = self.nominate(
            self.quality,
            "strategic",
            state="confirmed",
            finance_approved=True,
            nominated_by=self.president.id,
        )
        self.assertEqual((nomination.state, nomination.finance_approved), ("draft", False))
        for values in ({"state": "confirmed"}, {"credit_approved": True}, {"agrees": True}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                nomination.with_context(credit_moving=True).write(values)
        decisions = self.env["credit.nomination.decision"]
        for user in (self.finance, self.lister, self.env.user):
            with self.assertRaises(AccessError):
                decisions.with_user(user).with_context(credit_deciding=True).create(
                    {"nomination_id": nomination.id, "department": "corporate_finance"}
                )
        nomination.write({"justification": "still a draft"})
        nomination.action_submit()
        with self.assertRaisesRegex(UserError, "withdraw"):
            nomination.write({"justification": "too late"})
        with self.assertRaisesRegex(UserError, "kept"):
            nomination.unlink()

    def test_withdrawing(self):
        nomination = self.submitted()
        nomination.action_withdraw()
        self.assertEqual(nomination.state, "withdrawn")
        with self.assertRaisesRegex(UserError, "closed"):
            nomination.with_user(self.finance).action_decide("approve")
        self.submitted()

    # The head office

    def test_both_departments_in_any_order(self):
        for first, second in ((self.finance, self.credit), (self.credit, self.finance)):
            client = self.quality_client(f"For {first.login}")
            nomination = self.submitted(client)
            nomination.with_user(first).action_decide("approve")
            self.assertEqual((nomination.state, client.credit_tier), ("submitted", False))
            nomination.with_user(second).action_decide("approve")
            self.assertEqual((nomination.state, client.credit_tier), ("confirmed", "quality"))
            self.assertEqual(client.credit_drift, "aligned")
            self.assertEqual(nomination.decision_ids.user_id, first + second)
            self.assertIn("Quality", client.message_ids[0].body)
            self.assertFalse(client.message_ids[0].notified_partner_ids)

    def test_one_department_suffices_only_when_the_policy_says_so(self):
        draft = self.ref("policy_guide_2021").copy()
        draft._apply_readings({"A29": "either"})
        draft.action_activate()
        nomination = self.submitted()
        nomination.with_user(self.credit).action_decide("approve")
        self.assertEqual(self.quality.credit_tier, "quality")

    def test_a_refusal_by_either_refuses(self):
        nomination = self.submitted()
        nomination.with_user(self.finance).action_decide("approve")
        with self.assertRaisesRegex(ValidationError, "say why"):
            nomination.with_user(self.credit).action_decide("refuse", " ")
        nomination.with_user(self.credit).action_decide("refuse", "too risky")
        self.assertEqual((nomination.state, self.quality.credit_tier), ("refused", False))
        self.assertIn("too risky", nomination.message_ids[0].body)
        told = self.env["mail.notification"].search(
            [
                ("mail_message_id.model", "=", "credit.nomination"),
                ("mail_message_id.res_id", "=", nomination.id),
            ]
        )
        self.assertEqual(told.res_partner_id, self.head.partner_id)
        self.assertIn("too risky", told.mail_message_id.body)

    def test_a_refused_strategic_candidate_may_be_quality(self):
        nomination = self.submitted(self.quality, "strategic", justification="x")
        nomination.with_user(self.finance).action_decide("refuse", "no")
        again = self.submitted(self.quality, "quality")
        self.assertEqual(again.state, "submitted")

    def test_a_returned_nomination_comes_back(self):
        nomination = self.submitted()
        nomination.with_user(self.finance).action_decide("approve")
        nomination.with_user(self.credit).action_decide("return", "attach the contract")
        self.assertEqual(nomination.state, "returned")
        nomination.write({"justification": "attached"})
        nomination.action_submit()
        self.assertEqual((nomination.round, nomination.finance_approved), (2, False))
        nomination.with_user(self.credit).action_decide("approve")
        nomination.with_user(self.finance).action_decide("approve")
        self.assertEqual(self.quality.credit_tier, "quality")
        self.assertEqual(len(nomination.decision_ids), 4, "the first round is kept")

    def test_credit_that_ended_meanwhile_cannot_be_approved(self):
        nomination = self.submitted()
        nomination.with_user(self.finance).action_decide("approve")
        self.quality.credit_end_date = self.today
        with self.assertRaisesRegex(UserError, "A27"):
            nomination.with_user(self.credit).action_decide("approve", "anyway")
        self.assertEqual((nomination.state, self.quality.credit_tier), ("submitted", False))
        nomination.with_user(self.credit).action_decide("return", "credit ended")
        # Who nominates it all the same knows what he does.
        nomination.write({"justification": "a new facility is agreed"})
        nomination.action_submit()
        for user in (self.finance, self.credit):
            nomination.with_user(user).action_decide("approve", "agreed")
        self.assertEqual(self.quality.credit_tier, "quality")

    def test_notes_and_files_stay_open_while_pending(self):
        nomination = self.submitted()
        for user in (self.manager, self.finance, self.credit):
            with self.subTest(user=user.login):
                message = nomination.with_user(user).message_post(
                    body="see the contract", attachments=[("contract.txt", b"signed")]
                )
                self.assertTrue(message.attachment_ids)
        with self.assertRaises(AccessError):
            nomination.with_user(self.stranger).message_post(body="mine")

    def test_a_department_decides_once(self):
        nomination = self.submitted()
        nomination.with_user(self.credit).action_decide("approve")
        with self.assertRaisesRegex(UserError, "already approved"):
            nomination.with_user(self.credit2).action_decide("approve")

    def test_nobody_decides_for_both_departments(self):
        self.finance.group_ids += self.ref("group_credit_management")
        nomination = self.submitted()
        both = nomination.with_user(self.finance)
        with self.assertRaises(AccessError):
            both.action_decide("approve")  # for which department?
        both.action_decide("approve", department="corporate_finance")
        with self.assertRaisesRegex(AccessError, "four eyes"):
            both.action_decide("approve", department="credit_management")

    def test_nobody_decides_what_he_nominated(self):
        self.head.group_ids += self.ref("group_corporate_finance")
        nomination = self.submitted()
        with self.assertRaisesRegex(AccessError, "four eyes"):
            nomination.with_user(self.head).action_decide("approve")

    def test_a_downgrade_takes_the_same_path(self):
        self.env["credit.membership"]._enter(self.quality, "strategic", "head_office")
        nomination = self.submitted(self.quality, "quality")
        self.assertEqual((nomination.state, self.quality.credit_tier), ("submitted", "strategic"))
        nomination.with_user(self.finance).action_decide("approve")
        nomination.with_user(self.credit).action_decide("approve")
        self.assertEqual(self.quality.credit_tier, "quality")
        leaving = self.submitted(self.quality, False, justification="wants to leave")
        self.assertEqual(leaving.state, "submitted")

    def test_bulk_approval_is_for_what_agrees_with_the_rule(self):
        agreeing = self.submitted()
        other = self.submitted(self.quality_client("Other"), "strategic", justification="x")
        with self.assertRaisesRegex(UserError, "Other"):
            (agreeing + other).with_user(self.finance).action_approve_agreeing()
        with self.assertRaisesRegex(UserError, "Other"):
            (agreeing + other).with_user(self.finance).action_decide("approve", "all are fine")
        self.assertFalse((agreeing + other).decision_ids)
        agreeing.with_user(self.finance).action_approve_agreeing()
        self.assertTrue(agreeing.finance_approved)

    # Stand-ins

    def stand_in(self, **values):
        return (
            self.env["credit.stand.in"]
            .with_user(self.lister)
            .create(
                {
                    "user_id": self.credit.id,
                    "stand_in_id": self.lister.id,
                    "department": "credit_management",
                    "date_from": self.today,
                    "date_to": self.today,
                    "reason": "leave",
                    **values,
                }
            )
        )

    def test_a_stand_in_decides_and_both_names_stand(self):
        nomination = self.submitted()
        with self.assertRaises(AccessError):
            nomination.with_user(self.lister).action_decide("approve")
        self.stand_in()
        nomination.with_user(self.lister).action_decide("approve")
        decision = nomination.decision_ids
        self.assertEqual((decision.user_id, decision.on_behalf_of_id), (self.lister, self.credit))
        self.assertTrue(nomination.credit_approved)

    def test_an_authorisation_has_its_days(self):
        self.stand_in(
            date_from=self.today - timedelta(days=9), date_to=self.today - timedelta(days=1)
        )
        with self.assertRaises(AccessError):
            self.submitted().with_user(self.lister).action_decide("approve")

    def test_only_reviewers_are_stood_in_for(self):
        for values in (
            {"user_id": self.president.id},
            {"stand_in_id": self.credit.id},
            {"stand_in_id": self.manager.id},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.stand_in(**values)

    def test_a_stand_in_is_bound_by_four_eyes(self):
        nomination = self.submitted()
        self.stand_in(stand_in_id=self.finance.id)
        nomination.with_user(self.finance).action_decide("approve", department="corporate_finance")
        with self.assertRaisesRegex(AccessError, "four eyes"):
            nomination.with_user(self.finance).action_decide(
                "approve", department="credit_management"
            )

    def batch(self, count):
        """Return nominations that agree with the rule, as drafts, with an empty cache."""
        clients = self.env["res.partner"].create(
            [
                {
                    "name": f"Batch {count} {i}",
                    "is_company": True,
                    "is_credit_client": True,
                    "credit_first_date": "2020-01-01",
                    "credit_institution_id": self.sub_branch.id,
                    "user_id": self.manager.id,
                }
                for i in range(count)
            ]
        )
        soe = self.ref("designation_type_central_soe").id
        self.env["credit.designation"].create(
            [{"partner_id": client.id, "type_id": soe, "source": "t"} for client in clients]
        )
        nominations = self.env["credit.nomination"].with_user(self.head)
        return nominations.create([{"partner_id": c.id, "tier": "strategic"} for c in clients])

    def queries(self, step):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        step()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_a_large_batch_costs_a_bounded_number_of_queries(self):
        """Submitting, approving, confirming, refusing: 120 lines cost about what 20 do."""

        def decide(count):
            lines = self.batch(count)
            refused = self.batch(count)
            refused.action_submit()
            by_finance, by_credit = lines.with_user(self.finance), lines.with_user(self.credit)
            found = {
                "submit": self.queries(lines.action_submit),
                "first": self.queries(by_finance.action_approve_agreeing),
                "second": self.queries(by_credit.action_approve_agreeing),
                "refuse": self.queries(
                    lambda: refused.with_user(self.finance).action_decide("refuse", "no")
                ),
            }
            self.assertEqual(set(lines.partner_id.mapped("credit_tier")), {"strategic"})
            self.assertEqual(set(refused.mapped("state")), {"refused"})
            self.assertTrue(all(line.evidence for line in lines.sudo()))
            return found

        decide(5)  # warm
        few, many = decide(20), decide(120)
        for step, count in many.items():
            with self.subTest(step=step, few=few[step], many=count):
                # Odoo inserts a hundred rows per statement, and reads a thousand.
                self.assertLessEqual(count, few[step] + 8)
