from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import ormcache

from ...engine.plan import build_plan

# Only these may change once a policy is active: it may end, nothing else.
FROZEN_EXCEPT = frozenset({"state", "date_from", "date_to", "activated_at", "activated_by"})


class CreditPolicy(models.Model):
    """One dated version of the bank's classification rules.

    Drafts are edited and simulated; an active version is frozen, so that every
    verdict can be replayed with the rules it was reached under.
    """

    _name = "credit.policy"
    _inherit = ["mail.thread"]
    _description = "Classification Policy"
    _order = "date_from desc, id desc"

    name = fields.Char(required=True, translate=True, tracking=True)
    state = fields.Selection(
        [("draft", "Draft"), ("active", "Active"), ("retired", "Retired")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    date_from = fields.Date(
        "In force from",
        copy=False,
        tracking=True,
        help="First day on which clients are classified by this version.",
    )
    date_to = fields.Date(
        "In force until",
        readonly=True,
        copy=False,
        tracking=True,
        help="Last day. Empty: until a newer version takes over.",
    )
    activated_at = fields.Datetime(readonly=True, copy=False)
    activated_by = fields.Many2one("res.users", readonly=True, copy=False)
    note = fields.Text("What changed and why", translate=True)
    criterion_ids = fields.One2many("credit.policy.criterion", "policy_id", string="All criteria")
    root_ids = fields.One2many(
        "credit.policy.criterion",
        "policy_id",
        string="Criteria",
        domain=[("parent_id", "=", False)],
    )
    automatic_entry = fields.Boolean(
        "Automatic entry",
        help="A potential client that gets its first credit enters the suggested list "
        "at once, also a list the head office decides on (A25).",
    )
    automatic_strategic = fields.Boolean(
        "Automatic strategic list",
        help="A credit client that meets a strategic criterion is on the strategic list "
        "at once, without declaration and identification (A09).",
    )
    head_office_rule = fields.Selection(
        [("both", "Both departments approve"), ("either", "One department suffices")],
        string="Head-office decision",
        required=True,
        default="both",
        help="How many departments identify strategic and quality clients (A29).",
    )
    review_months = fields.Integer(
        "Review every (months)",
        default=12,
        help="How often each list is reviewed (L-8). 0: no reviews.",
    )
    review_scope = fields.Selection(
        [("all", "All four lists"), ("institution", "Basic and potential only")],
        string="Lists reviewed",
        required=True,
        default="all",
        help="Which lists are reviewed every year (A28).",
    )
    option_ids = fields.Many2many(
        "credit.reading.option",
        string="Readings",
        help="How the version reads the places where the guide can be read in "
        "several ways. A reading that is not named keeps its default.",
    )

    reading_choice_ids = fields.Many2many(
        "credit.reading.option",
        string="All readings",
        compute="_compute_readings",
    )
    reading_current_ids = fields.Many2many(
        "credit.reading.option",
        string="Readings in use",
        compute="_compute_readings",
        help="For every reading the option chosen, or else the default.",
    )

    _activated_has_start = models.Constraint(
        "CHECK (state = 'draft' OR date_from IS NOT NULL)",
        "A policy in force needs its first day.",
    )
    # The database itself guarantees one version per day.
    _one_version_per_day = models.Constraint(
        "EXCLUDE USING gist (daterange(date_from, date_to, '[]') WITH &&) WHERE (state <> 'draft')",
        "Two versions cannot be in force on the same day.",
    )

    @api.depends("option_ids")
    def _compute_readings(self):
        options = self.env["credit.reading"]._of_policies().option_ids
        for policy in self:
            decided = policy.option_ids.reading_id
            defaults = options.filtered(
                lambda o, decided=decided: o.is_default and o.reading_id not in decided
            )
            policy.reading_choice_ids = options
            policy.reading_current_ids = policy.option_ids | defaults

    @api.model
    def _get_active_policy(self, day=None):
        """Return the version in force on ``day`` (default: today), or nothing."""
        day = day or self.env.company._credit_today()
        return self.sudo().search(
            [
                ("state", "!=", "draft"),
                ("date_from", "<=", day),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", day),
            ],
            limit=1,
        )

    def _plan(self):
        """Return the version compiled; a frozen one is compiled once per process."""
        self.ensure_one()
        # sudo: the rules are no secret to whoever may see a verdict.
        policy = self.sudo()
        return build_plan(policy) if policy.state == "draft" else policy._frozen_plan(policy.id)

    @ormcache("policy_id")
    def _frozen_plan(self, policy_id):
        return build_plan(self.browse(policy_id))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("state", "draft") != "draft" and not self.env.su:
                raise UserError(self.env._("A policy starts as a draft; activate it afterwards."))
        return super().create(vals_list)

    def write(self, vals):
        frozen = self.filtered(lambda p: p.state != "draft")
        touched = set(vals) - FROZEN_EXCEPT
        if frozen and touched and not self._credit_is_loading():
            raise UserError(frozen[0]._frozen_message())
        engine_written = {"state", "date_to", "activated_at", "activated_by"} & set(vals)
        if engine_written and not self.env.su:
            raise UserError(self.env._("Use “Activate” and “Retire” to put a policy in force."))
        if frozen and "date_from" in vals and not self.env.su:
            raise UserError(frozen[0]._frozen_message())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        for policy in self.filtered(lambda p: p.state != "draft"):
            raise UserError(policy._frozen_message())

    def _frozen_message(self):
        self.ensure_one()
        return self.env._(
            "Policy “%s” is or was in force and verdicts rest on it, so it cannot be "
            "changed. Copy it, change the draft and activate that.",
            self.name,
        )

    def copy_data(self, default=None):
        default = dict(default or {})
        vals_list = super().copy_data(default)
        for policy, vals in zip(self, vals_list, strict=True):
            if "name" not in default:
                vals["name"] = self.env._("%s (draft)", policy.name)
        return vals_list

    def copy(self, default=None):
        drafts = super().copy(default)
        for policy, draft in zip(self, drafts, strict=True):
            policy.root_ids._copy_to(draft)
        return drafts

    def action_activate(self):
        """Put a draft in force from its first day (today when none is set).

        The version in force so far ends the day before; the book is assessed at
        once when the version starts today or earlier.

        :raises UserError: no draft, or it would start in the past (verdicts
            already reached keep the rules they were reached under)
        :raises ValidationError: a criterion is incomplete
        """
        self.ensure_one()
        self.check_access("write")
        if self.state != "draft":
            raise UserError(self.env._("Only a draft can be activated."))
        today = self.env.company._credit_today()
        start = self.date_from or today
        if start < today:
            raise UserError(
                self.env._(
                    "“%(policy)s” cannot take effect on %(date)s, in the past: what "
                    "was decided since then keeps its rules.",
                    policy=self.name,
                    date=start,
                )
            )
        problems = self.criterion_ids._problems() or (
            [] if self.root_ids else [self.env._("there are no criteria")]
        )
        if problems:
            raise ValidationError(
                self.env._(
                    "“%(policy)s” is not complete: %(problems)s",
                    policy=self.name,
                    problems="; ".join(problems),
                )
            )
        # sudo: the right to activate is checked above, and states can only be
        # written by these methods.
        overlapping = self.sudo().search(
            [
                ("state", "!=", "draft"),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", start),
            ]
        )
        for policy in overlapping:
            if policy.date_from >= start:
                raise UserError(
                    self.env._(
                        "“%(other)s” already takes effect on %(date)s.",
                        other=policy.name,
                        date=policy.date_from,
                    )
                )
            policy.write({"state": "retired", "date_to": start - timedelta(days=1)})
        self.flush_model()
        self.sudo().write(
            {
                "state": "active",
                "date_from": start,
                "activated_at": fields.Datetime.now(),
                "activated_by": self.env.user.id,
            }
        )
        self.flush_model()
        if start <= today:
            self.env["credit.assessment"]._assess()
        return True

    def action_new_draft(self):
        """Copy the version into a draft and open it."""
        draft = self.copy()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "view_mode": "form",
        }

    def action_simulate(self):
        """Open a new simulation of this version against today's suggestions."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Simulate %s", self.name),
            "res_model": "credit.simulation",
            "view_mode": "form",
            "context": {"default_policy_id": self.id},
        }

    def _apply_readings(self, chosen):
        """Switch readings of a draft.

        :param dict chosen: ambiguity id to option code, e.g. ``{"A01": "all_of"}``
        :raises ValidationError: unknown ambiguity or option
        """
        self.ensure_one()
        for code, option_code in chosen.items():
            reading = self.env["credit.reading"].search([("code", "=", code)])
            option = reading.option_ids.filtered_domain([("code", "=", option_code)])
            if not option:
                raise ValidationError(
                    self.env._(
                        "There is no reading “%(option)s” of %(code)s. Known: %(known)s.",
                        option=option_code,
                        code=code,
                        known=", ".join(reading.option_ids.mapped("code")) or "–",
                    )
                )
            option._apply(self)
        return True
