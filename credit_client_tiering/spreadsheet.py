"""Tables as XLSX or CSV. What people typed stays text: a name can begin with “=”.

The addons write spreadsheets here and nowhere else, so that nothing goes round the guard.
"""

import csv
import io
import re

import xlsxwriter

# What a spreadsheet program takes for the beginning of a formula; Chinese ones read the
# wide signs, too.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
HARMLESS = re.compile(r"-*|-\d[\d,]*(\.\d+)?%?")  # dashes for “none”, a plain number
LIMIT = 31  # characters of a sheet's name


def spreadsheet(sheets):
    """Return a workbook (bytes).

    :param sheets: pairs of a sheet's name (may be empty) and its rows; the first row are
        the titles. Cells are texts, numbers, dates, or empty (None, False).
    """
    output = io.BytesIO()
    book = xlsxwriter.Workbook(
        output,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    formats = {
        "title": book.add_format({"bold": True, "bottom": 1}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        # As if typed with an apostrophe: it stays text when the cell is edited, too.
        "guarded": book.add_format({"quote_prefix": True}),
    }
    names = set()
    for name, rows in sheets:
        sheet = book.add_worksheet(_sheet_name(name, names))
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                _write(sheet, number, column, value, formats, is_title=not number)
        sheet.freeze_panes(1, 0)
        sheet.autofit()
    book.close()
    return output.getvalue()


def csv_text(rows):
    """Return rows of texts as CSV; what begins like a formula begins with an apostrophe."""
    output = io.StringIO()
    writer = csv.writer(output)
    for row in rows:
        writer.writerow([_harmless(str(cell or "")) for cell in row])
    return output.getvalue()


def _is_formula(text):
    return text.startswith(FORMULA) or text.lstrip().startswith(FORMULA)


def _harmless(text):
    return f"'{text}" if _is_formula(text) and not HARMLESS.fullmatch(text) else text


def _write(sheet, row, column, value, formats, is_title):
    if value is None or value is False:
        return
    if hasattr(value, "isoformat"):
        sheet.write_datetime(row, column, value, formats["day"])
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    else:
        text = str(value)
        style = formats["title"] if is_title else None
        if _is_formula(text):
            style = formats["guarded"]
        sheet.write_string(row, column, text, style)


def _sheet_name(name, names):
    """Return a name a workbook accepts, and that it does not have yet."""
    clean = re.sub(r"[\[\]:*?/\\]", " ", name or "").strip("' ")[:LIMIT]
    unique, number = clean, 2
    while unique and unique.lower() in names:
        end = f" {number}"
        unique, number = clean[: LIMIT - len(end)] + end, number + 1
    names.add(unique.lower())
    return unique or None
