"""Declaration windows: batches inside, single nominations always, nothing pending lost."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import BankCase


@tagged("post_install", "-at_install")
class TestDeclaration(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls.quality_client("First")
        cls.second = cls.quality_client("Second")
        cls.foreign = cls.quality_client("Foreign", credit_institution_id=cls.other_branch.id)
        cls.window = cls.open_window()

    @classmethod
    def open_window(cls, **values):
        windows = cls.env["credit.declaration"].with_user(cls.lister)
        return windows.create(
            {
                "name": "Autumn",
                "date_from": cls.today,
                "date_to": cls.today + timedelta(days=5),
                **values,
            }
        )

    def collected(self, user=None, window=None):
        return (window or self.window).with_user(user or self.head).action_collect()

    def on(self, days):
        day = self.today + timedelta(days=days)
        self.window.invalidate_recordset(["state"])
        return freeze_time(f"{day} 04:00:00")

    def test_collecting_drafts_ones_own_candidates_once(self):
        lines = self.collected(self.manager)
        self.assertEqual(lines.partner_id, self.first + self.second)
        self.assertEqual(set(lines.mapped("tier")), {"quality"})
        self.assertEqual(lines.declaration_id, self.window)
        self.assertFalse(self.collected(self.head), "open ones are not drafted again")
        self.assertEqual(self.collected(self.stranger).partner_id, self.foreign)
        self.assertEqual((self.window.line_count, self.window.draft_count), (3, 3))

    def test_what_was_refused_on_the_same_facts_is_not_collected_again(self):
        line = self.collected().filtered(lambda n: n.partner_id == self.first)
        line.action_submit()
        line.with_user(self.finance).action_decide("refuse", "no")
        self.assertNotIn(self.first, self.collected().partner_id)
        self.report(self.first, exposure_avg=60_000_000)
        self.assertIn(self.first, self.collected().partner_id)

    def test_submitted_together_on_the_first_and_the_last_day(self):
        for days in (0, 5):
            window = self.open_window()
            lines = self.collected(window=window)
            with self.subTest(days=days), self.on(days):
                window.invalidate_recordset(["state"])
                window.with_user(self.head).action_submit()
            self.assertEqual(set(lines.mapped("state")), {"submitted"})
            lines.action_withdraw()

    def test_not_before_and_not_after(self):
        lines = self.collected()
        for days in (-1, 6):
            with self.subTest(days=days), self.on(days):
                with self.assertRaisesRegex(UserError, "at any time"):
                    self.window.with_user(self.head).action_submit()
        self.assertEqual(set(lines.mapped("state")), {"draft"})

    def test_a_single_nomination_needs_no_window(self):
        """L-4: also one that was drafted for a window."""
        lines = self.collected()
        for days, line in zip((-1, 6), lines, strict=True):
            with self.on(days):
                line.action_submit()
            self.assertEqual(line.state, "submitted")

    def test_only_ones_own_lines_are_submitted(self):
        mine, theirs = self.collected(), self.collected(self.stranger)
        self.window.with_user(self.head).action_submit()
        self.assertEqual(set(mine.mapped("state")), {"submitted"})
        self.assertEqual(theirs.state, "draft")

    def test_client_managers_collect_and_do_not_submit(self):
        self.collected(self.manager)
        with self.assertRaisesRegex(AccessError, "corporate line"):
            self.window.with_user(self.manager).action_submit()
        for user in (self.finance, self.lister):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.collected(user)

    def test_all_or_none_and_every_problem_is_told(self):
        lines = self.collected()
        lines.write({"tier": "strategic"})
        with self.assertRaises(UserError) as caught:
            self.window.with_user(self.head).action_submit()
        self.assertIn("First", str(caught.exception))
        self.assertIn("Second", str(caught.exception))
        lines[0].justification = "because"
        with self.assertRaisesRegex(UserError, "Second"):
            self.window.with_user(self.head).action_submit()
        self.assertEqual(set(lines.mapped("state")), {"draft"})

    def test_decided_line_by_line(self):
        lines = self.collected()
        self.window.with_user(self.head).action_submit()
        lines[0].with_user(self.finance).action_decide("refuse", "no")
        lines[1].with_user(self.finance).action_decide("approve")
        lines[1].with_user(self.credit).action_decide("approve")
        self.assertEqual(lines.mapped("state"), ["refused", "confirmed"])
        self.assertEqual((self.window.progress, self.window.confirmed_count), (100.0, 1))

    def test_closing_loses_nothing_pending(self):
        waiting = self.collected()
        self.window.with_user(self.head).action_submit()
        draft = self.collected(self.stranger)
        with self.assertRaises(AccessError):
            self.window.with_user(self.president).action_close()
        self.window.action_close()
        self.window.invalidate_recordset()
        self.assertEqual((self.window.state, self.window.closed_on), ("closed", self.today))
        self.assertIn("1 nominations", self.window.message_ids[0].body)
        self.assertEqual(draft.state, "draft")
        draft.with_user(self.stranger).action_submit()
        for user in (self.finance, self.credit):
            (waiting | draft).with_user(user).action_decide("approve")
        self.assertEqual(set((waiting | draft).mapped("state")), {"confirmed"})
        with self.assertRaisesRegex(UserError, "at any time"):
            self.window.action_close()

    def test_lines_belong_to_the_window(self):
        window = self.open_window(institution_id=self.branch.id)
        nominations = self.env["credit.nomination"]
        values = {"tier": "quality", "declaration_id": window.id}
        with self.assertRaisesRegex(ValidationError, "does not belong"):
            nominations.create({"partner_id": self.foreign.id, **values})
        nominations.create({"partner_id": self.first.id, **values})
        window.action_close()
        with self.assertRaises(ValidationError):
            nominations.create({"partner_id": self.second.id, **values})

    def test_windows_are_opened_by_list_administrators(self):
        for user in (self.president, self.finance):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.window.with_user(user).date_to = self.today
        with self.assertRaises(AccessError):
            self.window.with_context(credit_closing=True).closed_on = self.today
        self.collected()
        with self.assertRaisesRegex(UserError, "kept"):
            self.window.unlink()

    def test_institutions_see_the_windows_open_to_them(self):
        branch = self.open_window(institution_id=self.branch.id)
        windows = self.env["credit.declaration"]
        for user, seen in (
            (self.manager, self.window + branch),
            (self.stranger, self.window),
            (self.finance, self.window + branch),
        ):
            found = windows.with_user(user).search([("id", "in", (self.window + branch).ids)])
            self.assertEqual(found.sorted("id"), seen.sorted("id"), user.login)

    def test_state_can_be_searched(self):
        planned = self.open_window(
            date_from=self.today + timedelta(days=1), date_to=self.today + timedelta(days=2)
        )
        over = self.open_window(
            date_from=self.today - timedelta(days=2), date_to=self.today - timedelta(days=1)
        )
        every = self.window + planned + over
        for state, window in (("open", self.window), ("planned", planned), ("closed", over)):
            self.assertEqual(window.state, state)
            found = self.env["credit.declaration"].search(
                [("state", "=", state), ("id", "in", every.ids)]
            )
            self.assertEqual(found, window)
        found = self.env["credit.declaration"].search(
            [("state", "!=", "open"), ("id", "in", every.ids)]
        )
        self.assertEqual(found, planned + over)
