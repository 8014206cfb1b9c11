"""What follows from a disbursement: the payout, counted once, and credit in effect (D-1)."""

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.credit_client_tiering.tests.import_common import make_code

from .process_common import ProcessCase


@tagged("post_install", "-at_install")
class TestApplicationPayout(ProcessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.basic = cls.listed("basic", "Basic client", credit_code=make_code(77))

    def pay(self, application, day=None):
        self.complete(application, day or self.today)
        for user in (self.manager, self.credit, self.manager, self.manager, self.head):
            application.with_user(user)._finish_step(day or self.today, user)

    def payouts(self, client=None):
        client = client or self.basic
        return self.env["credit.loan.payout"].search([("partner_id", "=", client.id)])

    def extract(self, *rows):
        """Load (loan number, amount) as the credit system reports them for today."""
        batch = self.env["credit.import.batch"].with_user(self.lister)
        return batch._load_rows(
            "payouts",
            [
                {
                    "credit_code": self.basic.credit_code,
                    "value_date": self.today.isoformat(),
                    "fund_amount": amount,
                    "reference": number,
                }
                for number, amount in rows
            ],
            "credit system",
            "yuan",
            self.today.isoformat(),
        )

    def test_disbursed_is_on_file_once(self):
        application = self.apply_for(self.basic)
        self.assertFalse(self.payouts())
        self.pay(application)
        payout = self.payouts()
        self.assertEqual((payout.amount, payout.date), (5_000_000, self.today))
        self.assertEqual(payout.institution_id, self.sub_branch)
        self.assertEqual((payout.reference, payout.is_provisional), (application.name, True))
        application._settle_payouts()
        self.assertEqual(self.payouts(), payout)

    def test_what_was_paid_out_not_what_was_applied_for(self):
        application = self.apply_for(self.basic)
        self.complete(application, self.today)
        application.with_user(self.manager).paid_amount = 3_000_000.01
        self.through(application, 0)
        self.assertEqual(self.payouts().amount, 3_000_000.01)
        with self.assertRaises(UserError):
            application.with_user(self.manager).paid_amount = 1

    def test_without_an_amount_nothing_is_paid_out(self):
        application = self.apply_for(self.basic, amount=False)
        with self.assertRaisesRegex(UserError, "amount paid out"):
            self.pay(application)

    def test_refused_pays_nothing(self):
        application = self.apply_for(self.basic)
        reason = self.mine("process_code_refusal_other")
        application._end(self.today, "refused", reason, "Not now", self.head)
        application._settle_payouts()
        self.assertFalse(self.payouts())

    def test_extract_by_loan_number(self):
        """Drawn in two parts with numbers of their own: two loans, five million, not ten."""
        application = self.apply_for(self.basic)
        self.complete(application, self.today)
        application.with_user(self.manager).loan_reference = "J-1，J-2"
        self.through(application, 0)
        self.extract(("J-1", "3000000"))
        self.extract(("J-2", "2000000"))
        self.assertEqual(sorted(self.payouts().mapped("amount")), [2_000_000, 3_000_000])
        self.assertEqual(self.payouts().application_id, application)
        self.assertFalse(any(self.payouts().mapped("is_provisional")))

    def test_extract_without_a_number_but_alike(self):
        application = self.apply_for(self.basic)
        self.pay(application)
        self.extract(("J-9", "5000000"))
        self.assertEqual(self.payouts().mapped("reference"), ["J-9"])
        # Another loan of the same amount on the same day is another loan.
        self.extract(("J-10", "5000000"))
        self.assertEqual(len(self.payouts()), 2)
        self.assertEqual(len(application.payout_ids), 1)

    def test_extract_before_the_last_step(self):
        application = self.apply_for(self.basic)
        self.extract(("J-1", "5000000"))
        self.pay(application)
        self.assertEqual(self.payouts().mapped("reference"), ["J-1"])
        self.assertEqual(self.payouts().application_id, application)

    def test_extract_under_the_application_number(self):
        application = self.apply_for(self.basic)
        self.pay(application)
        self.extract((application.name, "4900000"))
        self.assertEqual((self.payouts().amount, self.payouts().is_provisional), (4_900_000, False))
        self.assertEqual(self.payouts().application_id, application)

    def test_number_told_after_the_extract(self):
        """Another amount: nobody guesses; the number settles it."""
        application = self.apply_for(self.basic)
        self.pay(application)
        self.extract(("J-7", "4000000"))
        self.assertEqual(len(self.payouts()), 2)
        application.with_user(self.manager).loan_reference = "J-7"
        self.assertEqual(self.payouts().mapped("amount"), [4_000_000])

    def test_nobody_ties_a_payout_by_hand(self):
        application = self.apply_for(self.basic)
        payouts = self.env["credit.loan.payout"].with_user(self.lister)
        given = {"partner_id": self.basic.id, "date": self.today, "amount": 1, "reference": "X"}
        for forged in ({"application_id": application.id}, {"is_provisional": True}):
            with self.assertRaises(AccessError):
                payouts.create({**given, **forged})
        self.pay(application)
        with self.assertRaises(UserError):
            self.payouts().with_user(self.lister).is_provisional = False
        with self.assertRaises(AccessError):
            application.with_user(self.manager).write({"payout_ids": [(5,)]})

    def test_credit_is_in_effect(self):
        client = self.listed("basic", "New", credit_first_date=False)
        self.pay(self.apply_for(client, term_months=12))
        self.assertEqual((client.credit_first_date, client.credit_end_date), (self.today, False))
        self.assertEqual(client.credit_state, "active")

    def test_credit_lasts_as_long_as_the_loan(self):
        long_ago = self.today - relativedelta(years=3)
        for end, months, expected in (
            (-1, 6, False),
            (0, 6, False),
            (30, 0, self.today + relativedelta(days=30)),
            (30, 6, self.today + relativedelta(months=6)),
            (400, 6, self.today + relativedelta(days=400)),
        ):
            client = self.listed(
                "basic",
                f"Ended {end} {months}",
                credit_first_date=long_ago,
                credit_end_date=self.today + relativedelta(days=end),
            )
            self.pay(self.apply_for(client, term_months=months))
            with self.subTest(end=end, months=months):
                self.assertEqual(client.credit_first_date, long_ago)
                self.assertEqual(client.credit_end_date, expected)

    def test_the_project_library_sees_the_money(self):
        project = self.env["crm.lead"].create(
            {
                "name": "Project",
                "is_credit_project": True,
                "partner_id": self.basic.id,
                "team_id": self.sub_branch.id,
                "user_id": self.manager.id,
                "prospect_source_id": self.mine("prospect_source_door_visit").id,
                "expected_amount": 6_000_000,
            }
        )
        funnel = self.env["credit.project.funnel"].browse(project.id)
        self.assertEqual((funnel.applied, funnel.granted), (0, 0))
        application = self.apply_for(self.basic)
        self.env.invalidate_all()
        self.env.flush_all()
        self.assertEqual((funnel.applied, funnel.granted), (1, 0))
        self.pay(application)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((funnel.applied, funnel.granted), (1, 1))
        self.assertEqual((project.drawn_amount, project.drawn_on), (5_000_000, self.today))
