"""How a row of the area ``team`` is played: exposures, institutions, people in the team."""

from dateutil.relativedelta import relativedelta

from odoo.tests import new_test_user

ADDON = "credit_client_tiering"
# How the cases call the kinds of institutions.
KINDS = {
    "prefecture": "prefecture_branch",
    "direct": "direct_sub_branch",
    "ftz": "wuhan_ftz",
}
PLANS = {"1:1": "one_to_one", "1:n": "cluster"}
KNOWN = {
    "institution",
    "group_exposure",
    "exposure",
    "own",
    "group",
    "parts",
    "band",
    "plan",
    "tier",
    "members",
    "team",
    "readings",
}


class TeamCase:
    """A client, or a group, with its institution and whoever a row puts into the team."""

    def __init__(self, env):
        self.env = env
        self.today = env.company._credit_today()
        self.client = None
        self.clients = {}

    def ref(self, name):
        return self.env.ref(f"{ADDON}.{name}")

    def play(self, given):
        unknown = set(given) - KNOWN
        if unknown:
            raise AssertionError(f"nobody knows the input {sorted(unknown)}")
        self.given = given
        self._choose(given.get("readings") or {})
        self.office = self._institution("Case head office", "head_office")
        if "parts" in given:
            self._group_in_parts(given["parts"])
            return
        self.branch = self._institution("Case branch", given.get("institution", "prefecture"))
        self._staff("case_president", self.branch, "president")
        self._staff("case_head", self.branch, "corporate_head")
        self._clients()
        self._team()
        if given.get("tier"):
            self.env["credit.membership"]._enter(self.client, given["tier"], "institution", "case")

    def _choose(self, readings):
        for code, option in readings.items():
            reading = self.env["credit.reading"].search([("code", "=", code)])
            chosen = reading.option_ids.filtered(lambda o, c=option: o.code == c)
            if not chosen:
                raise AssertionError(f"{code} has no option {option!r}")
            reading.chosen_option_id = chosen

    def _institution(self, name, kind):
        code = KINDS.get(kind, kind)
        known = self.env["credit.institution.kind"].search([("code", "=", code)])
        parent = getattr(self, "office", self.env["crm.team"])
        return self.env["crm.team"].create(
            {"name": name, "parent_id": parent.id, "institution_kind_id": known.id}
        )

    def _staff(self, login, team, post):
        user = new_test_user(self.env, login, groups="base.group_user")
        self.env["crm.team.member"].create(
            {
                "user_id": user.id,
                "crm_team_id": team.id,
                "post_id": self.ref(f"post_{post}").id,
            }
        )
        return user

    def _client(self, name, institution, exposure, **values):
        client = self.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "is_credit_client": True,
                "credit_first_date": self.today - relativedelta(years=1),
                "credit_institution_id": institution.id,
                **values,
            }
        )
        if exposure is not None:
            self.env["credit.metric.snapshot"].create(
                {
                    "partner_id": client.id,
                    "period_type": "month",
                    "period_start": self.today.replace(day=1) - relativedelta(months=1),
                    "source": "case",
                    "exposure_now": exposure,
                }
            )
        return client

    def _clients(self):
        given = self.given
        # A row about people only leaves the exposure open; a small one asks for least.
        exposure = 1_000_000.0
        for key in ("exposure", "group_exposure", "own"):
            if key in given:
                exposure = given[key]
        if "band" in given:
            exposure = {1: 40_000_000.0, 2: 20_000_000.0, 3: 5_000_000.0}[given["band"]]
        if "group" not in given:
            self.client = self._client("Case client", self.branch, exposure)
            return
        parent = self.env["res.partner"].create({"name": "Case group", "is_company": True})
        self.client = self._client(
            "Case client", self.branch, given.get("own"), parent_id=parent.id
        )
        # In cents: the rest of the group must not be off by a rounding of floats.
        rest = (round(given["group"] * 100) - round(given["own"] * 100)) / 100
        self._client("Case sister", self.branch, rest, parent_id=parent.id)

    def _group_in_parts(self, parts):
        parent = self.env["res.partner"].create({"name": "Case group", "is_company": True})
        for kind, exposure in parts.items():
            self.clients[kind] = self._client(
                f"Case part {kind}",
                self._institution(f"Case {kind}", kind),
                exposure,
                parent_id=parent.id,
            )

    def _team(self):
        given = self.given
        if "team" not in given and "members" not in given:
            return
        for role in given.get("team", ["A", "B1"]):
            user = self._staff(f"case_{role.lower()}", self.branch, "client_manager")
            self.env["credit.service.member"].create(
                {"partner_id": self.client.id, "user_id": user.id, "role": role.lower()}
            )
        if "head_office" in given.get("members", ()):
            leader = self._staff("case_leader", self.office, "head_office_leader")
            self.env["credit.service.member"].create(
                {"partner_id": self.client.id, "user_id": leader.id, "role": "leader"}
            )
        if "members" in given and "branch" not in given["members"]:
            seats = self.branch.crm_team_member_ids
            seats.filtered(lambda s: s.post_id == self.ref("post_president")).active = False

    def read(self, key):
        reader = getattr(self, f"_read_{key}", None)
        if reader is None:
            raise AssertionError(f"nobody knows how to read {key!r}")
        return reader()

    @staticmethod
    def _number(client):
        return int(client.credit_band) if client.credit_band else None

    def _read_band(self):
        return self._number(self.client)

    def _read_bands(self):
        return {kind: self._number(client) for kind, client in self.clients.items()}

    def _read_roles(self):
        return self.client._credit_required_roles()

    def _read_plan(self):
        return self.client.credit_band_id.plan or None

    def _read_plan_satisfied(self):
        """Through a plan in force, as the client's stored gap tells."""
        said = self.given.get("plan")
        if said:
            kind = PLANS[said]
            values = {"kind": kind, "partner_id": self.client.id}
            if kind == "cluster":
                cluster = self.env["credit.client.cluster"].create(
                    {
                        "name": "Case cluster",
                        "institution_id": self.branch.id,
                        "user_id": self.env.uid,
                        "partner_ids": [(6, 0, self.client.ids)],
                    }
                )
                values = {"kind": kind, "cluster_id": cluster.id}
            plan = self.env["credit.service.plan"].create(
                {
                    **values,
                    "needs": "Case",
                    "credit_part": "Case",
                    "measure_ids": [(0, 0, {"name": "Case", "date": self.today})],
                    "goal_ids": [
                        (
                            0,
                            0,
                            {
                                "metric_id": self.env["credit.metric"].search([], limit=1).id,
                                "goal": 1.0,
                                "period": "year",
                            },
                        )
                    ],
                }
            )
            plan.action_approve()
        self.client.invalidate_recordset()
        satisfied = self.client.credit_band_id._plan_satisfied(PLANS.get(said, said))
        if satisfied == bool(self.client.credit_plan_gap):
            raise AssertionError("the client's stored gap and the band's rule disagree")
        return satisfied

    def _requirements(self):
        return self.env["credit.team.requirement"]._in_force(self.today, self.client.credit_tier)

    def _read_branch_group(self):
        return "no_branch_group" in self._requirements().mapped("gap")

    def _read_lead(self):
        leading = self._requirements().filtered(lambda r: r.gap == "no_lead")
        users = self.client.credit_leader_ids
        posts = users.crm_team_member_ids.post_id & leading.post_ids
        return posts.code or None

    def _read_gap(self):
        codes = [code.removeprefix("no_") for code in self.client._credit_gap_codes()]
        if "members" in self.given:
            # Rows name the missing side of a strategic client's group, not the seat.
            codes = ["branch" if code == "branch_leader" else code for code in codes]
        return [code.upper() if code in ("a", "b1", "b2") else code for code in codes]

    def _read_listed_for_mapping(self):
        return not self.client.credit_institution_id.credit_limits_mapped
