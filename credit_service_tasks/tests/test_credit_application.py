"""From papers to disbursement: clocks, steps, suspensions, refusals (S-B-3)."""

from datetime import date
from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .process_common import PROOF, ProcessCase


def days(number):
    return relativedelta(days=number)


@tagged("post_install", "-at_install")
class TestCreditApplication(ProcessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.basic = cls.listed("basic", "Basic client")

    # Coming in

    def test_channel_and_queue(self):
        """S-S-3, S-S-3a, S-Q-3a, S-B-3c: green, VIP, then the others, each by age."""
        normal = self.apply_for(self.basic)
        small = self.apply_for(self.listed("basic", "Small", credit_size="small"))
        vip = self.apply_for(self.listed("quality", "Quality"))
        green = self.apply_for(self.listed("strategic", "Strategic"))
        found = self.env["credit.application"].search(
            [("id", "in", (normal + small + vip + green).ids)]
        )
        self.assertEqual(found.mapped("channel"), ["green", "green", "vip", "normal"])
        self.assertEqual(found, small + green + vip + normal)
        # A small quality client gets the better of the two.
        both = self.apply_for(self.listed("quality", "Small quality", credit_size="micro"))
        self.assertEqual(both.channel, "green")

    def test_archive_serves_again_while_valid(self):
        licence = self.mine("paper_type_licence")
        papers = self.env["credit.client.paper"].with_user(self.manager)
        papers.create(
            {
                "partner_id": self.basic.id,
                "type_id": licence.id,
                "received_on": self.today - days(10),
            }
        )
        papers.create(
            {
                "partner_id": self.basic.id,
                "type_id": self.mine("paper_type_application").id,
                "received_on": self.today - days(10),
            }
        )
        application = self.apply_for(self.basic)
        self.assertEqual(application.paper_count, 2)
        # The licence is reusable, the application form of another loan is not.
        self.assertEqual(application.missing_count, 1)
        self.assertEqual(application.reused_count, 1)

    def test_expired_paper_does_not_count(self):
        tax = self.mine("paper_type_tax")
        self.product.paper_type_ids = tax
        paper = self.env["credit.client.paper"].create(
            {"partner_id": self.basic.id, "type_id": tax.id, "received_on": "2024-08-31"}
        )
        self.assertEqual(paper.valid_until, date(2025, 2, 28))
        self.assertTrue(paper._valid_on(date(2025, 2, 28)))
        self.assertFalse(paper._valid_on(date(2025, 3, 1)))
        self.assertFalse(paper._valid_on(date(2024, 8, 30)))
        self.assertEqual(self.apply_for(self.basic).missing_count, 1)
        # One that expires between coming in and being complete is named.
        paper.valid_until = self.today
        application = self.apply_for(self.basic)
        self.assertEqual(application.missing_count, 0)
        with self.assertRaisesRegex(UserError, "Tax"):
            application._complete_papers(self.today + days(1))
        application._complete_papers(self.today)
        with self.assertRaises(UserError):  # it has been counted
            paper.with_user(self.manager).valid_until = self.today + days(90)

    def test_search_valid_papers(self):
        papers = self.env["credit.client.paper"]
        made = papers.create(
            [
                {
                    "partner_id": self.basic.id,
                    "type_id": self.mine("paper_type_licence").id,
                    "received_on": self.today - days(5),
                    "valid_until": until,
                }
                for until in (False, self.today, self.today - days(1))
            ]
        )
        mine = [("id", "in", made.ids)]
        self.assertEqual(papers.search(mine + [("is_valid", "=", True)]), made[:2])
        self.assertEqual(papers.search(mine + [("is_valid", "=", False)]), made[2])

    # The one-time notice

    def test_told_once(self):
        application = self.apply_for(self.basic)
        application.action_notice()
        self.assertEqual(application.notice_on, self.today)
        self.assertEqual(len(application.notice_papers), 2)
        application.action_receive_all()
        told = application.notice_papers
        application.action_notice()  # prints the same again
        self.assertEqual(application.notice_papers, told)
        lines = self.env["credit.application.paper"].with_user(self.manager)
        another = {
            "application_id": application.id,
            "type_id": self.mine("paper_type_contracts").id,
        }
        with self.assertRaises(ValidationError):
            lines.create(another)
        lines.create({**another, "late_reason": "The purpose changed"})
        application._refresh_clock(self.today)
        self.assertEqual((application.late_count, application.paper_count), (1, 3))

    def test_nothing_missing_nothing_to_tell(self):
        application = self.apply_for(self.basic)
        application.action_receive_all()
        with self.assertRaises(UserError):
            application.action_notice()

    def test_notice_on_paper(self):
        application = self.apply_for(self.basic)
        application.action_notice()
        html = self.env["ir.actions.report"]._render_qweb_html(
            "credit_service_tasks.report_paper_notice", application.ids
        )[0]
        self.assertIn(b"Business licence", html)
        # The page is marked with its record, or the file could not be kept.
        self.assertIn(f'data-oe-id="{application.id}"'.encode(), html)
        self.mine("paper_type_licence").name = "Something new"
        html = self.env["ir.actions.report"]._render_qweb_html(
            "credit_service_tasks.report_paper_notice", application.ids
        )[0]
        self.assertIn(b"Business licence", html)

    def test_paper_not_needed(self):
        application = self.apply_for(self.basic)
        line = application.paper_ids[0]
        line.waive_reason = "Public register"
        with self.assertRaises(AccessError):
            line.action_waive()
        line.with_user(self.head).action_waive()
        self.assertEqual((application.paper_count, application.missing_count), (1, 1))
        other = application.paper_ids[1].with_user(self.head)
        with self.assertRaises(ValidationError):
            other.action_waive()

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

    # Steps and posts

    def test_who_does_a_step(self):
        application = self.apply_for(self.basic)
        self.complete(application, self.today)
        self.assertEqual(application.step_user_id, self.manager)
        for user in (self.stranger, self.credit):
            with self.assertRaises(AccessError):
                application.with_user(user).action_finish_step()
        application.action_finish_step()
        with self.assertRaises(AccessError):
            application.action_finish_step()
        application.with_user(self.credit).action_finish_step()
        self.assertEqual(application.step_ids[1].user_id, self.credit)

    def test_one_after_the_other_to_the_money(self):
        application = self.apply_for(self.basic)
        self.complete(application, self.today)
        for user in (self.manager, self.credit, self.manager, self.manager, self.head):
            mine = application.with_user(user)
            self.assertTrue(mine.may_finish)
            mine.action_finish_step()
        self.assertEqual(application.state, "disbursed")
        self.assertFalse(application.may_finish)

    def test_nobody_approves_what_he_investigated(self):
        self.mine("process_step_approval").post_ids += self.ref("post_client_manager")
        application = self.apply_for(self.basic)
        self.complete(application, self.today)
        application.action_finish_step()
        with self.assertRaises(AccessError):
            application.action_finish_step()

    def test_handing_a_step_over(self):
        application = self.apply_for(self.basic)
        self.complete(application, self.today)
        row = application.step_ids[0]
        with self.assertRaises(AccessError):
            row.with_user(self.manager).user_id = self.head
        row.with_user(self.head).user_id = self.head
        self.assertEqual(application.step_user_id, self.head)

    def test_steps_are_capped(self):
        """S-B-3a: five at most."""
        process = self.mine("process_loan")
        self.assertEqual(len(process.step_ids), 5)
        with self.assertRaises(ValidationError):
            self.env["credit.process.step"].create(
                {"process_id": process.id, "name": "Sixth", "code": "sixth"}
            )

    def test_change_after_approval_reopens_what_it_affects(self):
        application = self.apply_for(self.basic)
        self.complete(application, self.day)
        contract = self.mine("process_step_contract")
        with self.assertRaises(UserError):  # not approved yet
            application._reopen(self.day, contract, "Smaller", self.head)
        application._finish_step(self.day + days(2), self.manager)
        application._finish_step(self.day + days(4), self.credit)
        application._finish_step(self.day + days(5), self.manager)
        with self.assertRaises(ValidationError):  # not done yet
            application._reopen(
                self.day + days(6), self.mine("process_step_disbursement"), "x", self.head
            )
        application._reopen(self.day + days(6), contract, "A smaller amount", self.head)
        self.assertEqual(application.current_step_id, contract)
        self.assertEqual(application.change_count, 1)
        application._finish_step(self.day + days(8), self.manager)
        application._finish_step(self.day + days(9), self.manager)
        application._finish_step(self.day + days(10), self.head)
        self.assertEqual(application.state, "disbursed")
        self.assertEqual(application.net_days, 10)
        self.assertEqual(sum(application.step_ids.mapped("net_days")), 10)
        self.assertEqual(application.step_count, 5)
        with self.assertRaises(UserError):
            application._reopen(self.day, contract, "Too late", self.head)

    # Other ends

    def refuse(self, application, user=None, **values):
        return (
            self.env["credit.application.end"]
            .with_user(user or self.head)
            .create(
                {
                    "application_id": application.id,
                    "reason_id": self.mine("process_code_refusal_security").id,
                    "text": "The security does not suffice",
                    **values,
                }
            )
            .action_end()
        )

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

    # Hostile calls

    def test_durations_cannot_be_forged(self):
        application = self.apply_for(self.basic)
        self.complete(application, self.day)
        row = application.step_ids[0]
        for context in ({}, {"credit_engine": True}, {"credit_engine": 1}):
            for user in (self.manager, self.president):
                mine = application.with_user(user).with_context(**context)
                for forged in (
                    {"net_days": 1},
                    {"complete_on": self.today},
                    {"state": "disbursed"},
                    {"is_breach": False},
                    {"channel_rank": 0},
                ):
                    with self.assertRaises(AccessError):
                        mine.write(forged)
                with self.assertRaises(AccessError):
                    row.with_user(user).with_context(**context).write({"net_days": 0})
        applications = self.env["credit.application"].with_user(self.manager)
        given = {"partner_id": self.basic.id, "product_id": self.product.id}
        for forged in ({"applied_on": self.day}, {"channel": "green"}, {"notice_papers": []}):
            with self.assertRaises(AccessError):
                applications.create({**given, **forged})
        for model, values in (
            ("credit.application.step", {"application_id": application.id}),
            ("credit.application.step", {}),
            ("credit.application.suspension", {"application_id": application.id}),
            ("credit.application.paper", {"state": "received"}),
        ):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.manager).create(values)
        with self.assertRaises(UserError):
            application.amount = 1
        with self.assertRaises(UserError):
            application.unlink()
        with self.assertRaises(UserError):
            application.partner_id = self.client("Another")

    def test_private_methods_stay_private(self):
        from odoo.service.model import get_public_method

        for method in ("_finish_step", "_complete_papers", "_suspend", "_end", "_engine"):
            with self.assertRaises(AccessError):
                get_public_method(self.env["credit.application"], method)

    def test_strangers(self):
        application = self.apply_for(self.basic)
        self.complete(application, self.today)
        for model, record in (
            ("credit.application", application),
            ("credit.application.step", application.step_ids[0]),
            ("credit.application.paper", application.paper_ids[0]),
            ("credit.client.paper", application.paper_ids.client_paper_id[0]),
        ):
            records = self.env[model]
            self.assertFalse(records.with_user(self.stranger).search([("id", "=", record.id)]))
            self.assertTrue(records.with_user(self.finance).search([("id", "=", record.id)]))
            with self.assertRaises(AccessError):
                records.with_user(self.outsider).search([])
        with self.assertRaises(AccessError):
            self.apply_for(self.basic, self.stranger)
        mine = application.with_user(self.stranger)
        for method in ("action_complete_papers", "action_resume", "action_notice"):
            with self.assertRaises(AccessError):
                getattr(mine, method)()
        with self.assertRaises(AccessError):
            self.refuse(application, self.stranger)
        suspend = self.env["credit.application.suspend"].with_user(self.stranger)
        with self.assertRaises(AccessError):
            suspend.create(
                {
                    "application_id": application.id,
                    "reason_id": self.mine("process_code_suspension_client_request").id,
                    "note": "x",
                    "proof": PROOF,
                }
            ).action_suspend()

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
