from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

WEEKEND = 5


class CreditApplication(models.Model):
    """The clock: gross and net days, what is over budget, when it will be finished.

    A count of days from one day to another leaves out the first and includes the
    last: papers complete on the 1st, money paid on the 14th are 13 days (A47).
    """

    _inherit = "credit.application"

    gross_days = fields.Integer(readonly=True, copy=False, aggregator="avg")
    suspended_days = fields.Integer(readonly=True, copy=False, aggregator="avg")
    net_days = fields.Integer(readonly=True, copy=False, aggregator="avg")
    days_limit = fields.Integer("Days promised", readonly=True, copy=False, aggregator=None)
    judged_days = fields.Integer(
        "Days that count",
        readonly=True,
        copy=False,
        aggregator="avg",
        help="Net or gross, as the loan process says.",
    )
    # Whole days each; their averages are not.
    judged_average = fields.Float(
        "Average days", readonly=True, copy=False, digits=(8, 1), aggregator="avg"
    )
    paper_average = fields.Float(
        "Average papers", readonly=True, copy=False, digits=(8, 1), aggregator="avg"
    )
    saved_days = fields.Integer(
        readonly=True, copy=False, aggregator="sum", help="Left of the promised days at the end."
    )
    is_breach = fields.Boolean(
        "Beyond the promise", readonly=True, copy=False, help="More days than promised."
    )
    is_overdue = fields.Boolean(
        "Step over budget", readonly=True, copy=False, help="The step under way."
    )
    paper_count = fields.Integer(
        "Number of papers", readonly=True, copy=False, aggregator="avg", help="All that are needed."
    )
    reused_count = fields.Integer("Papers reused", readonly=True, copy=False, aggregator="sum")
    missing_count = fields.Integer("Papers missing", readonly=True, copy=False)
    late_count = fields.Integer(
        "Papers asked for late", readonly=True, copy=False, aggregator="sum"
    )
    step_count = fields.Integer("Number of steps", readonly=True, copy=False, aggregator="max")
    is_suspended = fields.Boolean("Suspended", readonly=True, copy=False)
    predicted_on = fields.Date(
        "Expected to be finished on",
        readonly=True,
        copy=False,
        help="From the budgets of the steps; without one, from how long it took on average "
        "in the last twelve months. Empty: neither is known.",
    )
    age_days = fields.Integer("Undecided for (days)", readonly=True, copy=False, aggregator="avg")

    # Counting

    def _days_between(self, start, end):
        """Return the days after ``start`` up to and including ``end``, as counted here."""
        self.ensure_one()
        if not start or not end or end <= start:
            return 0
        if self.day_basis == "working":
            return self._count_working_days(start + timedelta(days=1), end)
        return (end - start).days

    def _add_days(self, start, days):
        """Return the day on which ``days`` days after ``start`` have passed."""
        self.ensure_one()
        if self.day_basis != "working":
            return start + timedelta(days=days)
        day = start
        while days > 0:
            day += timedelta(days=1)
            days -= self._count_working_days(day, day)
        return day

    @api.model
    def _count_working_days(self, start, end):
        """Return how many working days there are, both ends included.

        By the bank's own calendar, which knows the days made up for holidays.
        """
        if "credit.working.day" in self.env:
            return self.env["credit.working.day"]._working_days(start, end)
        span = range((end - start).days + 1)
        return sum((start + timedelta(days=n)).weekday() < WEEKEND for n in span)

    def _zero_day(self):
        """Return the day before day one."""
        self.ensure_one()
        return self.clock_from - timedelta(days=1) if self.clock_from else False

    # Refreshing

    def _refresh_clock(self, day):
        """Work out every number that depends on the day; for the engine only."""
        for application in self._engine():
            application.step_ids._refresh_days(day)
            application.write(application._clock_values(day))

    def _clock_values(self, day):
        self.ensure_one()
        papers = self.paper_ids.filtered(lambda p: p.state != "waived")
        values = {
            "paper_count": len(papers),
            "paper_average": len(papers),
            "reused_count": len(papers.filtered("reused")),
            "missing_count": len(papers.filtered(lambda p: p.state == "missing")),
            "late_count": len(papers.filtered("asked_late")),
            "age_days": (day - self.applied_on).days if self.state in ("papers", "running") else 0,
        }
        if not self.clock_from:
            return values
        end = self.closed_on or day
        gross = self._days_between(self._zero_day(), end)
        suspended = sum(self.step_ids.mapped("suspended_days"))
        net = max(gross - suspended, 0)
        judged = gross if self.process_id.judged_by == "gross" else net
        done = self.state == "disbursed"
        current = self.step_ids.filtered(lambda s: s.state == "current")
        values.update(
            gross_days=gross,
            suspended_days=suspended,
            net_days=net,
            judged_days=judged,
            judged_average=judged,
            saved_days=max(self.days_limit - judged, 0) if done else 0,
            is_breach=self.in_scope and judged > self.days_limit,
            is_overdue=bool(current.over_days),
            is_suspended=any(not s.date_to for s in self.suspension_ids)
            and self.state == "running",
            step_count=len(self.step_ids.step_id),
            predicted_on=self._predict(day) if self.state == "running" else False,
        )
        return values

    # Prediction

    def _predict(self, day):
        """Return the day on which the application should be paid out, or False."""
        self.ensure_one()
        open_rows = self.step_ids.filtered(lambda s: s.state in ("current", "waiting"))
        known = self._experience()
        left = 0
        for row in open_rows:
            days = row.budget_days or known.get(row.step_id.id)
            if days is None or (not row.budget_days and row.step_id.id not in known):
                return False
            spent = row.net_days if row.state == "current" else 0
            left += max(round(days) - spent, 0)
        return self._add_days(day, left)

    @api.model
    def _experience(self):
        """Return the average net days of each step done in the last twelve months."""
        since = self.env.company._credit_today() - timedelta(days=365)
        # sudo: an average over the whole bank tells nothing about a client.
        rows = (
            self.env["credit.application.step"]
            .sudo()
            ._read_group(
                Domain("state", "=", "done") & Domain("finished_on", ">=", since),
                ["step_id"],
                ["net_average:avg"],
            )
        )
        return {step.id: average for step, average in rows}


class CreditApplicationStep(models.Model):
    _inherit = "credit.application.step"

    def _refresh_days(self, day):
        """Work out the durations of steps that have begun; for the engine only."""
        for row in self.filtered("started_on"):
            application = row.application_id
            end = row.finished_on or application.closed_on or day
            gross = application._days_between(row.started_on, end)
            suspended = 0
            for stop in application.suspension_ids.filtered(lambda s, r=row: s.step_row_id == r):
                days = application._days_between(stop.date_from, stop.date_to or end)
                if stop.days != days:
                    stop.days = days
                suspended += days if stop.stops_clock else 0
            net = max(gross - suspended, 0)
            budget = row.budget_days
            row.write(
                {
                    "gross_days": gross,
                    "suspended_days": suspended,
                    "net_days": net,
                    "net_average": net,
                    "over_days": max(net - budget, 0) if budget else 0,
                    "saved_days": max(budget - net, 0) if row.state == "done" else 0,
                }
            )
