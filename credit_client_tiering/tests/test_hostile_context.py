"""Whoever calls by RPC writes its own context: it opens no door to what the bank relies on."""

from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .common import BankCase


@tagged("post_install", "-at_install")
class TestHostileContext(BankCase):
    def rpc(self, user, model, method, *args, **context):
        self.env.flush_all()
        self.env.invalidate_all()
        return call_kw(
            self.env[model].with_user(user), method, list(args), {"context": dict(context)}
        )

    def test_loading_a_module_is_not_pretended(self):
        client = self.client()
        fact = self.designate(client, "key_industry")
        policy = self.env["credit.policy"].search([("state", "=", "active")], limit=1)
        leaf = policy.criterion_ids[:1]
        for user, record, values in (
            (self.manager, fact, {"date_from": "2000-01-01"}),
            (self.lister, policy, {"name": "Forged"}),
            (self.lister, leaf, {"name": "Forged"}),
        ):
            with self.subTest(record._name), self.assertRaises(UserError):
                self.rpc(user, record._name, "write", record.ids, values, install_mode=True)

    def test_removing_a_module_is_not_pretended(self):
        client = self.quality_client()
        nomination = (
            self.env["credit.nomination"]
            .with_user(self.head)
            .create({"partner_id": client.id, "tier": "quality", "justification": "Fits"})
        )
        nomination.action_submit()
        fact = self.designate(client, "key_industry")
        for user in (self.manager, self.head, self.lister, self.env.ref("base.user_admin")):
            for record in (nomination, fact):
                with self.subTest(f"{user.login} {record._name}"), self.assertRaises(UserError):
                    self.rpc(user, record._name, "unlink", record.ids, _force_unlink=True)

    def test_first_values_come_from_the_model(self):
        partner_id = self.rpc(
            self.manager,
            "res.partner",
            "create",
            {"name": "Forged", "is_company": True},
            default_credit_tier="strategic",
            default_credit_suggested="strategic",
        )
        partner = self.env["res.partner"].browse(partner_id)
        self.assertEqual((partner.credit_tier, partner.credit_suggested), (False, False))
        # What a person saves as its own default is as good as a context.
        self.env["ir.default"].with_user(self.manager).create(
            {
                "field_id": self.env["ir.model.fields"]._get("credit.nomination", "state").id,
                "user_id": self.manager.id,
                "json_value": '"confirmed"',
            }
        )
        nomination = self.env["credit.nomination"].browse(
            self.rpc(
                self.manager,
                "credit.nomination",
                "create",
                {"partner_id": self.client().id, "tier": "quality", "justification": "Fits"},
                default_round=9,
            )
        )
        self.assertEqual((nomination.state, nomination.round), ("draft", 0))

    def test_defaults_of_open_fields_still_come_from_the_context(self):
        found = self.rpc(
            self.manager,
            "credit.nomination",
            "default_get",
            ["tier", "state"],
            default_tier="basic",
        )
        self.assertEqual(found, {"tier": "basic", "state": "draft"})
