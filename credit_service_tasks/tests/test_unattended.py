"""The four “everys” (R-5d): what has nobody's name to it, or the name of somebody who left."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .team_common import TeamCase


@tagged("post_install", "-at_install")
class TestUnattended(TeamCase):
    def found(self, client, user=None, **values):
        self.env.flush_all()
        self.env.invalidate_all()
        domain = [("partner_id", "=", client.id)]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.env["credit.unattended"].with_user(user or self.env.user).search(domain)

    def attended(self, name="Client", amount=1_000_000.0):
        client = self.borrower(amount, name, credit_institution_id=self.sub_branch.id)
        self.name_person(client, self.manager, "a")
        self.name_person(client, self.colleague, "b1")
        self.name_person(client, self.third, "b2")
        return client

    def leave(self, user):
        """Gone without a handover, as an administrator can do it."""
        self.env.cr.execute("UPDATE res_users SET active = FALSE WHERE id = %s", [user.id])
        self.env.invalidate_all()

    def test_every_client_has_a_keeper(self):
        client = self.borrower(1_000_000.0)
        self.assertEqual(self.found(client, every="client").roles, "A")
        self.name_person(client, self.manager, "a")
        self.assertFalse(self.found(client, every="client"))

    def test_who_is_no_business_of_the_bank_needs_no_keeper(self):
        self.assertFalse(self.found(self.client("Never borrowed", since_years=None)))

    def test_every_loan_has_a_watcher(self):
        """Band 1 asks for A and two B: the loan is watched when all are there."""
        client = self.borrower(60_000_000.0, "Large", credit_institution_id=self.branch.id)
        self.assertEqual(self.found(client, every="loan").roles, "A, B1, B2")
        self.name_person(client, self.manager, "a")
        self.assertEqual(self.found(client, every="loan").roles, "B1, B2")
        self.name_person(client, self.colleague, "b1")
        self.name_person(client, self.third, "b2")
        self.assertFalse(self.found(client, every="loan"))
        client.credit_end_date = self.today
        self.assertFalse(self.found(client, every="loan"))

    def loan(self, client, term_months=12, days_ago=30):
        process = self.env.ref("credit_service_tasks.process_loan")
        product = self.env["credit.loan.product"].create(
            {"name": "Loan", "code": "unattended", "process_id": process.id}
        )
        application = self.env["credit.application"].create(
            {
                "partner_id": client.id,
                "product_id": product.id,
                "amount": 1_000_000,
                "term_months": term_months,
            }
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE credit_application SET state = 'disbursed', disbursed_on = %s WHERE id = %s",
            [self.today - timedelta(days=days_ago), application.id],
        )
        self.env.invalidate_all()
        return application

    def test_a_loan_paid_out_is_named_until_it_is_due(self):
        client = self.borrower(1_000_000.0)
        application = self.loan(client)
        row = self.found(client, every="loan")
        self.assertEqual((row.place, row.res_id), ("loan", application.id))
        self.assertTrue(row.due_date)
        self.env.cr.execute(
            "UPDATE credit_application SET disbursed_on = %s WHERE id = %s",
            [self.today - timedelta(days=400), application.id],
        )
        self.assertFalse(self.found(client, every="loan", place="loan"))

    def test_every_action_has_a_doer(self):
        client = self.attended()
        uplift = self.env["credit.uplift"].create(
            {
                "partner_id": client.id,
                "user_id": self.manager.id,
                "goal": "Effective account",
                "route_id": self.env["credit.term"].search([("category", "=", "route")])[0].id,
                "measure_ids": [
                    fields.Command.create({"name": "Nobody's", "user_id": False}),
                    fields.Command.create({"name": "Somebody's", "user_id": self.manager.id}),
                ],
            }
        )
        rows = self.found(client, every="action", place="uplift")
        self.assertEqual(rows.res_id, uplift.measure_ids.filtered(lambda m: not m.user_id).id)
        self.assertEqual(rows.subject, "Nobody's")
        self.assertEqual(rows.action_open_record()["res_id"], uplift.id)
        uplift.measure_ids.user_id = self.manager
        self.assertFalse(self.found(client, every="action", place="uplift"))

    def test_a_duty_nobody_holds_the_post_for(self):
        client = self.attended()
        rule = self.env["credit.cadence.rule"].search([], limit=1)
        values = {"period": "week", "period_start": self.today, "period_end": self.today}
        duty = (
            self.env["credit.obligation"]
            ._ledger()
            .create(
                {
                    "partner_id": client.id,
                    "institution_id": self.sub_branch.id,
                    "rule_id": rule.id,
                    "kind_id": rule.kind_id.id,
                    "quota": 1,
                    "required": 1,
                    "due_date": self.today,
                    "latest_safe_date": self.today,
                    **values,
                }
            )
        )
        self.assertEqual(self.found(client, place="duty").res_id, duty.id)
        duty._ledger().write({"user_id": self.manager.id})
        self.assertFalse(self.found(client, place="duty"))

    def test_who_has_left_is_no_name(self):
        client = self.attended()
        self.env["credit.promise"].create(
            {
                "name": "Send the offer",
                "partner_id": client.id,
                "user_id": self.third.id,
                "date": self.today,
            }
        )
        self.assertFalse(self.found(client))
        self.leave(self.third)
        row = self.found(client, place="promise")
        self.assertEqual((row.left_id, row.due_date), (self.third, self.today))

    def test_every_risk_has_a_bearer(self):
        client = self.attended()
        reason = self.env["credit.risk.reason"].search([], limit=1)
        case = self.env["credit.save.case"].create(
            {"partner_id": client.id, "reason_ids": [fields.Command.set(reason.ids)]}
        )
        self.assertFalse(self.found(client, every="risk"))
        case.user_id = False
        self.assertEqual(self.found(client, every="risk").res_id, case.id)
        case._engine().write({"state": "closed"})
        self.assertFalse(self.found(client, every="risk"))

    def test_one_row_each(self):
        self.env.flush_all()
        self.env.cr.execute(
            SQL_DUPLICATES % "(%s)" % self.env["credit.unattended"]._table_query.code,
            self.env["credit.unattended"]._table_query.params,
        )
        self.assertEqual(self.env.cr.fetchall(), [])

    def test_who_sees_it(self):
        client = self.borrower(1_000_000.0)
        for user in (self.head, self.president, self.finance):
            self.assertTrue(self.found(client, user), user.login)
        self.assertFalse(self.found(client, self.stranger))
        with self.assertRaises(AccessError):
            self.found(client, self.outsider)
        row = self.found(client, every="client")
        with self.assertRaises(AccessError):
            row.with_user(self.stranger).action_open_record()


SQL_DUPLICATES = "SELECT id FROM %s x GROUP BY id HAVING count(*) > 1"
