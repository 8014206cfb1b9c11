"""Facts: stated once, corrected by newer ones, unknown is not zero."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import BankCase


@tagged("post_install", "-at_install")
class TestSnapshot(BankCase):
    def test_unknown_is_not_zero(self):
        row = self.report(self.client(), exposure_avg=0)
        self.env.flush_all()
        row.invalidate_recordset()
        self.assertEqual(row.exposure_avg, 0.0)
        self.assertIsNot(row.exposure_avg, False)
        self.assertIs(row.deposit_avg, False)
        values = row.read(["exposure_avg", "deposit_avg"])[0]
        self.assertEqual((values["exposure_avg"], values["deposit_avg"]), (0.0, False))
        self.assertIs(values["deposit_avg"], False)
        model = self.env["credit.metric.snapshot"]
        self.assertIn(row, model.search([("exposure_avg", "=", 0)]))
        self.assertNotIn(row, model.search([("deposit_avg", "=", 0)]))
        self.assertIn(row, model.search([("deposit_avg", "=", False)]))
        self.assertNotIn(row, model.search([("exposure_avg", "=", False)]))

    def test_amounts_keep_the_cent(self):
        row = self.report(self.client(), exposure_avg=49_999_999.99)
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT exposure_avg::text FROM credit_metric_snapshot WHERE id = %s", [row.id]
        )
        self.assertEqual(self.env.cr.fetchone()[0], "49999999.99")

    def test_a_period_is_kept_by_its_first_day(self):
        client = self.client()
        row = self.env["credit.metric.snapshot"].create(
            {"partner_id": client.id, "period_start": f"{self.last_year}-12-31", "source": "t"}
        )
        self.assertEqual(str(row.period_start), f"{self.last_year}-01-01")

    def test_a_correction_supersedes_and_carries_over(self):
        client = self.client()
        first = self.report(client, exposure_avg=1, deposit_avg=2, source="core")
        second = self.report(client, exposure_avg=3)
        third = self.report(client, fund_return=4)
        self.assertTrue(first.superseded_at and second.superseded_at)
        self.assertFalse(third.superseded_at)
        self.assertEqual((third.exposure_avg, third.deposit_avg), (3, 2))
        self.assertEqual(third.carried, {"exposure_avg": second.id, "deposit_avg": first.id})
        self.assertEqual(first.exposure_avg, 1, "the earlier report is history")

    def test_a_figure_can_be_withdrawn(self):
        client = self.client()
        self.report(client, exposure_avg=200_000_000, deposit_avg=0)
        self.assertEqual(client.credit_suggested, "strategic")
        row = self.report(
            client,
            withdrawn_metric_ids=[(6, 0, self.ref("metric_exposure_avg").ids)],
        )
        self.assertIs(row.exposure_avg, False)
        self.assertEqual(row.deposit_avg, 0)
        self.assertEqual(client.credit_suggested, "undecided")
        self.assertEqual(client.credit_drift, "no_data")

    def test_two_reports_of_one_period_in_one_call(self):
        client = self.client()
        values = {"partner_id": client.id, "period_start": f"{self.last_year}-01-01"}
        rows = self.env["credit.metric.snapshot"].create(
            [{**values, "exposure_avg": 1}, {**values, "deposit_avg": 2}]
        )
        live = rows.filtered(lambda r: not r.superseded_at)
        self.assertEqual((len(live), live.exposure_avg, live.deposit_avg), (1, 1, 2))

    def test_nobody_edits_or_deletes_a_report(self):
        row = self.report(self.client(), exposure_avg=1)
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            row.exposure_avg = 2
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            row.unlink()

    def test_absurd_figures_are_refused(self):
        client = self.client()
        for figures in (
            {"exposure_avg": -0.01},
            {"exposure_avg": float("nan")},
            {"deposit_avg": float("inf")},
            {"settlement_share": 100.01},
            {"cards_issued": -1},
        ):
            with self.subTest(figures=figures), self.assertRaises(ValidationError):
                self.report(client, **figures)
        self.report(client, settlement_share=100, profit_margin=-250)

    def test_the_future_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "future"):
            self.report(self.client(), year=self.today.year + 1, exposure_avg=1)

    def test_only_credit_clients_have_figures(self):
        shop = self.env["res.partner"].create({"name": "Shop", "is_company": True})
        with self.assertRaisesRegex(ValidationError, "not marked"):
            self.report(shop, exposure_avg=1)

    def test_institutions_declare_what_is_theirs_to_declare(self):
        client = self.client()
        rows = self.env["credit.metric.snapshot"].with_user(self.manager)
        values = {"partner_id": client.id, "period_start": f"{self.last_year}-01-01"}
        rows.create({**values, "profit_margin": 5, "peer_margin": 4})
        with self.assertRaisesRegex(AccessError, "bank's systems"):
            rows.create({**values, "exposure_avg": 2e8})
        with self.assertRaises(AccessError):
            rows.create(
                {
                    **values,
                    "partner_id": self.client(credit_institution_id=self.other_branch.id).id,
                    "profit_margin": 5,
                }
            )

    def test_superseding_cannot_be_forged(self):
        client = self.client()
        row = (
            self.env["credit.metric.snapshot"]
            .with_user(self.lister)
            .create(
                {
                    "partner_id": client.id,
                    "period_start": f"{self.last_year}-01-01",
                    "superseded_at": "2020-01-01 00:00:00",
                    "carried": {"exposure_avg": 1},
                }
            )
        )
        self.assertFalse(row.superseded_at or row.carried)
        with self.assertRaises(AccessError):
            row.superseded_at = "2020-01-01 00:00:00"


@tagged("post_install", "-at_install")
class TestDesignation(BankCase):
    def test_validity_includes_both_days(self):
        client = self.client()
        for days_from, days_to, effective in (
            (0, 0, True),
            (-5, -1, False),
            (-5, 0, True),
            (1, 5, False),
            (-5, None, True),
        ):
            with self.subTest(days_from=days_from, days_to=days_to):
                row = self.designate(
                    client,
                    "central_soe",
                    date_from=self.today + timedelta(days=days_from),
                    date_to=days_to is not None and self.today + timedelta(days=days_to),
                )
                expected = "strategic" if effective else "undecided"
                self.assertEqual(client.credit_suggested, expected)
                row.write({"voided_at": "2020-01-01 00:00:00", "void_reason": "test"})

    def test_a_newer_judgement_ends_the_earlier_one(self):
        client = self.client()
        old = self.designate(
            client, "policy_fit", date_from=self.today - timedelta(days=10), holds=True
        )
        new = self.designate(client, "policy_fit", holds=False)
        self.assertEqual(old.date_to, self.today - timedelta(days=1))
        newest = self.designate(client, "policy_fit", holds=True)
        self.assertTrue(new.voided_at, "replaced on the same day")
        self.assertFalse(newest.voided_at)

    def test_two_claims_stand_side_by_side(self):
        client = self.client()
        rows = self.designate(client, "national_rank", rank=501) + self.designate(
            client, "national_rank", rank=500
        )
        self.assertFalse(any(rows.mapped("date_to")))
        self.assertEqual(client.credit_suggested, "strategic", "the better rank counts")

    def test_a_ranking_needs_a_rank(self):
        with self.assertRaisesRegex(ValidationError, "ranking"):
            self.designate(self.client(), "national_rank")

    def test_what_only_the_head_office_may_state(self):
        client = self.client()
        rows = self.env["credit.designation"]
        values = {
            "partner_id": client.id,
            "type_id": self.ref("designation_type_head_office_recognised").id,
        }
        with self.assertRaisesRegex(AccessError, "head office"):
            rows.with_user(self.president).create(values)
        row = rows.with_user(self.finance).create(values)
        self.assertEqual(client.credit_suggested, "strategic")
        with self.assertRaises(AccessError):
            row.with_user(self.president).date_to = self.today

    def test_withdrawing_needs_a_reason(self):
        row = self.designate(self.client(), "central_soe")
        with self.assertRaisesRegex(ValidationError, "why"):
            row.action_withdraw("  ")
        row.with_user(self.manager).action_withdraw("wrong company")
        self.assertEqual(row.partner_id.credit_suggested, "undecided")
        self.assertEqual(row.void_reason, "wrong company")

    def test_a_statement_is_not_edited(self):
        row = self.designate(self.client(), "policy_fit", holds=False)
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            row.with_user(self.manager).holds = True


@tagged("post_install", "-at_install")
class TestHolding(BankCase):
    def test_no_report_is_not_no_products(self):
        client = self.client()
        self.assertEqual(client.credit_tier_verdicts[2], "?")
        self.report_month(client, payroll_people=0, payroll_amount=0, pos_amount=0, cards_issued=0)
        self.report(client, exposure_avg=0)
        self.assertEqual(client.credit_tier_verdicts[2], "?", "products are unknown")
        client.credit_holdings_as_of = self.today
        self.assertEqual(client.credit_tier_verdicts[2], "F")

    def test_families_count_once_and_credit_does_not(self):
        client = self.client()
        self.hold(client, "time_deposit", "agreed_deposit", "working_capital_loan", "credit_card")
        self.assertNotEqual(client.credit_suggested, "basic", "one family that counts")
        self.hold(client, "letter_of_credit")
        self.assertEqual(client.credit_suggested, "basic")

    def test_an_ended_or_unused_product_does_not_count(self):
        client = self.client()
        held = self.hold(client, "time_deposit", "letter_of_credit")
        self.assertEqual(client.credit_suggested, "basic")
        held[0].date_to = self.today
        self.assertEqual(client.credit_suggested, "basic", "held on its last day")
        held[1].date_to = self.today - timedelta(days=0)
        other = self.client("Other")
        self.hold(other, "time_deposit")
        self.hold(other, "letter_of_credit", in_use=False)
        self.assertNotEqual(other.credit_suggested, "basic")

    def test_the_catalogue_decides_what_counts(self):
        client = self.client()
        self.hold(client, "time_deposit", "letter_of_credit")
        self.ref("product_family_international").counts = False
        self.assertNotEqual(client.credit_suggested, "basic")
