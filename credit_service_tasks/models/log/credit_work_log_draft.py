from datetime import datetime, time, timedelta

import pytz

from odoo import models

# More lines than this of one source are no plan for a day.
MOST = 12


class CreditWorkLog(models.Model):
    """What the system knows of a day, as lines of the log."""

    _inherit = "credit.work.log"

    def _draft(self):
        """Add the lines that are missing; each names the record it comes from."""
        self.ensure_one()
        there = {
            (line.kind, line.res_model, line.res_id) for line in self.line_ids if line.res_model
        }
        lines = []
        for kind, found in (("done", self._done()), ("plan", self._planned())):
            for record, name, client in found:
                key = (kind, record._name, record.id)
                if key in there:
                    continue
                there.add(key)
                lines.append(
                    {
                        "log_id": self.id,
                        "kind": kind,
                        "name": name,
                        "partner_id": client.id if client else False,
                        "res_model": record._name,
                        "res_id": record.id,
                    }
                )
        self.env["credit.work.log.line"]._engine().create(lines)

    def _day_in_utc(self, day):
        """Return the first and the last moment of ``day`` where the bank is, as naive UTC."""
        zone = pytz.timezone(self.env.company.resource_calendar_id.tz or "Asia/Shanghai")
        start = zone.localize(datetime.combine(day, time.min)).astimezone(pytz.utc)
        return start.replace(tzinfo=None), (start + timedelta(days=1)).replace(tzinfo=None)

    def _done(self):
        """Yield (record, words, client or None) of what the person did that day."""
        user, day = self.user_id, self.date
        for report in self.env["credit.contact.report"].search(
            [
                ("participant_ids.user_id", "=", user.id),
                ("date", "=", day),
                ("state", "=", "submitted"),
            ],
            order="id",
        ):
            if report.is_confidential:
                # The log is read by more people than the report.
                yield report, self.env._("Confidential contact"), None
                continue
            words = self.env._(
                "%(channel)s: %(client)s, %(purpose)s",
                channel=report.channel_id.name,
                client=report.partner_id.display_name,
                purpose=report.purpose_id.name,
            )
            yield report, words, report.partner_id
        for meeting in self.env["credit.meeting"].search(
            [("attendee_ids", "=", user.id), ("date", "=", day), ("state", "=", "held")]
        ):
            yield meeting, meeting.name, None
        for step in self.env["credit.application.step"].search(
            [("user_id", "=", user.id), ("finished_on", "=", day), ("state", "=", "done")]
        ):
            words = self.env._(
                "%(step)s: %(application)s, %(client)s",
                step=step.name,
                application=step.application_id.display_name,
                client=step.partner_id.display_name,
            )
            yield step, words, step.partner_id
        for note in self.env["credit.project.follow.up"].search(
            [("user_id", "=", user.id), ("date", "=", day)]
        ):
            words = self.env._(
                "Project %(project)s: %(note)s", project=note.lead_id.name, note=note.note
            )
            yield note, words, None
        activities = self.env["mail.activity"].with_context(active_test=False)
        for activity in activities.search(
            [("user_id", "=", user.id), ("active", "=", False), ("date_done", "=", day)]
        ):
            # Reminders of duties close with what discharged them, which is listed.
            if not activity.credit_is_duty:
                client = activity.res_model == "res.partner" and self.env["res.partner"].browse(
                    activity.res_id
                ).filtered("is_credit_client")
                yield activity, self._words_of(activity), client or None

    def _planned(self):
        """Yield (record, words, client or None) of what is due on the next working day."""
        user, day = self.user_id, self.next_day
        if not day:
            return
        start, end = self._day_in_utc(day)
        events = self.env["calendar.event"].search(
            [
                ("partner_ids", "in", user.partner_id.ids),
                ("start", ">=", start),
                ("start", "<", end),
            ],
            order="start",
            limit=MOST,
        )
        planned_duties = events.credit_obligation_id
        for event in events:
            yield event, event.name, event.credit_client_id or None
        duties = self.env["credit.obligation"].search(
            [
                ("user_id", "=", user.id),
                ("status", "in", ("open", "overdue")),
                ("period_start", "<=", day),
                ("kind_id.code", "!=", "work_log"),
                "|",
                ("due_date", "<=", day),
                ("latest_safe_date", "<=", day),
            ],
            order="due_date, id",
            limit=MOST,
        )
        for duty in duties - planned_duties:
            words = self.env._(
                "%(duty)s: %(whom)s (due %(day)s)",
                duty=duty.name,
                whom=duty.partner_id.display_name or duty.unit_id.name or user.name,
                day=duty.due_date,
            )
            yield duty, words, duty.partner_id or None
        for activity in self.env["mail.activity"].search(
            [
                ("user_id", "=", user.id),
                ("date_deadline", "<=", day),
                ("credit_obligation_id", "=", False),
            ],
            order="date_deadline, id",
            limit=MOST,
        ):
            yield activity, self._words_of(activity), None

    def _words_of(self, activity):
        said = activity.summary or activity.activity_type_id.name or ""
        return f"{said}: {activity.res_name}" if activity.res_name else said
