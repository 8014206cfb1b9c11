"""Contacts reported by several people at once, in transactions that really commit."""

from odoo.tools import SQL, mute_logger

from .common import ConcurrentCase

HERE = "credit_service_tasks"


class TestContactsAtOnce(ConcurrentCase):
    """Several reports on one duty: none is lost, none is counted twice."""

    def setUp(self):
        super().setUp()
        self.committed(self.make_duty)
        self.addCleanup(self.committed, self.remove_duty)

    def make_duty(self, env):
        client = env["res.partner"].create(
            {"name": "Met by several", "is_company": True, "is_credit_client": True}
        )
        client_id = client.id
        rule = env["credit.cadence.rule"].create(
            {
                "name": "At once",
                "code": f"at-once-{client_id}",
                "clause": "R-M-3b",
                "kind_id": env.ref(f"{HERE}.duty_kind_contact").id,
                "role": "a",
                "quota": 3,
                "period": "month",
            }
        )
        self.today = env.company._credit_today()
        start = self.today.replace(day=1)
        duty = (
            env["credit.obligation"]
            ._ledger()
            .create(
                {
                    "name": "At once",
                    "rule_id": rule.id,
                    "kind_id": rule.kind_id.id,
                    "partner_id": client_id,
                    "user_id": env.ref("base.user_admin").id,
                    "period": "month",
                    "period_start": start,
                    "period_end": self.today,
                    "required": 3,
                    "due_date": self.today,
                }
            )
        )
        self.client_id, self.duty_id, self.rule_id = client_id, duty.id, rule.id

    def remove_duty(self, env):
        # Ledger and reports cannot be deleted through the models.
        for table, column, value in (
            ("mail_activity", "credit_obligation_id", self.duty_id),
            ("credit_discharge", "obligation_id", self.duty_id),
            ("credit_obligation", "id", self.duty_id),
            ("credit_cadence_rule", "id", self.rule_id),
            ("credit_contact_report", "partner_id", self.client_id),
        ):
            env.cr.execute(
                SQL(
                    "DELETE FROM %s WHERE %s = %s",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    value,
                )
            )
        env.cr.execute(
            SQL("DELETE FROM credit_service_member WHERE partner_id = %s", self.client_id)
        )
        env.cr.execute(SQL("DELETE FROM credit_assessment WHERE partner_id = %s", self.client_id))
        env.cr.execute(SQL("DELETE FROM res_partner WHERE id = %s", self.client_id))

    def contact(self, day):
        def work(env):
            env["credit.contact.report"].create(
                {
                    "partner_id": self.client_id,
                    "channel_id": env.ref(f"{HERE}.channel_phone").id,
                    "date": day,
                    "attendee_ids": [(6, 0, env.ref("base.user_admin").ids)],
                }
            ).action_submit()

        return work

    def check(self, reports, done):
        def look(env):
            duty = env["credit.obligation"].browse(self.duty_id)
            self.assertEqual(len(duty.discharge_ids.report_id), reports)
            self.assertEqual(len(duty.discharge_ids), reports)
            self.assertEqual(duty.done, done)
            # Late where the bank of the database limits how long one may take to report.
            self.assertIn(duty.status, ("done", "late") if done >= 3 else ("open",))

        self.committed(look)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_reports_of_different_days(self):
        first = self.today.replace(day=1)
        days = [first.replace(day=day) for day in (1, 2, 3) if day <= self.today.day]
        self.at_once(*(self.contact(day) for day in days))
        self.check(len(days), len(days))

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_reports_of_the_same_day(self):
        self.at_once(self.contact(self.today), self.contact(self.today))
        self.check(2, 1)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_a_report_while_the_nightly_run_catches_up(self):
        self.committed(lambda env: self.contact(self.today)(env))
        self.at_once(
            self.contact(self.today),
            lambda env: env["credit.contact.report"]._discharge(date_to=self.today),
            lambda env: env["credit.obligation"]._remind([self.duty_id]),
        )
        self.check(2, 1)
