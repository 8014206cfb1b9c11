from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


class CreditWorkLog(models.Model):
    """What a person did on a working day and plans for the next one (R-M-6).

    Drafted from what the system already knows; the person adds what it does not.
    """

    _name = "credit.work.log"
    _inherit = ["credit.guard.mixin", "credit.internal.thread"]
    _description = "Work Log"
    _order = "date desc, id desc"
    _mail_post_access = "read"

    _guard_open = frozenset({"date", "line_ids", "done_ids", "plan_ids", "summary"})

    user_id = fields.Many2one(
        "res.users",
        string="Person",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        readonly=True,
    )
    institution_id = fields.Many2one(
        "crm.team",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        help="Where the person worked that day.",
    )
    date = fields.Date(required=True, default=lambda self: self.env.company._credit_today())
    next_day = fields.Date(
        "Next working day", compute="_compute_next_day", help="For which the plan is."
    )
    state = fields.Selection(
        [("draft", "Draft"), ("submitted", "Handed in")],
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
    )
    submitted_at = fields.Datetime("Handed in at", readonly=True)
    is_late = fields.Boolean("Handed in late", readonly=True, help="Not on the day itself (R-M-6).")
    read_by_id = fields.Many2one("res.users", string="Read by", readonly=True)
    read_at = fields.Datetime(readonly=True)
    line_ids = fields.One2many("credit.work.log.line", "log_id", string="All lines")
    done_ids = fields.One2many(
        "credit.work.log.line",
        "log_id",
        string="Done today",
        domain=[("kind", "=", "done")],
        context={"default_kind": "done"},
    )
    plan_ids = fields.One2many(
        "credit.work.log.line",
        "log_id",
        string="Planned next",
        domain=[("kind", "=", "plan")],
        context={"default_kind": "plan"},
    )
    summary = fields.Text(help="Anything to add about the day.")
    done_count = fields.Integer("Done", compute="_compute_counts")
    plan_count = fields.Integer("Planned", compute="_compute_counts")
    is_mine = fields.Boolean(compute="_compute_is_mine")

    _once = models.UniqueIndex("(user_id, date)", "There is a log of this day already.")

    @api.depends("date")
    def _compute_next_day(self):
        days = self.env["credit.working.day"].sudo()  # sudo: the calendar is the same for all
        for log in self:
            start = log.date and fields.Date.add(log.date, days=1)
            found = start and days._list(start, fields.Date.add(start, days=20))
            log.next_day = found[0] if found else False

    @api.depends("line_ids.kind")
    def _compute_counts(self):
        for log in self:
            log.done_count = len(log.line_ids.filtered(lambda x: x.kind == "done"))
            log.plan_count = len(log.line_ids.filtered(lambda x: x.kind == "plan"))

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for log in self:
            log.is_mine = log.user_id == self.env.user

    @api.depends("user_id", "date")
    def _compute_display_name(self):
        for log in self:
            log.display_name = f"{log.user_id.name or ''} {log.date or ''}"

    @api.constrains("date")
    def _check_date(self):
        today = self.env.company._credit_today()
        for log in self:
            if log.date > today:
                raise ValidationError(
                    self.env._("%s lies ahead: a log is of a day that was.", log.date)
                )

    # ORM

    @api.model_create_multi
    def create(self, vals_list):
        logs = super().create(vals_list)
        for log in logs:
            if not log.institution_id:
                # sudo: the person's own place.
                seat = log.user_id.sudo().crm_team_member_ids.filtered("active")[:1]
                log._engine().institution_id = seat.crm_team_id
        return logs

    def _guard_editable(self, touched):
        for log in self:
            if log.user_id != self.env.user and not self.env.su:
                raise AccessError(
                    self.env._(
                        "“%(log)s” is written by %(who)s alone.",
                        log=log.display_name,
                        who=log.user_id.name,
                    )
                )
            if log.state != "draft":
                raise UserError(
                    self.env._(
                        "“%s” is handed in and kept as it is. Add a note below.", log.display_name
                    )
                )

    def _guard_deletable(self):
        self._guard_editable(set())

    # ACTIONS

    @api.model
    def action_today(self, day=None):
        """Open one's own log of a day, drafted from what was done.

        :param day: text ``YYYY-MM-DD``; default: today
        :return: the action that opens it
        :raises UserError: the day lies ahead
        """
        today = self.env.company._credit_today()
        day = self.env.company._credit_day(day) if day else today
        log = self.search([("user_id", "=", self.env.uid), ("date", "=", day)], limit=1)
        if not log:
            log = self.create({"date": day})
        if log.state == "draft":
            log._draft()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Work log"),
            "res_model": self._name,
            "res_id": log.id,
            "views": [(False, "form")],
        }

    def action_draft(self):
        """Add what was done since; what was written stays.

        :return: True
        """
        for log in self:
            log._guard_editable(set())
            log._draft()
        return True

    def action_submit(self):
        """Hand in one's own logs; the duties of those days are discharged.

        :return: True
        :raises UserError: nothing in it, or handed in already
        """
        self.check_access("write")
        today = self.env.company._credit_today()
        for log in self:
            log._lock()
            log._guard_editable(set())
            if not log.line_ids and not log.summary:
                raise UserError(
                    self.env._("“%s” is empty. What happened that day?", log.display_name)
                )
            log._engine().write(
                {
                    "state": "submitted",
                    "submitted_at": fields.Datetime.now(),
                    "is_late": log.date < today,
                }
            )
        self.env["credit.discharge"]._discharge_by("log_id", self.ids)
        return True

    def action_mark_read(self):
        """Note that the head has read logs of the own people.

        :return: True
        :raises AccessError: the caller heads no corporate line above the person
        :raises UserError: not handed in yet
        """
        self.check_access("read")
        headed = self.env["crm.team"]._credit_headed_by(self.env.user)
        for log in self.filtered(lambda x: not x.read_by_id):
            if log.user_id == self.env.user or log.institution_id not in headed:
                raise AccessError(
                    self.env._(
                        "“%(log)s” is read by the head of the corporate line of "
                        "%(institution)s, not by %(who)s.",
                        log=log.display_name,
                        institution=log.institution_id.display_name or "–",
                        who=self.env.user.name,
                    )
                )
            if log.state != "submitted":
                raise UserError(self.env._("“%s” is not handed in yet.", log.display_name))
            log._engine().write({"read_by_id": self.env.uid, "read_at": fields.Datetime.now()})
        return True
