"""Meetings: agenda, minutes, tasks, the duties they discharge, the yearly coverage."""

import base64
from datetime import date, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .cadence_common import FRIDAY, MONDAY, SUNDAY, TUESDAY, WEDNESDAY, DutyCase

MODULE = "credit_service_tasks"


class MeetingCase(DutyCase):
    only_contacts = False

    def type(self, *names):
        return self.env["credit.meeting.type"].union(
            *(self.env.ref(f"{MODULE}.meeting_type_{n}") for n in names)
        )

    def meeting(self, *types, user=None, day=TUESDAY, **values):
        user = user or self.president
        return (
            self.env["credit.meeting"]
            .with_user(user)
            .create(
                {
                    "type_ids": [fields.Command.set(self.type(*types).ids)],
                    "institution_id": self.branch.id,
                    "start": f"{day} 01:00:00",
                    "minutes": "Said and decided",
                    "chair_id": user.id,
                    "attendee_ids": [fields.Command.set(user.ids)],
                    **values,
                }
            )
        )

    def unit_duty(self, rule, unit=None, day=MONDAY):
        return self.duties(rule=rule, unit_id=(unit or self.branch).id).filtered(
            lambda d: d.period_start <= day <= d.period_end
        )


@tagged("post_install", "-at_install")
class TestMeeting(MeetingCase):
    def test_nobody_met(self):
        self.run_on(MONDAY)
        duty = self.unit_duty("r_p_2a")
        self.assertEqual((duty.status, duty.user_id), ("open", self.president))
        self.run_on(SUNDAY + timedelta(days=1))
        self.assertEqual(duty.status, "overdue")

    def test_one_session_two_types(self):
        """A39: promotion and supervision in one session; the deputy was there."""
        self.run_on(MONDAY)
        with freeze_time(f"{TUESDAY} 08:00:00"):
            meeting = self.meeting(
                "promotion",
                "supervision",
                next_items="The port",
                attendee_ids=[fields.Command.set((self.president | self.deputy).ids)],
            )
            meeting.action_close()
        self.assertEqual(self.unit_duty("r_p_2a").status, "done")
        self.assertEqual(self.unit_duty("r_v_3g").status, "done")
        self.assertEqual(self.unit_duty("r_p_2a").discharge_ids.meeting_id, meeting)

    def test_the_one_who_owes_was_not_there(self):
        self.run_on(MONDAY)
        with freeze_time(f"{TUESDAY} 08:00:00"):
            self.meeting("promotion", user=self.deputy).action_close()
        self.assertEqual(self.unit_duty("r_p_2a").status, "open")

    def test_a_duty_that_arises_later(self):
        with freeze_time(f"{TUESDAY} 08:00:00"):
            self.meeting("promotion").action_close()
        self.run_on(FRIDAY)
        self.assertEqual(self.unit_duty("r_p_2a").status, "done")

    def test_week_is_monday_to_sunday(self):
        self.run_on(MONDAY)
        with freeze_time(f"{SUNDAY + timedelta(days=1)} 08:00:00"):
            self.meeting("promotion", day=SUNDAY + timedelta(days=1)).action_close()
        self.run_on(SUNDAY + timedelta(days=2))
        self.assertEqual(self.unit_duty("r_p_2a").status, "overdue")
        self.assertEqual(self.unit_duty("r_p_2a", day=date(2024, 6, 11)).status, "done")

    def test_midnight_is_where_the_bank_is(self):
        self.env.company.resource_calendar_id.tz = "Asia/Shanghai"
        meeting = self.meeting("promotion", start="2024-06-02 17:00:00")
        self.assertEqual(meeting.date, MONDAY)

    def test_who_closes(self):
        with freeze_time(f"{TUESDAY} 08:00:00"):
            meeting = self.meeting("promotion")
            for user in (self.manager, self.head, self.stranger, self.finance, self.outsider):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    meeting.with_user(user).action_close()
            for values in ({"state": "held"}, {"held_at": "2024-06-04"}, {"event_id": 1}):
                with self.assertRaises(AccessError):
                    meeting.write(values)
            with self.assertRaises(AccessError):
                self.meeting("promotion", user=self.stranger)
            meeting.action_close()
            with self.assertRaises(UserError):
                meeting.minutes = "Something else was said"
            with self.assertRaises(UserError):
                meeting.action_close()

    def test_not_before_it_began(self):
        with freeze_time(f"{MONDAY} 08:00:00"):
            with self.assertRaisesRegex(UserError, "not begun"):
                self.meeting("promotion", day=WEDNESDAY).action_close()

    def test_discharges_cannot_be_forged(self):
        self.run_on(MONDAY)
        meeting = self.meeting("promotion")
        with self.assertRaises(AccessError):
            self.env["credit.discharge"].with_user(self.president).create(
                {
                    "obligation_id": self.unit_duty("r_p_2a").id,
                    "meeting_id": meeting.id,
                    "date": MONDAY,
                    "entered_at": fields.Datetime.now(),
                }
            )

    def test_event_needs_plan_and_archive(self):
        self.run_on(MONDAY)
        with freeze_time(f"{TUESDAY} 08:00:00"):
            event = self.meeting("sme_event", user=self.deputy)
            with self.assertRaisesRegex(UserError, "R-V-2d"):
                event.action_close()
            event.plan_attachment_ids = [
                fields.Command.create({"name": "plan.txt", "datas": base64.b64encode(b"plan")})
            ]
            with self.assertRaisesRegex(UserError, "R-V-2e"):
                event.action_close()
            event.acquisition_ids = [fields.Command.create({"name": "New Mill Ltd"})]
            event.action_close()
            self.assertEqual(self.unit_duty("r_v_2c").status, "done")
            lead_id = event.acquisition_ids.action_make_lead()["res_id"]
            lead = self.env["crm.lead"].browse(lead_id)
            self.assertEqual((lead.partner_name, lead.team_id), ("New Mill Ltd", self.branch))
            with self.assertRaises(UserError):
                event.acquisition_ids.action_make_lead()

    def test_solutions_become_tasks(self):
        with freeze_time(f"{TUESDAY} 08:00:00"):
            meeting = self.meeting("promotion")
            line = self.env["credit.meeting.line"].create(
                {"meeting_id": meeting.id, "name": "The port", "problem": "No collateral"}
            )
            with self.assertRaisesRegex(UserError, "no solution"):
                meeting.action_close()
            line.measure = "Ask the guarantee company"
            with self.assertRaisesRegex(UserError, "no owner or no deadline"):
                meeting.action_close()
            line.write({"user_id": self.manager.id, "deadline": FRIDAY})
            meeting.action_close()
            activity = line.activity_id
            self.assertEqual((activity.user_id, activity.date_deadline), (self.manager, FRIDAY))
            activity.sudo().action_feedback()
            line.invalidate_recordset()
            self.assertTrue(line.is_done)

    def test_agenda(self):
        with freeze_time(f"{TUESDAY} 08:00:00"):
            lead = self.env["crm.lead"].create(
                {
                    "name": "The port",
                    "type": "opportunity",
                    "is_credit_project": True,
                    "team_id": self.sub_branch.id,
                    "user_id": self.manager.id,
                    "partner_name": "Port Ltd",
                }
            )
            self.env.cr.execute(
                "UPDATE crm_lead SET create_date = '2024-05-01' WHERE id = %s", [lead.id]
            )
            self.env.invalidate_all()
            meeting = self.meeting("promotion")
            meeting.action_draw_agenda()
            self.assertEqual(meeting.line_ids.lead_id, lead)
            self.assertEqual(meeting.line_ids.user_id, self.manager)
            meeting.action_draw_agenda()
            self.assertEqual(len(meeting.line_ids), 1, "drawn up twice, there once")

    def test_late_duties_are_on_the_agenda(self):
        self.listed(user_id=self.manager.id)
        self.run_on(MONDAY)
        self.run_on(SUNDAY + timedelta(days=1))
        with freeze_time(f"{SUNDAY + timedelta(days=1)} 08:00:00"):
            meeting = self.meeting("supervision", day=SUNDAY + timedelta(days=1))
            meeting.action_draw_agenda()
        self.assertIn(self.president, meeting.line_ids.user_id)

    def test_calendar(self):
        meeting = self.meeting("promotion")
        event = meeting.sudo().event_id
        self.assertEqual(event.partner_ids, self.president.partner_id)
        meeting.attendee_ids = [fields.Command.link(self.deputy.id)]
        self.assertIn(self.deputy.partner_id, event.partner_ids)
        meeting.action_call_off()
        self.assertFalse(event.active)

    # ANALYSIS

    def analysed(self, *clients, day=TUESDAY):
        meeting = self.meeting("analysis", day=day)
        for client in clients:
            self.env["credit.client.analysis"].create(
                {
                    "meeting_id": meeting.id,
                    "partner_id": client.id,
                    "cooperation": "A line",
                    "benefit": "Deposits",
                    "manner": "Direct",
                    "future_goal": "Payroll",
                }
            )
        meeting.action_close()
        return meeting

    def coverage(self, clients):
        self.env.flush_all()
        [(percent,)] = self.env["credit.analysis.coverage"]._read_group(
            [("partner_id", "in", clients.ids)], [], ["covered:avg"]
        )
        return percent

    def test_coverage(self):
        clients = self.client().browse()
        for number in range(5):
            clients |= self.client(f"Client {number}", user_id=self.manager.id)
        with freeze_time(f"{TUESDAY} 08:00:00"):
            self.assertEqual(self.coverage(clients), 0.0)
            self.analysed(*clients[:4])
            self.assertEqual(self.coverage(clients), 80.0)
        with freeze_time("2025-01-01 08:00:00"):
            self.assertEqual(self.coverage(clients), 0.0, "once per calendar year")

    def test_clients_without_a_manager_are_no_part(self):
        client = self.client("Nobody's")
        self.env.flush_all()
        found = self.env["credit.analysis.coverage"].search([("partner_id", "=", client.id)])
        self.assertFalse(found, "A39: dedicated management")

    def test_proposal_spreads_over_the_year(self):
        clients = self.client().browse()
        for number in range(14):
            clients |= self.client(f"Client {number}", user_id=self.manager.id)
        self.env.flush_all()
        with freeze_time(f"{TUESDAY} 08:00:00"):
            rows = self.env["credit.analysis.coverage"].search([("partner_id", "in", clients.ids)])
            months = rows.mapped("proposed_month")
        # seven months from June on, fourteen clients: two each
        self.assertEqual(
            {m: months.count(m) for m in months}, {date(2024, n, 1): 2 for n in range(6, 13)}
        )

    def test_monthly_analysis(self):
        self.run_on(MONDAY)
        with freeze_time(f"{TUESDAY} 08:00:00"):
            self.analysed(self.client("Analysed", user_id=self.manager.id))
        self.assertEqual(self.unit_duty("r_p_2c").status, "done")
        self.run_on(date(2024, 7, 1))
        self.assertEqual(self.unit_duty("r_p_2c", day=date(2024, 7, 1)).status, "open")

    def test_bulletins(self):
        """R-V-3b is discharged by publishing, R-V-3c by drawing up."""
        self.run_on(MONDAY)
        with freeze_time(f"{TUESDAY} 08:00:00"):
            bulletins = self.env["credit.week.bulletin"]
            bulletin = bulletins._engine().create(
                {"institution_id": self.branch.id, "week": "2024-05-27"}
            )
            self.env["credit.week.bulletin"].with_user(self.deputy).browse(
                bulletin.id
            ).action_publish()
            client = self.client("Moved", credit_institution_id=self.branch.id)
            self.env.cr.execute(
                "INSERT INTO credit_fund_movement (partner_id, date, amount, reference)"
                " VALUES (%s, %s, 1.0, 'test')",
                [client.id, MONDAY],
            )
            self.env["credit.fund.bulletin"]._draw_up(MONDAY)
        self.env.invalidate_all()
        self.assertEqual(self.unit_duty("r_v_3b").status, "done")
        self.assertEqual(self.unit_duty("r_v_3c").status, "done")

    def test_four_content_items(self):
        client = self.client("Analysed", user_id=self.manager.id)
        with freeze_time(f"{TUESDAY} 08:00:00"):
            meeting = self.meeting("analysis")
            meeting.action_draw_agenda()
            self.assertIn(client, meeting.analysis_ids.partner_id)
            with self.assertRaisesRegex(UserError, "R-P-2d"):
                meeting.action_close()
