"""What a list entitles to, and how it is asked for."""

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .process_common import ProcessCase


@tagged("post_install", "-at_install")
class TestServicePackage(ProcessCase):
    def request(self, client, item="revolving", user=None, **values):
        return (
            self.env["credit.service.request"]
            .with_user(user or self.manager)
            .create(
                {
                    "partner_id": client.id,
                    "item_id": self.mine(f"service_item_{item}").id,
                    "reason": "Seasonal need",
                    **values,
                }
            )
        )

    def test_packages_are_those_of_the_guide(self):
        """S-S-3, S-Q-3a, S-S-0c, S-Q-5, S-B-4b; three tools on both upper lists."""
        packages = self.env["credit.service.package"]
        found = {t: packages._in_force(t) for t in ("strategic", "quality", "basic", "potential")}
        channels = {t: p.channel for t, p in found.items()}
        self.assertEqual(
            channels,
            {"strategic": "green", "quality": "vip", "basic": "normal", "potential": "normal"},
        )
        levels = {t: p.price_level for t, p in found.items()}
        self.assertEqual(
            levels,
            {
                "strategic": "best",
                "quality": "three_degrees",
                "basic": "guide",
                "potential": False,
            },
        )

        def items(tier, kind):
            return len(found[tier].item_ids.filtered(lambda i: i.kind == kind))

        self.assertEqual(items("strategic", "policy_tool"), 3)
        self.assertEqual(items("quality", "policy_tool"), 3)
        self.assertEqual(items("basic", "policy_tool"), 0)
        self.assertEqual(items("strategic", "leadership"), 5)
        self.assertEqual(items("quality", "relief"), 4)
        self.assertEqual(items("strategic", "value_added"), 3)

    def test_the_client_shows_its_entitlement(self):
        client = self.listed("quality").with_user(self.manager)
        self.assertEqual(client.credit_channel, "vip")
        card = client.credit_package_card
        self.assertIn("VIP approval channel", card)
        self.assertIn("Revolving use of the limit", card)
        nobody = self.client("Unlisted").with_user(self.manager)
        self.assertFalse(nobody.credit_channel)
        self.assertIn("on no list", nobody.credit_package_card)

    def test_another_version_from_a_day_on(self):
        package = self.mine("service_package_quality").with_user(self.lister)
        action = package.action_new_version()
        copy = self.env["credit.service.package"].browse(action["res_id"])
        self.assertEqual(package.date_to, self.today)
        self.assertEqual(copy.date_from, self.today + relativedelta(days=1))
        self.assertEqual(copy.item_ids, package.item_ids)
        packages = self.env["credit.service.package"]
        self.assertEqual(packages._in_force("quality"), package)
        self.assertEqual(packages._in_force("quality", copy.date_from), copy)
        with self.assertRaises(ValidationError):
            copy.date_from = self.today

    def test_staff_do_not_configure(self):
        for model in ("credit.service.package", "credit.service.item", "credit.pricing.rule"):
            for user in (self.manager, self.president, self.credit):
                self.assertFalse(self.env[model].with_user(user).has_access("write"), model)

    def test_request_to_decision_to_use(self):
        client = self.listed("quality")
        self.report(client, exposure_avg=60_000_000)
        request = self.request(client, amount=1_000_000)
        request.action_submit()
        self.assertEqual(request.state, "submitted")
        self.assertEqual(request.tier, "quality")
        self.assertIn(
            ["exposure_avg", 60_000_000.0, str(self.last_year)], request.evidence["figures"]
        )
        self.assertIn("60", request.evidence_card)
        self.assertIn(self.credit, request.sudo().activity_ids.user_id)
        # Who prepared it, his president, and another department: none of them decides.
        for user in (self.manager, self.president, self.finance):
            with self.assertRaises(AccessError):
                request.with_user(user).action_decide("approve")
        request.with_user(self.credit).action_decide("approve", "fine")
        self.assertEqual(request.state, "approved")
        decision = request.decision_ids
        self.assertEqual(decision.user_id, self.credit)
        self.assertEqual(decision.evidence, request.evidence)
        use = (
            self.env["credit.service.use"]
            .with_user(self.manager)
            .create(
                {
                    "partner_id": client.id,
                    "item_id": request.item_id.id,
                    "request_id": request.id,
                    "note": "Drawn again",
                }
            )
        )
        self.assertEqual(use.tier, "quality")
        self.assertIn("used 1 times", client.with_user(self.manager).credit_package_card)
        with self.assertRaises(UserError):
            use.note = "Something else"
        with self.assertRaises(AccessError):
            use.unlink()

    def test_four_eyes(self):
        client = self.listed("quality")
        self.mine("service_item_revolving").post_ids += self.ref("post_corporate_head")
        request = self.request(client, user=self.head)
        request.action_submit()
        self.assertFalse(request.may_decide)
        with self.assertRaises(AccessError):
            request.action_decide("approve")
        request.with_user(self.credit).action_decide("approve")

    def test_stand_in_decides_with_both_names(self):
        self.env["credit.stand.in"].create(
            {
                "user_id": self.credit.id,
                "stand_in_id": self.finance.id,
                "department": "credit_management",
                "date_to": self.today,
                "reason": "leave",
            }
        )
        request = self.request(self.listed("quality"))
        request.action_submit()
        request.with_user(self.finance).action_decide("approve")
        self.assertEqual(request.decision_ids.on_behalf_of_id, self.credit)

    def test_nobody_asks_beyond_the_package(self):
        with self.assertRaises(UserError):
            self.request(self.listed("basic")).action_submit()
        with self.assertRaises(UserError):
            self.request(self.client("Unlisted")).action_submit()
        with self.assertRaises(UserError):  # S-S-4b is for strategic clients
            self.request(self.listed("quality", "Q"), "adaptation").action_submit()
        with self.assertRaises(ValidationError):
            self.request(self.listed("quality", "R"), reason=" ").action_submit()

    def test_refusal_and_return_need_a_reason(self):
        request = self.request(self.listed("quality"))
        request.action_submit()
        for outcome in ("refuse", "return"):
            with self.assertRaises(ValidationError):
                request.with_user(self.credit).action_decide(outcome, " ")
        request.with_user(self.credit).action_decide("return", "More detail")
        self.assertEqual(request.state, "returned")
        request.reason = "More detail, as asked"
        request.action_submit()
        self.assertEqual(request.round, 2)
        with self.assertRaises(UserError):
            request.reason = "Too late"

    def test_what_is_relied_on_cannot_be_forged(self):
        client = self.listed("quality")
        requests = self.env["credit.service.request"].with_user(self.manager)
        item = self.mine("service_item_revolving")
        for forged in ({"state": "approved"}, {"evidence": {}}, {"post_ids": [(6, 0, [])]}):
            with self.assertRaises(AccessError):
                requests.create({"partner_id": client.id, "item_id": item.id, **forged})
        request = self.request(client)
        request.action_submit()
        for context in ({}, {"credit_engine": True}, {"credit_engine": {}}):
            with self.assertRaises(AccessError):
                request.with_context(**context).write({"state": "approved"})
            with self.assertRaises(AccessError):
                self.env["credit.request.decision"].with_user(self.credit).with_context(
                    **context
                ).create({"service_request_id": request.id})
        with self.assertRaises(UserError):
            request.unlink()
        with self.assertRaises(UserError):
            request.partner_id = self.client("Another")

    def test_the_configuration_changes_no_frozen_route(self):
        request = self.request(self.listed("quality"))
        request.action_submit()
        request.item_id.sudo().post_ids = self.ref("post_client_manager")
        with self.assertRaises(AccessError):
            request.with_user(self.manager).action_decide("approve")
        request.with_user(self.credit).action_decide("approve")

    def test_no_decision_needed_no_request(self):
        client = self.listed("quality")
        uses = self.env["credit.service.use"].with_user(self.manager)
        fellowship = self.mine("service_item_party_fellowship")
        with self.assertRaises(UserError):
            self.request(client, "party_fellowship").action_submit()
        self.assertTrue(uses.create({"partner_id": client.id, "item_id": fellowship.id}))
        with self.assertRaises(UserError):  # a policy tool is used on an approved request only
            uses.create({"partner_id": client.id, "item_id": self.mine("service_item_raising").id})
        with self.assertRaises(UserError):
            uses.create({"partner_id": self.listed("basic", "B").id, "item_id": fellowship.id})

    def test_strangers_see_nothing(self):
        request = self.request(self.listed("quality"))
        request.action_submit()
        requests = self.env["credit.service.request"]
        self.assertFalse(requests.with_user(self.stranger).search([("id", "=", request.id)]))
        self.assertTrue(requests.with_user(self.finance).search([("id", "=", request.id)]))
        with self.assertRaises(AccessError):
            request.with_user(self.stranger).action_decide("approve")
        with self.assertRaises(AccessError):
            self.request(request.partner_id, user=self.stranger)
        with self.assertRaises(AccessError):
            requests.with_user(self.outsider).search([])
