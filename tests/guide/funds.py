"""How a row of the area ``funds`` is played: movements, planned payments, the evening's run."""

import re
from datetime import timedelta

from .target import GrowthCase, choose

KNOWN = {"change", "changes", "payment", "payments", "day", "cross_bank", "readings"}


class FundsCase(GrowthCase):
    def play(self, given, row=None):
        unknown = set(given) - KNOWN
        if unknown:
            raise AssertionError(f"nobody knows the input {sorted(unknown)}")
        choose(self.env, given.get("readings", {}))
        self.bank()
        self.client = self.new_client()
        for number, change in enumerate(given.get("changes", [given.get("change")])):
            if change is not None:
                self._move(change, f"change {number}")
        payments = given.get("payments", [given["payment"]] if "payment" in given else [])
        day = self._day(given.get("day", "T+1"))
        for number, amount in enumerate(payments):
            self.env["credit.planned.payment"].create(
                {
                    "partner_id": self.client.id,
                    "value_date": day,
                    "amount": amount,
                    "cross_bank": given.get("cross_bank", True),
                }
            )
            # Several payments of one day are its end-of-day change as well.
            if "payments" in given:
                self._move(-amount, str(number))
        self.env["credit.fund.run"]._of(self.today, again=True)._run_all()

    def _day(self, text):
        match = re.fullmatch(r"T(?:([+-])(\d+))?", text)
        if not match:
            raise AssertionError(f"nobody knows the day {text!r}")
        days = int(match[2] or 0) * (-1 if match[1] == "-" else 1)
        return self.today + timedelta(days=days)

    def _move(self, amount, reference):
        self.env.cr.execute(
            """INSERT INTO credit_fund_movement (partner_id, date, amount, cross_bank, reference)
               VALUES (%s, %s, %s, TRUE, %s)""",
            [self.client.id, self.today, amount, reference],
        )

    def _read_bulletin(self):
        return bool(
            self.env["credit.fund.bulletin.line"].search(
                [
                    ("partner_id", "=", self.client.id),
                    ("bulletin_id.institution_id", "=", self.branch.id),
                    ("bulletin_id.day", "=", self.today),
                ]
            )
        )

    def _read_task(self):
        return bool(
            self.env["credit.fund.alert"].search(
                [
                    ("partner_id", "=", self.client.id),
                    ("rule_id.code", "=", "planned_outflow"),
                    ("state", "=", "open"),
                ]
            )
        )
