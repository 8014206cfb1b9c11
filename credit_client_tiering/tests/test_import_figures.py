from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .import_common import ImportCase, make_code

KEYS = ("credit_code", "period")


@tagged("post_install", "-at_install")
class TestImportFigures(ImportCase):
    def test_units_are_converted_exactly(self):
        """To the cent at the thresholds, where binary floats would miss."""
        for unit, text, expected in (
            ("yuan", "50000000.00", "50000000"),
            ("yuan", "49999999.99", "49999999.99"),
            ("wan", "5000", "50000000"),
            ("wan", "4999.999999", "49999999.99"),
            ("wan", "0.0001", "1"),
            ("wan", "1.1", "11000"),
            ("yi", "0.5", "50000000"),
            ("yi", "0.4999999999", "49999999.99"),
            ("yi", "0.07", "7000000"),
            ("yi", "1.13", "113000000"),
            ("wan", "1,234,567.890123", "12345678901.23"),
        ):
            with self.subTest(unit=unit, text=text):
                self.load((*KEYS, "exposure_avg"), (self.code_a, self.year, text), unit=unit)
                self.assertEqual(self.exact(self.a, "exposure_avg"), expected)

    def test_threshold_to_the_cent(self):
        """One cent below the threshold in 万元 is below it for the engine."""
        client = self.quality_client(credit_code=make_code(9))
        self.assertEqual(client.credit_suggested, "quality")
        row = (client.credit_code, self.year, "4999.999999")
        self.load(("统一社会信用代码", "年度", "日均授信敞口（万元）"), row, unit="wan")
        self.assertNotEqual(client.credit_suggested, "quality")
        row = (client.credit_code, self.year, "5000.000000")
        self.load(("统一社会信用代码", "年度", "日均授信敞口（万元）"), row, unit="wan")
        self.assertEqual(client.credit_suggested, "quality")

    def test_only_yuan_figures_are_scaled(self):
        self.load(
            (*KEYS, "deposit_avg", "settlement_share", "payroll_people"),
            (self.code_a, self.year, "2", "55.5%", "12"),
            unit="wan",
        )
        row = self.live(self.a)
        self.assertEqual(
            (row.deposit_avg, row.settlement_share, row.payroll_people), (20_000, 55.5, 12)
        )

    def test_bad_cells(self):
        """Each rule refuses its row alone, and the reason names row, column and rule."""
        next_year = str(self.today.year + 1)
        for column, text, words in (
            ("exposure_avg", "-0.01", "cannot be below 0 yuan"),
            ("exposure_avg", "10000000000000.01", "cannot be above"),
            ("exposure_avg", "NaN", "is not a number"),
            ("exposure_avg", "inf", "is not a number"),
            ("exposure_avg", "-Infinity", "is not a number"),
            ("exposure_avg", "1e5", "is not a number"),
            ("exposure_avg", "12,34", "is not a number"),
            ("exposure_avg", "1.2.3", "is not a number"),
            ("exposure_avg", "-", "is not a number"),
            ("exposure_avg", "abc", "is not a number"),
            ("exposure_avg", "5%", "is not a number"),
            ("exposure_avg", "９９", "is not a number"),
            ("exposure_avg", "9" * 60, "is not a number"),
            ("exposure_avg", "=1+1", "is a formula"),
            ("exposure_avg", "+5", "is a formula"),
            ("exposure_avg", "@SUM(A1)", "is a formula"),
            ("exposure_avg", "'=1+1", "is a formula"),
            ("settlement_share", "100.01", "cannot be above 100 percent"),
            ("settlement_share", "101%", "cannot be above 100 percent"),
            ("payroll_people", "-1", "cannot be below 0 people"),
            ("period", next_year, "lies in the future"),
            ("period", "2025-13", "names no year"),
            ("period", "25", "names no year"),
            ("period", "last year", "names no year"),
            ("period", "", "names no year"),
            ("as_of", "2025-02-30", "is not a date"),
            ("as_of", "30.02", "is not a date"),
            ("as_of", f"{next_year}-01-01", "lies in the future"),
            ("institution", "Nowhere", "no institution has the code or name"),
            ("credit_code", make_code(77), "no credit client has"),
            ("credit_code", self.code_a[:-1] + "X", "should be"),
            ("credit_code", "12345", "instead of 18"),
            ("credit_code", "", "names no client"),
        ):
            header = ["credit_code", "period", "as_of", "institution"]
            header += ["exposure_avg", "settlement_share", "payroll_people"]
            good = [self.code_b, self.year, "", "", "7", "8", "9"]
            bad = dict(zip(header, [self.code_a, self.year, "", "", "1", "", ""], strict=True))
            bad[column] = text
            with self.subTest(column=column, text=text), self.env.cr.savepoint() as savepoint:
                batch = self.load(header, good, [bad[name] for name in header])
                self.assertEqual(self.counts(batch), (1, 0, 0, 1))
                self.assertIn(words, self.reasons(batch))
                self.assertIn("Row 3", self.reasons(batch))
                self.assertIn(f"column “{column}”", self.reasons(batch))
                self.assertFalse(self.live(self.a))
                self.assertEqual(self.live(self.b).exposure_avg, 7)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_negative_numbers_are_numbers(self):
        self.load((*KEYS, "profit_margin"), (self.code_a, self.year, "-3.5"))
        self.assertEqual(self.live(self.a).profit_margin, -3.5)

    def test_duplicates_are_all_refused(self):
        batch = self.load(
            (*KEYS, "deposit_avg"),
            (self.code_a, self.year, "1"),
            (self.code_b, self.year, "2"),
            (self.code_a.lower(), f"{self.year}年", "3"),
            (self.code_a, f"{self.year}-01", "4"),
        )
        self.assertEqual(self.counts(batch), (2, 0, 0, 2))
        self.assertEqual(batch.rejected_line_ids.mapped("row_no"), [2, 4])
        self.assertIn("rows 2 and 4", self.reasons(batch))
        self.assertFalse(self.live(self.a).filtered(lambda s: s.period_type == "year"))

    def test_clients_by_name(self):
        twins = self.client("Twin"), self.client("Twin")
        batch = self.load(
            ("客户名称", "年度", "日均存款"),
            ("Alpha Steel", self.year, "1"),
            ("Twin", self.year, "2"),
            ("Nobody", self.year, "3"),
        )
        self.assertEqual(self.counts(batch), (1, 0, 0, 2))
        self.assertIn("several credit clients are called “Twin”", self.reasons(batch))
        self.assertIn("no credit client is called “Nobody”", self.reasons(batch))
        self.assertFalse(self.live(twins[0]) | self.live(twins[1]))

    def test_archived_client(self):
        self.a.active = False
        batch = self.load((*KEYS, "deposit_avg"), (self.code_a, self.year, "1"))
        self.assertIn("is archived", self.reasons(batch))

    def test_periods(self):
        self.load(
            (*KEYS, "deposit_now"),
            (self.code_a, f"{self.year}年3月", "3"),
            (self.code_a, f"{self.year}/4", "4"),
            (self.code_a, f"{self.year}05", "5"),
            (self.code_a, self.year, "12"),
        )
        rows = self.a.credit_snapshot_ids.sorted("deposit_now")
        self.assertEqual(
            rows.mapped(lambda s: (s.period_type, s.period_start)),
            [("month", date(self.last_year, m, 1)) for m in (3, 4, 5)]
            + [("year", date(self.last_year, 1, 1))],
        )

    def test_period_with_a_column_for_its_type(self):
        self.load(
            ("credit_code", "period_type", "period_start", "deposit_now"),
            (self.code_a, "month", f"{self.year}-03-31", "3"),
            (self.code_a, "year", f"{self.year}-03-31", "12"),
        )
        self.assertEqual(self.live(self.a, f"{self.year}-03-01").period_type, "month")
        self.assertEqual(self.live(self.a).deposit_now, 12)

    def test_period_declared_for_the_file(self):
        options = {"period_type": "month", "period_start": f"{self.year}-03-15"}
        self.load(("credit_code", "deposit_now"), (self.code_a, "3"), **options)
        self.assertEqual(self.live(self.a, f"{self.year}-03-01").deposit_now, 3)
        with self.assertRaisesRegex(UserError, "Missing: Period"):
            self.load(("credit_code", "deposit_now"), (self.code_a, "3"))

    def test_same_file_again_changes_nothing(self):
        rows = [(self.code_a, self.year, "1.50", "50"), (self.code_b, self.year, "2", "")]
        header = (*KEYS, "deposit_avg", "settlement_share")
        self.assertEqual(self.counts(self.load(header, *rows)), (2, 0, 0, 0))
        before = self.env["credit.metric.snapshot"].search_count([])
        assessments = self.env["credit.assessment"].search_count([])
        again = self.load(header, *rows)
        self.assertEqual((self.counts(again), again.written_count), ((0, 0, 2, 0), 0))
        self.assertEqual(self.env["credit.metric.snapshot"].search_count([]), before)
        self.assertEqual(self.env["credit.assessment"].search_count([]), assessments)

    def test_correction_supersedes_and_carries_over(self):
        """Exactly what the ORM's own create does, row by row."""
        first = self.report(self.a, deposit_avg=1, exposure_avg=2, fund_return=3)
        twin = self.client("Twin of Alpha")
        first_twin = self.report(twin, deposit_avg=1, exposure_avg=2, fund_return=3)
        batch = self.load((*KEYS, "deposit_avg", "pos_amount"), (self.code_a, self.year, "9", "0"))
        self.assertEqual(self.counts(batch), (0, 1, 0, 0))
        self.report(twin, deposit_avg=9, pos_amount=0)
        self.assertTrue(first.superseded_at and first_twin.superseded_at)
        mine, theirs = self.live(self.a), self.live(twin)
        for code in self.env["credit.metric.snapshot"]._metric_codes():
            self.assertEqual(mine[code], theirs[code], code)
            self.assertIs(mine[code] is False, theirs[code] is False, code)
        self.assertEqual(mine.carried, {"exposure_avg": first.id, "fund_return": first.id})
        self.assertEqual(set(mine.carried), set(theirs.carried))
        self.load((*KEYS, "pos_amount"), (self.code_a, self.year, "5"))
        self.assertEqual(
            self.live(self.a).carried,
            {"exposure_avg": first.id, "fund_return": first.id, "deposit_avg": mine.id},
        )

    def test_blank_is_not_supplied_and_a_token_withdraws(self):
        self.report(self.a, deposit_avg=1, exposure_avg=2)
        header = (*KEYS, "deposit_avg", "exposure_avg")
        self.assertEqual(
            self.counts(self.load(header, (self.code_a, self.year, "", ""))), (0, 0, 1, 0)
        )
        for token in ("无", "N/A"):
            with self.subTest(token=token), self.env.cr.savepoint() as savepoint:
                batch = self.load(header, (self.code_a, self.year, "", token))
                self.assertEqual(self.counts(batch), (0, 1, 0, 0))
                row = self.live(self.a)
                self.assertEqual((row.deposit_avg, row.exposure_avg), (1, False))
                self.assertEqual(row.withdrawn_metric_ids.mapped("code"), ["exposure_avg"])
                self.assertNotIn("exposure_avg", row.carried)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_zero_is_a_figure(self):
        self.load((*KEYS, "deposit_avg"), (self.code_a, self.year, "0"))
        self.assertEqual(self.exact(self.a, "deposit_avg"), "0")
        self.assertIs(self.live(self.a).exposure_avg, False)

    def test_source_and_day_are_kept(self):
        self.load(
            (*KEYS, "as_of", "deposit_avg"),
            (self.code_a, self.year, f"{self.year}-12-31", "1"),
            (self.code_b, self.year, "", "1"),
            source="core banking",
            as_of=f"{self.today.year}-01-05",
        )
        self.assertEqual(self.live(self.a).as_of, date(self.last_year, 12, 31))
        self.assertEqual(self.live(self.b).as_of, date(self.today.year, 1, 5))
        self.assertEqual(self.live(self.b).source, "core banking")

    def test_only_clients_touched_are_assessed(self):
        asked = []
        assess = type(self.env["credit.assessment"])._assess

        def spy(model, client_ids=None, day=None):
            asked.append(client_ids)
            return assess(model, client_ids, day)

        self.patch(type(self.env["credit.assessment"]), "_assess", spy)
        self.report(self.b, deposit_avg=1)
        asked.clear()
        self.load(
            (*KEYS, "deposit_avg"), (self.code_a, self.year, "5"), (self.code_b, self.year, "1")
        )
        self.assertEqual(asked, [[self.a.id]])
