"""How a row of the area ``cadence`` is played: a client, its officers, days on which they act."""

from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tools import SQL

from .contacts import report

TIERING = "credit_client_tiering"
SUB_GROUPS = {
    "shareholder": "bank_shareholder",
    "gov_related": "government_group",
    "total_agreement": "head_to_head_agreement",
}
KNOWN = {
    "tier",
    "visits",
    "contacts",
    "visit",
    "calls",
    "president",
    "deputy",
    "line_head",
    "quality_clients",
    "contacted",
    "important",
    "in_library",
    "readings",
    *SUB_GROUPS,
}
# A Tuesday and the day after it; rows without dates happen here.
TUESDAY, WEDNESDAY = date(2024, 6, 4), date(2024, 6, 5)
JULY = date(2024, 7, 1)


class CadenceCase:
    """One bank, one client or several, brought where a row says."""

    def __init__(self, env):
        self.env = env

    def ref(self, name):
        return self.env.ref(f"{TIERING}.{name}")

    def play(self, given):
        unknown = set(given) - KNOWN
        if unknown:
            raise AssertionError(f"nobody knows the input {sorted(unknown)}")
        self.given = given
        self._read_guide(given.get("readings", {}))
        self._people()
        dated = any(isinstance(given.get(key), list) for key in ("visits", "contacts"))
        self.env.company.write(
            {
                "credit_ledger_start": "2024-01-01",
                "credit_ledger_until": "2024-01-01" if dated else "2024-06-03",
            }
        )
        self.clients = [self._client(n) for n in range(given.get("quality_clients", 1))]
        self.client = self.clients[0]
        self.in_library = given.get("in_library", "tier" not in given)
        events = sorted(self._events(), key=lambda event: event[0])
        ledger = self.env["credit.obligation"]
        with patch.object(type(ledger), "_target_clients", lambda model: self._targets()):
            for day, client, kind, users in events:
                with freeze_time(f"{day} 04:00:00"):
                    ledger._generate(day)
                    report(self.env, client, day, kind, users)
            self.day = self._day(events)
            with freeze_time(f"{self.day} 04:00:00"):
                ledger._generate(self.day)
        self.duties = ledger.search([("partner_id", "in", [c.id for c in self.clients])])
        if given.get("readings", {}).get("A33") == "in_total":
            self.duties = ledger.search([("person_id", "=", self.president.id)])

    # WHAT A ROW SAYS

    def _read_guide(self, readings):
        for code, option in readings.items():
            reading = self.env["credit.reading"].search([("code", "=", code)])
            chosen = reading.option_ids.filtered(lambda o, code=option: o.code == code)
            if not chosen:
                raise AssertionError(f"nobody knows the reading {code}: {option}")
            reading.chosen_option_id = chosen

    def _people(self):
        teams = self.env["crm.team"]
        self.office = teams.create(
            {
                "name": "Case head office",
                "institution_kind_id": self.ref("institution_kind_head_office").id,
            }
        )
        self.branch = teams.create(
            {
                "name": "Case branch",
                "parent_id": self.office.id,
                "institution_kind_id": self.ref("institution_kind_prefecture_branch").id,
            }
        )
        self.leader = self._staff("leader", self.office, "head_office_leader")
        self.president = self._staff("president", self.branch, "president")
        self.deputy = self._staff("deputy", self.branch, "deputy_president")
        self.head = self._staff("head", self.branch, "corporate_head")
        self.manager = self._staff("manager", self.branch, "client_manager")

    def _staff(self, login, team, post):
        # No password: nobody logs in, and hashing one takes longer than the case.
        users = self.env["res.users"].with_context(no_reset_password=True)
        user = users.create({"name": f"Case {login}", "login": f"case_{login}"})
        self.env["crm.team.member"].create(
            {"user_id": user.id, "crm_team_id": team.id, "post_id": self.ref(f"post_{post}").id}
        )
        return user

    def _client(self, number):
        client = self.env["res.partner"].create(
            {
                "name": f"Client {number} of the guide's cases",
                "is_company": True,
                "is_credit_client": True,
                "credit_first_date": "2020-01-01",
                "credit_institution_id": self.branch.id,
                "user_id": self.manager.id,
            }
        )
        tier = self.given.get("tier") or ("quality" if "quality_clients" in self.given else None)
        if tier:
            self.env["credit.membership"]._enter(
                client, tier, "head_office", "case", day=date(2023, 6, 1)
            )
        types = [
            self.ref(f"designation_type_{t}") for k, t in SUB_GROUPS.items() if self.given.get(k)
        ]
        if self.given.get("important"):
            types.append(self.env.ref("credit_service_tasks.designation_type_important_client"))
        self.env["credit.designation"].create(
            [
                {
                    "partner_id": client.id,
                    "type_id": type_.id,
                    "date_from": "2023-06-01",
                    "source": "case",
                }
                for type_ in types
            ]
        )
        return client

    def _targets(self):
        """The library's targets, which nobody keeps yet: the client, the whole year."""
        ids = [c.id for c in self.clients] if self.in_library else []
        return SQL(
            "SELECT unnest(%s::int[]) AS partner_id, '{[2024-01-01,2025-01-01)}'::datemultirange"
            " AS days",
            ids,
        )

    def _events(self):
        given, client = self.given, self.client
        visits = given.get("visits", [])
        if isinstance(visits, int):
            # By whoever owes them: the manager his targets, the leaders the others.
            users = self.president | self.head if "tier" in given else self.manager
            for number in range(visits):
                yield TUESDAY - timedelta(days=number), client, "visit", users
        else:
            for said in visits:
                day, _space, who = said.partition(" ")
                yield fields.Date.to_date(day), client, "visit", self._company(who)
        contacts = given.get("contacts", [])
        if not isinstance(contacts, int):
            for day in contacts:
                yield fields.Date.to_date(day), client, "contact", self.president
        else:
            for _number in range(contacts):
                yield TUESDAY, client, "contact", self.president | self.head
        leaders = self.president | self.head
        for _number in range(given.get("visit", 0)):
            yield TUESDAY, client, "visit", leaders
        for _number in range(given.get("calls", 0)):
            yield TUESDAY, client, "contact", leaders
        for key, user in (
            ("president", self.president),
            ("deputy", self.deputy),
            ("line_head", self.head),
        ):
            for _number in range(given.get(key, 0)):
                yield TUESDAY, client, "contact", user
        for other in self.clients[: given.get("contacted", 0)]:
            yield TUESDAY, other, "contact", self.president

    def _company(self, who):
        """Return who took part in a visit: jointly, the head office alone, the branch alone."""
        known = {
            "joint": self.leader | self.president,
            "hq": self.leader,
            "head office": self.leader,
            "branch": self.president,
            "": self.president,
        }
        said = who.lower().replace("_", " ").replace("-", " ").strip()
        said = said.removesuffix(" only").removesuffix(" alone")
        if said not in known:
            raise AssertionError(f"nobody knows a visit {who!r}")
        return known[said]

    def _day(self, events):
        """Return the day on which the row is looked at."""
        if isinstance(self.given.get("visits"), list):
            last = max((event[0] for event in events), default=JULY)
            return max(last + timedelta(days=1), JULY)
        if isinstance(self.given.get("contacts"), list) and events:
            return events[-1][0] + timedelta(days=1)
        return WEDNESDAY

    # WHAT CAME OUT

    def read(self, key):
        if "-W" in key:
            year, week = key.split("-W")
            monday = date.fromisocalendar(int(year), int(week), 1)
            return self._status(
                self._owed("contact", "week").filtered(
                    lambda d: d.period_start == monday and d.user_id == self.president
                )
            )
        reader = getattr(self, f"_read_{key}", None)
        if reader is None:
            raise AssertionError(f"nobody knows how to read {key!r}")
        return reader()

    def _owed(self, kind, period):
        return self.duties.filtered(
            lambda d: (
                d.kind_id.code == kind
                and d.period == period
                and d.period_start.year == self.day.year - (self.day.timetuple().tm_yday == 1)
            )
        )

    def _status(self, duties):
        """Return the one status of duties, which there must be."""
        statuses = set(duties.mapped("status"))
        if len(statuses) != 1:
            raise AssertionError(f"{sorted(statuses)} of {duties.mapped('name')}")
        return statuses.pop()

    def _read_year(self):
        """Return how the year stands: what is owed twice is done when both are."""
        statuses = {self._status(duty) for duty in self._owed("visit", "year")}
        worst = [s for s in ("overdue", "open") if s in statuses]
        return worst[0] if worst else self._status(self._owed("visit", "year"))

    def _half(self, month):
        return self._status(
            self._owed("visit", "half").filtered(lambda d: d.period_start.month == month)
        )

    def _read_H1(self):
        return self._half(1)

    def _read_H2(self):
        return self._half(7)

    def _read_president(self):
        return self._status(
            self._owed("contact", "week").filtered(
                lambda d: d.rule_id.post_ids.mapped("code") == ["president"]
            )
        )

    def _read_deputy_or_head(self):
        return self._status(
            self._owed("contact", "week").filtered(
                lambda d: (
                    set(d.rule_id.post_ids.mapped("code")) == {"deputy_president", "corporate_head"}
                )
            )
        )

    def _read_deputy(self):
        return self._status(
            self._owed("contact", "week").filtered(
                lambda d: d.rule_id.post_ids.mapped("code") == ["deputy_president"]
            )
        )

    def _read_weekly_contact(self):
        return self._status(self._owed("contact", "week"))

    def _read_monthly_visit(self):
        return self._status(self._owed("visit", "month"))

    def _read_open(self):
        duties = self._owed("contact", "week").filtered(
            lambda d: d.user_id == self.president and d.status in ("open", "overdue")
        )
        return len(duties)

    def _read_duties(self):
        names = {
            ("contact", "week"): "weekly_contact",
            ("visit", "month"): "monthly_visit",
            ("visit", "half"): "half_yearly_visit",
            ("visit", "year"): "yearly_visit",
        }
        return sorted({names[d.kind_id.code, d.period] for d in self.duties})

    def _read_remaining(self):
        return sum(self._owed("visit", "month").mapped("remaining"))
