from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import format_date


class CreditDigest(models.Model):
    """What a person owes goes into the same message as what waits for a decision."""

    _inherit = "credit.digest"

    @api.model
    def _credit_digest_sections(self, user):
        """Add the person's duties, promises and reports; the overdue first.

        On working days only: nobody is reminded of his duties on a holiday.
        """
        others = super()._credit_digest_sections(user)
        today = self.env.company._credit_today()
        # sudo: the calendar is the same for everybody.
        calendar = self.env["credit.working.day"].sudo()
        if not calendar._is_working(today):
            return others
        # What was reported since the last digest of duties, holidays in between.
        yesterday = today - timedelta(days=1)
        since = calendar._last_working_day(today - timedelta(days=14), yesterday) or yesterday
        mine = Domain("user_id", "=", user.id) & Domain("status", "in", ("open", "overdue"))
        started = Domain("period_start", "<=", today)
        soon = Domain("due_date", "<=", today) | Domain("latest_safe_date", "<=", today)
        duties = self.env["credit.obligation"]
        missed = duties.search(mine & Domain("period_end", "<", today))
        overdue = duties.search(mine & Domain("due_date", "<", today)) - missed
        urgent = duties.search(mine & started & soon) - overdue - missed
        sunday = today + timedelta(days=6 - today.weekday())
        week = duties.search(mine & started & Domain("due_date", "<=", sunday))
        week -= overdue + urgent + missed
        promises = self.env["credit.promise"].search(
            [("user_id", "=", user.id), ("state", "=", "open"), ("date", "<=", today)]
        )
        named = self.env["credit.contact.report"].search(
            [
                ("participant_ids.user_id", "=", user.id),
                ("user_id", "!=", user.id),
                ("state", "=", "submitted"),
                ("submitted_at", ">=", fields.Datetime.to_datetime(since)),
            ]
        )
        escalated = duties.search(
            [
                ("escalated_to_id", "=", user.id),
                ("user_id", "!=", user.id),
                ("escalation_level", ">", 1),
                ("status", "in", ("open", "overdue")),
            ]
        )
        returned = self.env["credit.contact.review"]._returned_to(user)
        return others + [
            self._section(
                self.env._("Overdue"), "/odoo/my-duties", overdue.mapped(self._duty_line)
            ),
            self._section(
                self.env._("Today at the latest"), "/odoo/my-duties", urgent.mapped(self._duty_line)
            ),
            self._section(
                self.env._("Due this week"), "/odoo/my-duties", week.mapped(self._duty_line)
            ),
            self._section(
                self.env._("Missed in earlier periods"),
                "/odoo/my-duties",
                # Of the latest period that is over; the rest is on the boards.
                missed.filtered(lambda d: d.period_end >= today - timedelta(days=7)).mapped(
                    self._duty_line
                ),
            ),
            self._section(
                self.env._("Escalated to you"),
                "/odoo/credit-escalations",
                [self._escalated_line(duty) for duty in escalated],
            ),
            self._section(
                self.env._("Handovers that wait for you"),
                "/odoo/credit-handovers",
                [
                    (handover.display_name, f"/odoo/credit-handovers/{handover.id}")
                    for handover in self._waiting_handovers(user)
                ],
            ),
            self._section(
                self.env._("Promises to keep"),
                "/odoo/credit-promises",
                [
                    self.env._(
                        "%(promise)s – %(client)s, by %(day)s",
                        promise=p.name,
                        client=p.partner_id.display_name,
                        day=format_date(self.env, p.date),
                    )
                    for p in promises
                ],
            ),
            self._section(
                self.env._("Reports sent back to you"),
                "/odoo/contact-reports",
                returned,
            ),
            self._section(
                self.env._("Contacts others reported with you"),
                "/odoo/contact-reports",
                named.mapped("display_name"),
            ),
        ]

    def _duty_line(self, duty):
        about = duty.partner_id.display_name or duty.unit_id.name or ""
        return self.env._(
            "%(duty)s – %(about)s, by %(day)s (%(done)s of %(required)s)",
            duty=duty.name,
            about=about,
            day=format_date(self.env, duty.due_date),
            done=duty.done,
            required=duty.required,
        )

    def _escalated_line(self, duty):
        return self.env._(
            "%(duty)s, owed by %(who)s",
            duty=self._duty_line(duty),
            who=duty.user_id.name or self.env._("nobody"),
        )

    @api.model
    def _waiting_handovers(self, user):
        """Return what ``user`` has to accept, or to assign as who answers for the clients."""
        handovers = self.env["credit.handover"].search(
            [
                "|",
                "&",
                ("state", "=", "proposed"),
                ("to_user_id", "=", user.id),
                "&",
                ("state", "=", "draft"),
                ("institution_id", "child_of", user.crm_team_ids.ids),
            ]
        )
        drafts = handovers.filtered(lambda h: h.state == "draft")
        answerable = drafts.institution_id._credit_answerable()
        return handovers.filtered(
            lambda h: h.state == "proposed" or answerable.get(h.institution_id.id) == user
        )
