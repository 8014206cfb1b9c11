import logging

from odoo import api, models
from odoo.fields import Domain

from .credit_application import OPEN_STATES

_logger = logging.getLogger(__name__)

SLICE = 200
REMINDER = "credit_service_tasks.mail_activity_type_process"


class CreditApplication(models.Model):
    """Every night: days go on, steps become overdue, people are reminded (S-B-3d)."""

    _inherit = "credit.application"

    @api.model
    def _cron_follow_up(self):
        """Refresh what depends on the day, in slices; one bad record stops nothing."""
        domain = Domain("state", "in", OPEN_STATES) | Domain("needs_answer", "=", True)
        ids = self.sudo().search(domain, order="id").ids
        self.env["ir.cron"]._commit_progress(remaining=len(ids))
        for start in range(0, len(ids), SLICE):
            part = self.sudo().browse(ids[start : start + SLICE]).exists()
            part._follow_up(self._today())
            if not self.env["ir.cron"]._commit_progress(len(part)):
                break

    def _follow_up(self, day):
        for application in self:
            try:
                with self.env.cr.savepoint():
                    if application.state in OPEN_STATES:
                        application._refresh_clock(day)
                    application._remind(day)
                    application.flush_recordset()
            except Exception:
                _logger.exception("Following up application %s failed", application.id)

    def _remind(self, day):
        """Remind whoever has the overdue step, or owes the client an answer; once."""
        self.ensure_one()
        deadline = day
        row = self._current_row()
        if self.is_overdue and not self.is_suspended:
            user = self.step_user_id or self.user_id
            reader = self.with_context(lang=user.lang).env
            summary = reader._(
                "%(step)s: %(days)s days over budget",
                step=row.step_id.sudo().with_env(reader(su=True)).name,
                days=row.over_days,
            )
        elif self.needs_answer:
            # From the refusal on, with the day by which the bank answers.
            user, deadline = self.user_id, self.answer_due or self.closed_on or day
            reader = self.with_context(lang=user.lang).env
            summary = reader._("Tell the client of the refusal and why")
        else:
            return
        engine = self._engine()
        reminders = engine.activity_ids.filtered(
            lambda a: a.activity_type_id == self.env.ref(REMINDER)
        )
        # Whoever has handed the matter on is reminded no more.
        mine = reminders.filtered(lambda a: a.user_id == user)
        (reminders - mine).unlink()
        if user and not mine:
            engine.activity_schedule(
                REMINDER, date_deadline=deadline, summary=summary, user_id=user.id
            )

    def _drop_reminders(self):
        """Close the reminders of what has been done."""
        self._engine().activity_unlink([REMINDER])
