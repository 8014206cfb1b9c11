"""Promised when credit was approved: held against every month's figures (R-M-8b)."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .care_common import CareCase

TODAY = "2026-05-20"


@tagged("post_install", "-at_install")
class TestCommitment(CareCase):
    @classmethod
    def setUpClass(cls):
        cls.startClassPatcher(freeze_time(TODAY))
        super().setUpClass()
        cls.borrower = cls.client("Borrower", user_id=cls.manager.id)

    def promise(self, code="deposit_avg", amount=1_000_000, **values):
        values = {
            "partner_id": self.borrower.id,
            "metric_id": self.metric(code).id,
            "amount": amount,
            "date_from": "2026-01-01",
            "date_to": "2026-12-31",
            **values,
        }
        return self.env["credit.commitment"].with_user(self.manager).create(values)

    def verdicts(self, commitment):
        rows = self.env["credit.commitment.check"].search(
            [("commitment_id", "=", commitment.id), ("superseded_at", "=", False)], order="month"
        )
        return {str(r.month)[:7]: r.verdict for r in rows}

    def test_met_short_and_no_figure_to_the_cent(self):
        self.report_month(self.borrower, 4, deposit_avg=1_000_000)
        self.report_month(self.borrower, 3, deposit_avg=999_999.99)
        self.report_month(self.borrower, 2, payroll_people=5)
        promise = self.promise()
        self.assertFalse(self.verdicts(promise), "a draft is not checked")
        promise.with_user(self.head).action_confirm()
        self.assertEqual(
            self.verdicts(promise),
            {"2026-01": "met", "2026-02": "short", "2026-03": "no_data", "2026-04": "no_data"},
        )
        self.assertEqual(promise.last_verdict, "no_data")
        self.assertEqual((promise.met_count, promise.short_count, promise.unknown_count), (1, 1, 2))

    def test_only_complete_months_between_the_dates(self):
        promise = self.promise(date_from="2026-01-02", date_to="2026-03-30")
        promise.with_user(self.head).action_confirm()
        self.assertEqual(list(self.verdicts(promise)), ["2026-02"])
        whole = self.promise(date_from="2026-02-01", date_to="2026-03-31")
        whole.with_user(self.head).action_confirm()
        self.assertEqual(list(self.verdicts(whole)), ["2026-02", "2026-03"])
        with self.assertRaisesRegex(ValidationError, "No complete month"):
            self.promise(date_from="2026-01-02", date_to="2026-02-27")

    def test_month_is_checked_when_it_is_over(self):
        promise = self.promise(date_from="2026-05-01")
        promise.with_user(self.head).action_confirm()
        self.assertFalse(self.verdicts(promise))
        with freeze_time("2026-05-31"):
            self.env["credit.commitment"]._check_months_of(all_of_them=True)
            self.assertFalse(self.verdicts(promise))
        with freeze_time("2026-06-02"):
            self.env["credit.commitment"]._check_months_of(all_of_them=True)
            self.assertEqual(self.verdicts(promise), {"2026-05": "no_data"})

    def test_late_and_corrected_figures_leave_the_former_verdict(self):
        promise = self.promise(date_from="2026-04-01")
        promise.with_user(self.head).action_confirm()
        self.report_month(self.borrower, 1, deposit_avg=500_000)
        checks = self.env["credit.commitment.check"]
        self.assertEqual(checks._judge(), 1)
        self.assertEqual(checks._judge(), 0, "twice adds nothing")
        self.report_month(self.borrower, 1, deposit_avg=1_200_000)
        checks._judge(promise.ids)
        rows = checks.search([("commitment_id", "=", promise.id)], order="id")
        self.assertEqual(rows.mapped("verdict"), ["no_data", "short", "met"])
        self.assertEqual([bool(r.superseded_at) for r in rows], [True, True, False])
        self.assertEqual(rows[1].figure, 500_000)
        self.assertEqual(rows[2].snapshot_id.deposit_avg, 1_200_000)

    def test_yearly_figures(self):
        self.report(self.borrower, 2026, settlement_share=30)
        promise = self.promise("settlement_share", 30, basis="year", date_from="2026-03-01")
        promise.with_user(self.head).action_confirm()
        self.assertEqual(self.verdicts(promise), {"2026-03": "met", "2026-04": "met"})

    def test_ended_early_stops_the_months(self):
        promise = self.promise()
        promise.with_user(self.head).action_confirm()
        with self.assertRaisesRegex(AccessError, "t_manager"):
            promise.action_end()
        with self.assertRaisesRegex(UserError, "why it ends"):
            promise.with_user(self.head).action_end()
        promise.end_reason = "Loan repaid"
        promise.with_user(self.head).action_end()
        with freeze_time("2026-09-02"):
            self.env["credit.commitment.check"]._judge()
        self.assertEqual(max(self.verdicts(promise)), "2026-04")

    def test_what_was_agreed_cannot_be_bent(self):
        promise = self.promise()
        promise.amount = 2_000_000
        promise.with_user(self.head).action_confirm()
        for values in ({"amount": 1}, {"date_to": "2026-06-30"}, {"partner_id": 1}):
            with self.assertRaises(UserError):
                promise.write(values)
        for values in (
            {"state": "draft"},
            {"last_verdict": "met"},
            {"confirmed_by_id": self.head.id},
        ):
            with self.assertRaises(AccessError):
                promise.write(values)
            with self.assertRaises(AccessError):
                promise.with_context(credit_engine=True).write(values)
        with self.assertRaises(UserError):
            promise.unlink()
        with self.assertRaises(AccessError):
            self.env["credit.commitment.check"].with_user(self.manager).create(
                {
                    "commitment_id": promise.id,
                    "partner_id": self.borrower.id,
                    "month": "2026-04-01",
                    "promised": 1,
                    "verdict": "met",
                }
            )
        with self.assertRaises(AccessError):
            self.env["credit.commitment"].with_user(self.manager).create(
                {
                    "partner_id": self.borrower.id,
                    "metric_id": self.metric("deposit_avg").id,
                    "amount": 1,
                    "date_from": "2026-01-01",
                    "date_to": "2026-12-31",
                    "state": "running",
                }
            )

    def test_next_review_briefing_and_client_show_it(self):
        promise = self.promise()
        promise.with_user(self.head).action_confirm()
        product = self.env["credit.loan.product"].search([], limit=1)
        review = (
            self.env["credit.application"]
            .with_user(self.manager)
            .create(
                {
                    "partner_id": self.borrower.id,
                    "product_id": product.id,
                    "return_account": "6200 0000 0001",
                }
            )
        )
        self.assertIn("Average daily deposits", str(review.earlier_commitments))
        promise.copy({"application_id": review.id})
        self.assertEqual(len(review.commitment_ids), 1)
        report = self.env["report.credit_service_tasks.report_credit_briefing"]
        briefing = report.with_user(self.manager)._briefing(self.borrower)
        self.assertEqual(len(briefing["commitments"]), 1)
        client = self.borrower.with_user(self.manager)
        self.assertIn("No figure", str(client.credit_commitment_html))

    def test_loans_falling_due_show_promises_and_cases(self):
        product = self.env["credit.loan.product"].search([], limit=1)
        loan = self.env["credit.application"].create(
            {
                "partner_id": self.borrower.id,
                "product_id": product.id,
                "term_months": 1,
                "user_id": self.manager.id,
            }
        )
        maturities = self.env["credit.maturity"].with_user(self.manager)
        mine = [("application_id", "=", loan.id)]
        self.assertFalse(maturities.search(mine), "not paid out")
        loan._engine().write({"state": "disbursed", "disbursed_on": "2026-04-30"})
        self.report_month(self.borrower, 1, deposit_avg=1)
        self.promise().with_user(self.head).action_confirm()
        case = (
            self.env["credit.save.case"]
            .with_user(self.manager)
            .create({"partner_id": self.borrower.id, "explanation": "Asks around"})
        )
        self.env.flush_all()
        row = maturities.search(mine)
        self.assertEqual(str(row.matures_on), "2026-05-30")
        self.assertEqual((row.short_promises, row.case_id), (1, case))
        self.assertFalse(maturities.with_user(self.stranger).search(mine))
        with freeze_time("2026-05-31"):
            maturities.invalidate_model()
            self.assertFalse(maturities.search(mine), "it is over")

    # SHOWN AT THE NEXT REVIEW, frozen

    def unmet(self):
        """Return a confirmed commitment that was short in its one reported month."""
        self.report_month(self.borrower, 1, deposit_avg=999_999.99)
        promise = self.promise(date_from="2026-04-01")
        promise.with_user(self.head).action_confirm()
        self.assertEqual(promise.last_verdict, "short")
        return promise

    def test_yearly_review_is_told_what_was_not_kept(self):
        self.unmet()
        kept = self.client("Kept")
        self.report_month(kept, 1, deposit_avg=1_000_000)
        promise = self.promise(partner_id=kept.id, date_from="2026-04-01")
        promise.with_user(self.head).action_confirm()
        silent = self.client("Silent")
        draft = self.promise(partner_id=silent.id, date_from="2026-04-01")
        memberships = self.env["credit.membership"]
        for client in (self.borrower, kept, silent):
            memberships._enter(client, "basic", "institution", day=date(2025, 5, 20))
        reviews = self.env["credit.list.review"]._open_due()
        lines = reviews.line_ids.with_user(self.manager).grouped("partner_id")
        line = lines[self.borrower]
        self.assertEqual(line.unmet_count, 1)
        self.assertIn("short 1, no figure 0", line.unmet_promises)
        for client in (kept, silent):
            self.assertEqual(lines[client].unmet_count, 0)
            self.assertFalse(lines[client].unmet_promises)
        # A late figure changes the commitment, not what the review opened on.
        self.report_month(self.borrower, 1, deposit_avg=1_000_000)
        self.env["credit.commitment"]._check_months_of(all_of_them=True)
        draft.with_user(self.head).action_confirm()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertIn("short 1", line.unmet_promises)
        self.assertFalse(lines[silent].unmet_promises)
        for forged in ({"promise_evidence": []}, {"unmet_count": 0}):
            with self.assertRaises(AccessError):
                line.write(forged)

    def test_whoever_decides_on_a_list_sees_it_too(self):
        self.unmet()
        nominations = self.env["credit.nomination"].with_user(self.head)
        nomination = nominations.create(
            {"partner_id": self.borrower.id, "tier": "quality", "justification": "Grows"}
        )
        self.assertIn("text-bg-danger", str(nomination.promise_card))
        with self.assertRaises(AccessError):
            nomination.promise_evidence = []
        nomination.action_submit()
        self.report_month(self.borrower, 1, deposit_avg=1_000_000)
        self.env["credit.commitment"]._check_months_of(all_of_them=True)
        self.env.flush_all()
        self.env.invalidate_all()
        card = str(nomination.with_user(self.finance).promise_card)
        self.assertIn("text-bg-danger", card)
        self.assertNotIn("text-bg-success", card)
        forged = nominations.create({"partner_id": self.client("X").id, "promise_evidence": []})
        self.assertIs(forged.promise_evidence, False)

    def test_nothing_promised_nothing_shown(self):
        nomination = (
            self.env["credit.nomination"]
            .with_user(self.head)
            .create({"partner_id": self.borrower.id, "tier": "quality", "justification": "Grows"})
        )
        self.assertFalse(nomination.promise_card)
        nomination.action_submit()
        self.unmet()  # promised after the institution submitted
        nomination.invalidate_recordset()
        self.assertFalse(nomination.promise_card)

    def test_nobody_confirms_what_they_wrote(self):
        promise = self.promise()
        with self.assertRaisesRegex(AccessError, "four eyes"):
            promise.with_user(self.manager).action_confirm()
        colleague = self.staff("t_colleague", self.sub_branch, "client_manager")
        with self.assertRaisesRegex(AccessError, "head of the line"):
            promise.with_user(colleague).action_confirm()
        with self.assertRaises(AccessError):
            promise.with_user(self.stranger).action_confirm()
        # Whoever bends the draft has written it as well.
        promise.with_user(self.head).amount = 5
        with self.assertRaisesRegex(AccessError, "four eyes"):
            promise.with_user(self.head).action_confirm()
        promise.with_user(self.president).action_confirm()
        self.assertEqual((promise.state, promise.confirmed_by_id), ("running", self.president))
        with self.assertRaisesRegex(UserError, "already"):
            promise.with_user(self.president).action_confirm()

    def test_the_reason_of_an_end_stays(self):
        promise = self.promise()
        promise.with_user(self.head).action_confirm()
        promise.end_reason = "Loan repaid"
        promise.with_user(self.head).action_end()
        with self.assertRaises(UserError):
            promise.with_user(self.manager).end_reason = "The client left us"
        with self.assertRaises(UserError):
            promise.with_user(self.head).action_end()

    def test_an_institution_sees_its_own(self):
        promise = self.promise()
        promise.with_user(self.head).action_confirm()
        for user, seen in (
            (self.president, True),
            (self.credit, True),
            (self.stranger, False),
        ):
            found = self.env["credit.commitment"].with_user(user).search([("id", "=", promise.id)])
            self.assertEqual(bool(found), seen, user.login)
            rows = self.env["credit.commitment.check"].with_user(user)
            self.assertEqual(
                bool(rows.search([("commitment_id", "=", promise.id)])), seen, user.login
            )
        with self.assertRaises(AccessError):
            self.env["credit.commitment"].with_user(self.outsider).search([])
        with self.assertRaises(AccessError):
            promise.with_user(self.stranger).action_end()

    def test_absurd_figures_are_refused(self):
        with self.assertRaises(ValidationError):
            self.promise("settlement_share", 130)

    def test_last_day_of_february_in_a_leap_year(self):
        with freeze_time("2028-03-01"):
            promise = self.promise(date_from="2028-02-01", date_to="2028-02-29")
            promise.with_user(self.head).action_confirm()
            self.assertEqual(self.verdicts(promise), {"2028-02": "no_data"})
            with self.assertRaises(ValidationError):
                self.promise(date_from="2028-02-01", date_to="2028-02-28")
