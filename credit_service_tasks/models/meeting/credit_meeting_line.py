from odoo import api, fields, models


class CreditMeetingLine(models.Model):
    """A point of the agenda: progress, problem, solution, who by when (R-P-2b)."""

    _name = "credit.meeting.line"
    _inherit = ["credit.guard.mixin"]
    _description = "Agenda Line of a Meeting"
    _order = "meeting_id, sequence, id"

    _guard_open = frozenset(
        {
            "meeting_id",
            "sequence",
            "kind",
            "name",
            "lead_id",
            "partner_id",
            "progress",
            "problem",
            "measure",
            "user_id",
            "deadline",
        }
    )

    meeting_id = fields.Many2one("credit.meeting", required=True, index=True, ondelete="cascade")
    institution_id = fields.Many2one(
        related="meeting_id.institution_id", store=True, index="btree_not_null"
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [("project", "Project"), ("duty", "Late duties"), ("other", "Other")],
        required=True,
        default="other",
    )
    name = fields.Char("Point", required=True)
    lead_id = fields.Many2one(
        "crm.lead", string="Project", index="btree_not_null", ondelete="set null"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Client", index="btree_not_null", ondelete="restrict"
    )
    progress = fields.Text()
    problem = fields.Text()
    measure = fields.Text("Solution")
    user_id = fields.Many2one(
        "res.users", string="Owner", index="btree_not_null", ondelete="restrict"
    )
    deadline = fields.Date()
    activity_id = fields.Many2one(
        "mail.activity", index="btree_not_null", ondelete="set null", readonly=True, copy=False
    )
    is_done = fields.Boolean("Done", compute="_compute_is_done", compute_sudo=True)

    @api.depends("activity_id.active")
    def _compute_is_done(self):
        for line in self:
            activity = line.with_context(active_test=False).activity_id
            line.is_done = bool(activity and not activity.active)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self._is_engine():
            lines._guard_editable(set())
            if not self.env.su:
                lines.lead_id.check_access("read")
                lines.partner_id.check_access("read")
        return lines

    def _guard_editable(self, touched):
        self.meeting_id.check_access("write")
        self.meeting_id._touch()
        self.meeting_id._guard_editable(set())

    def _guard_deletable(self):
        self._guard_editable(set())

    def _is_due(self):
        """Tell whether a solution agreed on is still to be carried out."""
        self.ensure_one()
        return self.meeting_id.state == "held" and bool(self.measure) and not self.is_done

    def _after_given(self, receiver):
        due = self.filtered(lambda x: x._is_due())
        # sudo: the reminder is on the project or the meeting, not on the line.
        due.sudo().activity_id.write({"user_id": receiver.id})
        due._schedule()

    def _schedule(self):
        """Make solutions activities of their owners: on the project, else on the meeting."""
        # sudo: an owner elsewhere is reminded, too; what may be written was checked.
        for line in self.sudo().filtered(lambda x: x.measure and not x.activity_id):
            document = line.lead_id or line.meeting_id
            activity = document.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=line.deadline,
                summary=line.measure.splitlines()[0],
                note=line.name,
                user_id=line.user_id.id,
            )
            line._engine().activity_id = activity
