"""Tables as XLSX. What people typed stays text: a name can begin with “=”."""

import io
import re

import xlsxwriter

# What a spreadsheet program takes for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
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
        if text.lstrip().startswith(FORMULA) or text.startswith(FORMULA):
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
