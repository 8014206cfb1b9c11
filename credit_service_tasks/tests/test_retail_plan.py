"""One client, one policy: the plan of corporate and retail team for an SME (R-M-4)."""

from ast import literal_eval

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .team_common import TeamCase


@tagged("post_install", "-at_install")
class TestRetailPlan(TeamCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plans = cls.env["credit.retail.plan"]
        cls.sme = cls.client("SME", credit_size="small", user_id=cls.manager.id)

    def draft(self, client=None, user=None, **values):
        line = {"audience": "staff", "name": "Payroll card", "people": 120}
        return self.plans.with_user(user or self.manager).create(
            {
                "partner_id": (client or self.sme).id,
                "retail_user_id": self.colleague.id,
                "needs": "Payroll and a line of credit",
                "offer": "Payroll, cards, a wealth product for the owner",
                "line_ids": [fields.Command.create(line)],
                **values,
            }
        )

    def wanting(self):
        action = self.env.ref("credit_service_tasks.credit_retail_plan_gap_action")
        self.env.flush_all()
        return self.env["res.partner"].search(
            [("id", "=", self.sme.id), *literal_eval(action.domain)]
        )

    def test_one_client_one_policy(self):
        plan = self.draft()
        self.assertEqual((plan.user_id, plan.institution_id), (self.manager, self.sub_branch))
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.cr.savepoint():
            self.draft()
        plan.action_agree()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.cr.savepoint():
            self.draft()
        plan.result = "Payroll came to us"
        plan.action_close()
        self.draft().action_agree()

    def test_for_small_and_medium_enterprises(self):
        for size in ("micro", "medium"):
            self.draft(self.client(size, credit_size=size, user_id=self.manager.id))
        for values in ({"credit_size": "large"}, {}):
            with self.assertRaises(ValidationError):
                self.draft(self.client("No SME", user_id=self.manager.id, **values))

    def test_two_teams(self):
        with self.assertRaises(ValidationError):
            self.draft(retail_user_id=self.manager.id)

    def test_agreed_when_complete(self):
        for name in ("retail_user_id", "needs", "offer", "line_ids"):
            client = self.client(name, credit_size="small", user_id=self.manager.id)
            with self.subTest(name), self.assertRaisesRegex(UserError, "R-M-4"):
                self.draft(client, **{name: False}).action_agree()

    def test_what_is_agreed_stays(self):
        plan = self.draft()
        plan.action_agree()
        self.assertEqual((plan.agreed_by_id, plan.agreed_on), (self.manager, self.today))
        line = plan.line_ids
        for change in (
            lambda: plan.write({"offer": "Less"}),
            lambda: line.write({"people": 1}),
            lambda: line.create({"plan_id": plan.id, "name": "More"}),
            line.unlink,
        ):
            with self.assertRaises(UserError):
                change()
        line.served = 90
        self.assertEqual((plan.people_planned, plan.people_served), (120, 90))
        with self.assertRaises(UserError):
            plan.action_close()
        with self.assertRaises(AccessError):
            plan.unlink()
        with self.assertRaises(AccessError):
            plan.state = "draft"

    def test_worklist_of_smes_without_a_plan(self):
        self.assertEqual(self.wanting(), self.sme)
        plan = self.draft()
        self.assertFalse(self.wanting())
        plan.action_agree()
        plan.result = "x"
        plan.action_close()
        self.assertEqual(self.wanting(), self.sme)

    def test_who(self):
        plan = self.draft()
        for user in (self.stranger, self.outsider):
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    plan.with_user(user).read(["offer"])
                with self.assertRaises(AccessError):
                    plan.with_user(user).action_agree()
                with self.assertRaises(AccessError):
                    self.draft(self.client("X", credit_size="small"), user)
        with self.assertRaises(AccessError):
            plan.with_user(self.finance).action_agree()
        plan.with_user(self.president).action_agree()
