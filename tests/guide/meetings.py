"""How rows of the area ``cadence`` about meetings, events, analyses and work logs are played."""

import base64
from datetime import date, timedelta

from freezegun import freeze_time

from odoo import fields

from .cadence import CadenceCase

SERVICE = "credit_service_tasks"
MONDAY, TUESDAY, NEXT_MONDAY = date(2024, 6, 3), date(2024, 6, 4), date(2024, 6, 10)
# The dragon-boat festival of that year, and a plain working day.
HOLIDAY, WORKING_DAY = date(2024, 6, 10), date(2024, 6, 5)
INPUTS = {
    "promotion",
    "supervision",
    "types",
    "analysis",
    "analysed",
    "clients",
    "events",
    "plan",
    "archive",
    "holiday",
    "log",
}
RULES = {
    "promotion": "r_p_2a",
    "supervision": "r_v_3g",
    "analysis": "r_p_2c",
    "event": "r_v_2c",
    "log": "r_m_6",
}
WEEKLY = ("promotion", "supervision")


class MeetingCase(CadenceCase):
    """The same small bank; what happened are meetings and logs."""

    def play(self, given):
        unknown = set(given) - INPUTS - {"readings"}
        if unknown:
            raise AssertionError(f"nobody knows the input {sorted(unknown)}")
        self.given = given
        self._read_guide(given.get("readings", {}))
        self._people()
        self.env.company.write(
            {"credit_ledger_start": "2024-01-01", "credit_ledger_until": "2024-04-01"}
        )
        self.ledger = self.env["credit.obligation"]
        self._run(MONDAY)
        types = given.get("types") or [
            name for name in (*WEEKLY, "analysis") for _n in range(given.get(name, 0))
        ]
        if types:
            self._close(self._meeting(types, TUESDAY))
        for _n in range(given.get("events", 0)):
            event = self._meeting(["sme_event"], TUESDAY)
            self._complete(event, 1, 1)
            self._close(event)
        if "archive" in given:
            self.event = self._meeting(["sme_event"], TUESDAY)
            self._complete(self.event, given.get("plan", 0), given["archive"])
        if "analysed" in given:
            self._analyse()
        if "log" in given:
            self._log()
        elif "events" in given or "analysis" in (*given, *types):
            self._run(date(2024, 7, 1))
        else:
            self._run(NEXT_MONDAY + timedelta(days=1))

    def _run(self, day):
        with freeze_time(f"{day} 04:00:00"):
            self.ledger._generate(day)
        self.env.invalidate_all()

    def _meeting(self, types, day):
        users = self.president | self.deputy | self.head
        return self.env["credit.meeting"].create(
            {
                "type_ids": [
                    fields.Command.set(
                        [self.env.ref(f"{SERVICE}.meeting_type_{name}").id for name in types]
                    )
                ],
                "institution_id": self.branch.id,
                "start": f"{day} 01:00:00",
                "minutes": "Case",
                "next_items": "Case",
                "chair_id": self.president.id,
                "attendee_ids": [fields.Command.set(users.ids)],
            }
        )

    def _close(self, meeting):
        with freeze_time(f"{meeting.date} 08:00:00"):
            meeting.action_close()

    def _complete(self, event, plan, archive):
        event.plan_attachment_ids = [
            fields.Command.create({"name": "plan", "datas": base64.b64encode(b"plan")})
            for _n in range(plan)
        ]
        event.acquisition_ids = [
            fields.Command.create({"name": f"Company {n}"}) for n in range(archive)
        ]

    def _analyse(self):
        self.cases = self.env["res.partner"]
        self.given.setdefault("quality_clients", 0)
        for number in range(self.given["clients"]):
            self.cases |= self._client(number)
        with freeze_time("2024-12-31 08:00:00"):
            meeting = self._meeting(["analysis"], date(2024, 12, 31))
            for client in self.cases[: self.given["analysed"]]:
                self.env["credit.client.analysis"].create(
                    {
                        "meeting_id": meeting.id,
                        "partner_id": client.id,
                        "cooperation": "Case",
                        "benefit": "Case",
                        "manner": "Case",
                        "future_goal": "Case",
                    }
                )
            meeting.action_close()

    def _log(self):
        self.day = HOLIDAY if self.given.get("holiday") else WORKING_DAY
        for _n in range(self.given["log"]):
            with freeze_time(f"{self.day} 08:00:00"):
                logs = self.env["credit.work.log"].with_user(self.manager)
                logs.create({"date": self.day, "summary": "Case"}).action_submit()
        self._run(self.day)
        self._run(self.day + timedelta(days=1))

    # WHAT CAME OUT

    def _duty(self, name):
        rule = self.env.ref(f"{SERVICE}.rule_{RULES[name]}")
        found = self.ledger.search(
            [("rule_id", "=", rule.id), ("unit_id", "=", self.branch.id)], order="period_start"
        )
        day = MONDAY if name != "event" else date(2024, 4, 1)
        return found.filtered(lambda d: d.period_start <= day <= d.period_end)

    def _read_status(self):
        subject = next((n for n in (*WEEKLY, "analysis") if n in self.given), "promotion")
        return self._status(self._duty("event" if "events" in self.given else subject))

    def _read_analysis(self):
        return self._status(self._duty("analysis"))

    def _read_promotion(self):
        return self._status(self._duty("promotion"))

    def _read_supervision(self):
        return self._status(self._duty("supervision"))

    def _percent(self):
        self.env.flush_all()
        with freeze_time("2024-12-31 09:00:00"):
            [(percent,)] = self.env["credit.analysis.coverage"]._read_group(
                [("partner_id", "in", self.cases.ids)], [], ["covered:avg"]
            )
        return percent

    def _read_coverage(self):
        return self._percent()

    def _read_satisfied(self):
        return self._percent() == 100

    def _read_closable(self):
        return not self.event._problems()

    def _read_missing(self):
        found = self.ledger.search(
            [
                ("rule_id", "=", self.env.ref(f"{SERVICE}.rule_r_m_6").id),
                ("person_id", "=", self.manager.id),
                ("period_start", "=", self.day),
            ]
        )
        return found.status == "overdue"
