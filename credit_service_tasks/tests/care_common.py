"""What the tests of keeping clients and of relations share."""

from .growth_common import GrowthCase


class CareCase(GrowthCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Tests read English words; a database set up in Chinese knows no other language.
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        cls.env["res.users"].search([("login", "=like", "t\\_%")]).lang = "en_US"
        # As the guide has it, whatever the demo bank set where the guide is silent.
        cls.env.company.write(
            {
                "credit_save_contact_days": 0,
                "credit_gift_limit": False,
                "credit_gift_approver_post_ids": [(5, 0, 0)],
            }
        )

    @classmethod
    def listed(cls, tier, name="Listed client", **values):
        values.setdefault("user_id", cls.manager.id)
        client = cls.client(name, **values)
        cls.env["credit.membership"]._enter(client, tier, "institution", "test", day=cls.today)
        return client

    @classmethod
    def metric(cls, code):
        return cls.env["credit.metric"].search([("code", "=", code)])
