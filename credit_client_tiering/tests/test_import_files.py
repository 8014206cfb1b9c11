import io
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..models.intake import reader
from .import_common import ImportCase, csv_bytes, xlsx_bytes

HEADER = ("统一社会信用代码", "年度", "日均存款")


@tagged("post_install", "-at_install")
class TestImportFiles(ImportCase):
    def test_encodings_and_delimiters(self):
        row = (self.code_a, self.year, "1.5")
        for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
            for delimiter in (",", ";", "\t"):
                with self.subTest(encoding=encoding, delimiter=delimiter):
                    data = csv_bytes(HEADER, row, encoding=encoding, delimiter=delimiter)
                    batch = self.check(data)
                    self.assertEqual(self.counts(batch), (1, 0, 0, 0))
                    self.assertEqual(batch.headers, list(HEADER))

    def test_headers_in_every_spelling(self):
        for code, period, metric in (
            ("credit_code", "period", "deposit_avg"),
            ("Unified social credit code", "Year", "Average daily deposits"),
            ("统一社会信用代码", "年度", "上年度日均存款"),
            ("社会信用代码 ", " 年 度", "日均存款（元）"),
            ("信用代码", "期间", "日均存款[元]"),
        ):
            with self.subTest(metric=metric):
                batch = self.check(csv_bytes((code, period, metric), (self.code_a, self.year, 1)))
                self.assertEqual(self.counts(batch), (1, 0, 0, 0))

    def test_gb18030_names(self):
        client = self.client("湖北㐀楚天有限公司")  # a character GBK does not have
        data = csv_bytes(
            ("客户名称", "年度", "日均存款"), (client.name, self.year, 1), encoding="gb18030"
        )
        self.assertEqual(self.counts(self.check(data)), (1, 0, 0, 0))

    def test_refused_files(self):
        row = (self.code_a, self.year, "1")
        good = csv_bytes(HEADER, row)
        for name, data, words in (
            ("empty", b"", "is empty"),
            ("blank", b"\n\n  \n", "is empty"),
            ("header only", csv_bytes(HEADER), "no rows"),
            ("rubbish", bytes(range(256)) * 10, "not a text or spreadsheet"),
            ("late rubbish", good + b"a,b,\0" + b"x" * 10, "not a text or spreadsheet"),
            ("image", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "not a text or spreadsheet"),
            ("old excel", b"\xd0\xcf\x11\xe0" + b"\0" * 50, "Excel 97"),
            ("broken zip", b"PK\x03\x04" + b"rubbish" * 20, "cannot be read"),
            ("bad text", "统一".encode("gb18030")[:3] + b"\xff\xff\xff,\n", "neither UTF-8"),
            ("no client", csv_bytes(HEADER[1:], row[1:]), "Missing: Unified social credit"),
            ("no figure", csv_bytes(HEADER[:2], row[:2]), "at least one figure"),
            ("twice", csv_bytes((*HEADER, "deposit_avg"), (*row, "2")), "both bring"),
            ("title row", csv_bytes(("Report",), HEADER, row), "Missing"),
            (
                "merged header",
                csv_bytes((*HEADER, "", "月代发额"), (*row, "7", "8")),
                "Merged header cells",
            ),
            ("other unit", csv_bytes((*HEADER[:2], "日均存款（万元）"), row), "another unit"),
            ("open quote", good + b'"' + b"x\n" * 90_000, "quotation mark"),
            ("wide", csv_bytes([*HEADER, *map(str, range(300))], row), "at most 200"),
        ):
            with self.subTest(name), self.assertRaisesRegex(UserError, words):
                self.check(data)

    def test_ragged_rows(self):
        data = csv_bytes(
            HEADER,
            (self.code_a, self.year),
            (self.code_b, self.year, "1", "2"),
            (self.code_c, self.year, "1", ""),
        )
        batch = self.check(data)
        self.assertEqual(self.counts(batch), (1, 0, 0, 2))
        self.assertIn("Row 2: the row has 2 cells, the header names 3", self.reasons(batch))
        self.assertIn("Row 3: the row has 4 cells, the header names 3", self.reasons(batch))

    def test_size_limit(self):
        """Refused before anything is parsed."""
        self.env["ir.config_parameter"].set_param(reader.LIMIT_PARAMETER, "0.001")
        data = csv_bytes(HEADER, *[(self.code_a, self.year, "1")] * 60)
        with (
            patch.object(reader.Reader, "__init__", side_effect=AssertionError("parsed")),
            self.assertRaisesRegex(UserError, "the limit is"),
        ):
            self.batches._load(data, "figures")
        with self.assertRaisesRegex(UserError, "the limit is"):
            self.batches.create({"name": "big", "file": "QUJD" * 1000})

    def test_a_large_file_is_streamed(self):
        """Rows are read when the database asks for them, not before."""
        read = []

        def lines():
            for number in range(1, 20_001):
                read.append(number)
                yield number, [self.code_a, self.year, "1"]

        waiting = []
        original = io.StringIO.getvalue

        class Watch(io.StringIO):
            def getvalue(self):
                waiting.append(len(read))
                return original(self)

        with patch("odoo.addons.credit_client_tiering.models.intake.staging.io.StringIO", Watch):
            batch = self.batches.create({"name": "stream"})
            from ..models.intake.columns import HeaderMap

            batch._check_rows(
                ["credit_code", "period", "deposit_avg"], lines(), HeaderMap(self.env, "figures")
            )
        self.assertLessEqual(waiting[0], 2_000)
        self.assertEqual(batch.row_count, 20_000)

    def test_spreadsheet(self):
        batch = self.check(
            xlsx_bytes(
                ("统一社会信用代码", "年度", "日均存款（万元）", "结算占比", "数据日期"),
                (self.code_a, self.last_year, 0.1 + 0.2, 0.855, self.today),
                (self.code_b, f"{self.year}年", 12345678.01, 50, None),
                (None, None, None, None, None),
                (self.code_c, self.last_year, "=C2*2", None, None),
                formats={"D2": "0.0%"},
            ),
            unit="wan",
        )
        self.assertEqual(self.counts(batch), (2, 0, 0, 1))
        self.assertIn("Row 5", self.reasons(batch))
        self.assertIn("is a formula", self.reasons(batch))
        batch.action_apply()
        self.assertEqual(self.exact(self.a, "deposit_avg"), "3000")
        self.assertEqual(self.exact(self.b, "deposit_avg"), "123456780100")
        self.assertEqual(self.live(self.a).settlement_share, 85.5)
        self.assertEqual(self.live(self.b).settlement_share, 50)

    def test_spreadsheet_bomb(self):
        self.env["ir.config_parameter"].set_param(reader.LIMIT_PARAMETER, "0.02")
        rows = [("x" * 30_000,)] * 30
        with self.assertRaisesRegex(UserError, "unpacks to"):
            self.check(xlsx_bytes(HEADER, *rows))

    def test_cells_with_line_ends_and_quotes(self):
        header = (*HEADER, "备注")
        note = 'first\r\nsecond "quoted", \\. \r end'
        batch = self.check(csv_bytes(header, (self.code_a, self.year, "x", note)))
        self.assertEqual(batch.rejected_line_ids.raw[3], note)
        self.assertEqual(batch.ignored_columns, "备注")

    def test_extract_from_the_future(self):
        tomorrow = f"{self.today.year + 1}-01-01"
        with self.assertRaisesRegex(ValidationError, "cannot be from the future"):
            self.batches.create({"name": "x", "as_of": tomorrow})
