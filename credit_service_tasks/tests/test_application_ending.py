"""Refused, withdrawn, answered, reminded of every night (S-B-3f)."""

from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .process_common import ProcessCase


def days(number):
    return relativedelta(days=number)


@tagged("post_install", "-at_install")
class TestApplicationEnding(ProcessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.basic = cls.listed("basic", "Basic client")

    # Other ends

    def test_refusal_needs_a_reason_and_an_answer(self):
        self.mine("process_loan").answer_days = 3
        application = self.apply_for(self.basic)
        self.assertFalse(application.may_refuse)
        for user in (self.head, self.credit):
            self.assertTrue(application.with_user(user).may_refuse)
        with self.assertRaises(AccessError):
            self.refuse(application, self.manager)
        with self.assertRaises(ValidationError):
            self.refuse(application, text=" ")
        with self.assertRaises(ValidationError):
            self.refuse(application, reason_id=self.mine("process_code_withdrawal_client").id)
        self.refuse(application)
        self.assertEqual(application.state, "refused")
        self.assertEqual(application.answer_due, self.today + days(3))
        self.assertTrue(application.needs_answer)
        owed = self.env["credit.application"].search([("needs_answer", "=", True)])
        self.assertIn(application, owed)
        with self.assertRaises(ValidationError):
            application._answer(self.today, "phone", "", self.manager)
        application._answer(self.today + days(4), "phone", "Told why", self.manager)
        self.assertEqual((application.answer_days, application.answer_late), (4, True))
        with self.assertRaises(UserError):
            application._answer(self.today, "phone", "Again", self.manager)
        with self.assertRaises(UserError):
            self.refuse(application)

    def test_the_answer_is_a_task_from_the_refusal_on(self):
        """S-B-3f: with the bank's days as its deadline, of the manager, until it is given."""
        self.mine("process_loan").answer_days = 3
        application = self.apply_for(self.basic)
        self.refuse(application)
        task = application.sudo().activity_ids
        self.assertEqual(task.user_id, self.manager)
        self.assertEqual(task.date_deadline, self.today + days(3))
        application._follow_up(self.today + days(5))
        self.assertEqual(application.sudo().activity_ids, task, "once")
        application._engine().user_id = self.head
        application._follow_up(self.today + days(5))
        self.assertEqual(application.sudo().activity_ids.user_id, self.head)
        application._answer(self.today + days(5), "phone", "Told why", self.head)
        self.assertFalse(application.sudo().activity_ids)

    def test_no_task_for_a_client_that_withdrew(self):
        application = self.apply_for(self.basic)
        self.refuse(
            application,
            self.manager,
            state="withdrawn",
            reason_id=self.mine("process_code_withdrawal_client").id,
        )
        self.assertFalse(application.sudo().activity_ids)

    def test_no_time_set_no_time_invented(self):
        self.assertEqual(self.mine("process_loan").answer_days, 0)
        application = self.apply_for(self.basic)
        self.refuse(application, self.credit)  # whoever approves may refuse
        self.assertFalse(application.answer_due)
        application._answer(self.today + days(40), "letter", "Told why", self.manager)
        self.assertEqual((application.answer_days, application.answer_late), (40, False))

    def test_refused_while_suspended(self):
        application = self.apply_for(self.basic)
        self.complete(application, self.day)
        self.suspend(application, self.day + days(1))
        application._end(
            self.day + days(5),
            "refused",
            self.mine("process_code_refusal_other"),
            "Not now",
            self.head,
        )
        self.assertEqual((application.gross_days, application.net_days), (5, 1))
        self.assertFalse(application.is_suspended)

    def test_withdrawal(self):
        application = self.apply_for(self.basic)
        self.refuse(
            application,
            self.manager,
            state="withdrawn",
            reason_id=self.mine("process_code_withdrawal_client").id,
        )
        self.assertEqual(application.state, "withdrawn")
        self.assertFalse(application.needs_answer)

    # Every night

    def test_reminder_once(self):
        self.mine("process_step_investigation").budget_days = 1
        application = self.apply_for(self.basic)
        self.complete(application, self.day)
        application._follow_up(self.today)
        application._follow_up(self.today)
        reminders = application.sudo().activity_ids
        self.assertEqual(reminders.user_id, self.manager)
        self.assertEqual(len(reminders), 1)
        application.action_finish_step()
        self.assertFalse(application.sudo().activity_ids)

    def test_the_nightly_run(self):
        application = self.apply_for(self.basic)
        self.complete(application, self.day)
        application._engine().write({"net_days": 0, "age_days": 0})
        refused = self.apply_for(self.basic)
        self.refuse(refused)
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.mine("ir_cron_application_follow_up").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(application.net_days, 30)
        self.assertTrue(refused.sudo().activity_ids)

    def test_one_bad_record_stops_no_other(self):
        good = self.apply_for(self.basic)
        bad = self.apply_for(self.basic)
        self.complete(good, self.day)
        self.complete(bad, self.day)
        applications = type(self.env["credit.application"])
        refresh = applications._refresh_clock

        def fail(records, day):
            if bad in records:
                raise ValueError("broken")
            return refresh(records, day)

        good._engine().write({"gross_days": 0})
        with patch.object(applications, "_refresh_clock", fail):
            with self.assertLogs("odoo.addons.credit_service_tasks", "ERROR"):
                (bad + good)._follow_up(self.today)
        self.assertEqual(good.gross_days, 30)

    def test_head_office_joins_the_review(self):
        """S-S-3d: asked for on the application, decided by the head office."""
        client = self.listed("strategic", "Strategic")
        application = self.apply_for(client)
        request = (
            self.env["credit.service.request"]
            .with_user(self.manager)
            .create(
                {
                    "partner_id": client.id,
                    "item_id": self.mine("service_item_pre_review").id,
                    "application_id": application.id,
                    "reason": "A large project",
                }
            )
        )
        request.action_submit()
        request.with_user(self.credit).action_decide("approve")
        self.assertEqual(application.service_request_ids, request)
        with self.assertRaises(ValidationError):
            self.env["credit.service.request"].create(
                {
                    "partner_id": self.basic.id,
                    "item_id": request.item_id.id,
                    "application_id": application.id,
                }
            )
