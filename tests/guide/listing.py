"""How a row of the area ``list`` is played: posts, nominations, decisions, reviews."""

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

ADDON = "credit_client_tiering"
KNOWN = {
    "suggested",
    "cf",
    "cm",
    "quality_criteria",
    "by",
    "tier",
    "list",
    "last",
    "today",
    "readings",
}
# A company without credit that the bank markets (T-P-1).
PROSPECT_JUDGEMENTS = ("policy_fit", "in_marketing", "good_prospects", "competitor_client")
# A designation that makes the rule suggest the tier.
QUALITY_JUDGEMENTS = (
    "key_industry",
    "policy_fit",
    "sound_structure",
    "ample_cash_flow",
    "normal_business",
    "market_ability",
)


class ListCase:
    """One client and the people who decide about it, brought where a row says."""

    def __init__(self, env):
        self.env = env
        self.today = env.company._credit_today()
        self.client = self.nomination = self.review = None
        self.refused = False

    def ref(self, name):
        return self.env.ref(f"{ADDON}.{name}")

    def play(self, given):
        unknown = set(given) - KNOWN
        if unknown:
            raise AssertionError(f"nobody knows the input {sorted(unknown)}")
        self.given = given
        if given.get("readings"):
            draft = self.ref("policy_guide_2021").copy()
            draft._apply_readings(given["readings"])
            draft.action_activate()
        self._people()
        if given.get("list"):
            self._review()
            return
        tier = given.get("suggested") or given.get("tier")
        self.client = self._client(tier)
        self.before = self.client.credit_tier
        self._nominate(tier)
        if given.get("by") == "institution":
            self._alone()
        for key, user, department in (
            ("cf", self.finance, "corporate_finance"),
            ("cm", self.credit, "credit_management"),
        ):
            outcome = given.get(key)
            if outcome and outcome != "pending":
                self.nomination.with_user(user).action_decide(outcome, "case", department)

    def _people(self):
        teams = self.env["crm.team"]
        self.office = teams.create(
            {
                "name": "Case head office",
                "institution_kind_id": self.ref("institution_kind_head_office").id,
            }
        )
        self.branch = teams.create({"name": "Case branch", "parent_id": self.office.id})
        self.head = self._staff("case_head", self.branch, "corporate_head")
        self.finance = self._staff("case_finance", self.office, "corporate_finance")
        self.credit = self._staff("case_credit", self.office, "credit_management")

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

    def _client(self, tier):
        client = self.env["res.partner"].create(
            {
                "name": "A client of the guide's cases",
                "is_company": True,
                "is_credit_client": True,
                "credit_first_date": tier != "potential" and self.today - relativedelta(years=4),
                "credit_institution_id": self.branch.id,
            }
        )
        quality = tier == "quality" or self.given.get("quality_criteria")
        types = list(QUALITY_JUDGEMENTS) if quality else []
        if tier == "strategic":
            types.append("central_soe")
        if tier == "potential":
            types += PROSPECT_JUDGEMENTS
        self.env["credit.designation"].create(
            [
                {
                    "partner_id": client.id,
                    "type_id": self.ref(f"designation_type_{type_}").id,
                    "source": "case",
                }
                for type_ in types
            ]
        )
        self.env["credit.metric.snapshot"].create(
            {
                "partner_id": client.id,
                "period_type": "year",
                "period_start": f"{self.today.year - 1}-01-01",
                "source": "case",
                "exposure_avg": 50_000_000 if quality else 0,
                "deposit_avg": 0,
                "settlement_share": 50,
                "fund_return": 20,
                "profit_margin": 8,
                "peer_margin": 8,
            }
        )
        self.env["credit.product.holding"].create(
            {
                "partner_id": client.id,
                "product_id": self.ref("product_corporate_ebank").id,
                "source": "case",
            }
        )
        return client

    def _nominate(self, tier):
        nominations = self.env["credit.nomination"].with_user(self.head)
        self.nomination = nominations.create(
            {"partner_id": self.client.id, "tier": tier, "justification": "case"}
        )
        self.nomination.action_submit()

    def _alone(self):
        """The institution tries everything it can to finish the matter itself."""
        if self.nomination.state == "confirmed":
            return
        attempts = (
            lambda: self.nomination.action_decide("approve", "case"),
            lambda: self.nomination.write({"state": "confirmed"}),
            lambda: self.client.with_user(self.head).write({"credit_tier": self.given["tier"]}),
        )
        refusals = 0
        for attempt in attempts:
            try:
                attempt()
            except AccessError:
                refusals += 1
        self.refused = refusals == len(attempts)

    def _review(self):
        day = fields.Date.to_date(self.given["today"])
        last = fields.Date.to_date(self.given["last"])
        with freeze_time(f"{last} 04:00:00"):
            self.client = self.env["res.partner"].create(
                {
                    "name": "A client on the list",
                    "is_company": True,
                    "is_credit_client": True,
                    "credit_institution_id": self.branch.id,
                }
            )
            lists = self.env["credit.membership"]
            entered = last - relativedelta(years=1)
            lists._enter(self.client, self.given["list"], "institution", "case", day=entered)
            review = (
                self._reviews()._open_due(last).filtered(lambda r: r.institution_id == self.branch)
            )
            review.line_ids.write({"answer": "keep"})
            review.with_user(self.head).action_close()
        with freeze_time(f"{day} 04:00:00"):
            self._reviews()._open_due(day)
            review = self._reviews().search(
                [("institution_id", "=", self.branch.id), ("state", "=", "open")]
            )
            self.review_overdue = any(review.mapped("is_overdue"))

    def _reviews(self):
        return self.env["credit.list.review"]

    def read(self, key):
        reader = getattr(self, f"_read_{key}", None)
        if reader is None:
            raise AssertionError(f"nobody knows how to read {key!r}")
        return reader()

    def _read_official(self):
        return self.client.credit_tier or None

    def _read_official_changed(self):
        return self.client.credit_tier != self.before

    def _read_head_office_step(self):
        decided = bool(self.nomination.decision_ids)
        return decided or self.nomination.state == "submitted"

    def _read_refused(self):
        return self.refused or self.nomination.state == "refused"

    def _read_state(self):
        return self.nomination.state

    def _read_may_nominate(self):
        return self.client.credit_may_nominate()

    def _read_review_overdue(self):
        return self.review_overdue
