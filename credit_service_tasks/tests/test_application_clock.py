"""The clock of an application: days, budgets, predictions, suspensions (S-B-3d, A47)."""

from datetime import date
from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .process_common import PROOF, ProcessCase


def days(number):
    return relativedelta(days=number)


@tagged("post_install", "-at_install")
class TestApplicationClock(ProcessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.basic = cls.listed("basic", "Basic client")

    # The clock

    def test_day_one_is_the_day_after(self):
        application = self.apply_for(self.basic)
        self.complete(application, self.day)
        self.assertEqual(application.clock_from, self.day + days(1))
        self.through(application, 13)
        self.assertEqual((application.gross_days, application.net_days), (13, 13))
        self.assertEqual((application.saved_days, application.is_breach), (0, False))

    def test_day_one_is_that_day(self):
        self.mine("process_loan").starts_day_after = False
        application = self.apply_for(self.basic)
        self.complete(application, self.day)
        self.through(application, 13)
        self.assertEqual(application.net_days, 14)
        self.assertTrue(application.is_breach)

    def test_same_day(self):
        application = self.apply_for(self.basic)
        self.complete(application, self.day)
        self.through(application, 0)
        self.assertEqual((application.net_days, application.saved_days), (0, 13))

    def test_year_end_and_leap_day(self):
        for start, end, expected in (
            (date(2023, 12, 25), date(2024, 1, 7), 13),
            (date(2024, 2, 20), date(2024, 3, 4), 13),
            (date(2025, 2, 20), date(2025, 3, 4), 12),
        ):
            with self.subTest(start=start), freeze_time(f"{end} 04:00:00"):
                application = self.apply_for(self.basic)
                self.complete(application, start)
                self.through(application, (end - start).days)
                self.assertEqual(application.net_days, expected)

    def test_working_days(self):
        """A47 read in working days, with a day made up on a Saturday."""
        self.choose("A47D", "working")
        made_up = date(2026, 2, 14)
        holidays = {date(2026, 2, 16), date(2026, 2, 17)}

        def works(day):
            return day == made_up or (day.weekday() < 5 and day not in holidays)

        def count(_self, start, end):
            return sum(works(start + days(n)) for n in range((end - start).days + 1))

        with patch.object(type(self.env["credit.application"]), "_count_working_days", count):
            application = self.apply_for(self.basic)
            self.complete(application, date(2026, 2, 12))  # a Thursday
            self.assertEqual(application.day_basis, "working")
            # Friday, the Saturday made up, Wednesday.
            self.assertEqual(application._days_between(date(2026, 2, 12), date(2026, 2, 18)), 3)
            self.assertEqual(application._add_days(date(2026, 2, 12), 3), date(2026, 2, 18))

    def test_scope_is_the_basic_list(self):
        quality = self.listed("quality", "Quality")
        for client, option, expected in (
            (self.basic, "basic", True),
            (quality, "basic", False),
            (quality, "all_tiers", True),
        ):
            self.choose("A47S", option)
            application = self.apply_for(client)
            self.complete(application, self.day)
            self.assertEqual(application.in_scope, expected)

    def test_steps_add_up(self):
        application = self.apply_for(self.basic)
        self.complete(application, self.day)
        application._finish_step(self.day + days(3), self.manager)
        application._finish_step(self.day + days(3), self.credit)
        application._finish_step(self.day + days(7), self.manager)
        self.through(application, 11)
        self.assertEqual(application.step_ids.mapped("net_days"), [3, 0, 4, 4, 0])
        self.assertEqual(sum(application.step_ids.mapped("gross_days")), application.gross_days)
        self.assertEqual(application.step_count, 5)

    def test_budgets_overdue_and_prediction(self):
        for step, budget in zip(self.mine("process_loan").step_ids, (3, 4, 2, 2, 2), strict=True):
            step.budget_days = budget
        application = self.apply_for(self.basic)
        self.complete(application, self.day)
        self.assertEqual(application.predicted_on, self.day + days(13))
        application._refresh_clock(self.day + days(3))
        self.assertFalse(application.is_overdue)
        self.assertEqual(application.predicted_on, self.day + days(13))
        application._refresh_clock(self.day + days(5))
        self.assertTrue(application.is_overdue)
        self.assertEqual(application.predicted_on, self.day + days(15))
        application._finish_step(self.day + days(5), self.manager)
        self.assertFalse(application.is_overdue)
        application._finish_step(self.day + days(6), self.credit)
        self.assertEqual(application.step_ids.mapped("saved_days"), [0, 3, 0, 0, 0])
        self.assertEqual(application.predicted_on, self.day + days(12))

    def test_no_budget_no_invented_date(self):
        self.assertFalse(any(self.mine("process_loan").step_ids.mapped("budget_days")))
        with patch.object(type(self.env["credit.application"]), "_experience", lambda _self: {}):
            application = self.apply_for(self.basic)
            self.complete(application, self.day)
            self.assertFalse(application.predicted_on)

    def test_prediction_from_experience(self):
        process = self.env["credit.process"].create(
            {
                "name": "Short",
                "max_steps": 1,
                "max_days": 13,
                "max_papers": 13,
                "step_ids": [(0, 0, {"name": "All in one", "code": "all"})],
            }
        )
        self.product.process_id = process
        for number in (1, 4, 8):
            before = self.apply_for(self.basic)
            self.complete(before, self.day)
            before._finish_step(self.day + days(number), self.manager)
        self.assertAlmostEqual(before._experience()[process.step_ids.id], 13 / 3, 1)
        application = self.apply_for(self.basic)
        self.complete(application, self.day)
        self.assertEqual(application.predicted_on, self.day + days(4))

    # Suspending

    def test_suspension_stops_net_days_only(self):
        application = self.apply_for(self.basic)
        self.complete(application, self.day)
        self.suspend(application, self.day + days(2))
        self.assertTrue(application.is_suspended)
        application._refresh_clock(self.day + days(4))
        self.assertEqual((application.gross_days, application.net_days), (4, 2))
        application._resume(self.day + days(6), self.manager)
        self.assertEqual(application.suspension_ids.days, 4)
        self.through(application, 16)
        self.assertEqual(
            (application.gross_days, application.suspended_days, application.net_days),
            (16, 4, 12),
        )
        self.assertFalse(application.is_breach)
        self.assertEqual(sum(application.step_ids.mapped("net_days")), 12)

    def test_gross_days_may_be_judged(self):
        self.mine("process_loan").judged_by = "gross"
        application = self.apply_for(self.basic)
        self.complete(application, self.day)
        self.suspend(application, self.day)
        application._resume(self.day + days(4), self.manager)
        self.through(application, 14)
        self.assertEqual((application.net_days, application.judged_days), (10, 14))
        self.assertTrue(application.is_breach)

    def test_a_reason_may_leave_the_clock_running(self):
        reason = self.mine("process_code_suspension_client_request")
        reason.stops_clock = False
        application = self.apply_for(self.basic)
        self.complete(application, self.day)
        self.suspend(application, self.day, reason=reason)
        application._resume(self.day + days(4), self.manager)
        reason.stops_clock = True  # changes no history
        self.through(application, 5)
        self.assertEqual(application.net_days, 5)

    def test_suspended_does_not_move_on(self):
        application = self.apply_for(self.basic)
        self.complete(application, self.day)
        self.suspend(application, self.day)
        with self.assertRaises(UserError):
            self.suspend(application, self.day)
        with self.assertRaises(UserError):
            application.action_finish_step()
        application.action_resume()
        with self.assertRaises(UserError):
            application.action_resume()

    def test_suspension_needs_proof_and_reason(self):
        application = self.apply_for(self.basic)
        with self.assertRaises(UserError):  # the clock does not run yet
            self.suspend(application, self.day)
        self.complete(application, self.day)
        refusal = self.mine("process_code_refusal_other")
        for lacking in ({"proof": False}, {"note": " "}, {"reason": refusal}):
            with self.assertRaises(ValidationError):
                self.suspend(application, self.day, **lacking)
        wizard = Form(
            self.env["credit.application.suspend"]
            .with_user(self.manager)
            .with_context(default_application_id=application.id)
        )
        wizard.reason_id = self.mine("process_code_suspension_outside_opinion")
        wizard.note = "Appraiser"
        wizard.proof = PROOF
        wizard.save().action_suspend()
        # Today, whatever anybody would like it to be.
        self.assertEqual(application.suspension_ids.date_from, self.today)
        self.assertTrue(application.suspension_ids.proof)
