from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class CreditMeeting(models.Model):
    """Closing a meeting: minutes are kept, solutions become tasks, duties are discharged."""

    _inherit = "credit.meeting"

    def _problems(self):
        """Return why the meeting cannot be closed yet, as sentences."""
        self.ensure_one()
        problems = []
        types = self.type_ids
        if not types:
            problems.append(self.env._("Say as what it was held."))
        if not self.attendee_ids:
            problems.append(self.env._("Say who of the bank took part."))
        if not self.minutes:
            problems.append(self.env._("The minutes are missing."))
        if any(types.mapped("needs_next_items")) and not self.next_items:
            problems.append(self.env._("The key work of the next week is missing (R-V-3g)."))
        if any(types.mapped("needs_plan")) and not self.plan_attachment_ids:
            problems.append(self.env._("The activity plan is not attached (R-V-2d)."))
        if any(types.mapped("needs_archive")) and not self.acquisition_ids:
            problems.append(self.env._("The acquisition archive has no entry (R-V-2e)."))
        for line in self.line_ids:
            if line.problem and not line.measure:
                problems.append(
                    self.env._("“%s” has a problem, but no solution (R-P-2b).", line.name)
                )
            elif line.measure and not (line.user_id and line.deadline):
                problems.append(
                    self.env._(
                        "The solution for “%s” has no owner or no deadline (R-P-2b).", line.name
                    )
                )
        for analysis in self.analysis_ids.filtered(lambda a: not a.is_complete):
            problems.append(
                self.env._(
                    "The analysis of %(client)s lacks: %(items)s (R-P-2d). Fill it in or take "
                    "it off.",
                    client=analysis.partner_id.display_name,
                    items=", ".join(analysis._missing()),
                )
            )
        return problems

    def action_close(self):
        """Close meetings that took place.

        Solutions become activities of their owners, duties of the types are discharged.

        :return: True
        :raises AccessError: the caller heads no corporate line of the institution
        :raises UserError: something is missing, or the meeting lies ahead
        """
        self.check_access("write")
        self._check_may_close()
        for meeting in self:
            meeting._lock()
            meeting._guard_editable(set())
            if meeting.start > fields.Datetime.now():
                raise UserError(self.env._("“%s” has not begun yet.", meeting.display_name))
            problems = meeting._problems()
            if problems:
                raise UserError(
                    self.env._(
                        "“%(meeting)s” cannot be closed yet:\n%(problems)s",
                        meeting=meeting.display_name,
                        problems="\n".join(problems),
                    )
                )
            meeting._engine().write(
                {
                    "state": "held",
                    "held_at": fields.Datetime.now(),
                    "is_late_entry": meeting._is_late_entry(),
                }
            )
            meeting.line_ids._schedule()
        self.env["credit.discharge"]._discharge_by("meeting_id", self.ids)
        return True

    def _is_late_entry(self):
        """Tell whether closing the meeting now is late: like a contact report's entry."""
        self.ensure_one()
        now = fields.Datetime.now()
        closings = self.env["credit.month.close"]
        if closings._is_closed(self.institution_id.id, self.date, now):
            return True
        limit = self.env.company.credit_report_days
        today = self.env.company._credit_today()
        # sudo: the calendar is the same for everybody.
        days = self.env["credit.working.day"].sudo()
        return bool(limit) and days._working_days(self.date + timedelta(days=1), today) > limit

    def action_call_off(self):
        """Call meetings off; they discharge nothing.

        :return: True
        """
        self.check_access("write")
        for meeting in self:
            meeting._lock()
            meeting._guard_editable(set())
            meeting._engine().state = "cancelled"
            # sudo: the calendar's entry goes with the meeting.
            meeting.sudo().event_id.with_context(dont_notify=True).action_archive()
        return True

    def _check_may_close(self):
        if self.env.su:
            return
        headed = self.env["crm.team"]._credit_headed_by(self.env.user)
        for meeting in self:
            if meeting.institution_id not in headed:
                raise AccessError(
                    self.env._(
                        "%(who)s cannot close “%(meeting)s”: the head of the corporate line of "
                        "%(institution)s or somebody above does.",
                        who=self.env.user.name,
                        meeting=meeting.display_name,
                        institution=meeting.institution_id.display_name,
                    )
                )
