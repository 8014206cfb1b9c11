from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .credit_application import OPEN_STATES


class CreditApplication(models.Model):
    """From complete papers through the five steps to disbursement (S-B-3b)."""

    _inherit = "credit.application"

    may_finish = fields.Boolean(compute="_compute_may_finish")

    # Papers

    def _list_papers(self, types, day):
        """List the papers an application needs; for the engine only."""
        self.ensure_one()
        lines = (
            self.env["credit.application.paper"]
            ._engine()
            .create([{"application_id": self.id, "type_id": paper.id} for paper in types])
        )
        lines._reuse(day)

    def action_receive_all(self):
        """Mark all missing papers as received today."""
        self.paper_ids.filtered(lambda p: p.state == "missing").action_receive()
        return True

    def action_complete_papers(self):
        """Declare the papers complete: the clock starts, the first step begins.

        :raises UserError: papers are missing or expired, or the clock runs already
        Clauses S-B-3e, A47.
        """
        self.check_access("write")
        self._lock()
        for application in self:
            application._complete_papers(application._today())
        return True

    def _complete_papers(self, day):
        self.ensure_one()
        if self.state != "papers":
            raise UserError(self._closed_message())
        self._check_papers(day)
        process = self.process_id
        steps = process.sudo().step_ids.filtered("active")
        if not steps or len(steps) > process.max_steps:
            raise UserError(
                self.env._(
                    "“%(process)s” needs between 1 and %(limit)s steps (S-B-3a).",
                    process=process.name,
                    limit=process.max_steps,
                )
            )
        readings = self.env["credit.reading"]
        entitlement = self._entitlement(day)
        everyone = readings._chosen("A47S") == "all_tiers"
        self._engine().write(
            {
                **entitlement,
                "state": "running",
                "complete_on": day,
                "clock_from": day + timedelta(days=1) if process.starts_day_after else day,
                "day_basis": "working" if readings._chosen("A47D") == "working" else "calendar",
                "in_scope": everyone or entitlement["tier"] == "basic",
                "days_limit": process.max_days,
            }
        )
        self.env["credit.application.step"]._engine().create(
            [self._step_values(step) for step in steps]
        )
        # Day one is the day after, or that very day: the first step starts before it.
        self._begin_next(self._zero_day())
        self._refresh_clock(day)

    def _check_papers(self, day):
        missing = self.paper_ids.filtered(lambda p: p.state == "missing")
        if missing:
            raise UserError(
                self.env._(
                    "%(application)s: %(count)s papers are missing: %(papers)s",
                    application=self.display_name,
                    count=len(missing),
                    papers=", ".join(missing.type_id.mapped("name")),
                )
            )
        expired = self.paper_ids.filtered(
            lambda p: p.state == "received" and not p.client_paper_id._valid_on(day)
        )
        if expired:
            raise UserError(
                self.env._(
                    "%(application)s: no longer valid: %(papers)s. Ask for a newer one.",
                    application=self.display_name,
                    papers=", ".join(expired.type_id.mapped("name")),
                )
            )

    # Steps

    def _step_values(self, step, number=1):
        return {
            "application_id": self.id,
            "step_id": step.id,
            "name": step.name,
            "sequence": step.sequence,
            "budget_days": step.budget_days,
            "post_names": ", ".join(step.post_ids.mapped("name")),
            "round": number,
        }

    def _current_row(self):
        return self.step_ids.filtered(lambda s: s.state == "current")

    def _begin_next(self, day):
        """Begin the next waiting step; return it, or nothing when all are done."""
        self.ensure_one()
        # One step is under way: the one before must be written first.
        self.step_ids.flush_recordset(["state"])
        waiting = self.step_ids.filtered(lambda s: s.state == "waiting")
        row = waiting.sorted(lambda s: (s.sequence, s.id))[:1]._engine()
        if row:
            user = row.user_id or self._responsible(row)
            row.write({"state": "current", "started_on": day, "user_id": user.id})
            self._engine().write({"current_step_id": row.step_id.id, "step_user_id": user.id})
        return row

    def _responsible(self, row):
        """Return who should do a step: the client manager, or the nearest holder."""
        posts = row.step_id.sudo().post_ids
        members = self._holders_of(posts, self.institution_id)
        if not posts or self.user_id in members.user_id:
            return self.user_id
        done = self.step_ids.filtered(lambda s: s.state == "done").user_id
        if row.step_id.other_person:
            members = members.filtered(lambda m: m.user_id not in done)
        return members[:1].user_id

    def action_finish_step(self):
        """Report the step under way as done; after the last one the loan is paid out.

        :raises AccessError: not the post of the step, or four eyes
        :raises UserError: suspended, no step is under way, or not the step that the screen
            showed (``credit_step_shown`` in the context, an id): somebody finished it since
        """
        self.check_access("read")
        self._lock()
        shown = self.env.context.get("credit_step_shown")
        for application in self:
            if shown and application.current_step_id.id != shown:
                raise UserError(
                    self.env._(
                        "%(application)s: the step you saw was finished meanwhile; now: "
                        "%(step)s. Look at it again.",
                        application=application.display_name,
                        step=application.current_step_id.sudo().name
                        or application._closed_message(),
                    )
                )
            application._check_may_act()
            application._finish_step(application._today(), self.env.user)
        return True

    @api.depends_context("uid")
    @api.depends("state", "is_suspended", "current_step_id", "step_ids.user_id")
    def _compute_may_finish(self):
        for application in self:
            step = application.current_step_id.sudo()
            application.may_finish = (
                application.state == "running"
                and not application.is_suspended
                and not application._obstacle_to(step)
            )

    def _check_may_act(self):
        self.ensure_one()
        row = self._current_row()
        if self.state != "running" or not row:
            raise UserError(self._closed_message())
        if self.is_suspended:
            raise UserError(self.env._("%s is suspended; resume it first.", self.display_name))
        step = row.step_id.sudo()
        obstacle = self._obstacle_to(step)
        if obstacle:
            raise AccessError(obstacle)
        if not step.post_ids:
            self.check_access("write")

    def _obstacle_to(self, step):
        """Return why the user cannot finish a step, or False."""
        holders = self._holders_of(step.post_ids, self.institution_id).user_id
        if step.post_ids and self.env.user not in holders and not self.env.su:
            return self.env._(
                "%(user)s cannot finish “%(step)s”: that is for %(posts)s of "
                "%(institution)s or above.",
                user=self.env.user.name,
                step=step.name,
                posts=", ".join(step.post_ids.mapped("name")),
                institution=self.institution_id.sudo().name or "",
            )
        earlier = self.step_ids.filtered(lambda s: s.state == "done" and s.step_id != step)
        if step.other_person and self.env.user in earlier.user_id:
            return self.env._(
                "%(user)s did an earlier step of %(application)s; “%(step)s” is for "
                "another person (four eyes).",
                user=self.env.user.name,
                application=self.display_name,
                step=step.name,
            )
        return False

    def _finish_step(self, day, user):
        self.ensure_one()
        row = self._current_row()._engine()
        if row.started_on and day < row.started_on:
            raise UserError(self.env._("“%s” cannot end before it began.", row.name))
        row.write({"state": "done", "finished_on": day, "user_id": user.id})
        self._drop_reminders()
        if not self._begin_next(day):
            self._engine().write(
                {
                    "state": "disbursed",
                    "disbursed_on": day,
                    "closed_on": day,
                    "current_step_id": False,
                    "step_user_id": False,
                }
            )
        self._refresh_clock(day)

    # Suspending

    def _suspend(self, day, reason, note, proof, proof_name, user):
        """Stop the clock; whoever calls has checked the right.

        :raises UserError: not under way, or suspended already
        :raises ValidationError: note or proof missing
        """
        self.ensure_one()
        row = self._current_row()
        if self.state != "running" or not row:
            raise UserError(self._closed_message())
        if self.is_suspended:
            raise UserError(self.env._("%s is suspended already.", self.display_name))
        if not proof or not (note or "").strip() or reason.kind != "suspension":
            raise ValidationError(
                self.env._(
                    "%s: a suspension needs a reason, a note and the proof as a file.",
                    self.display_name,
                )
            )
        self.env["credit.application.suspension"]._engine().create(
            {
                "application_id": self.id,
                "step_row_id": row.id,
                "reason_id": reason.id,
                "stops_clock": reason.stops_clock,
                "note": note.strip(),
                "proof": proof,
                "proof_name": proof_name,
                "date_from": day,
                "user_id": user.id,
            }
        )
        self._drop_reminders()
        self._refresh_clock(day)

    def action_resume(self):
        """Let the clock of suspended applications go on from today."""
        self.check_access("write")
        self._lock()
        for application in self:
            application._resume(application._today(), self.env.user)
        return True

    def _resume(self, day, user):
        self.ensure_one()
        open_ones = self.suspension_ids.filtered(lambda s: not s.date_to)
        if not open_ones or self.state != "running":
            raise UserError(self.env._("%s is not suspended.", self.display_name))
        open_ones._engine().write({"date_to": day, "resumed_by_id": user.id})
        self._refresh_clock(day)

    # Changing after approval

    def _reopen(self, day, steps, reason, user):
        """Reopen the steps a change after approval affects, and no others.

        :param steps: ``credit.process.step`` that have been done
        :raises UserError: not approved yet, paid out already, or steps not done
        """
        self.ensure_one()
        done = self.step_ids.filtered(lambda s: s.state == "done")
        if self.state != "running" or not any(done.step_id.mapped("is_approval")):
            raise UserError(
                self.env._(
                    "%s: steps are reopened between approval and disbursement.", self.display_name
                )
            )
        if self.is_suspended:
            raise UserError(self.env._("%s is suspended; resume it first.", self.display_name))
        if not steps or steps - done.step_id or not (reason or "").strip():
            raise ValidationError(
                self.env._("%s: name the steps done before and the reason.", self.display_name)
            )
        current = self._current_row()
        number = max(self.step_ids.mapped("round")) + 1
        # sudo: the configuration of steps.
        again = (steps | current.step_id).sudo()
        current._engine().write({"state": "interrupted", "finished_on": day})
        self.env["credit.application.step"]._engine().create(
            [self._step_values(step, number) for step in again]
        )
        self._engine().write({"change_count": self.change_count + 1})
        self._drop_reminders()
        self._begin_next(day)
        self._refresh_clock(day)
        self._engine().message_post(
            body=self.env._(
                "Changed after approval by %(user)s; reopened: %(steps)s. %(reason)s",
                user=user.name,
                steps=", ".join(steps.mapped("name")),
                reason=reason.strip(),
            ),
            subtype_xmlid="mail.mt_note",
        )

    def _closed_message(self):
        self.ensure_one()
        states = dict(self._fields["state"]._description_selection(self.env))
        return self.env._(
            "%(application)s cannot do that now: %(state)s.",
            application=self.display_name,
            state=states[self.state],
        )

    @api.model
    def _open_domain(self):
        return [("state", "in", OPEN_STATES)]
