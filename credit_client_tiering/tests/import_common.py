"""What the tests of imports share: a bank, and files made on the spot."""

import csv
import io

import openpyxl
from stdnum.cn import uscc

from .common import BankCase


def make_code(number):
    """Return an invented credit code whose check digit is right."""
    stem = f"91420100MB{number:07d}"
    return stem + uscc.calc_check_digit(stem)


def csv_bytes(header, *rows, encoding="utf-8", delimiter=","):
    """Return a CSV file of a header and rows of cells."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue().encode(encoding)


def xlsx_bytes(*rows, formats=None):
    """Return a spreadsheet; ``formats`` gives number formats per cell name."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cell, number_format in (formats or {}).items():
        book.active[cell].number_format = number_format
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


class ImportCase(BankCase):
    """Three clients known by their codes, and short ways to load a file."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code_a, cls.code_b, cls.code_c = (make_code(n) for n in (1, 2, 3))
        cls.a = cls.client("Alpha Steel", credit_code=cls.code_a)
        cls.b = cls.client("Beta Paper", credit_code=cls.code_b)
        cls.c = cls.client(
            "Gamma Tea", credit_code=cls.code_c, credit_institution_id=cls.other_branch.id
        )
        cls.batches = cls.env["credit.import.batch"]
        cls.year = str(cls.last_year)

    @classmethod
    def load(cls, header, *rows, kind="figures", **options):
        return cls.batches._load(csv_bytes(header, *rows), kind, **options)

    @classmethod
    def check(cls, data, kind="figures", **options):
        """Check a file without applying it."""
        batch = cls.batches.create({"kind": kind, "name": "test", **options})
        batch._check_stream(io.BytesIO(data))
        return batch

    def live(self, client, period=None):
        return self.env["credit.metric.snapshot"].search(
            [
                ("partner_id", "=", client.id),
                ("period_start", "=", period or f"{self.last_year}-01-01"),
                ("superseded_at", "=", False),
            ]
        )

    def exact(self, client, metric):
        """Return a live yearly figure as the database holds it, in digits."""
        self.env.cr.execute(
            f"""SELECT trim_scale({metric})::text FROM credit_metric_snapshot
                 WHERE partner_id = %s AND superseded_at IS NULL
                   AND period_type = 'year'""",  # noqa: S608 - a column named by the test
            [client.id],
        )
        return self.env.cr.fetchone()[0]

    def counts(self, batch):
        return (
            batch.new_count,
            batch.changed_count,
            batch.unchanged_count,
            batch.rejected_count,
        )

    def reasons(self, batch):
        return "\n".join(batch.rejected_line_ids.mapped("reason"))
