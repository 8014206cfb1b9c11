"""What the tests of development and large funds share."""

from datetime import timedelta

from odoo.addons.credit_client_tiering.tests.common import BankCase

SERVICE = "credit_service_tasks"


class GrowthCase(BankCase):
    """A bank with a project library, and short ways to facts of funds."""

    @classmethod
    def mine(cls, name):
        return cls.env.ref(f"{SERVICE}.{name}")

    @classmethod
    def choose(cls, code, option):
        reading = cls.env["credit.reading"].search([("code", "=", code)])
        reading.chosen_option_id = reading.option_ids.filtered(lambda o: o.code == option)

    @classmethod
    def company(cls, name="Company"):
        return cls.env["res.partner"].create({"name": name, "is_company": True})

    @classmethod
    def project(cls, name="Project", **values):
        values.setdefault("user_id", cls.manager.id)
        values.setdefault("team_id", cls.sub_branch.id)
        values.setdefault("prospect_source_id", cls.mine("prospect_source_door_visit").id)
        if "partner_id" not in values and "partner_name" not in values:
            values["partner_id"] = cls.company(f"Company of {name}").id
        return cls.env["crm.lead"].create(
            {"name": name, "type": "opportunity", "is_credit_project": True, **values}
        )

    @classmethod
    def move(cls, client, day, amount, reference="", purpose=None, cross_bank=True):
        """Write one movement as the import would."""
        cls.env.cr.execute(
            """INSERT INTO credit_fund_movement
                   (partner_id, date, amount, cross_bank, purpose, reference)
               VALUES (%s, %s, %s, %s, %s, %s)""",
            [client.id, day, amount, cross_bank, purpose, reference],
        )

    @classmethod
    def plan(cls, client, day, amount, **values):
        return cls.env["credit.planned.payment"].create(
            {"partner_id": client.id, "value_date": day, "amount": amount, **values}
        )

    @classmethod
    def run_funds(cls, day=None, size=20_000):
        run = cls.env["credit.fund.run"]._of(day or cls.today, again=True)
        run._run_all(size)
        return run

    @classmethod
    def alerts(cls, client, code=None):
        domain = [("partner_id", "=", client.id)]
        if code:
            domain.append(("rule_id.code", "=", code))
        return cls.env["credit.fund.alert"].search(domain)

    @classmethod
    def pay_out(cls, client, day=None, reference="L1", amount=1_000_000):
        return cls.env["credit.loan.payout"].create(
            {
                "partner_id": client.id,
                "date": day or cls.today,
                "amount": amount,
                "reference": reference,
            }
        )

    @classmethod
    def days_ago(cls, days):
        return cls.today - timedelta(days=days)
