"""Daily extracts: staged, judged row by row, applied once however often they come."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Datetime
from odoo.tests import HttpCase, tagged

from odoo.addons.credit_client_tiering.tests.import_common import ImportCase, make_code


@tagged("post_install", "-at_install")
class TestFundImport(ImportCase):
    MOVEMENTS = ("统一社会信用代码", "交易日期", "金额（万元）", "流水号", "跨行", "用途")

    def setUp(self):
        super().setUp()
        self.day = self.today.isoformat()

    def moved(self, client):
        return self.env["credit.fund.movement"].search([("partner_id", "=", client.id)])

    def load_moves(self, *rows, unit="wan", header=MOVEMENTS):
        return self.load(header, *rows, kind="movements", unit=unit)

    def test_movements_to_the_cent_and_once(self):
        rows = (
            (self.code_a, self.day, "-1000.000001", "1", "是", "缴税"),
            (self.code_a, self.day, "600", "2", "否", ""),
            (self.code_b, self.day, "1,234.5", "", "", "工资"),
        )
        batch = self.load_moves(*rows)
        self.assertEqual(self.counts(batch), (3, 0, 0, 0), self.reasons(batch))
        first, second = self.moved(self.a).sorted("reference")
        self.env.cr.execute(
            "SELECT amount::text FROM credit_fund_movement WHERE id = %s", [first.id]
        )
        self.assertEqual(self.env.cr.fetchone()[0], "-10000000.01")
        self.assertEqual((first.cross_bank, first.purpose), (True, "tax"))
        self.assertEqual((second.amount, second.cross_bank), (6_000_000, False))
        self.assertEqual(self.moved(self.b).purpose, "payroll")
        again = self.load_moves(*rows)
        self.assertEqual(self.counts(again), (0, 0, 3, 0))
        self.assertEqual(again.written_count, 0)
        corrected = self.load_moves((self.code_a, self.day, "-900", "1", "是", "缴税"))
        self.assertEqual(self.counts(corrected), (0, 1, 0, 0))
        self.assertEqual(self.moved(self.a).sorted("reference")[0].amount, -9_000_000)

    def test_in_and_out_in_columns_of_their_own(self):
        header = ("统一社会信用代码", "日期", "流入", "流出", "余额")
        self.load_moves(
            (self.code_a, self.day, "5", "7.5", "100"),
            (self.code_b, self.day, "", "3", ""),
            header=header,
            unit="yuan",
        )
        self.assertEqual(self.moved(self.a).amount, -2.5)
        self.assertEqual(self.moved(self.a).balance, 100)
        self.assertEqual(self.moved(self.b).amount, -3)

    def test_wrong_rows_are_named_and_do_not_stop_the_rest(self):
        future = (self.today + timedelta(days=1)).isoformat()
        batch = self.load_moves(
            (make_code(99), self.day, "1", "1", "", ""),
            (self.code_a, future, "1", "2", "", ""),
            (self.code_a, "", "1", "3", "", ""),
            (self.code_a, self.day, "much", "4", "", ""),
            (self.code_a, self.day, "", "5", "", ""),
            (self.code_a, self.day, "无", "6", "", ""),
            (self.code_a, self.day, "1", "7", "perhaps", ""),
            (self.code_a, self.day, "1", "=1+1", "", ""),
            (self.code_b, self.day, "1", "8", "", ""),
            (self.code_b, self.day, "2", "8", "", ""),
            (self.code_c, self.day, "3", "9", "", ""),
        )
        self.assertEqual(self.counts(batch), (1, 0, 0, 10), self.reasons(batch))
        self.assertFalse(self.moved(self.a) + self.moved(self.b))
        self.assertEqual(self.moved(self.c).amount, 30_000)
        reasons = self.reasons(batch)
        for words in (
            "no credit client",
            "future",
            "day is missing",
            "not a number",
            "amount is missing",
            "neither yes nor no",
            "formula",
            "more than once",
        ):
            self.assertIn(words, reasons)

    def test_unit_of_the_header_must_be_the_unit_chosen(self):
        with self.assertRaises(UserError):
            self.load_moves((self.code_a, self.day, "1", "1", "", ""), unit="yuan")

    def test_planned_payments(self):
        header = ("统一社会信用代码", "付款日期", "金额", "编号", "跨行", "收款人")
        later = (self.today + timedelta(days=9)).isoformat()

        def load(*rows):
            return self.load(header, *rows, kind="payments")

        batch = load(
            (self.code_a, later, "10000000", "P1", "", "Builder"),
            (self.code_a, later, "-5", "P2", "", ""),
            (self.code_a, later, "5", "", "", ""),
        )
        self.assertEqual(self.counts(batch), (1, 0, 0, 2), self.reasons(batch))
        payment = self.env["credit.planned.payment"].search([("partner_id", "=", self.a.id)])
        self.assertEqual((payment.amount, payment.cross_bank), (10_000_000, True))
        self.assertEqual((payment.counterparty, payment.state), ("Builder", "planned"))
        moved = (self.today + timedelta(days=12)).isoformat()
        batch = load((self.code_a, moved, "10000000", "P1", "", ""))
        self.assertEqual(self.counts(batch), (0, 1, 0, 0))
        payment.invalidate_recordset()
        self.assertEqual(str(payment.value_date), moved)

    def test_loans_paid_out_remember_who_managed_the_client(self):
        header = ("统一社会信用代码", "放款日期", "金额", "借据号")
        row = (self.code_c, self.day, "1000000", "J1")
        self.load(header, row, kind="payouts")
        loan = self.env["credit.loan.payout"].search([("partner_id", "=", self.c.id)])
        self.assertEqual(loan.institution_id, self.other_branch)
        self.c.credit_institution_id = self.branch
        self.load(header, row, kind="payouts")
        loan.invalidate_recordset()
        self.assertEqual(loan.institution_id, self.other_branch)

    def test_nobody_enters_movements_by_hand(self):
        for user in (self.manager, self.lister):
            with self.assertRaises(AccessError):
                self.env["credit.fund.movement"].with_user(user).create(
                    {"partner_id": self.a.id, "date": self.today, "amount": 1}
                )
        with self.assertRaises(AccessError):
            self.env["credit.fund.movement"].sudo().create(
                {"partner_id": self.a.id, "date": self.today, "amount": 1}
            )


@tagged("post_install", "-at_install")
class TestFundJson(ImportCase, HttpCase):
    def call(self, user, model, method, **arguments):
        key = (
            self.env["res.users.apikeys"]
            .with_user(user)
            ._generate("rpc", "test", Datetime.now() + timedelta(hours=1))
        )
        response = self.url_open(
            f"/json/2/{model}/{method}",
            json=arguments,
            headers={"Authorization": f"Bearer {key}"},
        )
        return response.status_code, response.json()

    def test_movements_and_payments(self):
        row = {"credit_code": self.code_a, "value_date": self.today.isoformat()}
        rows = [
            dict(row, fund_amount="-1000.01", reference="1", cross_bank=True),
            dict(row, fund_amount=5, reference="2", cross_bank=False),
            dict(row, reference="3"),
        ]
        arguments = {"rows": rows, "source": "core", "unit": "wan"}
        status, answer = self.call(
            self.lister, "credit.fund.movement", "load_movements", **arguments
        )
        self.assertEqual(status, 200, answer)
        verdicts = [line["verdict"] for line in answer["rows"]]
        self.assertEqual(verdicts, ["new", "new", "rejected"])
        moved = self.env["credit.fund.movement"].search([("partner_id", "=", self.a.id)])
        self.assertEqual(sorted(moved.mapped("amount")), [-10_000_100, 50_000])
        self.assertEqual(moved.sorted("reference").mapped("cross_bank"), [True, False])
        _status, answer = self.call(
            self.lister, "credit.fund.movement", "load_movements", **arguments
        )
        self.assertEqual((answer["new"], answer["unchanged"]), (0, 2))
        status, answer = self.call(
            self.lister,
            "credit.planned.payment",
            "load_payments",
            rows=[dict(row, fund_amount=1, reference="P")],
            source="core",
        )
        self.assertEqual((status, answer["new"]), (200, 1))

    def test_refusals(self):
        row = {"credit_code": self.code_a, "value_date": self.today.isoformat(), "fund_amount": 1}
        for user, arguments in (
            (self.manager, {"rows": [row], "source": "core"}),
            (self.lister, {"rows": [], "source": "core"}),
            (self.lister, {"rows": [dict(row, amuont=1)], "source": "core"}),
            (self.lister, {"rows": [row], "source": "core", "unit": "dollar"}),
            (self.lister, {"rows": [row], "source": ""}),
            (self.lister, {"rows": [row], "source": "core", "as_of": "yesterday"}),
        ):
            status, _answer = self.call(user, "credit.fund.movement", "load_movements", **arguments)
            self.assertNotEqual(status, 200, arguments)
