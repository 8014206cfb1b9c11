"""Special recognition: the head office's alone, with a reason and an end (T-S-5, A10)."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import BankCase


@tagged("post_install", "-at_install")
class TestRecognition(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.finance2 = cls.staff("t_finance2", cls.head_office, "corporate_finance")
        cls.plain = cls.client("Plain", user_id=cls.manager.id)
        cls.hold(cls.plain, "corporate_ebank")
        cls.until = cls.today + timedelta(days=10)

    def recognition(self, user=None, client=None, **values):
        nominations = self.env["credit.nomination"].with_user(user or self.finance)
        return nominations.create(
            {
                "partner_id": (client or self.plain).id,
                "tier": "strategic",
                "special": True,
                "special_reason": "flagship of the province",
                "special_until": self.until,
                **values,
            }
        )

    def recognised(self):
        nomination = self.recognition()
        nomination.action_submit()
        nomination.with_user(self.finance2).action_decide("approve", "yes")
        nomination.with_user(self.credit).action_decide("approve", "yes")
        return nomination

    def test_only_reviewers_of_the_head_office_recognise(self):
        for user in (self.manager, self.head, self.president, self.lister):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.recognition(user)
        draft = self.env["credit.nomination"].with_user(self.head)
        draft = draft.create({"partner_id": self.plain.id, "tier": "strategic"})
        with self.assertRaisesRegex(AccessError, "A10"):
            draft.special = True

    def test_the_head_office_nominates_nobody_otherwise(self):
        for user in (self.finance, self.credit):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.recognition(user, special=False)
        nomination = self.recognition()
        with self.assertRaises(AccessError):
            nomination.special = False
        ordinary = self.env["credit.nomination"].with_user(self.head)
        other = self.quality_client()
        ordinary = ordinary.create({"partner_id": other.id, "tier": "quality"})
        with self.assertRaises(AccessError):
            ordinary.with_user(self.finance).justification = "ours now"

    def test_the_institution_cannot_touch_a_recognition(self):
        nomination = self.recognition().with_user(self.president)
        attempts = (
            lambda: nomination.write({"special_until": "2099-12-31"}),
            lambda: nomination.action_submit(),
            lambda: nomination.action_withdraw(),
            lambda: nomination.unlink(),
        )
        for attempt in attempts:
            with self.assertRaises(AccessError):
                attempt()

    def test_it_needs_a_reason_and_an_end_to_come(self):
        for values, message in (
            ({"special_reason": " "}, "A10"),
            ({"special_until": False}, "A10"),
            ({"special_until": self.today}, "over already"),
        ):
            nomination = self.recognition(**values)
            with self.subTest(values=values), self.assertRaisesRegex(ValidationError, message):
                nomination.action_submit()
            nomination.unlink()
        self.recognition(special_until=self.today + timedelta(days=1)).action_submit()

    def test_it_is_strategic_or_nothing(self):
        for tier in ("quality", "basic", False):
            with self.subTest(tier=tier), self.assertRaisesRegex(ValidationError, "T-S-5"):
                self.recognition(client=self.client(f"For {tier}"), tier=tier)

    def test_four_eyes_hold_for_recognisers_too(self):
        nomination = self.recognition()
        # Drafted by one, submitted by another: neither decides.
        nomination.with_user(self.finance2).action_submit()
        for user in (self.finance, self.finance2):
            with self.subTest(user=user.login), self.assertRaisesRegex(AccessError, "four eyes"):
                nomination.with_user(user).action_decide("approve", "mine")

    def test_both_departments_make_it_strategic_while_it_lasts(self):
        nomination = self.recognised()
        row = self.plain.credit_membership_ids.filtered(lambda r: not r.date_to)
        self.assertEqual((row.tier, row.special_until), ("strategic", self.until))
        self.assertEqual(self.plain.credit_suggested, "strategic")
        self.assertEqual(self.plain.credit_drift, "aligned")
        stated = self.plain.credit_designation_ids.filtered(
            lambda d: d.type_id == self.ref("designation_type_head_office_recognised")
        )
        self.assertEqual(stated.date_to, self.until)
        self.assertEqual(nomination.state, "confirmed")

    def over(self, days):
        """Run the daily work ``days`` after the last day of the recognition."""
        day = self.until + timedelta(days=days)
        with freeze_time(f"{day} 04:00:00"):
            return self.env["credit.membership"]._cron_recognitions()

    def test_its_end_is_never_silent_and_never_moves_the_client(self):
        self.recognised()
        self.assertFalse(self.over(0), "the last day still counts")
        self.assertEqual(self.over(1).partner_id, self.plain)
        self.assertFalse(self.over(1), "asked once")
        self.assertFalse(self.over(2), "asked once")
        tasks = self.plain.activity_ids
        self.assertEqual(tasks.activity_type_id, self.ref("activity_type_recognition"))
        self.assertEqual((len(tasks), tasks.user_id), (1, self.finance), "whoever recognised")
        self.assertEqual(self.plain.credit_tier, "strategic")
        self.assertIn("T-S-5", self.plain.message_ids[0].body)
        over = self.env["credit.membership"].search([("recognition_over", "=", True)])
        self.assertIn(self.plain, over.partner_id)

    def test_the_rule_sees_the_end_too(self):
        self.recognised()
        day = self.until + timedelta(days=1)
        with freeze_time(f"{day} 04:00:00"):
            self.env["credit.assessment"]._assess(self.plain.ids)
            self.assertEqual(self.plain.credit_suggested, "basic")
            self.assertEqual(self.plain.credit_tier, "strategic")
            self.assertNotEqual(self.plain.credit_drift, "aligned")
            self.assertEqual(self.plain.credit_drift_since, day)

    def test_it_can_be_renewed(self):
        self.recognised()
        again = self.recognition(special_until=self.until + timedelta(days=100))
        again.action_submit()
        again.with_user(self.finance2).action_decide("approve", "again")
        again.with_user(self.credit).action_decide("approve", "again")
        row = self.plain.credit_membership_ids.filtered(lambda r: not r.date_to)
        self.assertEqual(row.special_until, self.until + timedelta(days=100))
        self.assertFalse(self.over(1))

    def test_an_ordinary_strategic_client_is_not_asked_about(self):
        self.env["credit.membership"]._enter(self.plain, "strategic", "head_office")
        self.assertFalse(self.over(400))

    def test_an_ordinary_nomination_to_the_same_list_is_refused(self):
        self.recognised()
        nomination = self.env["credit.nomination"].with_user(self.head)
        nomination = nomination.create({"partner_id": self.plain.id, "tier": "strategic"})
        with self.assertRaisesRegex(UserError, "already"):
            nomination.action_submit()
