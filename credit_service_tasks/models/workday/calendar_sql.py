"""The working calendar inside statements."""

from odoo.tools import SQL


def working_days(start, end):
    """Return a subselect ``(day date)`` of the working days from ``start`` to ``end``.

    :param start, end: dates, or SQL that gives dates; both included. Days nobody
        loaded or entered follow the week: Monday to Friday.
    """
    return SQL(
        """(SELECT d::date AS day
              FROM generate_series(%(start)s::date::timestamp, %(end)s::date::timestamp, '1 day') d
         LEFT JOIN credit_working_day w ON w.date = d::date
             WHERE COALESCE(w.is_working, extract(isodow FROM d) < 6))""",
        start=start,
        end=end,
    )
