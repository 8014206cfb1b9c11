"""Read publications of the loan prime rate from a text: a date and one rate per term."""

import re

from odoo.addons.credit_client_tiering.models.intake.parse import parse_date

from .credit_lpr import TERMS

ENCODINGS = ("utf-8-sig", "gb18030")
_SEPARATORS = re.compile(r"[,;\t|，；\s]+")
_RATE = re.compile(r"\d{1,2}(?:\.\d{1,4})?")


def decode(content):
    """Return the text of a file (bytes), or None when it is no text."""
    if b"\0" in content:
        return None
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def read_lpr(text):
    """Return (rows, problems) of a text.

    :return: rows ``(line number, date, term, rate in percent)``, and problems
        ``(line number, line)`` of what could not be read. A line before the first
        one with a date counts as heading. A missing rate is left out.
    """
    rows, problems = [], []
    started = False
    for number, line in enumerate(text.splitlines(), start=1):
        cells = [c for c in _SEPARATORS.split(line.strip()) if c]
        if not cells:
            continue
        day = parse_date(cells[0].replace("年", "-").replace("月", "-").replace("日", ""))
        if not day:
            if started or _RATE.search(cells[0]):
                problems.append((number, line))
            continue
        started = True
        rates = [cell.rstrip("%％") for cell in cells[1:]]
        if not rates or len(rates) > len(TERMS):
            problems.append((number, line))
            continue
        read = []
        for (term, _name), rate in zip(TERMS, rates, strict=False):
            if rate in ("-", "—", "/", "--"):
                continue
            if not _RATE.fullmatch(rate) or not float(rate):
                read = None
                break
            read.append((number, day, term, float(rate)))
        if read is None:
            problems.append((number, line))
        else:
            rows += read
    return rows, problems
