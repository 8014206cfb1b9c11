"""Turn a bank's file into a header and rows of text, without holding it in memory."""

import codecs
import csv
import io
import os
import zipfile
from datetime import date, datetime, time
from decimal import Decimal

import openpyxl

from odoo.exceptions import UserError

CHUNK = 1 << 20
SAMPLE = 1 << 16
MAX_LINES_OF_ROW = 200
DELIMITERS = ",;\t|"
LIMIT_PARAMETER = "credit_client_tiering.import_max_megabytes"
LIMIT_DEFAULT = 100
# A spreadsheet is a zip file; one that unpacks to far more than this is an attack.
UNPACKED_RATIO = 20
SPREADSHEET = b"PK\x03\x04"
OLD_SPREADSHEET = b"\xd0\xcf\x11\xe0"


def size_limit(env):
    """Return how many bytes a file may have."""
    # sudo: a technical limit, no secret.
    text = env["ir.config_parameter"].sudo().get_param(LIMIT_PARAMETER, LIMIT_DEFAULT)
    return int(float(text) * 1024 * 1024)


def check_size(env, size):
    """Refuse a file that is empty or too large, before anything reads it."""
    limit = size_limit(env)
    if not size:
        raise UserError(env._("The file is empty."))
    if size > limit:
        raise UserError(
            env._(
                "The file has %(size).1f MB; the limit is %(limit).0f MB "
                "(system parameter %(parameter)s). Split the file.",
                size=size / 1024 / 1024,
                limit=limit / 1024 / 1024,
                parameter=LIMIT_PARAMETER,
            )
        )


def open_source(env, source):
    """Return a readable, seekable binary stream of ``source`` (bytes or a path)."""
    if isinstance(source, bytes | bytearray | memoryview):
        check_size(env, len(source))
        return io.BytesIO(source)
    check_size(env, os.path.getsize(source))
    return open(source, "rb")


class Reader:
    """Rows of one file: ``headers``, then iterate (row number, cells)."""

    def __init__(self, env, stream, header_map):
        self.env = env
        self.stream = stream
        self.header_map = header_map
        self.number = 0
        self.padded = False  # blank cells at the end of a row may be left out
        sample = stream.read(SAMPLE)
        stream.seek(0)
        if sample.startswith(OLD_SPREADSHEET):
            raise UserError(
                env._("This is an Excel 97–2003 file (.xls). Save it as .xlsx or as CSV.")
            )
        if sample.startswith(SPREADSHEET):
            rows = self._spreadsheet_rows()
            self.padded = True
        else:
            rows = self._text_rows(sample)
        self.rows = self._counted(rows)
        self.headers = self._read_headers()

    def __iter__(self):
        return self.rows

    def _counted(self, rows):
        """Yield (row number as a spreadsheet shows it, cells); skip blank rows."""
        for cells in rows:
            self.number += 1
            if any(cells):
                yield self.number, cells

    def _read_headers(self):
        for _number, cells in self.rows:
            while cells and not cells[-1]:
                cells = cells[:-1]
            return cells
        raise UserError(self.env._("The file is empty."))

    # Text

    def _text_rows(self, sample):
        encoding = self._encoding(sample)
        text = io.TextIOWrapper(self.stream, encoding, newline="")
        try:
            yield from self._csv_rows(text)
        except csv.Error as error:
            raise UserError(
                self.env._(
                    "Row %(row)s cannot be read as CSV (%(error)s). A quotation mark "
                    "that is opened must be closed.",
                    row=self.number + 1,
                    error=error,
                )
            ) from error

    def _csv_rows(self, text):
        head = text.readline()
        while head and not head.strip():
            self.number += 1
            head = text.readline()
        delimiter = self._delimiter(head)

        open_lines = 0

        def lines():
            nonlocal open_lines
            yield head
            for line in text:
                open_lines += 1
                if open_lines > MAX_LINES_OF_ROW:
                    # Or the rest of the file would become one cell.
                    raise csv.Error(f"more than {MAX_LINES_OF_ROW} lines")
                yield line

        for row in csv.reader(lines(), delimiter=delimiter):
            open_lines = 0
            yield list(map(str.strip, row))

    def _delimiter(self, head):
        """Return the delimiter under which most headers are known."""

        def score(delimiter):
            cells = next(csv.reader([head], delimiter=delimiter), [])
            known = sum(1 for cell in cells if self.header_map.code_of(cell)[0])
            return known, len(cells)

        return max(DELIMITERS, key=score)

    def _encoding(self, sample):
        if sample.startswith(codecs.BOM_UTF8):
            candidates = ["utf-8-sig"]
        elif sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            candidates = ["utf-16"]
        else:
            self._refuse_rubbish(sample)
            candidates = ["utf-8", "gb18030"]
        for encoding in candidates:
            if self._decodes(encoding):
                return encoding
        raise UserError(
            self.env._("The text of the file is neither UTF-8 nor GB18030, or it is damaged.")
        )

    def _refuse_rubbish(self, sample):
        # Control characters other than tab and line ends do not occur in text.
        if any(byte < 9 or 13 < byte < 32 for byte in sample):
            raise UserError(
                self.env._("This is not a text or spreadsheet file. Upload CSV or XLSX.")
            )

    def _decodes(self, encoding):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            while chunk := self.stream.read(CHUNK):
                text = decoder.decode(chunk)
                if "\0" in text:
                    self._refuse_rubbish(b"\0")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
        finally:
            self.stream.seek(0)
        return True

    # Spreadsheets

    def _spreadsheet_rows(self):
        try:
            self._check_unpacked_size()
            book = openpyxl.load_workbook(self.stream, read_only=True, keep_links=False)
            sheet = next(s for s in book.worksheets if s.sheet_state == "visible")
            sheet.reset_dimensions()
            for row in sheet.iter_rows():
                yield [cell_text(cell) for cell in row]
        except UserError:
            raise
        # openpyxl lets every kind of error through when a file is damaged.
        except Exception as error:
            raise UserError(
                self.env._(
                    "The spreadsheet cannot be read near row %(row)s: %(error)s",
                    row=self.number + 1,
                    error=error,
                )
            ) from error

    def _check_unpacked_size(self):
        with zipfile.ZipFile(self.stream) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
        self.stream.seek(0)
        if unpacked > size_limit(self.env) * UNPACKED_RATIO:
            raise UserError(
                self.env._(
                    "The spreadsheet unpacks to %.0f MB, which no extract needs.",
                    unpacked / 1024 / 1024,
                )
            )


def cell_text(cell):
    """Return what a spreadsheet cell says, as the text a CSV file would hold."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip().replace("\0", "")
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):
        percent = "%" in (cell.number_format or "")
        text = number_text(value, percent)
        return f"{text}%" if percent else text
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    # Array formulas are objects; whatever else there is cannot be read as a value.
    return "=" if "Formula" in type(value).__name__ else str(value)


def number_text(value, percent=False):
    """Return a number as decimal digits.

    Spreadsheets keep 15 significant digits; what a binary float adds behind
    them was never in the cell.
    """
    exact = Decimal(value) if isinstance(value, int) else Decimal(f"{value:.15g}")
    if not exact.is_finite():
        return str(value)
    if percent:
        exact *= 100
    text = format(exact, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
