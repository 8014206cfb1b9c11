from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from odoo.addons.credit_client_tiering.models.policy.tiers import TIERS

from .credit_cadence_rule import PERIODS

# Held by this package alone: a context that comes by RPC can never contain it.
_LEDGER = object()

STATUSES = [
    ("open", "Open"),
    ("overdue", "Overdue"),
    ("done", "Done"),
    ("late", "Done late"),
    ("waived", "Waived"),
    ("ended", "Ended"),
]


class CreditObligation(models.Model):
    """The ledger of duties: what is owed for a period, by whom, and how it stands.

    Written by the engine alone and never deleted. What the rule said is copied, so
    that a later version of the rule rewrites no history.
    """

    _name = "credit.obligation"
    _description = "Duty"
    _order = "due_date, id"
    _rec_name = "name"

    # The rule is frozen once a duty refers to it: its name is the one the duty arose with.
    name = fields.Char(related="rule_id.name")
    rule_id = fields.Many2one(
        "credit.cadence.rule", required=True, index=True, ondelete="restrict", readonly=True
    )
    kind_id = fields.Many2one(
        "credit.duty.kind", required=True, index=True, ondelete="restrict", readonly=True
    )
    clause = fields.Char(readonly=True)
    # What it is about: one of the three, by the rule's subject.
    partner_id = fields.Many2one(
        "res.partner", string="Client", index="btree_not_null", ondelete="cascade", readonly=True
    )
    unit_id = fields.Many2one(
        "crm.team",
        string="About the institution",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
    person_id = fields.Many2one(
        "res.users",
        string="About the person",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
    # Who owes it now; follows teams and posts while it is open.
    institution_id = fields.Many2one(
        "crm.team", index="btree_not_null", ondelete="restrict", readonly=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        help="Empty: nobody holds the post; see the gaps.",
    )
    post_id = fields.Many2one(
        "credit.post", index="btree_not_null", ondelete="restrict", readonly=True
    )
    tier = fields.Selection(TIERS, string="List", readonly=True)
    period = fields.Selection(PERIODS, required=True, readonly=True)
    period_start = fields.Date(required=True, readonly=True)
    period_end = fields.Date(required=True, readonly=True)
    quota = fields.Integer(
        "Owed for a whole period", readonly=True, help="What the rule asked when it arose."
    )
    since = fields.Date(
        "Owed since", readonly=True, help="First day of the period on which the rule held."
    )
    required = fields.Integer("Owed", required=True, readonly=True, help="Times, after pro rata.")
    done = fields.Integer(readonly=True, help="Times discharged.")
    due_date = fields.Date(
        required=True, readonly=True, help="Last working day of the period or of its part."
    )
    latest_safe_date = fields.Date(
        readonly=True, help="After this day the working days left no longer suffice with ease."
    )
    status = fields.Selection(STATUSES, required=True, default="open", readonly=True)
    done_on = fields.Date("Fulfilled on", readonly=True)
    guideline = fields.Boolean(
        readonly=True,
        help="Asked for in principle only (A35): never overdue, never escalated.",
    )
    ended_on = fields.Date(readonly=True)
    ended_reason = fields.Selection(
        [
            ("left", "The client no longer comes under the rule"),
            ("rule", "The rule is no longer in force"),
            ("guideline", "A guideline whose period is over"),
        ],
        "Why it ended",
        readonly=True,
    )
    waiver_id = fields.Many2one(
        "credit.waiver", index="btree_not_null", ondelete="restrict", readonly=True
    )
    status_note = fields.Char(
        "Note",
        compute="_compute_status_note",
        compute_sudo=True,  # the waiver's type may be told to whoever sees the duty
        help="Why it was waived, ended or shortened.",
    )
    escalation_level = fields.Integer(readonly=True, aggregator="max")
    escalation_step_id = fields.Many2one(
        "credit.escalation.step",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        help="The step reached. The duty keeps it when it is done late.",
    )
    escalated_to_id = fields.Many2one(
        "res.users",
        string="Escalated to",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
    remaining = fields.Integer("To do", compute="_compute_remaining")
    slack = fields.Integer(
        "Working days of slack",
        compute="_compute_slack",
        help="Working days from today to the latest safe date; negative: it is behind.",
    )
    pace = fields.Selection(
        [("on_track", "On track"), ("tight", "Act today"), ("behind", "Behind")],
        compute="_compute_slack",
    )
    calendar_doubt = fields.Char(compute="_compute_calendar_doubt")
    discharge_ids = fields.One2many("credit.discharge", "obligation_id", string="Discharged by")

    _once_per_period = models.UniqueIndex(
        "(rule_id, period_start, COALESCE(partner_id, 0), COALESCE(unit_id, 0),"
        " COALESCE(person_id, 0))",
        "The duty of this period is already in the ledger.",
    )
    _due = models.Index("(due_date)")
    _open_by_responsible = models.Index("(user_id, due_date) WHERE status IN ('open', 'overdue')")

    def init(self):
        # Room on the pages: dates and levels then change without touching an index.
        self.env.cr.execute(SQL("ALTER TABLE credit_obligation SET (fillfactor = 80)"))

    @api.depends("ended_reason", "waiver_id", "required", "quota", "status")
    def _compute_status_note(self):
        reasons = dict(self._fields["ended_reason"]._description_selection(self.env))
        for duty in self:
            note = False
            if duty.status == "waived":
                note = self.env._(
                    "%(type)s, approved by %(approver)s",
                    type=duty.waiver_id.type_id.name,
                    approver=duty.waiver_id.approver_id.name,
                )
            elif duty.status == "ended":
                note = reasons.get(duty.ended_reason)
            elif duty.required < duty.quota:
                note = self.env._(
                    "%(required)s of %(quota)s, since it began within the period",
                    required=duty.required,
                    quota=duty.quota,
                )
            duty.status_note = note

    @api.depends("required", "done")
    def _compute_remaining(self):
        for duty in self:
            duty.remaining = max(duty.required - duty.done, 0)

    @api.depends("latest_safe_date", "due_date", "status")
    def _compute_slack(self):
        today = self.env.company._credit_today()
        # sudo: the calendar is the same for everybody.
        days = self.env["credit.working.day"].sudo()
        counted = {}
        for duty in self:
            safe = duty.latest_safe_date or duty.due_date
            if duty.status not in ("open", "overdue") or not safe:
                duty.slack, duty.pace = 0, False
                continue
            if safe not in counted:
                if safe >= today:
                    counted[safe] = days._working_days(today, safe) - 1
                else:
                    counted[safe] = -days._working_days(safe, today)
            duty.slack = counted[safe]
            duty.pace = "behind" if safe < today else "tight" if duty.slack <= 0 else "on_track"

    @api.depends("due_date")
    def _compute_calendar_doubt(self):
        doubts = {}
        for duty in self:
            year = duty.due_date and duty.due_date.year
            if year and year not in doubts:
                doubts[year] = self.env["credit.working.year"]._doubt(duty.due_date)
            duty.calendar_doubt = doubts.get(year, False)

    # ACTIONS

    def action_ask_waiver(self):
        """Open a new waiver of this duty."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for a waiver"),
            "res_model": "credit.waiver",
            "view_mode": "form",
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_unit_id": self.unit_id.id,
                "default_person_id": self.person_id.id,
                "default_rule_id": self.rule_id.id,
                "default_date_from": self.period_start,
                "default_date_to": self.period_end,
            },
        }

    def action_open_client(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "view_mode": "form",
        }

    # ORM: the ledger is written by the engine.

    @api.model_create_multi
    def create(self, vals_list):
        self._check_ledger()
        return super().create(vals_list)

    def write(self, vals):
        self._check_ledger()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self._ledger_message())

    def _check_ledger(self):
        if self.env.context.get("credit_ledger") is not _LEDGER:
            raise AccessError(self._ledger_message())

    def _ledger_message(self):
        return self.env._(
            "Duties arise from the cadence rules and are discharged by what was done; they "
            "cannot be entered, changed or deleted. Report a contact, or ask for a waiver."
        )

    @api.model
    def _ledger(self):
        """Return the records open for writing; whoever calls has checked the right."""
        # sudo: the ledger is read-only for everybody.
        return self.sudo().with_context(credit_ledger=_LEDGER)
