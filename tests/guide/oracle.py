"""The default reading of section 1 of the guide, written down once more, slowly.

Independent of the policy tree and of the engine: plain Python on a dict of facts, three-valued
(True, False, None for unknown). What the engine says must be what this says.
"""

LADDER = ("strategic", "quality", "basic", "potential")


def all_of(*parts):
    if any(part is False for part in parts):
        return False
    return None if any(part is None for part in parts) else True


def any_of(*parts):
    if any(part is True for part in parts):
        return True
    return None if any(part is None for part in parts) else False


def reach(value, limit):
    return None if value is None else value >= limit


def strategic(f):
    credit = f["state"] == "active"
    return any_of(
        f["central_soe"],
        f["provincial_sasac_leader"],
        f["national_rank"] is not None and f["national_rank"] <= 500,
        f["industry_rank"] is not None and f["industry_rank"] <= 100,
        all_of(f["listed_company"], f["sound_listed"]),
        f["channel_resources"],
        all_of(credit, reach(f["exposure_avg"], 200_000_000)),
        all_of(credit, reach(f["deposit_avg"], 50_000_000)),
        all_of(f["strategic_agreement"], f["full_cooperation"]),
        f["head_office_recognised"],
    )


def services(f, people, payroll, pos, cards):
    return any_of(
        all_of(reach(f["payroll_people"], people), reach(f["payroll_amount"], payroll)),
        reach(f["pos_amount"], pos),
        reach(f["cards_issued"], cards),
    )


def ebank_in_use(f):
    return None if f["products"] is None else f["ebank"] == "used"


def quality(f):
    margin = None
    if f["profit_margin"] is not None and f["peer_margin"] is not None:
        margin = f["profit_margin"] >= f["peer_margin"]
    return all_of(
        any_of(f["key_industry"], f["considerable_contribution"]),
        f["policy_fit"],
        f["sound_structure"],
        f["ample_cash_flow"],
        f["normal_business"],
        f["market_ability"],
        margin,
        any_of(reach(f["exposure_avg"], 50_000_000), reach(f["deposit_avg"], 20_000_000)),
        any_of(
            all_of(ebank_in_use(f), reach(f["settlement_share"], 50), reach(f["fund_return"], 20)),
            services(f, 150, 800_000, 5_000_000, 20),
            reach(f["products"], 3),
        ),
    )


def basic(f):
    return any_of(
        all_of(
            any_of(f["inclusive_industry"], f["some_contribution"]),
            reach(f["exposure_avg"], 1_000_000),
        ),
        ebank_in_use(f),
        services(f, 20, 50_000, 300_000, 10),
        reach(f["products"], 2),
    )


def potential(f):
    return all_of(
        f["policy_fit"],
        f["in_marketing"],
        f["good_prospects"],
        any_of(f["competitor_client"], f["first_loan"]),
    )


def answer(f):
    """Return (suggested, prospective, verdicts of the ladder) for a dict of facts."""
    with_credit = f["state"] == "active"
    verdicts = [
        strategic(f) if with_credit else False,
        quality(f) if with_credit else False,
        basic(f) if with_credit else False,
        potential(f) if f["state"] == "never" else False,
    ]
    prospective = None
    if f["state"] == "never":
        prospective = (
            "strategic" if strategic(f) is True else "quality" if quality(f) is True else None
        )
    letters = "".join({True: "T", False: "F", None: "?"}[v] for v in verdicts)
    if f["state"] == "ended":
        return "lost", None, letters
    for tier, verdict in zip(LADDER, verdicts, strict=True):
        if verdict is True:
            return tier, prospective, letters
    if with_credit or verdicts[3] is None:
        return "undecided", prospective, letters
    return "not_listed", prospective, letters
