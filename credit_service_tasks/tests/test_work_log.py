"""The work log: one per person and working day, drafted, handed in, read."""

import base64
import io
from datetime import date, timedelta

from freezegun import freeze_time
from openpyxl import load_workbook

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .cadence_common import MONDAY, SUNDAY, TUESDAY, WEDNESDAY, DutyCase

HOLIDAY = date(2024, 6, 10)  # dragon-boat festival, a Monday


@tagged("post_install", "-at_install")
class TestWorkLog(DutyCase):
    only_contacts = False

    def log(self, day=TUESDAY, user=None, text="Wrote the offer"):
        log = (
            self.env["credit.work.log"]
            .with_user(user or self.manager)
            .create({"date": day, "done_ids": [fields.Command.create({"name": text})]})
        )
        return log

    def duty(self, day):
        return self.duties(rule="r_m_6", person_id=self.manager.id, period_start=day)

    def test_handed_in_on_the_day(self):
        self.run_on(TUESDAY)
        self.assertEqual(self.duty(TUESDAY).status, "open")
        with freeze_time(f"{TUESDAY} 10:00:00"):
            self.log().action_submit()
        self.assertEqual(self.duty(TUESDAY).status, "done")

    def test_the_day_after_is_late(self):
        self.run_on(TUESDAY)
        self.run_on(WEDNESDAY)
        self.assertEqual(self.duty(TUESDAY).status, "overdue")
        with freeze_time(f"{WEDNESDAY} 01:00:00"):
            log = self.log()
            log.action_submit()
        self.assertTrue(log.is_late)
        self.assertEqual(self.duty(TUESDAY).status, "late")

    def test_no_duty_on_a_holiday(self):
        """A37: neither on the festival nor on the Sunday; on a make-up day there is one."""
        for day in (SUNDAY, HOLIDAY):
            self.run_on(day)
            self.assertFalse(self.duty(day))
        makeup = date(2024, 5, 11)
        self.run_on(makeup)
        self.assertTrue(self.duty(makeup), "a Saturday worked")

    def test_plan_is_for_the_next_working_day(self):
        log = self.log(date(2024, 6, 7))
        self.assertEqual(log.next_day, HOLIDAY + timedelta(days=1))

    def test_not_ahead_not_twice(self):
        with freeze_time(f"{MONDAY} 10:00:00"):
            with self.assertRaises(ValidationError):
                self.log(TUESDAY)
            with self.assertRaises(UserError):
                self.env["credit.work.log"].with_user(self.manager).create(
                    {"date": MONDAY}
                ).action_submit()

    def test_drafted_from_the_day(self):
        client = self.listed(user_id=self.manager.id)
        with freeze_time(f"{TUESDAY} 10:00:00"):
            reports = self.env["credit.contact.report"].with_user(self.manager)
            report = reports.create(
                {
                    "partner_id": client.id,
                    "channel_id": self.env["credit.contact.channel"]
                    .search([("code", "=", "phone")])
                    .id,
                }
            )
            report.action_submit()
            logs = self.env["credit.work.log"].with_user(self.manager)
            log = logs.browse(logs.action_today()["res_id"])
            self.assertIn(client, log.line_ids.filtered(lambda x: x.kind == "done").partner_id)
            count = len(log.line_ids)
            log.done_ids = [fields.Command.create({"name": "Read the news"})]
            self.assertEqual(logs.action_today()["res_id"], log.id)
            log.invalidate_recordset()
            self.assertEqual(len(log.line_ids), count + 1, "nothing twice, nothing lost")

    def test_a_confidential_contact_is_not_spelt_out(self):
        client = self.listed(user_id=self.manager.id)
        with freeze_time(f"{TUESDAY} 10:00:00"):
            phone = self.env["credit.contact.channel"].search([("code", "=", "phone")])
            self.env["credit.contact.report"].with_user(self.manager).create(
                {
                    "partner_id": client.id,
                    "channel_id": phone.id,
                    "is_confidential": True,
                    "reader_ids": [fields.Command.set(self.president.ids)],
                }
            ).action_submit()
            logs = self.env["credit.work.log"].with_user(self.manager)
            log = logs.browse(logs.action_today()["res_id"])
            line = log.line_ids.filtered(lambda x: x.res_model == "credit.contact.report")
            self.assertEqual(len(line), 1)
            self.assertFalse(line.partner_id)
            self.assertNotIn(client.name, line.name)

    def test_plan_from_due_duties(self):
        client = self.listed(user_id=self.president.id)
        self.run_on(date(2024, 6, 6))
        with freeze_time("2024-06-06 10:00:00"):
            logs = self.env["credit.work.log"].with_user(self.president)
            log = logs.browse(logs.action_today()["res_id"])
            self.assertIn(client, log.line_ids.filtered(lambda x: x.kind == "plan").partner_id)

    def test_done_activities_count(self):
        with freeze_time(f"{TUESDAY} 10:00:00"):
            activity = self.client("Any", user_id=self.manager.id).activity_schedule(
                "mail.mail_activity_data_todo", summary="Copy the deed", user_id=self.manager.id
            )
            activity.with_user(self.manager).action_feedback()
            logs = self.env["credit.work.log"].with_user(self.manager)
            log = logs.browse(logs.action_today()["res_id"])
            self.assertTrue(log.line_ids.filtered(lambda x: "Copy the deed" in x.name))

    def test_who_reads_and_writes(self):
        with freeze_time(f"{TUESDAY} 10:00:00"):
            log = self.log()
            with self.assertRaisesRegex(UserError, "not handed in"):
                log.with_user(self.head).action_mark_read()
            with self.assertRaises(AccessError):
                log.with_user(self.head).write({"summary": "Not mine"})
            log.action_submit()
            for user in (self.manager, self.stranger, self.outsider):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    log.with_user(user).action_mark_read()
            with self.assertRaises(UserError):
                log.line_ids.name = "Something else"
            with self.assertRaises(UserError):
                log.unlink()
            for values in ({"state": "draft"}, {"read_by_id": self.head.id}, {"is_late": False}):
                with self.assertRaises(AccessError):
                    log.write(values)
            log.with_user(self.head).action_mark_read()
        self.assertEqual(log.read_by_id, self.head)

    def test_nobody_writes_for_another(self):
        with self.assertRaises(AccessError):
            self.env["credit.work.log"].with_user(self.president).create(
                {"user_id": self.manager.id, "date": TUESDAY}
            )

    def test_spreadsheet_and_word(self):
        log = self.log(text="=cmd()")
        url = log.action_spreadsheet()["url"]
        attachment = self.env["ir.attachment"].browse(int(url.split("/")[3].split("?")[0]))
        sheet = load_workbook(io.BytesIO(base64.b64decode(attachment.datas))).active
        self.assertEqual(sheet["E2"].value, "=cmd()")
        self.assertEqual(sheet["E2"].data_type, "s", "text, no formula")
        with self.assertRaises(AccessError):
            attachment.with_user(self.stranger).read(["datas"])
        url = log.action_word()["url"]
        attachment = self.env["ir.attachment"].browse(int(url.split("/")[3].split("?")[0]))
        self.assertIn("=cmd()", base64.b64decode(attachment.datas).decode())
        with self.assertRaises(AccessError):
            log.with_user(self.stranger).action_word()
