from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .cadence_common import MONDAY, TUESDAY, DutyCase


@tagged("post_install", "-at_install")
class TestWaiver(DutyCase):
    def setUp(self):
        super().setUp()
        self.client_ = self.listed()
        self.run_on(MONDAY)
        self.weekly = self.duties(self.client_, "weekly_contact_deputy_or_head")

    def ask(self, user=None, **values):
        return (
            self.env["credit.waiver"]
            .with_user(user or self.manager)
            .create(
                {
                    "type_id": self.env.ref("credit_service_tasks.waiver_type_declined").id,
                    "partner_id": self.client_.id,
                    "rule_id": self.weekly.rule_id.id,
                    "date_from": MONDAY,
                    "date_to": "2024-06-30",
                    "reason": "The client asked for calls once a month.",
                    **values,
                }
            )
        )

    def test_granted_by_somebody_else_with_the_post(self):
        waiver = self.ask()
        self.assertEqual(self.weekly.status, "open", "asking changes nothing")
        for user, why in (
            (self.manager, "asked for"),
            (self.head, "holder of one of these posts"),
            (self.stranger, ""),
            (self.deputy, "cannot excuse himself"),
        ):
            with self.subTest(user=user.login):
                with self.assertRaisesRegex(AccessError, why):
                    waiver.with_user(user).action_approve()
        waiver.with_user(self.president).action_approve("agreed")
        self.assertEqual(self.weekly.status, "waived")
        self.assertEqual(self.weekly.waiver_id, waiver)
        self.assertIn(self.president.name, self.weekly.status_note)
        self.assertEqual(
            self.duties(self.client_, "weekly_contact_president").status, "open", "another rule"
        )

    def test_it_holds_for_later_periods_up_to_its_limit(self):
        self.ask().with_user(self.president).action_approve()
        for day, status in (("2024-06-11", "waived"), ("2024-07-02", "open")):
            self.run_on(day)
            duty = self.duties(self.client_, "weekly_contact_deputy_or_head")[-1]
            with self.subTest(day=day):
                self.assertEqual(duty.status, status)

    def test_revoked_it_counts_again(self):
        waiver = self.ask()
        waiver.with_user(self.president).action_approve()
        waiver.with_user(self.president).action_revoke("changed his mind")
        # Asked by the clock of today the week of 2024 is long over.
        self.assertEqual((self.weekly.status, self.weekly.waiver_id.id), ("overdue", False))
        self.run_on(TUESDAY)
        self.assertEqual(self.weekly.status, "open")

    def test_done_all_the_same_is_done(self):
        self.ask().with_user(self.president).action_approve()
        self.discharge(self.weekly, TUESDAY)
        self.assertEqual(self.weekly.status, "done")

    def test_nobody_forges_one(self):
        forged = self.ask(state="approved", approver_id=self.president.id)
        self.assertEqual((forged.state, forged.approver_id.id), ("requested", False))
        self.assertEqual(forged.requested_by_id, self.manager)
        on_behalf = self.ask(requested_by_id=self.head.id)
        self.assertEqual(on_behalf.requested_by_id, self.manager)
        for context in ({}, {"credit_waiver_deciding": True}):
            with self.subTest(context=context), self.assertRaises(AccessError):
                forged.with_user(self.president).with_context(**context).write(
                    {"state": "approved"}
                )
        with self.assertRaises(AccessError):
            forged.with_user(self.president).write({"date_to": "2030-01-01"})
        with self.assertRaises(AccessError):
            forged.with_user(self.president).unlink()
        forged.write({"date_to": "2024-06-20"})
        forged.with_user(self.president).action_approve({"not": "text"})
        self.assertFalse(forged.decision_note)
        for attempt in (
            lambda w: w.write({"date_to": "2030-01-01"}),
            lambda w: w.unlink(),
            lambda w: w.with_user(self.president).action_approve(),
        ):
            with self.assertRaises(UserError):
                attempt(forged)
        with self.assertRaises(AccessError):
            self.ask(self.outsider)

    def test_the_president_cannot_excuse_himself(self):
        own = self.duties(self.client_, "weekly_contact_president")
        waiver = self.ask(rule_id=own.rule_id.id)
        with self.assertRaisesRegex(AccessError, "cannot excuse himself"):
            waiver.with_user(self.president).action_approve()
        waiver.with_user(self.leader).action_approve()
        self.assertEqual(own.status, "waived")


@tagged("post_install", "-at_install")
class TestMonthClose(DutyCase):
    def close(self, month="2024-06-01", user=None):
        from odoo import fields

        closings = self.env["credit.month.close"].with_user(user or self.lister)
        return closings._close(fields.Date.to_date(month)).filtered(
            lambda c: c.institution_id == self.sub_branch
        )

    def test_figures_freeze_and_later_entries_are_told_apart(self):
        clients = [self.listed(name=f"Client {n}") for n in range(4)]
        self.run_on("2024-06-03")
        visits = [self.duties(c, "monthly_visit_president") for c in clients]
        self.discharge(visits[0], "2024-06-10")
        self.discharge(visits[1], "2024-07-02")
        waiver = (
            self.env["credit.waiver"]
            .with_user(self.manager)
            .create(
                {
                    "type_id": self.env.ref("credit_service_tasks.waiver_type_impeded").id,
                    "partner_id": clients[2].id,
                    "rule_id": visits[2].rule_id.id,
                    "date_from": "2024-06-01",
                    "date_to": "2024-06-30",
                    "reason": "Flooded",
                }
            )
        )
        waiver.with_user(self.leader).action_approve()
        self.run_on("2024-07-03")
        close = self.close()
        line = close.line_ids.filtered(
            lambda row: row.rule_id == visits[0].rule_id and row.user_id == self.president
        )
        figures = (line.due, line.done, line.late, line.overdue, line.waived)
        self.assertEqual(figures, (3, 1, 1, 1, 1), "waived ones are out of the denominator")
        self.assertEqual(close.later_count, 0)
        self.assertTrue(close._is_closed(self.sub_branch.id, visits[0].due_date))
        self.discharge(visits[3], "2024-06-20", at="2099-01-01 00:00:00")
        self.assertEqual(visits[3].status, "done")
        line.invalidate_recordset()
        close.invalidate_recordset()
        self.assertEqual((line.due, line.done, line.overdue), (3, 1, 1))
        self.assertEqual(close.later_ids.obligation_id, visits[3])
        self.assertFalse(self.close(), "once")

    def test_who_and_when(self):
        self.listed()
        self.run_on("2024-06-03")
        with self.assertRaises(AccessError):
            self.close(user=self.president)
        with self.assertRaises(UserError):
            self.close(self.env.company._credit_today().replace(day=1).isoformat())
        close = self.close()
        for attempt in (
            lambda c: c.write({"done": 99}),
            lambda c: c.line_ids.write({"done": 99}),
            lambda c: c.with_context(credit_closing=True).write({"done": 99}),
            lambda c: c.unlink(),
            lambda c: c.copy(),
        ):
            with self.assertRaises(AccessError):
                attempt(close.with_user(self.lister))
