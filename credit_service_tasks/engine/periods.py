"""Calendar periods and how much of a quota a part of one owes; nothing here reads data."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def bounds(period, day):
    """Return first and last day of the ``period`` that contains ``day`` (A37).

    Weeks run from Monday to Sunday; a week across the year's end belongs to both.
    """
    if period == "day":
        return day, day
    if period == "week":
        start = day - timedelta(days=day.weekday())
        return start, start + timedelta(days=6)
    months = MONTHS[period]
    start = date(day.year, (day.month - 1) // months * months + 1, 1)
    return start, start + relativedelta(months=months, days=-1)


def between(period, first, last):
    """Yield the bounds of every period that contains a day from ``first`` to ``last``."""
    start, end = bounds(period, first)
    while start <= last:
        yield start, end
        start, end = bounds(period, end + timedelta(days=1))


@dataclass
class Calendar:
    """The working days of a stretch of time, counted once."""

    first: date
    last: date
    working: list

    def before(self, day):
        """Return how many working days of the stretch lie before ``day``."""
        return bisect_left(self.working, day)

    def count(self, start, end):
        """Return how many working days there are from ``start`` to ``end``, both included."""
        return max(self.before(end + timedelta(days=1)) - self.before(start), 0)

    def last_working(self, start, end):
        """Return the last working day from ``start`` to ``end``, or None."""
        index = self.before(end + timedelta(days=1)) - 1
        return self.working[index] if index >= 0 and self.working[index] >= start else None

    def table(self):
        """Return every day of the stretch and how many working days lie before it."""
        days = [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 2)]
        return days, [self.before(day) for day in days]
