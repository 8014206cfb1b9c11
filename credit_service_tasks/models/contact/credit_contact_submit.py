from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from odoo.tools.misc import format_date


class CreditContactReport(models.Model):
    """From the draft to the proof: what is checked, copied and set off at submission."""

    _inherit = "credit.contact.report"

    def action_submit(self):
        """Submit drafts: check them, copy the posts, discharge duties, set off what is next.

        :return: a notification of what was discharged, then the window closes
        :raises UserError: what the purpose or the channel asks for is missing, or the
            date lies in the future; the draft is kept as it is
        Clauses S-Q-1d, R-P-1c, R-P-1d, R-V-1b, R-V-1c, R-M-3b.
        """
        reports = self.filtered(lambda r: r.state == "draft")
        reports.check_access("write")
        for report in reports:
            if report.user_id != self.env.user and not self.env.su:
                raise AccessError(
                    self.env._("%s is reported by somebody else.", report.display_name)
                )
            problems = report._submission_problems()
            if problems:
                raise UserError("\n".join([report.display_name, *problems]))
        obligation_ids = reports._submit()
        return reports._submitted_notice(obligation_ids)

    def _submit(self):
        """Submit drafts that were checked; return the ids of the duties discharged."""
        now = fields.Datetime.now()
        for report in self._submitting():
            report.write(
                {
                    "state": "submitted",
                    "submitted_at": now,
                    "institution_id": report.partner_id.credit_institution_id.id,
                    "is_late_entry": report._is_late(report.date, report.partner_id),
                }
            )
        self._copy_posts()
        obligation_ids = self._discharge(self.ids)
        for report in self:
            report._schedule_next_step()
            report._log_on_client()
        return obligation_ids

    def _submission_problems(self):
        """Return what a report lacks, as sentences; nothing when it may be submitted."""
        self.ensure_one()
        today = self.env.company._credit_today()
        problems = []
        if self.date > today:
            problems.append(
                self.env._(
                    "%(date)s lies in the future; a contact is reported when it took place "
                    "(today is %(today)s). Plan it in the calendar instead.",
                    date=format_date(self.env, self.date),
                    today=format_date(self.env, today),
                )
            )
        if not self.attendee_ids:
            problems.append(self.env._("Nobody from the bank took part."))
        asks = {
            name: (self.channel_id[name] and self.channel_id.name)
            or (self.purpose_id[name] and self.purpose_id.name)
            for name in ("needs_met", "needs_outcome")
        }
        if asks["needs_met"] and not (self.met_ids or (self.met_others or "").strip()):
            problems.append(self.env._("“%s” asks whom you met.", asks["needs_met"]))
        if asks["needs_outcome"] and not (self.outcome or "").strip():
            problems.append(
                self.env._("“%s” asks for the outcome (S-Q-1d).", asks["needs_outcome"])
            )
        if self.purpose_id.needs_next_step and not (self.next_step or "").strip():
            problems.append(
                self.env._("“%s” asks for the next step (S-Q-1d).", self.purpose_id.name)
            )
        if self.next_step and not self.next_step_date:
            problems.append(self.env._("The next step needs a day."))
        if self.is_confidential and not self.reader_ids:
            problems.append(
                self.env._(
                    "A confidential report names who may read it besides those who took part."
                )
            )
        return problems

    @api.model
    def _is_late(self, day, client, at=None):
        """Tell whether a contact of ``day`` with ``client`` is a late entry.

        Later than the bank's limit of working days, or after the month was closed for
        the client's institution.

        :param datetime at: when it was reported; now without it
        """
        at = at or fields.Datetime.now()
        institution = client.credit_institution_id
        if self.env["credit.month.close"]._is_closed(institution.id, day, at):
            return True
        limit = self.env.company.credit_report_days
        if not limit:
            return False
        # sudo: the calendar is the same for everybody.
        calendar = self.env["credit.working.day"].sudo()
        reported = self.env.company._credit_day_of(at)
        return calendar._working_days(day + timedelta(days=1), reported) > limit

    def _copy_posts(self):
        """Copy the posts each participant holds, and where, as the proof of the day."""
        if not self:
            return
        self.env["credit.contact.participant"].flush_model()
        self.env["crm.team.member"].flush_model()
        self.env["crm.team"].flush_model()
        self.env.cr.execute(
            SQL(
                """INSERT INTO credit_contact_position (
                       participant_id, post_id, institution_id, institution_path,
                       is_head_office, create_uid, create_date, write_uid, write_date
                   )
                   SELECT w.id, m.post_id, t.id, t.parent_path,
                          COALESCE(k.is_head_office, false), %(uid)s, now() AT TIME ZONE 'UTC',
                          %(uid)s, now() AT TIME ZONE 'UTC'
                     FROM credit_contact_participant w
                     JOIN crm_team_member m ON m.user_id = w.user_id AND m.active
                     JOIN crm_team t ON t.id = m.crm_team_id
                LEFT JOIN credit_institution_kind k ON k.id = t.institution_kind_id
                    WHERE w.report_id = ANY(%(ids)s) AND m.post_id IS NOT NULL
                      AND NOT EXISTS (
                          SELECT 1 FROM credit_contact_position old WHERE old.participant_id = w.id
                      )""",
                uid=self.env.uid,
                ids=self.ids,
            )
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO credit_contact_participant_post_rel
                          (credit_contact_participant_id, credit_post_id)
                   SELECT DISTINCT held.participant_id, held.post_id
                     FROM credit_contact_position held
                     JOIN credit_contact_participant w ON w.id = held.participant_id
                    WHERE w.report_id = ANY(%s)
              ON CONFLICT DO NOTHING""",
                self.ids,
            )
        )
        self.participant_ids.invalidate_recordset(["post_ids", "position_ids"], flush=False)

    def _schedule_next_step(self):
        self.ensure_one()
        if not self.next_step:
            return
        owner = self.next_step_user_id or self.user_id
        activity = (
            # sudo: who may report on a client may also leave work to do on it.
            self.env["mail.activity"]
            .sudo()
            .with_context(mail_activity_quick_update=True)
            .create(
                {
                    "activity_type_id": self.env.ref(
                        "credit_service_tasks.activity_type_next_step"
                    ).id,
                    "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "res_id": self.partner_id.id,
                    "summary": self.next_step,
                    "date_deadline": self.next_step_date,
                    "user_id": owner.id,
                }
            )
        )
        self._submitting().next_activity_id = activity

    def _log_on_client(self):
        """Leave a line in the history of the client; of a confidential contact nothing."""
        self.ensure_one()
        if self.is_confidential:
            return
        body = Markup('<p>%s <a href="#" data-oe-model="%s" data-oe-id="%s">%s</a></p>') % (
            self.env._("Contact report:"),
            self._name,
            self.id,
            self.display_name,
        )
        if self.outcome:
            body += Markup("<p>%s</p>") % self.outcome
        # sudo: a line in the history, by who was allowed to report.
        self.partner_id.sudo()._message_log(body=body, author_id=self.env.user.partner_id.id)

    def _submitted_notice(self, obligation_ids):
        names = self.env["credit.obligation"].sudo().browse(obligation_ids).mapped("name")
        if names:
            message = self.env._("It counts for: %s.", ", ".join(dict.fromkeys(names)))
        else:
            message = self.env._("It counts for no duty of this period.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Contact reported"),
                "message": message,
                "type": "success" if names else "info",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
