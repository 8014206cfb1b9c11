from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .credit_application import OPEN_STATES

ANSWER_CHANNELS = [
    ("in_person", "In person"),
    ("phone", "By phone"),
    ("letter", "By letter"),
    ("message", "By message"),
]


class CreditApplication(models.Model):
    """The other ends: a refusal with its reason and the answer to the client (S-B-3f)."""

    _inherit = "credit.application"

    ending_reason_id = fields.Many2one(
        "credit.process.code",
        string="Reason",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    ending_text = fields.Text("Reason in words", readonly=True, copy=False)
    ended_by_id = fields.Many2one(
        "res.users",
        string="Refused or withdrawn by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    answer_due = fields.Date(
        "Answer due on", readonly=True, copy=False, help="Empty while the bank set no time."
    )
    answered_on = fields.Date("Client answered on", readonly=True, copy=False)
    answer_channel = fields.Selection(ANSWER_CHANNELS, string="Answered", readonly=True, copy=False)
    answer_text = fields.Text("Answer given", readonly=True, copy=False)
    answered_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    answer_days = fields.Integer(
        "Days until the answer", readonly=True, copy=False, aggregator="avg"
    )
    answer_late = fields.Boolean(readonly=True, copy=False)
    needs_answer = fields.Boolean(
        "Answer owed",
        compute="_compute_needs_answer",
        search="_search_needs_answer",
        help="Refused, and the client has not been told yet.",
    )

    may_refuse = fields.Boolean(compute="_compute_may_refuse")

    @api.depends_context("uid")
    @api.depends("state", "institution_id")
    def _compute_may_refuse(self):
        for application in self:
            application.may_refuse = (
                application.state in OPEN_STATES and application._refuses_loans()
            )

    def _refuses_loans(self):
        """Tell whether the user refuses loans: a head, a president, or who approves them."""
        self.ensure_one()
        if self.env.user.has_group("credit_client_tiering.group_corporate_head"):
            return self.has_access("write")
        steps = self.process_id.sudo().step_ids.filtered("is_approval")
        return self.env.user in self._holders_of(steps.post_ids, self.institution_id).user_id

    @api.depends("state", "answered_on")
    def _compute_needs_answer(self):
        for application in self:
            application.needs_answer = (
                application.state == "refused" and not application.answered_on
            )

    def _search_needs_answer(self, operator, value):
        if operator != "in":
            return NotImplemented
        owed = fields.Domain("state", "=", "refused") & fields.Domain("answered_on", "=", False)
        return fields.Domain.OR(owed if wanted else ~owed for wanted in set(value))

    def _end(self, day, state, reason, text, user):
        """Refuse or withdraw; whoever calls has checked the right.

        :param str state: ``refused`` or ``withdrawn``
        :raises UserError: decided already
        :raises ValidationError: the coded reason or its words are missing
        """
        self.ensure_one()
        kind = {"refused": "refusal", "withdrawn": "withdrawal"}[state]
        if self.state not in OPEN_STATES:
            raise UserError(self._closed_message())
        if not (text or "").strip() or not reason or reason.kind != kind:
            raise ValidationError(
                self.env._(
                    "%s: say why. A refusal needs a reason that can be told to the client "
                    "(S-B-3f).",
                    self.display_name,
                )
            )
        stopped = self.suspension_ids.filtered(lambda s: not s.date_to)
        stopped._engine().write({"date_to": day, "resumed_by_id": user.id})
        self._current_row()._engine().write({"state": "interrupted", "finished_on": day})
        wait = self.process_id.answer_days
        self._engine().write(
            {
                "state": state,
                "closed_on": day,
                "ending_reason_id": reason.id,
                "ending_text": text.strip(),
                "ended_by_id": user.id,
                "current_step_id": False,
                "step_user_id": False,
                "answer_due": day + timedelta(days=wait) if wait and state == "refused" else False,
            }
        )
        self._drop_reminders()
        self._refresh_clock(day)
        self._remind(day)

    def _answer(self, day, channel, text, user):
        """Record that the client was told of the refusal and its reason.

        :raises UserError: not refused, or answered already
        :raises ValidationError: the words are missing
        """
        self.ensure_one()
        if not self.needs_answer:
            raise UserError(self.env._("%s: no answer is owed.", self.display_name))
        if not (text or "").strip() or channel not in dict(ANSWER_CHANNELS):
            raise ValidationError(
                self.env._("%s: say how and what the client was told.", self.display_name)
            )
        self._engine().write(
            {
                "answered_on": day,
                "answer_channel": channel,
                "answer_text": text.strip(),
                "answered_by_id": user.id,
                "answer_days": (day - self.closed_on).days,
                "answer_late": bool(self.answer_due and day > self.answer_due),
            }
        )
        self._drop_reminders()
