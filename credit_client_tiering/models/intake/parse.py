"""What single texts mean: periods, dates, yes and no."""

import re
from datetime import date

from odoo.fields import Domain

EARLIEST_YEAR = 1900
YES = frozenset({"1", "y", "yes", "true", "t", "是", "有", "√", "在用"})
NO = frozenset({"0", "n", "no", "false", "f", "否", "无", "×", "x", "停用"})
PERIOD_TYPES = {
    "year": "year",
    "年": "year",
    "年度": "year",
    "month": "month",
    "月": "month",
    "月度": "month",
}
# As the statistics office and the tax authority write them.
CHOICE_WORDS = {
    "credit_size": {
        "大型": "large",
        "大型企业": "large",
        "中型": "medium",
        "中型企业": "medium",
        "小型": "small",
        "小型企业": "small",
        "微型": "micro",
        "微型企业": "micro",
    },
    "credit_tax_grade": {f"{grade}级": grade for grade in "ABMCD"},
}
_DAY = re.compile(r"(\d{4})(?:[-/.年]\s?(\d{1,2})[-/.月]\s?(\d{1,2})日?|(\d{2})(\d{2}))")
_CLOCK = re.compile(r"[T ]00:00(:00(\.0+)?)?$")
_MONTH = re.compile(r"(\d{4})(?:[-/.年]\s?(\d{1,2})月?(?:份)?|(\d{2}))")
_YEAR = re.compile(r"(\d{4})年?(?:度)?")


def parse_date(text):
    """Return the date a text names (``2025-03-01``, ``2025/3/1``, ``2025年3月1日``,
    ``20250301``), or None."""
    match = _DAY.fullmatch(_CLOCK.sub("", text))
    if not match:
        return None
    year, month, day, month2, day2 = match.groups()
    return _date(year, month or month2, day or day2)


def parse_period(text, period_type=None):
    """Return (period type, first day) of the period a text names, or None.

    ``2025`` is a year, ``2025-03`` a month; a full date names a period only
    together with ``period_type``.
    """
    if match := _YEAR.fullmatch(text):
        found = "year", _date(match[1])
    elif match := _MONTH.fullmatch(text):
        found = "month", _date(match[1], match[2] or match[3])
    elif period_type and (day := parse_date(text)):
        return period_type, first_day(day, period_type)
    else:
        return None
    if not found[1] or (period_type and period_type != found[0]):
        return None
    return found


def first_day(day, period_type):
    """Return the first day of the year or month that ``day`` lies in."""
    return day.replace(day=1) if period_type == "month" else day.replace(month=1, day=1)


def _date(year, month=1, day=1):
    if int(year) < EARLIEST_YEAR:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def parse_bool(text):
    """Return True, False, or None when a text is neither yes nor no."""
    word = text.lower()
    return True if word in YES else False if word in NO else None


def languages(env):
    """Return the languages in which an extract may name something.

    English is the source of every label: it is read also where it is not installed,
    as on a database that was created in Chinese.
    """
    return list(
        dict.fromkeys(["en_US", *(code for code, _name in env["res.lang"].get_installed())])
    )


def parse_selection(env, model, field_name):
    """Return a dict of every text, in any language, to a selection value."""
    field = env[model]._fields[field_name]
    words = {w.lower(): v for w, v in CHOICE_WORDS.get(field_name, {}).items()}
    for language in languages(env):
        local = env(context=dict(env.context, lang=language))
        for value, label in field._description_selection(local):
            words.setdefault(label.strip().lower(), value)
            words[value.lower()] = value
    return words


def find_by_code_or_name(env, model, code_field, texts, domain=()):
    """Return (dict of text to id, set of ambiguous texts) of records named by texts.

    The code counts before the name, and the name in English and every installed language.
    """
    records = env[model].search(Domain(list(domain)))
    by_code, by_name = {}, {}
    for record in records:
        if record[code_field]:
            by_code[record[code_field].strip().lower()] = record.id
    for language in languages(env):
        for record in records.with_context(lang=language):
            by_name.setdefault((record.name or "").strip().lower(), set()).add(record.id)
    found, ambiguous = {}, set()
    for text in texts:
        key = text.lower()
        ids = {by_code[key]} if key in by_code else by_name.get(key, set())
        if len(ids) == 1:
            found[text] = next(iter(ids))
        elif ids:
            ambiguous.add(text)
    return found, ambiguous
