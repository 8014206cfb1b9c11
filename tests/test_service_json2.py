"""Another system speaks JSON-2 with the key of a person: contacts are reported, duties read."""

from datetime import timedelta

from odoo.fields import Datetime

from odoo.addons.credit_service_tasks.tests.common_contact import ContactCase

from .common import ProjectHttpCase


class TestServiceJson2(ContactCase, ProjectHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank_client = cls.client("Client of the branch", user_id=cls.manager.id)
        cls.foreign = cls.client("Elsewhere", credit_institution_id=cls.other_branch.id)
        cls.rule_weekly = cls.rule("json2", posts=["client_manager"])
        monday = cls.today - timedelta(days=cls.today.weekday())
        cls.owed = cls.duty(
            cls.rule_weekly,
            cls.bank_client,
            str(monday),
            str(monday + timedelta(days=6)),
            user=cls.manager,
        )

    def key_of(self, user):
        return (
            self.env["res.users.apikeys"]
            .with_user(user)
            ._generate("rpc", "test", Datetime.now() + timedelta(hours=1))
        )

    def call(self, user, model, method, **arguments):
        """Return status and answer of one request with the key of the user."""
        response = self.url_open(
            f"/json/2/{model}/{method}",
            json=arguments,
            headers={"Authorization": f"Bearer {self.key_of(user)}"},
        )
        self.env.invalidate_all()
        return response.status_code, response.json()

    def values(self, **values):
        return {
            "partner_id": self.bank_client.id,
            "date": str(self.today),
            "channel_id": self.here("channel_phone").id,
            "attendee_ids": [[6, 0, [self.manager.id]]],
            "outcome": "Spoke about the renewal",
            **values,
        }

    def report_by(self, user, **values):
        status, answer = self.call(
            user, "credit.contact.report", "create", vals_list=[self.values(**values)]
        )
        return status, (self.reports.browse(answer) if status == 200 else answer)

    def read_duties(self, user):
        status, answer = self.call(
            user,
            "credit.obligation",
            "search_read",
            domain=[["id", "=", self.owed.id]],
            fields=["name", "partner_id", "due_date", "status", "done", "required"],
        )
        self.assertEqual(status, 200, answer)
        return answer

    def test_a_contact_is_reported_and_the_duty_done(self):
        before = self.read_duties(self.manager)
        self.assertEqual([(d["done"], d["required"]) for d in before], [(0, 1)])
        status, report = self.report_by(self.manager)
        self.assertEqual(status, 200, report)
        self.assertEqual((report.state, report.user_id), ("draft", self.manager))
        status, answer = self.call(
            self.manager, "credit.contact.report", "action_submit", ids=report.ids
        )
        self.assertEqual(status, 200, answer)
        self.assertEqual(report.state, "submitted")
        after = self.read_duties(self.manager)
        self.assertEqual([(d["done"], d["status"]) for d in after], [(1, "done")])

    def test_duties_are_read_by_the_institution_alone(self):
        self.assertTrue(self.read_duties(self.president))
        self.assertFalse(self.read_duties(self.stranger))
        status, answer = self.call(
            self.outsider, "credit.obligation", "search_read", domain=[], fields=["name"]
        )
        self.assertEqual(status, 403, answer)

    def test_hostile_calls_are_refused(self):
        status, report = self.report_by(self.manager)
        self.assertEqual(status, 200, report)
        calls = (
            ("somebody else submits", self.head, "credit.contact.report", "action_submit", {}),
            ("a stranger reads", self.stranger, "credit.contact.report", "read", {}),
            (
                "submitted by hand",
                self.manager,
                "credit.contact.report",
                "write",
                {"vals": {"state": "submitted"}},
            ),
            (
                "a private method",
                self.manager,
                "credit.contact.report",
                "_submit",
                {},
            ),
        )
        for label, user, model, method, arguments in calls:
            with self.subTest(label):
                status, answer = self.call(user, model, method, ids=report.ids, **arguments)
                self.assertIn(status, (403, 404), answer)
        self.assertEqual(report.state, "draft")

    def test_nobody_forges_by_context(self):
        context = {"credit_submitting": True, "credit_ledger": True}
        status, answer = self.call(
            self.manager,
            "credit.contact.report",
            "create",
            vals_list=[self.values(state="submitted")],
            context=context,
        )
        self.assertEqual(status, 403, answer)
        status, answer = self.call(
            self.manager,
            "credit.obligation",
            "write",
            ids=self.owed.ids,
            vals={"done": 1},
            context=context,
        )
        self.assertEqual(status, 403, answer)
        self.assertEqual(self.owed.done, 0)

    def test_one_reports_on_ones_own_clients(self):
        status, answer = self.report_by(self.manager, partner_id=self.foreign.id)
        self.assertEqual(status, 403, answer)
        status, answer = self.report_by(self.manager, user_id=self.head.id)
        self.assertEqual(status, 403, answer)

    def test_what_is_wrong_is_said_and_nothing_is_lost(self):
        tomorrow = str(self.today + timedelta(days=1))
        status, report = self.report_by(self.manager, date=tomorrow)
        self.assertEqual(status, 200, report)
        status, answer = self.call(
            self.manager, "credit.contact.report", "action_submit", ids=report.ids
        )
        self.assertEqual(status, 422, answer)
        self.assertEqual((report.state, report.outcome), ("draft", "Spoke about the renewal"))

    def test_without_a_key_no_answer(self):
        response = self.url_open(
            "/json/2/credit.contact.report/create",
            json={"vals_list": [self.values()]},
            headers={"Authorization": "Bearer 0123456789abcdef"},
        )
        self.assertEqual(response.status_code, 401)
