"""The ledger as a patient clerk would keep it: client by client, day by day, nothing stored.

Knows the rules as data (posts, lists, periods) and none of the engine's SQL.
"""

from datetime import date, timedelta
from math import floor

LAST_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
DAY = timedelta(days=1)


def days(first, last):
    while first <= last:
        yield first
        first += DAY


def period_of(kind, day):
    if kind == "week":
        start = day
        while start.weekday():
            start -= DAY
        return start, start + 6 * DAY
    length = LAST_MONTHS[kind]
    start = date(day.year, 1, 1)
    while True:
        month = start.month + length
        following = date(start.year + (month > 12), (month - 1) % 12 + 1, 1)
        if day < following:
            return start, following - DAY
        start = following


class Clerk:
    """Keeps the ledger of a world that tells who is what on which day."""

    def __init__(self, world):
        self.world = world
        self.ledger = {}
        self.until = None

    def keep(self, today):
        since = min(self.until or today, today)
        known = set()
        for rule in self.world.rules():
            starts = {period_of(rule.period, day) for day in days(since, today)}
            for start, end in sorted(starts):
                working = [d for d in days(start, end) if self.world.is_working(d)]
                seen = [d for d in days(start, min(end, today)) if d >= self.world.begun]
                if working and seen:
                    known.add((rule.id, start))
                    self.keep_period(rule, start, end, working, seen, today)
        for key, duty in self.ledger.items():
            running = duty["start"] <= today <= duty["end"]
            if running and duty["status"] in ("open", "overdue") and key[:2] not in known:
                duty.update(ended_on=today, ended_reason="rule")
        self.follow()
        self.settle(today)
        self.until = max(self.until or today, today)

    def keep_period(self, rule, start, end, working, seen, today):
        wanted = {}
        for client in self.world.clients:
            eligible = [d for d in seen if self.world.concerns(rule, client, d)]
            if not eligible:
                continue
            user = self.world.answer(rule, client)
            subject = client
            if rule.subject == "person":
                if not user:
                    continue
                subject = ("person", user)
            wanted.setdefault(subject, []).append((eligible, user))
        keys = {key for key in self.ledger if key[:2] == (rule.id, start)}
        for subject in set(wanted) | {key[2] for key in keys}:
            key = (rule.id, start, subject)
            found = wanted.get(subject, [])
            eligible = sorted({d for row in found for d in row[0]})
            required = self.required(rule, eligible[0], working) if eligible else 0
            duty = self.ledger.get(key)
            if not required:
                if duty and duty["status"] in ("open", "overdue"):
                    duty.update(ended_on=seen[-1], ended_reason="left")
                continue
            live = eligible[-1] == seen[-1]
            ended = None if live else eligible[-1] + DAY
            if not duty:
                duty = self.ledger[key] = {
                    "status": "open",
                    "start": start,
                    "end": end,
                    "done": [],
                    "rule": rule,
                    "user": found[0][1],
                    "required": required,
                    "due": working[-1],
                    "ended_on": ended,
                    "ended_reason": None if live else "left",
                    "guideline": False,
                    "client": subject,
                }
                duty["guideline"] = self.world.guideline(rule, subject)
                continue
            if duty["status"] in ("done", "late", "waived"):
                continue
            if live:
                duty.update(ended_on=None, ended_reason=None, user=found[0][1])
                duty["guideline"] = self.world.guideline(rule, subject)
                if end >= today:
                    duty.update(required=required, due=working[-1])
            elif duty["status"] in ("open", "overdue"):
                duty.update(ended_on=ended, ended_reason="left")

    def required(self, rule, first, working):
        left = len([d for d in working if d >= first])
        if left == len(working):
            return rule.quota
        return floor(rule.quota * left / len(working) + 0.5)

    def follow(self):
        """Of earlier periods only what is overdue changes hands."""
        for (_rule, _start, subject), duty in self.ledger.items():
            past = duty["end"] < (self.until or date.min)
            if past and duty["status"] in ("open", "overdue") and not isinstance(subject, tuple):
                duty["user"] = self.world.answer(duty["rule"], subject)

    def settle(self, today, keys=None):
        for key, duty in self.ledger.items():
            if keys is not None and key not in keys:
                continue
            times = sorted(set(duty["done"]))
            if len(times) >= duty["required"]:
                fulfilled = times[duty["required"] - 1]
                duty["status"] = "done" if fulfilled <= duty["end"] else "late"
            elif duty["ended_on"]:
                duty["status"] = "ended"
            elif self.world.is_waived(key[0], key[2], duty["due"]):
                duty["status"] = "waived"
            elif duty["guideline"] and duty["end"] < today:
                duty.update(status="ended", ended_on=duty["end"] + DAY)
            elif duty["due"] < today and not duty["guideline"]:
                duty["status"] = "overdue"
            else:
                duty["status"] = "open"
