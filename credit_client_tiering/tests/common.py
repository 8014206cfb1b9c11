"""A small bank for the tests.

head office  (finance, credit, lister)
  └─ branch  (president, deputy)
       └─ sub_branch  (head, manager)
other_branch (stranger)
"""

from dateutil.relativedelta import relativedelta

from odoo.tests import TransactionCase, new_test_user

ADDON = "credit_client_tiering"
# A made-up code whose check digit is right.
GOOD_CODE = "91420100MA00000012"


class BankCase(TransactionCase):
    """Institutions, one user per post, and makers of clients and facts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.today = cls.env.company._credit_today()
        cls.last_year = cls.today.year - 1
        cls.head_office = cls.institution("Test head office", "head_office")
        cls.branch = cls.institution("Test branch", "prefecture_branch", cls.head_office)
        cls.sub_branch = cls.institution("Test sub-branch", "sub_branch", cls.branch)
        cls.other_branch = cls.institution("Other branch", "prefecture_branch", cls.head_office)
        cls.president = cls.staff("t_president", cls.branch, "president")
        cls.deputy = cls.staff("t_deputy", cls.branch, "deputy_president")
        cls.head = cls.staff("t_head", cls.sub_branch, "corporate_head")
        cls.manager = cls.staff("t_manager", cls.sub_branch, "client_manager")
        cls.stranger = cls.staff("t_stranger", cls.other_branch, "president")
        cls.finance = cls.staff("t_finance", cls.head_office, "corporate_finance")
        cls.credit = cls.staff("t_credit", cls.head_office, "credit_management")
        cls.lister = cls.staff("t_lister", cls.head_office, "list_admin")
        cls.outsider = new_test_user(cls.env, "t_outsider", groups="base.group_user")

    @classmethod
    def ref(cls, name):
        return cls.env.ref(f"{ADDON}.{name}")

    @classmethod
    def institution(cls, name, kind, parent=None):
        return cls.env["crm.team"].create(
            {
                "name": name,
                "parent_id": parent.id if parent else False,
                "institution_kind_id": cls.ref(f"institution_kind_{kind}").id,
                "institution_code": name.upper().replace(" ", "-"),
            }
        )

    @classmethod
    def staff(cls, login, team, post):
        user = new_test_user(cls.env, login, groups="base.group_user")
        cls.env["crm.team.member"].create(
            {
                "user_id": user.id,
                "crm_team_id": team.id,
                "post_id": cls.ref(f"post_{post}").id,
            }
        )
        return user

    @classmethod
    def client(cls, name="Client", since_years=4, **values):
        """Create a client with credit; ``since_years=None``: never had any."""
        if since_years is not None:
            values.setdefault("credit_first_date", cls.today - relativedelta(years=since_years))
        values.setdefault("credit_institution_id", cls.sub_branch.id)
        return cls.env["res.partner"].create(
            {"name": name, "is_company": True, "is_credit_client": True, **values}
        )

    @classmethod
    def report(cls, client, year=None, **figures):
        """Report yearly figures, of the previous year unless told."""
        return cls.env["credit.metric.snapshot"].create(
            {
                "partner_id": client.id,
                "period_type": "year",
                "period_start": f"{year or cls.last_year}-01-01",
                "source": "test",
                **figures,
            }
        )

    @classmethod
    def report_month(cls, client, months_ago=1, **figures):
        start = cls.today.replace(day=1) - relativedelta(months=months_ago)
        return cls.env["credit.metric.snapshot"].create(
            {
                "partner_id": client.id,
                "period_type": "month",
                "period_start": start,
                "source": "test",
                **figures,
            }
        )

    @classmethod
    def designate(cls, client, *types, **values):
        return cls.env["credit.designation"].create(
            [
                {
                    "partner_id": client.id,
                    "type_id": cls.ref(f"designation_type_{type_}").id,
                    "source": "test",
                    **values,
                }
                for type_ in types
            ]
        )

    @classmethod
    def hold(cls, client, *products, **values):
        return cls.env["credit.product.holding"].create(
            [
                {
                    "partner_id": client.id,
                    "product_id": cls.ref(f"product_{product}").id,
                    "source": "test",
                    **values,
                }
                for product in products
            ]
        )

    @classmethod
    def quality_client(cls, name="Quality client", **values):
        """A client that meets the quality tier exactly at its limits."""
        client = cls.client(name, **values)
        cls.report(
            client,
            exposure_avg=50_000_000,
            deposit_avg=0,
            profit_margin=8,
            peer_margin=8,
            settlement_share=50,
            fund_return=20,
        )
        cls.designate(
            client,
            "key_industry",
            "policy_fit",
            "sound_structure",
            "ample_cash_flow",
            "normal_business",
            "market_ability",
        )
        cls.hold(client, "corporate_ebank")
        return client
