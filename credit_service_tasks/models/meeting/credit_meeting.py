from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

OPEN_FIELDS = frozenset(
    {
        "type_ids",
        "institution_id",
        "start",
        "duration",
        "mode",
        "place",
        "chair_id",
        "attendee_ids",
        "guest_ids",
        "minutes",
        "next_items",
        "plan_attachment_ids",
        "line_ids",
        "analysis_ids",
        "acquisition_ids",
    }
)
IN_CALENDAR = {"start", "duration", "place", "attendee_ids", "chair_id", "type_ids"}


class CreditMeeting(models.Model):
    """A session held: promotion, analysis, supervision, an event with clients.

    One session may be of several types and then discharges the duties of each (A39).
    """

    _name = "credit.meeting"
    _inherit = ["credit.guard.mixin", "credit.internal.thread", "mail.activity.mixin"]
    _description = "Meeting"
    _order = "start desc, id desc"
    _mail_post_access = "read"

    _guard_open = OPEN_FIELDS

    name = fields.Char(compute="_compute_name")
    type_ids = fields.Many2many(
        "credit.meeting.type", "credit_meeting_type_rel", string="Held as", required=True
    )
    institution_id = fields.Many2one(
        "crm.team",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user.sudo().crm_team_ids[:1],
    )
    start = fields.Datetime(required=True, default=lambda self: self._default_start())
    duration = fields.Float("Duration (hours)", default=1.0)
    date = fields.Date(compute="_compute_date", store=True, index=True, help="Where the bank is.")
    mode = fields.Selection(
        [("onsite", "On site"), ("online", "Online")], required=True, default="onsite"
    )
    place = fields.Char("Venue")
    chair_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    attendee_ids = fields.Many2many(
        "res.users",
        "credit_meeting_attendee_rel",
        "meeting_id",
        "user_id",
        string="From the bank",
        default=lambda self: self.env.user,
    )
    guest_ids = fields.Many2many(
        "res.partner",
        "credit_meeting_guest_rel",
        "meeting_id",
        "partner_id",
        string="Clients and guests",
        help="Whom an event brought together.",
    )
    state = fields.Selection(
        [("planned", "Planned"), ("held", "Held"), ("cancelled", "Called off")],
        required=True,
        default="planned",
        readonly=True,
        tracking=True,
    )
    held_at = fields.Datetime("Closed at", readonly=True)
    is_late_entry = fields.Boolean("Entered late", readonly=True)
    event_id = fields.Many2one(
        "calendar.event", index="btree_not_null", ondelete="set null", readonly=True, copy=False
    )
    minutes = fields.Text(help="What was said and decided.")
    next_items = fields.Text("Key work of the next week", help="R-V-3g")
    plan_attachment_ids = fields.Many2many(
        "ir.attachment", "credit_meeting_plan_rel", string="Activity plan"
    )
    line_ids = fields.One2many("credit.meeting.line", "meeting_id", string="Agenda")
    analysis_ids = fields.One2many(
        "credit.client.analysis", "meeting_id", string="Clients analysed"
    )
    acquisition_ids = fields.One2many(
        "credit.acquisition", "meeting_id", string="Acquisition archive"
    )
    discharge_ids = fields.One2many("credit.discharge", "meeting_id", string="Duties discharged")
    # What the form shows, by the types
    has_projects = fields.Boolean(compute="_compute_asked")
    has_clients = fields.Boolean(compute="_compute_asked")
    has_next_items = fields.Boolean(compute="_compute_asked")
    is_event = fields.Boolean(compute="_compute_asked")
    close_problems = fields.Text("Before it can be closed", compute="_compute_close_problems")

    @api.model
    def _default_start(self):
        now = fields.Datetime.now().replace(second=0, microsecond=0)
        return now - timedelta(minutes=now.minute % 30)

    @api.depends("type_ids.name", "institution_id.name")
    def _compute_name(self):
        for meeting in self:
            types = " / ".join(meeting.type_ids.mapped("name"))
            meeting.name = f"{types or self.env._('Meeting')} · {meeting.institution_id.name or ''}"

    @api.depends("name", "date")
    def _compute_display_name(self):
        for meeting in self:
            meeting.display_name = f"{meeting.name} {meeting.date or ''}"

    @api.depends("start")
    def _compute_date(self):
        zone = pytz.timezone(self.env.company.resource_calendar_id.tz or "Asia/Shanghai")
        for meeting in self:
            meeting.date = (
                meeting.start and pytz.utc.localize(meeting.start).astimezone(zone).date()
            )

    @api.depends("type_ids")
    def _compute_asked(self):
        for meeting in self:
            types = meeting.type_ids
            meeting.has_projects = any(t.agenda_projects or t.agenda_duties for t in types) or bool(
                meeting.line_ids
            )
            meeting.has_clients = any(types.mapped("agenda_clients")) or bool(meeting.analysis_ids)
            meeting.has_next_items = any(types.mapped("needs_next_items"))
            meeting.is_event = any(t.needs_plan or t.needs_archive for t in types)

    @api.depends(
        "type_ids",
        "attendee_ids",
        "minutes",
        "next_items",
        "plan_attachment_ids",
        "acquisition_ids",
        "line_ids.problem",
        "line_ids.measure",
        "line_ids.user_id",
        "line_ids.deadline",
        "analysis_ids.is_complete",
        "start",
    )
    def _compute_close_problems(self):
        for meeting in self:
            problems = meeting._problems() if meeting.state == "planned" else []
            meeting.close_problems = "\n".join(problems) or False

    @api.onchange("type_ids")
    def _onchange_type_ids(self):
        if self.type_ids:
            self.duration = max(self.type_ids.mapped("duration"))

    # ORM

    @api.model_create_multi
    def create(self, vals_list):
        meetings = super().create(vals_list)
        meetings._check_own_institution()
        for meeting in meetings.filtered(lambda m: m.state == "planned"):
            meeting._put_in_calendar()
        meetings._keep_attachments()
        return meetings

    def write(self, vals):
        result = super().write(vals)
        if "institution_id" in vals:
            self._check_own_institution()
        if "plan_attachment_ids" in vals:
            self._keep_attachments()
        if IN_CALENDAR & set(vals):
            for meeting in self.filtered(lambda m: m.state == "planned"):
                meeting._put_in_calendar()
        return result

    def _keep_attachments(self):
        """Let everybody who reads the meeting read the plan its preparer attached."""
        for meeting in self:
            # sudo: only files the person uploaded for no other record.
            loose = meeting.sudo().plan_attachment_ids.filtered(
                lambda a: a.create_uid == self.env.user and not a.res_id
            )
            loose.write({"res_model": self._name, "res_id": meeting.id})

    def _check_own_institution(self):
        """A meeting is of an institution of one's own, or below it."""
        if self.env.su:
            return
        user = self.env.user
        teams = self.env["crm.team"].sudo()
        own = teams.search([("id", "child_of", user.sudo().crm_team_ids.ids)])
        for meeting in self:
            if meeting.institution_id not in own:
                raise AccessError(
                    self.env._(
                        "%(who)s cannot enter a meeting of %(institution)s: it is not the own "
                        "institution, nor below it.",
                        who=user.name,
                        institution=meeting.institution_id.display_name,
                    )
                )

    def _guard_editable(self, touched):
        for meeting in self:
            if meeting.state != "planned":
                raise UserError(
                    self.env._(
                        "“%s” is closed; its minutes are kept as they are. Add a note below.",
                        meeting.display_name,
                    )
                )

    def _guard_deletable(self):
        if any(meeting.state != "planned" for meeting in self):
            return super()._guard_deletable()
        # sudo: the calendar's entry goes with the plan.
        return self.sudo().event_id.with_context(dont_notify=True).unlink()

    def _put_in_calendar(self):
        """Make or follow the calendar's entry; it names no client."""
        self.ensure_one()
        users = self.attendee_ids | self.chair_id
        values = {
            "name": self.name,
            "start": self.start,
            "stop": self.start + timedelta(hours=self.duration or 0.5),
            "location": self.place,
            "user_id": self.chair_id.id,
            "partner_ids": [fields.Command.set(users.sudo().partner_id.ids)],
        }
        # sudo: the chair's calendar is filled in by whoever prepares the meeting.
        events = (
            self.env["calendar.event"]
            .sudo()
            .with_context(no_mail_to_attendees=True, dont_notify=True)
        )
        event = events.browse(self.sudo().event_id.id)
        if event:
            event.write(values)
        else:
            self._engine().event_id = events.create(values)
