"""Who may see and do what: every model, every persona, by the calls RPC makes."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import BankCase

# Facts and answers about a client: seen by its institution and by the head office.
CLIENT_MODELS = (
    "credit.metric.snapshot",
    "credit.designation",
    "credit.product.holding",
    "credit.assessment",
    "credit.membership",
)


@tagged("post_install", "-at_install")
class TestAccess(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls.quality_client("Own")
        cls.foreign = cls.quality_client("Foreign", credit_institution_id=cls.other_branch.id)
        for client in cls.own + cls.foreign:
            cls.env["credit.membership"]._enter(client, "basic", "institution")

    def seen(self, model, user):
        domain = [("partner_id", "in", (self.own + self.foreign).ids)]
        return self.env[model].with_user(user).search(domain).partner_id

    def test_institutions_see_their_own_and_below(self):
        for model in CLIENT_MODELS:
            for user in (self.manager, self.head, self.deputy, self.president):
                with self.subTest(model=model, user=user.login):
                    self.assertEqual(self.seen(model, user), self.own)
            self.assertEqual(self.seen(model, self.stranger), self.foreign)

    def test_the_head_office_sees_all(self):
        for model in CLIENT_MODELS:
            for user in (self.finance, self.credit, self.lister):
                with self.subTest(model=model, user=user.login):
                    self.assertEqual(self.seen(model, user), self.own + self.foreign)

    def test_the_responsible_person_sees_the_client_wherever_it_is(self):
        self.foreign.user_id = self.manager
        for model in CLIENT_MODELS:
            self.assertEqual(self.seen(model, self.manager), self.own + self.foreign)

    def test_clients_themselves_follow_the_same_rule(self):
        partners = self.env["res.partner"]
        domain = [("id", "in", (self.own + self.foreign).ids)]
        self.assertEqual(partners.with_user(self.manager).search(domain), self.own)
        self.assertEqual(partners.with_user(self.finance).search(domain), self.own + self.foreign)
        with self.assertRaises(AccessError):
            self.foreign.with_user(self.manager).read(["name"])

    def test_the_reader_group_alone_opens_nothing(self):
        self.outsider.group_ids += self.ref("group_viewer")
        for model in CLIENT_MODELS:
            self.assertFalse(self.seen(model, self.outsider))

    def test_no_model_is_open_to_the_outside(self):
        """Portal, public and internal users without a post read nothing of ours."""
        models = self.env["ir.model"].search(
            [("model", "=like", "credit.%"), ("transient", "=", False)]
        )
        ours = [m for m in models if "credit_client_tiering" in m.modules.split(", ")]
        self.assertGreater(len(ours), 15)
        named = {"credit.post", "credit.institution.kind"}  # shown on sales teams
        for model in ours:
            if self.env[model.model]._abstract:
                continue
            for access in model.access_ids:
                self.assertTrue(access.group_id, f"{access.name} is open to everybody")
            for group in ("base.group_portal", "base.group_public", "base.group_user"):
                if group == "base.group_user" and model.model in named:
                    continue
                held = self.env.ref(group).all_implied_ids
                granted = model.access_ids.filtered(lambda a, held=held: a.group_id in held)
                self.assertFalse(granted, f"{group} may access {model.model}")

    def test_every_client_model_has_rules(self):
        for name in (*CLIENT_MODELS, "credit.nomination"):
            rules = self.env["ir.rule"].search([("model_id.model", "=", name)])
            groups = set(rules.groups.mapped("id"))
            for group in ("group_viewer", "group_staff", "group_head_office"):
                self.assertIn(self.ref(group).id, groups, f"{name}: {group}")

    def test_credit_fields_are_hidden_from_people_without_a_post(self):
        fields_ = self.env["res.partner"].with_user(self.outsider).fields_get()
        self.assertFalse([n for n in fields_ if n.startswith("credit_") or n == "is_credit_client"])
        with self.assertRaises(AccessError):
            self.own.with_user(self.outsider).read(["credit_suggested"])

    def test_staff_read_but_do_not_configure(self):
        for model in (
            "credit.metric",
            "credit.product",
            "credit.product.family",
            "credit.designation.type",
            "credit.policy",
            "credit.policy.criterion",
            "credit.reading",
            "credit.reference.list",
        ):
            for user in (self.manager, self.president, self.finance):
                records = self.env[model].with_user(user)
                with self.subTest(model=model, user=user.login):
                    self.assertTrue(records.has_access("read"))
                    for operation in ("write", "create", "unlink"):
                        self.assertFalse(records.has_access(operation), operation)

    def test_private_methods_cannot_be_called_from_outside(self):
        from odoo.service.model import get_public_method

        for model, method in (
            ("credit.assessment", "_assess"),
            ("credit.membership", "_enter"),
            ("credit.membership", "_decided"),
            ("credit.nomination", "_declare"),
            ("credit.policy", "_apply_readings"),
        ):
            with self.subTest(method=method), self.assertRaises(AccessError):
                get_public_method(self.env[model], method)
