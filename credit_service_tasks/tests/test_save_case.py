"""A save case is somebody's task: reminded, escalated when nobody calls, closed (K-1b)."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .care_common import CareCase

REMINDER = "credit_service_tasks.activity_type_save_case"
MONDAY = "2026-05-11"  # a plain week, no holiday in it


@tagged("post_install", "-at_install")
class TestSaveCase(CareCase):
    @classmethod
    def setUpClass(cls):
        cls.startClassPatcher(freeze_time(MONDAY))
        super().setUpClass()
        cls.env.company.credit_save_contact_days = 3
        cls.risky = cls.client("Risky", user_id=cls.manager.id)

    def case(self, **values):
        return (
            self.env["credit.save.case"]
            .with_user(self.manager)
            .create({"partner_id": self.risky.id, "explanation": "Looks around", **values})
        )

    def reminders(self, case, active=True):
        return (
            self.env["mail.activity"]
            .with_context(active_test=False)
            .search(
                [
                    ("res_model", "=", case._name),
                    ("res_id", "=", case.id),
                    ("activity_type_id", "=", self.env.ref(REMINDER).id),
                    ("active", "=", active),
                ]
            )
        )

    def met(self, day):
        report = self.env["credit.contact.report"].create(
            {
                "partner_id": self.risky.id,
                "user_id": self.manager.id,
                "date": day,
                "channel_id": self.mine("channel_phone").id,
                "purpose_id": self.env["credit.contact.purpose"].search([], limit=1).id,
                "outcome": "Stays",
                "met_others": "The director",
                "participant_ids": [(0, 0, {"user_id": self.manager.id})],
            }
        )
        report._submit()
        return report

    def escalated(self, case, day):
        with freeze_time(day):
            self.env["credit.save.case"]._follow_up()
        return case.escalation_level, case.escalated_to_id

    def test_the_owner_is_reminded_once(self):
        case = self.case()
        reminder = self.reminders(case)
        self.assertEqual(reminder.user_id, self.manager)
        self.assertEqual(reminder.date_deadline, date(2026, 5, 14))
        self.env["credit.save.case"]._follow_up()
        self.assertEqual(self.reminders(case), reminder)
        case.with_user(self.head).contact_by = "2026-05-12"
        self.assertEqual(reminder.date_deadline, date(2026, 5, 12))
        case.with_user(self.head).user_id = self.head
        self.assertEqual(reminder.user_id, self.head)

    def test_without_days_it_is_for_today(self):
        self.env.company.credit_save_contact_days = 0
        case = self.case()
        self.assertFalse(case.contact_by)
        self.assertEqual(self.reminders(case).date_deadline, date(2026, 5, 11))
        self.assertEqual(self.escalated(case, "2026-06-30")[0], 0, "no limit, nothing is late")

    def test_a_reminder_ticked_off_comes_back_until_the_client_is_met(self):
        case = self.case()
        self.reminders(case).with_user(self.manager).action_feedback(feedback="Done?")
        self.env["credit.save.case"]._follow_up()
        self.assertEqual(len(self.reminders(case)), 1)
        self.met(MONDAY)
        self.assertFalse(self.reminders(case))
        self.assertEqual(len(self.reminders(case, active=False)), 2)
        self.env["credit.save.case"]._follow_up()
        self.assertFalse(self.reminders(case))

    def test_late_cases_go_up_the_ladder(self):
        case = self.case()  # contact by Thursday 14 May
        self.assertEqual(self.escalated(case, "2026-05-12")[0], 0)
        # As shipped: a working day before, one after, five after, twenty after.
        self.assertEqual(self.escalated(case, "2026-05-14"), (1, self.manager))
        self.assertEqual(self.escalated(case, "2026-05-15"), (2, self.manager))
        self.assertEqual(self.escalated(case, "2026-05-20"), (2, self.manager))
        self.assertEqual(self.escalated(case, "2026-05-21"), (3, self.head))
        with freeze_time("2026-05-21"):
            digest = self.env["credit.digest"].with_user(self.head).sudo()
            told = str(digest._credit_digest_sections(self.head))
            self.assertIn("Risky, case of t_manager", told)
            self.met("2026-05-21")
        self.assertEqual(
            self.escalated(case, "2026-05-22"), (0, self.env["res.users"]), "the client was met"
        )

    def test_a_case_of_the_head_goes_to_the_one_above(self):
        case = self.case()
        case.with_user(self.head).user_id = self.head
        level, user = self.escalated(case, "2026-05-21")
        self.assertEqual(level, 3)
        self.assertIn(user, self.deputy | self.president)

    def test_closing_ends_it(self):
        case = self.case()
        self.escalated(case, "2026-05-21")
        case.write({"outcome": "won_back", "result": "Back", "amount_saved": 3_000_000})
        case.action_close()
        self.assertFalse(self.reminders(case))
        self.assertEqual(self.escalated(case, "2026-05-22")[0], 0)

    def test_clients_that_left_come_with_a_reminder(self):
        self.risky.write({"credit_first_date": "2020-01-01", "credit_end_date": "2026-05-01"})
        with self.enter_registry_test_mode():
            self.mine("ir_cron_retention").method_direct_trigger()
        case = self.env["credit.save.case"].search([("partner_id", "=", self.risky.id)])
        self.assertEqual(self.reminders(case).user_id, self.manager)

    def test_nobody_forges_an_escalation(self):
        case = self.case()
        for forged in ({"escalation_level": 0}, {"escalated_to_id": False}):
            with self.assertRaises(AccessError):
                case.write(forged)
