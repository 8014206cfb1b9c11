"""Properties the engine must have on any facts, not only on the guide's cases."""

from dateutil.relativedelta import relativedelta
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .common import ProjectCase
from .guide.oracle import LADDER, answer

YEAR = {
    "exposure_avg": (0, 999_999.99, 1_000_000, 49_999_999.99, 50_000_000, 199_999_999.99, 2e8),
    "deposit_avg": (0, 19_999_999.99, 20_000_000, 49_999_999.99, 50_000_000),
    "settlement_share": (0, 49.99, 50, 100),
    "fund_return": (0, 19.99, 20, 100),
    "profit_margin": (-5, 7.99, 8),
    "peer_margin": (-5, 8),
}
MONTH = {
    "payroll_people": (0, 19, 20, 149, 150),
    "payroll_amount": (0, 49_999.99, 50_000, 799_999.99, 800_000),
    "pos_amount": (0, 299_999.99, 300_000, 4_999_999.99, 5_000_000),
    "cards_issued": (0, 9, 10, 19, 20),
}
CLAIMS = (
    "central_soe",
    "provincial_sasac_leader",
    "listed_company",
    "channel_resources",
    "strategic_agreement",
    "head_office_recognised",
    "in_marketing",
    "competitor_client",
    "first_loan",
)
JUDGEMENTS = (
    "sound_listed",
    "full_cooperation",
    "key_industry",
    "considerable_contribution",
    "policy_fit",
    "sound_structure",
    "ample_cash_flow",
    "normal_business",
    "market_ability",
    "inclusive_industry",
    "some_contribution",
    "good_prospects",
)
RANKS = {"national_rank": (1, 500, 501), "industry_rank": (1, 100, 101)}
PRODUCTS = ("time_deposit", "corporate_wealth", "agency_insurance", "letter_of_credit")
# More of one of these never lowers a tier.
MONOTONE = ("exposure_avg", "deposit_avg", *MONTH, "settlement_share", "fund_return")


def often(*values):
    """Mostly the first value: facts that make whole tiers reachable."""
    return st.one_of(st.just(values[0]), st.sampled_from(values))


facts = st.fixed_dictionaries(
    {
        "state": often("active", "never", "ended"),
        "products": st.sampled_from((None, 0, 1, 2, 3, 4)),
        "ebank": st.sampled_from(("none", "opened", "used")),
        **{k: st.sampled_from((None, *v)) for k, v in {**YEAR, **MONTH}.items()},
        **{k: often(False, True) for k in CLAIMS},
        **{k: often(True, False, None) for k in JUDGEMENTS},
        **{k: often(None, *v) for k, v in RANKS.items()},
    }
)
books = st.lists(facts, min_size=20, max_size=20)
tried = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,  # one book of examples, so that a failure can be run again
    suppress_health_check=list(HealthCheck),
)


class TestProperties(ProjectCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.env.company._credit_today()
        cls.type_ids = {
            name: cls.env.ref(f"credit_client_tiering.designation_type_{name}").id
            for name in (*CLAIMS, *JUDGEMENTS, *RANKS)
        }
        cls.product_ids = {
            name: cls.env.ref(f"credit_client_tiering.product_{name}").id
            for name in (*PRODUCTS, "corporate_ebank")
        }

    def clients_of(self, book):
        """Create one client per dict of facts, through the models, and return them."""
        start = {
            "active": {"credit_first_date": self.today},
            "ended": {
                "credit_first_date": self.today - relativedelta(years=2),
                "credit_end_date": self.today,
            },
            "never": {},
        }
        clients = self.env["res.partner"].create(
            [
                {
                    "name": f"Client {number}",
                    "is_company": True,
                    "is_credit_client": True,
                    "credit_holdings_as_of": False if f["products"] is None else self.today,
                    **start[f["state"]],
                }
                for number, f in enumerate(book)
            ]
        )
        snapshots, designations, holdings = [], [], []
        for client, f in zip(clients, book, strict=True):
            snapshots += self.snapshot_rows(client, f)
            designations += self.designation_rows(client, f)
            holdings += self.holding_rows(client, f)
        self.env["credit.metric.snapshot"].create(snapshots)
        self.env["credit.designation"].create(designations)
        self.env["credit.product.holding"].create(holdings)
        return clients

    def snapshot_rows(self, client, f):
        last_month = self.today.replace(day=1) - relativedelta(months=1)
        last_year = self.today.replace(year=self.today.year - 1, month=1, day=1)
        for period_type, start, figures in (
            ("year", last_year, YEAR),
            ("month", last_month, MONTH),
        ):
            yield {
                "partner_id": client.id,
                "period_type": period_type,
                "period_start": start,
                "source": "property",
                **{name: f[name] for name in figures if f[name] is not None},
            }

    def designation_rows(self, client, f):
        for name in (*CLAIMS, *JUDGEMENTS):
            if f[name] is not None:
                yield {
                    "partner_id": client.id,
                    "type_id": self.type_ids[name],
                    "holds": f[name],
                    "source": "property",
                }
        for name in RANKS:
            if f[name] is not None:
                yield {
                    "partner_id": client.id,
                    "type_id": self.type_ids[name],
                    "rank": f[name],
                    "source": "property",
                }

    def holding_rows(self, client, f):
        if f["products"] is None:
            return
        used = [(name, True) for name in PRODUCTS[: f["products"]]]
        if f["ebank"] != "none":
            used.append(("corporate_ebank", f["ebank"] == "used"))
        for name, in_use in used:
            yield {
                "partner_id": client.id,
                "product_id": self.product_ids[name],
                "in_use": in_use,
                "source": "property",
            }

    def ranks(self, clients):
        """Return per client how high its suggestion stands; no tier is 0."""
        height = {tier: len(LADDER) - i for i, tier in enumerate(LADDER)}
        return [height.get(client.credit_suggested, 0) for client in clients]

    def within(self, work):
        """Do ``work`` and undo it: hypothesis calls a test many times."""
        with self.env.cr.savepoint() as savepoint:
            work()
            savepoint.rollback()
        self.env.invalidate_all()

    @tried
    @given(books)
    def test_engine_says_what_the_slow_oracle_says(self, book):
        def work():
            for client, f in zip(self.clients_of(book), book, strict=True):
                found = (
                    client.credit_suggested,
                    client.credit_prospective or None,
                    client.credit_tier_verdicts,
                )
                self.assertEqual(found, answer(f), f)

        self.within(work)

    @tried
    @given(books, st.sampled_from(MONOTONE))
    def test_more_of_a_figure_never_lowers_the_tier(self, book, figure):
        steps = {**YEAR, **MONTH}[figure]

        def work():
            clients = self.clients_of([{**f, figure: min(steps)} for f in book])
            before = self.ranks(clients)
            for step in sorted(steps)[1:]:
                # A correction of the one figure: the others are carried over.
                self.env["credit.metric.snapshot"].create(
                    [
                        {**row, figure: step}
                        for client in clients
                        for row in self.snapshot_rows(client, dict.fromkeys((*YEAR, *MONTH)))
                        if (row["period_type"] == "year") == (figure in YEAR)
                    ]
                )
                after = self.ranks(clients)
                for f, low, high in zip(book, before, after, strict=True):
                    self.assertGreaterEqual(high, low, (figure, step, f))
                before = after

        self.within(work)

    @tried
    @given(books, st.sampled_from((*YEAR, *MONTH, *JUDGEMENTS, "products")))
    def test_unknown_never_beats_known(self, book, fact):
        def work():
            known = self.ranks(self.clients_of(book))
            blank = self.ranks(self.clients_of([{**f, fact: None} for f in book]))
            for f, with_fact, without in zip(book, known, blank, strict=True):
                self.assertLessEqual(without, with_fact, (fact, f))

        self.within(work)
