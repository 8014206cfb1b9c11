from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL


class CreditContactReview(models.Model):
    """A report drawn for the president to look at: those with a question, then by lot."""

    _name = "credit.contact.review"
    _description = "Report to Look At"
    _order = "week desc, flagged desc, id"
    _rec_name = "report_id"

    report_id = fields.Many2one(
        "credit.contact.report", required=True, index=True, ondelete="cascade", readonly=True
    )
    institution_id = fields.Many2one(
        "crm.team", required=True, index=True, ondelete="restrict", readonly=True
    )
    week = fields.Date("Week of", required=True, readonly=True)
    flagged = fields.Boolean("With a question", readonly=True, help="Else drawn by lot.")
    finding_ids = fields.One2many(related="report_id.finding_ids")
    findings = fields.Char("Worth asking", compute="_compute_findings")
    partner_id = fields.Many2one(related="report_id.partner_id", string="Client")
    author_id = fields.Many2one(related="report_id.user_id", string="Reported by")
    channel_id = fields.Many2one(related="report_id.channel_id")
    date = fields.Date(related="report_id.date")
    outcome = fields.Text(related="report_id.outcome")
    next_step = fields.Char(related="report_id.next_step")
    state = fields.Selection(
        [("waiting", "To look at"), ("fine", "Fine"), ("returned", "Sent back")],
        required=True,
        default="waiting",
        readonly=True,
    )
    reviewer_id = fields.Many2one(
        "res.users", string="Looked at by", readonly=True, index="btree_not_null"
    )
    note = fields.Text("What is missing", help="Said to the author when it is sent back.")

    _once = models.UniqueIndex("(report_id)", "The report was drawn already.")

    @api.depends("report_id.finding_ids")
    def _compute_findings(self):
        for review in self:
            review.findings = ", ".join(
                f.check_id.name + (f" ({f.detail})" if f.detail else "")
                for f in review.report_id.finding_ids
            )

    def write(self, vals):
        if not self.env.su and set(vals) - {"note"}:
            raise AccessError(self.env._("Say that the report is fine, or send it back."))
        if not self.env.su and any(review.state != "waiting" for review in self):
            raise UserError(self.env._("The report was looked at; what was said stays."))
        return super().write(vals)

    def action_fine(self):
        """Say that reports are fine."""
        self._decide("fine")

    def action_return(self):
        """Send reports back to their authors, with what is missing."""
        for review in self:
            if not (review.note or "").strip():
                raise UserError(
                    self.env._("Say what is missing in %s.", review.report_id.display_name)
                )
        self._decide("returned")
        for review in self:
            report = review.report_id.sudo()  # sudo: work for the author, by the reviewer
            reader = self.with_context(lang=report.user_id.lang).env
            report.activity_schedule(
                "credit_service_tasks.activity_type_returned",
                user_id=report.user_id.id,
                summary=reader._("Sent back: %s", review.note),
            )

    def _decide(self, state):
        self.check_access("write")
        for review in self:
            if review.state != "waiting":
                raise UserError(
                    self.env._(
                        "%(report)s was looked at by %(who)s already.",
                        report=review.report_id.display_name,
                        who=review.reviewer_id.name or "–",
                    )
                )
            if review.report_id.user_id == self.env.user:
                raise AccessError(
                    self.env._(
                        "Nobody looks at his own report (%s).", review.report_id.display_name
                    )
                )
        # sudo: the state has no other way in; the right to write was checked.
        self.sudo().write({"state": state, "reviewer_id": self.env.uid})

    @api.model
    def _returned_to(self, user):
        """Return lines on reports of ``user`` that were sent back and not corrected yet."""
        # sudo: authors see that a report came back, not the queue.
        reviews = self.sudo().search(
            [("state", "=", "returned"), ("report_id.user_id", "=", user.id)]
        )
        waiting = reviews.filtered(
            lambda r: r.report_id.state == "submitted" and not r.report_id.correction_ids
        )
        return [f"{review.report_id.display_name}: {review.note}" for review in waiting]

    @api.model
    def _draw(self, week):
        """Draw the sample of a week for every institution not drawn yet.

        :param week: Monday of the week in which the reports were submitted
        """
        size = self.env.company.credit_sample_size
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """INSERT INTO credit_contact_review (
                       report_id, institution_id, week, flagged, state,
                       create_uid, create_date, write_uid, write_date
                   )
                   SELECT id, institution_id, %(week)s, flagged, 'waiting',
                          %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                     FROM (SELECT r.id, r.institution_id, found.flagged, row_number() OVER (
                                      PARTITION BY r.institution_id
                                      ORDER BY found.flagged DESC, random()
                                  ) AS place
                             FROM credit_contact_report r
                       CROSS JOIN LATERAL (SELECT EXISTS (
                                      SELECT 1 FROM credit_contact_finding f
                                       WHERE f.report_id = r.id
                                  ) AS flagged) found
                            WHERE r.state = 'submitted' AND r.institution_id IS NOT NULL
                              AND (r.submitted_at AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date
                                  BETWEEN %(week)s AND %(end)s
                              AND NOT EXISTS (
                                  SELECT 1 FROM credit_contact_review old
                                   WHERE old.institution_id = r.institution_id
                                     AND old.week = %(week)s
                              )) drawn
                    WHERE place <= %(size)s
              ON CONFLICT DO NOTHING""",
                week=week,
                end=week + timedelta(days=6),
                zone=self.env.company.resource_calendar_id.tz or "Asia/Shanghai",
                size=size,
                uid=self.env.uid,
            )
        )
        self.invalidate_model(flush=False)

    @api.model
    def _cron_check_and_draw(self):
        """Ask the questions about last week's reports, and draw the sample once it is over."""
        today = self.env.company._credit_today()
        monday = today - timedelta(days=today.weekday())
        last = monday - timedelta(days=7)
        self.env["credit.contact.check"]._run(fields.Datetime.to_datetime(last))
        self._draw(last)


class CreditContactReport(models.Model):
    _inherit = "credit.contact.report"

    finding_ids = fields.One2many(
        "credit.contact.finding",
        "report_id",
        string="Questions",
        groups="credit_client_tiering.group_president,credit_client_tiering.group_head_office",
    )
