"""From papers to disbursement: who hands in, does and sees what (S-B-3)."""

from datetime import date

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

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
