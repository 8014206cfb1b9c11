"""What people fill in begins as a draft, whatever the context of the call says."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .care_common import CareCase


@tagged("post_install", "-at_install")
class TestHostileContext(CareCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.served = cls.listed("quality", "Served")

    def rpc(self, user, model, method, *args, **context):
        self.env.flush_all()
        self.env.invalidate_all()
        return call_kw(
            self.env[model].with_user(user), method, list(args), {"context": dict(context)}
        )

    def drafts(self):
        """Return per model what a person enters and what it must not begin with."""
        client = {"partner_id": self.served.id}
        last_day = self.today + timedelta(days=400)
        moment = "2020-01-01 00:00:00"
        return {
            "credit.service.plan": (client, {"state": "approved", "approved_by_id": self.head.id}),
            "credit.commitment": (
                {**client, "metric_id": self.metric("deposit_avg").id, "amount": 5}
                | {"date_from": self.today, "date_to": last_day},
                {"state": "running", "confirmed_by_id": self.head.id},
            ),
            "credit.care.gift": (
                {**client, "name": "Watch", "value": 9},
                {"state": "approved", "user_id": self.head.id},
            ),
            "credit.work.log": (
                {"date": self.today},
                {"state": "submitted", "user_id": self.head.id, "submitted_at": moment},
            ),
            "credit.meeting": (
                {"type_ids": self.env["credit.meeting.type"].search([], limit=1).ids},
                {"state": "held", "held_at": moment},
            ),
            "credit.pricing.request": (
                {**client, "kind": "loan_rate"},
                {"state": "approved", "round": 9},
            ),
            "credit.save.case": (
                {**client, "explanation": "Quiet"},
                {"state": "closed", "closed_by_id": self.head.id},
            ),
            "credit.waiver": (
                {**client, "reason": "x", "date_from": self.today, "date_to": last_day}
                | {"type_id": self.env["credit.waiver.type"].search([], limit=1).id},
                {"state": "approved", "approver_id": self.head.id},
            ),
            "credit.contact.report": (
                {**client, "outcome": "x"}
                | {"channel_id": self.env["credit.contact.channel"].search([], limit=1).id},
                {"state": "submitted", "submitted_at": moment, "user_id": self.head.id},
            ),
        }

    def test_nothing_begins_decided(self):
        for model, (values, forged) in self.drafts().items():
            with self.subTest(model):
                context = {f"default_{name}": value for name, value in forged.items()}
                record_id = self.rpc(self.manager, model, "create", values, **context)
                [found] = self.env[model].browse(record_id).read(list(forged), load=None)
                for name, value in forged.items():
                    self.assertNotEqual(str(found[name]), str(value), name)

    def test_a_promise_names_no_client_of_others(self):
        foreign = self.client("Foreign", credit_institution_id=self.other_branch.id)
        promise = (
            self.env["credit.promise"]
            .with_user(self.manager)
            .create({"partner_id": self.served.id, "name": "Terms", "date": self.today})
        )
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            promise.partner_id = foreign

    def test_what_is_kept_is_not_deleted_as_if_a_module_went(self):
        promise = self.env["credit.commitment"].create(
            {
                "partner_id": self.served.id,
                "metric_id": self.metric("deposit_avg").id,
                "amount": 5,
                "date_from": self.today,
                "date_to": self.today + timedelta(days=400),
            }
        )
        promise.action_confirm()
        report = (
            self.env["credit.contact.report"]
            .with_user(self.manager)
            .create(
                {
                    "partner_id": self.served.id,
                    "channel_id": self.env.ref("credit_service_tasks.channel_phone").id,
                    "attendee_ids": [(6, 0, self.manager.ids)],
                    "outcome": "Talked",
                }
            )
        )
        report.action_submit()
        for record in (promise, report):
            with self.subTest(record._name), self.assertRaises(UserError):
                self.rpc(self.manager, record._name, "unlink", record.ids, _force_unlink=True)

    def test_rules_in_use_are_not_rewritten_as_if_a_module_came(self):
        self.env["credit.obligation"]._generate()
        rule = self.env["credit.cadence.rule"].search([]).filtered("is_frozen")[:1]
        self.assertTrue(rule)
        with self.assertRaises(UserError):
            self.rpc(self.lister, rule._name, "write", rule.ids, {"quota": 99}, install_mode=True)
