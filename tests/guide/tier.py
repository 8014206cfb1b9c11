"""How a row of the area ``tier`` is played: facts in, engine, answer out."""

import re

from dateutil.relativedelta import relativedelta

ADDON = "credit_client_tiering"

# Input key to figure; a key left out is a known zero.
YEAR_FIGURES = {
    "exposure_avg_py": "exposure_avg",
    "deposit_avg_py": "deposit_avg",
    "settlement_share": "settlement_share",
    "fund_return": "fund_return",
}
MONTH_FIGURES = {
    "exposure_now": "exposure_now",
    "deposit_now": "deposit_now",
    "payroll_people": "payroll_people",
    "payroll_monthly": "payroll_amount",
    "pos_monthly": "pos_amount",
    "cards": "cards_issued",
}
# A zero here would be a statement the case does not make.
UNKNOWN_UNLESS_GIVEN = {"exposure_now", "deposit_now"}
# Input key to designation; a key left out was judged and does not hold.
DESIGNATIONS = {
    "s2_resources": "channel_resources",
    "s4_agreement": "strategic_agreement",
    "s4_full_cooperation": "full_cooperation",
    "s5_hq_recognised": "head_office_recognised",
    "q1_industry": "key_industry",
    "q1_contribution": "considerable_contribution",
    "b1_industry": "inclusive_industry",
    "b1_contribution": "some_contribution",
    "in_marketing": "in_marketing",
    "good_prospects": "good_prospects",
    "white_list": "tax_white_list",
}
# Two keys for one statement: fits the bank's credit policy.
POLICY_FIT = ("q1_policy", "policy_fit")
SOUNDNESS = ("sound_structure", "ample_cash_flow", "normal_business", "market_ability")
PROSPECT_SOURCES = {
    "competitor": "competitor_client",
    "first_loan": "first_loan",
    # Found in another way than the two that count (T-P-1f).
    "none": None,
    "other": None,
}
CLASSES = (
    (r"national rank (\d+)", ("national_rank",)),
    (r"industry rank (\d+)", ("industry_rank",)),
    (r"provincial SASAC.*", ("provincial_sasac_leader",)),
    (r"(central|state council).*", ("central_soe",)),
    (r".*monopoly.*", ("provincial_monopoly",)),
    (r"(large )?headquarters.*", ("large_headquarters",)),
    (r"(large )?group.*", ("large_group",)),
    (r"(large )?chain.*", ("large_chain",)),
    (r"listed.*(not|un)[ -]?sound.*|unsound listed.*", ("listed_company",)),
    (r"sound listed.*|listed.*sound.*", ("listed_company", "sound_listed")),
    (r"listed.*", ("listed_company",)),
)
CATEGORIES = {
    "2a": "tech_sme",
    "2c": "agri_leader",
    "2d": "hidden_champion",
    "2e": "stability_programme",
    "2f": "technical_upgrading",
    "2g": "five_hundreds",
    "2h": "ten_programmes",
}
# The tax category (2b) follows from the list and the grade, nobody states it.
TAX_CATEGORY = "2b"
# The group's figure, if it is another than the client's own (A06); the rest is a sister's.
GROUP_KEYS = ("group", "group_exposure", "group_exposure_avg_py")
CREDIT_PRODUCT = "working_capital_loan"
# Families that count, one product each.
COUNTED_PRODUCTS = (
    "time_deposit",
    "corporate_wealth",
    "agency_insurance",
    "pos_terminal",
    "payroll_service",
    "letter_of_credit",
    "bill_acceptance",
    "bond_underwriting",
)
OTHER_KEYS = {
    "has_credit",
    "earlier_credit",
    "event",
    "readings",
    "s1_class",
    "q2",
    "ebank_used",
    "ebank_opened",
    "products",
    "products_incl_credit",
    "own",
    *GROUP_KEYS,
    "years_with_bank",
    "on_strategic_list",
    "prospect_source",
    "category",
    "tax_grade",
    "size",
    "profit_margin",
    "peer_margin",
    *POLICY_FIT,
}
KNOWN = {*YEAR_FIGURES, *MONTH_FIGURES, *DESIGNATIONS, *OTHER_KEYS}


class TierCase:
    """One client, brought into the state a row describes."""

    def __init__(self, env):
        self.env = env
        self.today = env.company._credit_today()
        self.client = None

    def ref(self, name):
        return self.env.ref(f"{ADDON}.{name}")

    def play(self, given):
        unknown = set(given) - KNOWN
        if unknown:
            raise AssertionError(f"nobody knows the input {sorted(unknown)}")
        given = self._translated(given)
        self.given = given
        if given.get("readings"):
            self._switch(given["readings"])
        self.client = self.env["res.partner"].create(self._identity())
        self._figures()
        self._group()
        self._designations()
        self._products()
        self._lists()
        self._event()

    @staticmethod
    def _translated(given):
        """Return the row in this area's own keys where it uses those of another area."""
        given = dict(given)
        if "own" in given:
            given["exposure_avg_py"] = given.pop("own")
        if given.get("category") == TAX_CATEGORY:
            given.update(category=None, tax_grade="B", white_list=1)
        return given

    def _group(self):
        """Give the client a sister that brings the group to the figure the row names."""
        named = [self.given[key] for key in GROUP_KEYS if key in self.given]
        if not named:
            return
        parent = self.env["res.partner"].create({"name": "Case group", "is_company": True})
        self.client.parent_id = parent
        own = self.given.get("exposure_avg_py", 0) or 0
        sister = self.env["res.partner"].create(
            {
                "name": "A sister of the client",
                "is_company": True,
                "is_credit_client": True,
                "parent_id": parent.id,
                "credit_first_date": self.today - relativedelta(years=4),
            }
        )
        self.env["credit.metric.snapshot"].create(
            {
                "partner_id": sister.id,
                "period_type": "year",
                "period_start": f"{self.today.year - 1}-01-01",
                "source": "case",
                # In cents: the rest of the group must not be off by a rounding of floats.
                "exposure_avg": (round(named[0] * 100) - round(own * 100)) / 100,
            }
        )

    def _switch(self, readings):
        draft = self.ref("policy_guide_2021").copy()
        draft._apply_readings(readings)
        draft.action_activate()

    def _identity(self):
        given = self.given
        values = {
            "name": "A client of the guide's cases",
            "is_company": True,
            "is_credit_client": True,
            "credit_tax_grade": given.get("tax_grade", False),
            "credit_size": given.get("size", False),
            "credit_holdings_as_of": self.today,
        }
        if given.get("years_with_bank") is not None:
            years, part = divmod(given["years_with_bank"], 1)
            since = self.today - relativedelta(years=int(years), days=round(part * 365))
            values["credit_business_since"] = since
        if given.get("has_credit", True) and not given.get("event"):
            values["credit_first_date"] = self.today - relativedelta(years=4)
        elif given.get("earlier_credit"):
            values["credit_first_date"] = self.today - relativedelta(years=4)
        return values

    def _figures(self):
        given = self.given
        year = {
            figure: given.get(key, 0)
            for key, figure in YEAR_FIGURES.items()
            if given.get(key, 0) is not None
        }
        year.update(self._margins())
        month = {
            figure: given.get(key, 0)
            for key, figure in MONTH_FIGURES.items()
            if given.get(key, None if key in UNKNOWN_UNLESS_GIVEN else 0) is not None
        }
        last_month = self.today.replace(day=1) - relativedelta(months=1)
        self.env["credit.metric.snapshot"].create(
            [
                {
                    "partner_id": self.client.id,
                    "period_type": "year",
                    "period_start": f"{self.today.year - 1}-01-01",
                    "source": "case",
                    **year,
                },
                {
                    "partner_id": self.client.id,
                    "period_type": "month",
                    "period_start": last_month,
                    "source": "case",
                    **month,
                },
            ]
        )

    def _margins(self):
        if "profit_margin" in self.given or "peer_margin" in self.given:
            pairs = {k: self.given.get(k) for k in ("profit_margin", "peer_margin")}
            return {k: v for k, v in pairs.items() if v is not None}
        reached = (self.given.get("q2") or [0] * 5)[4]
        return {"profit_margin": 8 if reached else 7.99, "peer_margin": 8}

    def _designations(self):
        given = self.given
        states = {type_: given.get(key, 0) for key, type_ in DESIGNATIONS.items()}
        fits = [given[key] for key in POLICY_FIT if key in given]
        states["policy_fit"] = bool(fits) and all(fits)
        flags = given.get("q2") or [0] * 5
        if len(flags) != 5:
            raise AssertionError("q2 has five parts")
        states.update(zip(SOUNDNESS, flags[:4], strict=True))
        if source := given.get("prospect_source"):
            if source not in PROSPECT_SOURCES:
                raise AssertionError(f"nobody knows the source of prospects {source!r}")
            if PROSPECT_SOURCES[source]:
                states[PROSPECT_SOURCES[source]] = 1
        if category := given.get("category"):
            if category not in CATEGORIES:
                raise AssertionError(f"nobody knows the category {category!r}")
            states[CATEGORIES[category]] = 1
        rows = [
            {"type_id": self.ref(f"designation_type_{type_}").id, "holds": bool(holds)}
            for type_, holds in states.items()
            if holds is not None
        ]
        rows += self._class_rows()
        for row in rows:
            row.update(partner_id=self.client.id, source="case")
        self.env["credit.designation"].create(rows)

    def _class_rows(self):
        text = self.given.get("s1_class")
        if not text:
            return []
        for pattern, types in CLASSES:
            if match := re.fullmatch(pattern, text, flags=re.IGNORECASE):
                rank = int(match[1]) if pattern.endswith(r"rank (\d+)") else 0
                return [
                    {"type_id": self.ref(f"designation_type_{t}").id, "rank": rank} for t in types
                ]
        raise AssertionError(f"nobody knows the enterprise class {text!r}")

    def _products(self):
        given = self.given
        count = given.get("products", 0)
        if given.get("products_incl_credit"):
            count = given["products_incl_credit"] - 1
        if count > len(COUNTED_PRODUCTS):
            raise AssertionError("more products than families that count")
        codes = [(code, True) for code in COUNTED_PRODUCTS[:count]]
        if given.get("products_incl_credit"):
            codes.append((CREDIT_PRODUCT, True))
        if given.get("ebank_used") or given.get("ebank_opened"):
            codes.append(("corporate_ebank", bool(given.get("ebank_used"))))
        self.env["credit.product.holding"].create(
            [
                {
                    "partner_id": self.client.id,
                    "product_id": self.ref(f"product_{code}").id,
                    "in_use": in_use,
                    "source": "case",
                }
                for code, in_use in codes
            ]
        )

    def _lists(self):
        lists = self.env["credit.membership"]
        if self.given.get("on_strategic_list"):
            lists._enter(self.client, "strategic", "head_office", "case")
        if self.given.get("event"):
            lists._enter(self.client, "potential", "institution", "case")
        if self.given.get("earlier_credit"):
            lists._enter(self.client, "basic", "institution", "case")

    def _event(self):
        event = self.given.get("event")
        if event and event != "first credit effective":
            raise AssertionError(f"nobody knows the event {event!r}")
        if event:
            self.client.credit_first_date = self.today
        if self.given.get("earlier_credit") and not self.given.get("has_credit", True):
            self.client.credit_end_date = self.today

    def read(self, key):
        reader = getattr(self, f"_read_{key}", None)
        if reader is None:
            raise AssertionError(f"nobody knows how to read {key!r}")
        return reader()

    def _read_suggested(self):
        return self.client.credit_suggested

    def _read_prospective(self):
        return self.client.credit_prospective or None

    def _read_indicative(self):
        return self.client.credit_indicative or None

    def _read_official(self):
        return self.client.credit_tier or None

    def _read_drift(self):
        return self.client.credit_drift

    def _read_left(self):
        closed = self.client.credit_membership_ids.filtered("date_to")
        return closed.sorted("id")[-1:].tier or None

    def _read_status(self):
        closed = self.client.credit_membership_ids.filtered("date_to")
        return closed.sorted("id")[-1:].leave_status or None

    def _read_declaration_open(self):
        pending = self.client.credit_nomination_ids.filtered(lambda n: n.state == "submitted")
        return bool(pending)

    def _read_removal_flag(self):
        return self.client.credit_tier == "strategic" and self.client.credit_drift == "downgrade"

    def _read_category_2b(self):
        return self._criterion("T-P-2b") == "yes"

    def _criterion(self, code):
        def find(nodes):
            for node in nodes:
                if node["code"] == code:
                    return node["verdict"]
                if answer := find(node["children"]):
                    return answer
            return None

        return find(self.client.credit_explain()["criteria"])
