"""How rows of the area ``target`` are played, and those of ``cadence`` about library targets."""

import re

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tests import new_test_user

TIERING = "credit_client_tiering"
SERVICE = "credit_service_tasks"
YEAR = 2021
# Which institution and industry a clause of section 7 is about.
FLOORS = {
    "D-1a": (None, "modern_services"),
    "D-1b": ("prefecture_branch", "modern_services"),
    "D-1c": ("wuhan_ftz", "strategic_emerging"),
    "D-1d": ("wuhan_edz", "advanced_manufacturing"),
    "D-1e": ("wuhan_airport", "modern_services"),
    "D-1f": ("wuhan_tier1", "modern_services"),
}
OTHER = {"strategic_emerging": "modern_services"}
KNOWN = {
    "won",
    "account",
    "credit",
    "n",
    "total",
    "strategic_emerging",
    "modern",
    "advanced",
    "other",
    "institution",
    "grade",
    "records",
    "products_incl_credit",
    "chain",
    "readings",
    "targets",
    "new",
    "per_institution",
    "kind",
    "size",
    "report",
}


def choose(env, readings):
    """Switch readings for the whole bank."""
    for code, option in readings.items():
        reading = env["credit.reading"].search([("code", "=", code)])
        chosen = reading.option_ids.filtered(lambda o, option=option: o.code == option)
        if not chosen:
            raise AssertionError(f"{code} has no option {option!r}")
        reading.chosen_option_id = chosen


class GrowthCase:
    """A branch with one manager, and short ways to its clients."""

    def __init__(self, env):
        self.env = env
        self.today = env.company._credit_today()
        self.number = 0
        self.client = None

    def ref(self, name, addon=TIERING):
        return self.env.ref(f"{addon}.{name}")

    def mine(self, name):
        return self.ref(name, SERVICE)

    def team(self, name, kind, parent=None):
        try:
            kind = self.ref(f"institution_kind_{kind}")
        except ValueError:
            kind = self.mine(f"institution_kind_{kind}")
        return self.env["crm.team"].create(
            {"name": name, "institution_kind_id": kind.id, "parent_id": parent and parent.id}
        )

    def bank(self, kind="prefecture_branch"):
        self.office = self.team("Case head office", "head_office")
        self.branch = self.team("Case branch", kind, self.office)
        self.manager = new_test_user(self.env, "case_manager", groups="base.group_user")
        member = self.env["crm.team.member"].create(
            {
                "user_id": self.manager.id,
                "crm_team_id": self.branch.id,
                "post_id": self.ref("post_client_manager").id,
            }
        )
        self.env.flush_all()
        # Long enough in office to be judged on the quarters of the case.
        self.env.cr.execute(
            "UPDATE crm_team_member SET create_date = '2019-01-01' WHERE id = %s", [member.id]
        )

    def new_client(self, **values):
        self.number += 1
        values.setdefault("credit_institution_id", self.branch.id)
        return self.env["res.partner"].create(
            {
                "name": f"Case client {self.number}",
                "is_company": True,
                "is_credit_client": True,
                "user_id": self.manager.id,
                **values,
            }
        )

    def read(self, key):
        self.env.flush_all()
        self.env.invalidate_all()
        reader = getattr(self, f"_read_{key}", None)
        if reader is None:
            raise AssertionError(f"nobody knows how to read {key!r}")
        return reader()


class TargetCase(GrowthCase):
    def play(self, given, row=None):
        unknown = set(given) - KNOWN
        if unknown:
            raise AssertionError(f"nobody knows the input {sorted(unknown)}")
        self.given = given
        self.clauses = (row or {}).get("clause_ids", "").split()
        choose(self.env, given.get("readings", {}))
        floor = next((c for c in self.clauses if c in FLOORS), None)
        if "D-2" in self.clauses:
            floor = "D-2"
        self.floor = floor
        kind = FLOORS[floor][0] if floor in FLOORS else None
        self.bank(given.get("institution") or kind or "prefecture_branch")
        if floor in FLOORS:
            self._pay_out(floor)
        elif "won" in given:
            self._win(given["won"])
        elif "account" in given:
            self._open_account()
        elif "grade" in given:
            self._grade(given["grade"])
        elif "records" in given:
            self.client = self.new_client(
                credit_report_date=self.today if given.get("report", True) else False,
                credit_report_loans=given["records"] if given["records"] is not None else False,
            )
        elif "products_incl_credit" in given:
            self._hold(given["products_incl_credit"])
        elif "chain" in given:
            self._chain(given["chain"])
        elif "targets" in given:
            self._fix(given["targets"], given.get("new", given["targets"]))
        elif floor != "D-2":
            raise AssertionError(f"nobody knows how to play {given}")

    # Section 7

    def _pay_out(self, floor):
        kind, industry = FLOORS[floor]
        given = self.given
        named = ("n", "total", "modern", "advanced")
        count = next((given[key] for key in named if key in given), 0)
        if "strategic_emerging" in given:
            count = given["strategic_emerging"]
            self._borrowers(given.get("total", count) - count, OTHER["strategic_emerging"])
        self._borrowers(given.get("other", 0), "strategic_emerging")
        self.existing = self._line("d1a").actual if kind is None else 0
        self._borrowers(count, industry)

    def _borrowers(self, count, industry):
        if not count:
            return
        clients = self.env["res.partner"].create(
            [
                {
                    "name": f"Borrower {industry} {number}",
                    "is_company": True,
                    "is_credit_client": True,
                    "credit_institution_id": self.branch.id,
                    "credit_industry_id": self.mine(f"term_industry_{industry}").id,
                }
                for number in range(count)
            ]
        )
        self.env["credit.designation"].create(
            [
                {
                    "partner_id": client.id,
                    "type_id": self.ref("designation_type_tech_sme").id,
                    "source": "case",
                    "date_from": "2020-01-01",
                }
                for client in clients
            ]
        )
        self.env["credit.loan.payout"].create(
            [
                {
                    "partner_id": client.id,
                    "date": f"{YEAR}-06-30",
                    "amount": 1,
                    "reference": "case",
                }
                for client in clients
            ]
        )

    def _line(self, rule, institution=None):
        lines = self.env["credit.development.target"]
        lines._open_year(YEAR)
        return lines.search(
            [
                ("year", "=", YEAR),
                ("rule_id", "=", self.mine(f"development_rule_{rule}").id),
                ("institution_id", "=", institution.id if institution else False),
            ]
        )

    def _floor_line(self):
        rule = self.floor.lower().replace("-", "")
        whole = self.floor in ("D-1a", "D-2")
        return self._line(rule, None if whole else self.branch)

    def _read_satisfied(self):
        if self.floor:
            return self._floor_line().status == "satisfied"
        if "targets" in self.given:
            return (
                self.env["credit.project.month"]
                .search(
                    [("user_id", "=", self.manager.id), ("month", "=", self.today.replace(day=1))]
                )
                .satisfied
            )
        row = self.env["credit.client.coverage"].search([("partner_id", "=", self.client.id)])
        return row.chain_met if "chain" in self.given else row.cross_sold

    def _read_bank_wide(self):
        return self._line("d1a").status == "satisfied"

    def _read_floors(self):
        return self._line("d1b", self.branch).status == "satisfied"

    def _read_judgeable(self):
        return self._floor_line().status != "no_figure"

    def _read_missing(self):
        return self._floor_line().gap

    # SMEs won

    def _win(self, won):
        """Wins of the quarters before this one, the last named being the latest."""
        this = self.today.replace(month=(self.today.month - 1) // 3 * 3 + 1, day=1)
        names = sorted(won)
        self.quarters = {
            name: this - relativedelta(months=3 * (len(names) - index))
            for index, name in enumerate(names)
        }
        for name, count in won.items():
            for _number in range(count):
                self.new_client(
                    credit_first_date=self.quarters[name],
                    credit_size=self.given.get("size", "small"),
                )

    def _open_account(self):
        given = self.given
        self.client = self.new_client(
            credit_size=given.get("size", "small"),
            credit_business_since=self.today if given["account"] else False,
            credit_first_date=self.today if given.get("credit") else False,
        )

    def _wins(self, quarter):
        return self.env["credit.sme.win"].search(
            [("user_id", "=", self.manager.id), ("quarter", "=", quarter)]
        )

    def _read_counted(self):
        this = self.today.replace(month=(self.today.month - 1) // 3 * 3 + 1, day=1)
        return self._wins(this).won == 1

    def read(self, key):
        if re.fullmatch(r"Q[1-4]", key):
            self.env.flush_all()
            self.env.invalidate_all()
            return self._wins(fields.Date.to_string(self.quarters[key])).status
        return super().read(key)

    # Focus, products, chain, library

    def _grade(self, grade):
        rating = self.env["credit.rating"].search([("name", "=", grade)])
        if not rating:
            raise AssertionError(f"the scale has no grade {grade!r}")
        industry = self.mine("term_industry_modern_services")
        industry.priority_support = True
        self.client = self.new_client(
            credit_rating_id=rating.id,
            credit_priority_support=True,
            credit_industry_id=industry.id,
        )

    def _read_in_focus(self):
        return self.client.credit_in_focus

    def _read_first_loan(self):
        return self.client.credit_is_first_loan

    def _hold(self, count):
        products = ("time_deposit", "corporate_wealth", "pos_terminal", "payroll_service")
        self.client = self.new_client(credit_first_date="2020-01-01")
        self.env["credit.product.holding"].create(
            [
                {
                    "partner_id": self.client.id,
                    "product_id": self.ref(f"product_{code}").id,
                    "source": "case",
                }
                for code in products[: count - 1]
            ]
        )

    def _chain(self, count):
        self.client = self.new_client(credit_first_date="2020-01-01")
        for _number in range(count):
            self.env["credit.relation"].create(
                {
                    "partner_id": self.client.id,
                    "other_id": self.new_client(credit_first_date="2020-01-01").id,
                    "type_id": self.mine("relation_type_supplier").id,
                }
            )

    def _fix(self, count, new):
        targets = self.env["credit.project.target"]
        for number in range(count):
            project = self.env["crm.lead"].create(
                {
                    "name": f"Case project {number}",
                    "type": "opportunity",
                    "is_credit_project": True,
                    "partner_name": f"Case company {number}",
                    "user_id": self.manager.id,
                    "team_id": self.branch.id,
                    "prospect_source_id": self.mine("prospect_source_door_visit").id,
                }
            )
            if number >= new:
                earlier = self.today.replace(day=1) - relativedelta(months=1)
                targets.create({"lead_id": project.id, "month": earlier})
            targets.create({"lead_id": project.id, "month": self.today})

    def _read_carried_over(self):
        rows = self.env["credit.project.target"].search(
            [("user_id", "=", self.manager.id), ("month", "=", self.today.replace(day=1))]
        )
        return len(rows.filtered("carried_over"))
