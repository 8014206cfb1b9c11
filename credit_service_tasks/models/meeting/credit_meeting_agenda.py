from datetime import timedelta

from odoo import models
from odoo.tools import SQL
from odoo.tools.misc import format_date


class CreditMeeting(models.Model):
    """The agenda, drawn from the system: projects, late duties, clients to analyse."""

    _inherit = "credit.meeting"

    def action_draw_agenda(self):
        """Put on the agenda what is due; what is there stays, so it can be repeated.

        :return: True
        :raises AccessError: no right to write the meeting
        :raises UserError: the meeting is closed
        """
        self.check_access("write")
        for meeting in self:
            meeting._guard_editable(set())
            types = meeting.type_ids
            if any(types.mapped("agenda_projects")):
                meeting._draw_projects()
            if any(types.mapped("agenda_duties")):
                meeting._draw_duties()
            if any(types.mapped("agenda_clients")):
                meeting._draw_clients()
        return True

    def _draw_projects(self):
        """Targets of the month and projects nobody wrote a note on for a week (R-P-2b)."""
        leads = self.env["crm.lead"].search(
            [
                ("is_credit_project", "=", True),
                ("team_id", "child_of", self.institution_id.id),
                ("won_status", "=", "pending"),
                "|",
                ("is_target_this_month", "=", True),
                ("follow_up_overdue", "=", True),
            ],
            order="last_follow_up, id",
        )
        new = leads - self.line_ids.lead_id
        self.env["credit.meeting.line"].create(
            [
                {
                    "meeting_id": self.id,
                    "kind": "project",
                    "lead_id": lead.id,
                    "name": lead.name,
                    "user_id": lead.user_id.id,
                    "progress": lead.follow_up_ids[:1].note or False,
                }
                for lead in new
            ]
        )

    def _draw_duties(self):
        """A line per person with late duties; the duties themselves stay in the ledger."""
        found = self.env["credit.obligation"]._read_group(
            [
                ("institution_id", "child_of", self.institution_id.id),
                ("status", "=", "overdue"),
                ("user_id", "!=", False),
            ],
            ["user_id"],
            ["__count", "due_date:min"],
        )
        there = {line.user_id.id for line in self.line_ids if line.kind == "duty"}
        lines = []
        for user, count, oldest in found:
            if user.id in there:
                continue
            lines.append(
                {
                    "meeting_id": self.id,
                    "kind": "duty",
                    "user_id": user.id,
                    "name": user.name,
                    "progress": self.env._(
                        "%(count)s late duties, the oldest due on %(day)s",
                        count=count,
                        day=format_date(self.env, oldest),
                    ),
                }
            )
        self.env["credit.meeting.line"].create(lines)

    def _draw_clients(self):
        """The clients proposed for this month's analysis (R-P-2c, R-P-2e)."""
        month = self.date.replace(day=1)
        rows = self.env["credit.analysis.coverage"].search(
            [
                ("institution_id", "child_of", self.institution_id.id),
                ("covered", "=", 0),
                ("proposed_month", "<=", month + timedelta(days=31)),
            ],
            order="proposed_month, partner_id",
        )
        rows = rows.filtered(lambda r: r.proposed_month <= month)
        new = rows.partner_id - self.analysis_ids.partner_id
        self.env["credit.client.analysis"].create(
            [
                {"meeting_id": self.id, "partner_id": client.id, **self._draft_analysis(client)}
                for client in new
            ]
        )

    def _draft_analysis(self, client):
        """Return what the system knows for the content items of R-P-2d."""
        today = self.env.company._credit_today()
        products = client.credit_holding_ids.filtered(
            lambda h: not h.date_to or h.date_to >= today
        ).mapped("product_id.name")
        figures = self.env["credit.metric.snapshot"].search(
            [("partner_id", "=", client.id), ("superseded_at", "=", False)],
            order="period_start DESC, id DESC",
            limit=4,
        )
        said = []
        for code in ("exposure_now", "deposit_avg"):
            row = figures.filtered(lambda r, c=code: r[c] is not False)[:1]
            if row:
                label = (
                    self.env["credit.metric.snapshot"]._fields[code]._description_string(self.env)
                )
                said.append(f"{label} {row[code]:,.2f} ({row.period_start})")
        plan = client.credit_plan_ids.filtered(lambda p: p.state == "approved")[:1]
        goals = [
            f"{g.metric_id.name} {g.goal:,.2f} ({g.period_start} – {g.period_end})"
            for g in plan.goal_ids
        ]
        return {
            "cooperation": ", ".join(products) or False,
            "benefit": "; ".join(said) or False,
            "manner": plan.service_policy or False,
            "future_goal": "; ".join(goals) or False,
        }

    def _holders_present(self):
        """Return the SQL condition that somebody who owes duty ``o`` was at meeting ``m``.

        The responsible, or a holder of one of the rule's posts in the institution or above.
        """
        return SQL(
            """EXISTS (
                   SELECT FROM credit_meeting_attendee_rel a
                    WHERE a.meeting_id = m.id
                      AND (a.user_id = o.user_id OR EXISTS (
                           SELECT FROM crm_team_member seat
                             JOIN crm_team place ON place.id = seat.crm_team_id
                             JOIN crm_team unit ON unit.id = m.institution_id
                             JOIN credit_cadence_rule_post_rel asked
                               ON asked.credit_post_id = seat.post_id
                              AND asked.credit_cadence_rule_id = o.rule_id
                            WHERE seat.user_id = a.user_id AND seat.active
                              AND starts_with(unit.parent_path, place.parent_path))))"""
        )
