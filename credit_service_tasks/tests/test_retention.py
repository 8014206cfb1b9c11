"""Keep, turn: clients at risk, save cases, introductions (K-1, K-2a, A27, A59)."""

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .care_common import CareCase


@tagged("post_install", "-at_install")
class TestRetention(CareCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kept = cls.client("Kept", user_id=cls.manager.id)
        cls.rule = cls.mine("retention_rule_deposits")

    def case(self, client=None, user=None, **values):
        return (
            self.env["credit.save.case"]
            .with_user(user or self.manager)
            .create(
                {
                    "partner_id": (client or self.kept).id,
                    "explanation": "Talks to another bank",
                    **values,
                }
            )
        )

    def hints(self, client=None):
        return self.env["credit.retention.hint"].search(
            [("partner_id", "=", (client or self.kept).id)]
        )

    # PERSON'S FLAG

    def test_rules_ship_off_without_a_figure(self):
        rules = self.env["credit.retention.rule"].with_context(active_test=False).search([])
        ours = rules.filtered(lambda r: r.get_external_id()[r.id].startswith("credit_service"))
        self.assertEqual(len(ours), 7)
        self.assertFalse(any(r.active for r in ours))
        self.assertFalse(any(r.threshold for r in ours))
        with self.assertRaisesRegex(ValidationError, "no threshold"):
            self.rule.active = True

    def test_a_person_flags_with_a_reason(self):
        with self.assertRaises(UserError):
            self.case(explanation="  ")
        case = self.case()
        self.assertEqual((case.origin, case.user_id, case.state), ("person", self.manager, "open"))
        self.assertFalse(case.contact_by, "the bank set no days")
        self.assertEqual(self.kept.credit_retention, "at_risk")
        found = self.env["res.partner"].search([("credit_retention", "=", "at_risk")])
        self.assertIn(self.kept, found)
        calm = self.client("Calm")
        self.assertNotIn(calm, found)
        self.assertIn(calm, self.env["res.partner"].search([("credit_retention", "=", False)]))

    def test_one_open_case_per_client(self):
        self.case()
        with self.assertRaisesRegex(UserError, "t_manager.* looks after it"):
            self.case()

    def test_contact_within_the_days_the_bank_sets(self):
        self.env.company.credit_save_contact_days = 3
        case = self.case()
        ahead = self.env["credit.working.day"]._list(
            self.today, self.today + relativedelta(days=30)
        )
        self.assertEqual(case.contact_by, [d for d in ahead if d > self.today][2])
        self.assertFalse(case.is_late)
        with self.assertRaisesRegex(AccessError, "moves the date"):
            case.contact_by = self.today + relativedelta(days=90)
        case.with_user(self.head).contact_by = self.today - relativedelta(days=1)
        case.invalidate_recordset(["is_late"])
        self.assertTrue(case.is_late)
        late = self.env["credit.save.case"].search([("is_late", "=", True)])
        self.assertIn(case, late)

    def test_closing_tells_what_came_of_it(self):
        case = self.case()
        with self.assertRaisesRegex(UserError, "what came of it"):
            case.action_close()
        case.write({"outcome": "kept", "result": "New rate"})
        with self.assertRaisesRegex(UserError, "amount saved"):
            case.action_close()
        case.amount_saved = 0
        colleague = self.staff("t_colleague", self.sub_branch, "client_manager")
        with self.assertRaisesRegex(AccessError, "t_manager"):
            case.with_user(colleague).action_close()
        case.action_close()
        self.assertEqual(case.closed_by_id, self.manager)
        self.assertFalse(self.kept.credit_retention)
        with self.assertRaises(UserError):
            case.write({"amount_saved": 1_000})
        self.assertTrue(self.case(), "another may be opened later")

    def test_hostile_calls(self):
        case = self.case()
        for values in (
            {"state": "closed"},
            {"origin": "hint"},
            {"closed_by_id": self.manager.id},
            {"opened_on": "2020-01-01"},
        ):
            with self.assertRaises(AccessError):
                case.write(values)
        with self.assertRaises(AccessError):
            case.write({"user_id": self.head.id})
        case.with_user(self.head).write({"user_id": self.head.id})
        with self.assertRaises(AccessError):
            case.unlink()
        with self.assertRaises(AccessError):
            case.with_user(self.stranger).write({"plan": "x"})
        with self.assertRaises(AccessError):
            self.case(self.client("Other", credit_institution_id=self.other_branch.id))
        with self.assertRaises(AccessError):
            case.with_user(self.finance).write({"plan": "x"})
        self.assertTrue(case.with_user(self.finance).explanation)
        with self.assertRaises(AccessError):
            self.env["credit.save.case"].with_user(self.outsider).search([])

    # HINTS

    def switch_on(self, threshold=20, **values):
        self.rule.write({"threshold": threshold, "active": True, **values})

    def test_hint_at_the_threshold_and_not_below(self):
        self.switch_on(20)
        other = self.client("Stays")
        for client, latest in ((self.kept, 80), (other, 80.01)):
            for months in (2, 3, 4):
                self.report_month(client, months, deposit_avg=100)
            self.report_month(client, 1, deposit_avg=latest)
        self.env["credit.retention.hint"]._look()
        hint = self.hints()
        self.assertEqual((hint.figure, hint.baseline, hint.fall), (80, 100, 20))
        self.assertEqual(hint.threshold, 20)
        self.assertFalse(self.hints(other))
        self.assertEqual(self.env["credit.retention.hint"]._look(), 0, "twice adds nothing")

    def test_too_little_history_or_a_missing_month_is_no_hint(self):
        self.switch_on(20)
        self.report_month(self.kept, 2, deposit_avg=100)
        self.report_month(self.kept, 3, deposit_avg=100)
        self.report_month(self.kept, 1, deposit_avg=1)
        unknown = self.client("Unknown")
        for months in (2, 3, 4):
            self.report_month(unknown, months, deposit_avg=100)
        self.env["credit.retention.hint"]._look()
        self.assertFalse(self.hints())
        self.assertFalse(self.hints(unknown), "a missing figure is not zero")

    def test_rule_that_is_off_hints_nothing(self):
        for months in (2, 3, 4):
            self.report_month(self.kept, months, deposit_avg=100)
        self.report_month(self.kept, 1, deposit_avg=1)
        self.env["credit.retention.hint"]._look()
        self.assertFalse(self.hints())

    def test_products_given_up(self):
        rule = self.mine("retention_rule_products")
        rule.write({"threshold": 1, "active": True})
        since = self.today - relativedelta(years=2)
        self.hold(self.kept, "time_deposit", "payroll_service", date_from=since)
        holding = self.env["credit.product.holding"].search(
            [("partner_id", "=", self.kept.id)], limit=1
        )
        end = self.today.replace(day=1) - relativedelta(days=40)
        holding.date_to = end
        self.env["credit.retention.hint"]._look()
        self.assertEqual((self.hints().baseline, self.hints().figure), (2, 1))

    def test_answering_a_hint(self):
        self.switch_on(20)
        for months in (2, 3, 4):
            self.report_month(self.kept, months, deposit_avg=100)
        self.report_month(self.kept, 1, deposit_avg=10)
        self.env["credit.retention.hint"]._look()
        hint = self.hints().with_user(self.manager)
        with self.assertRaisesRegex(UserError, "why there is no risk"):
            hint.action_dismiss()
        for values in ({"state": "dismissed"}, {"fall": 1}, {"case_id": 1}):
            with self.assertRaises(AccessError):
                hint.write(values)
        with self.assertRaises(AccessError):
            hint.with_user(self.stranger).action_open_case()
        hint.action_open_case()
        self.assertEqual((self.rule.answered, self.rule.precision), (1, 100))
        self.assertEqual(hint.case_id.origin, "hint")
        self.assertEqual(hint.case_id.reason_ids, self.mine("risk_reason_deposits"))
        with self.assertRaises(UserError):
            hint.action_dismiss()

    # LOST, PRIORITY, INTRODUCTIONS

    def test_a_lost_client_is_followed_up_once(self):
        lost = self.client(
            "Lost", credit_end_date=self.today - relativedelta(days=1), user_id=self.manager.id
        )
        self.assertEqual(lost.credit_state, "ended")
        cases = self.env["credit.save.case"]
        cases._follow_lost()
        case = cases.search([("partner_id", "=", lost.id)])
        self.assertEqual((case.origin, case.user_id), ("lost", self.manager))
        self.assertEqual(lost.credit_retention, "lost")
        self.assertFalse(cases._follow_lost())
        case.with_user(self.manager).write({"outcome": "lost", "result": "Moved away"})
        case.with_user(self.manager).action_close()
        cases._follow_lost()
        self.assertEqual(len(cases.search([("partner_id", "=", lost.id)])), 1)

    def test_priority_by_deposits(self):
        small = self.client("Small")
        self.report(self.kept, deposit_avg=9_000)
        self.report(small, deposit_avg=1_000)
        self.env.flush_all()
        rows = self.env["credit.retention.priority"].with_user(self.manager)
        found = rows.search([("partner_id", "in", (self.kept + small).ids)])
        self.assertEqual(found.partner_id.ids, [self.kept.id, small.id])
        self.assertAlmostEqual(found[0].deposit_share, 90)
        self.assertFalse(rows.with_user(self.stranger).search([("id", "in", found.ids)]))

    def test_introduction_result_and_thanks(self):
        newcomer = self.company("Newcomer")
        relation = (
            self.env["credit.relation"]
            .with_user(self.manager)
            .create(
                {
                    "partner_id": self.kept.id,
                    "other_id": newcomer.id,
                    "type_id": self.mine("relation_type_referral").id,
                }
            )
        )
        self.assertEqual(relation.result, "none")
        self.project("Newcomer's loan", partner_id=newcomer.id)
        relation.invalidate_recordset(["result"])
        self.assertEqual(relation.result, "project")
        newcomer.write(
            {
                "is_credit_client": True,
                "credit_institution_id": self.sub_branch.id,
                "credit_first_date": self.today,
            }
        )
        relation.invalidate_recordset(["result"])
        self.assertEqual(relation.result, "credit")
        relation.action_thanked()
        self.assertEqual(relation.thanked_by_id, self.manager)
        with self.assertRaises(AccessError):
            relation.with_user(self.stranger).action_thanked()
