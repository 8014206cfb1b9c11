from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.credit_client_tiering.fields import Figure

# Held by this package alone: a context that comes by RPC can never contain it.
_ACTUAL = object()
MONTHS = {"month": 1, "quarter": 3, "year": 12}
LEVELS = [
    ("bank", "Bank"),
    ("institution", "Institution"),
    ("person", "Person"),
    ("client", "Client"),
]
MEASURED = frozenset({"actual", "unknown_count", "actual_as_of", "state"})


class CreditTarget(models.Model):
    """What is to be reached in a period: head office → institution → person → client.

    Clauses R-P-3c, R-V-3a, R-M-1a, R-M-7a.
    """

    _name = "credit.target"
    _inherit = ["credit.internal.thread"]
    _description = "Target"
    _order = "period_start desc, indicator_id, level, id"

    indicator_id = fields.Many2one(
        "credit.indicator", required=True, index=True, ondelete="restrict", tracking=True
    )
    unit = fields.Selection(related="indicator_id.unit")
    period = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter"), ("year", "Year")],
        required=True,
        default="quarter",
    )
    period_start = fields.Date("Period begins", required=True, help="Any day of the period.")
    period_end = fields.Date("Period ends", compute="_compute_period_end", store=True)
    level = fields.Selection(LEVELS, required=True, default="institution", index=True)
    institution_id = fields.Many2one("crm.team", index="btree_not_null", ondelete="restrict")
    user_id = fields.Many2one(
        "res.users", string="Person", index="btree_not_null", ondelete="restrict"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        index="btree_not_null",
        domain=[("is_credit_client", "=", True)],
        ondelete="restrict",
    )
    parent_id = fields.Many2one(
        "credit.target", string="Part of", index="btree_not_null", ondelete="restrict"
    )
    child_ids = fields.One2many("credit.target", "parent_id", string="Broken down into")
    whole_id = fields.Many2one(
        "credit.target",
        string="Stretch of",
        index="btree_not_null",
        ondelete="restrict",
        help="The same subject's target of the longer period.",
    )
    stretch_ids = fields.One2many("credit.target", "whole_id", string="Spread over time")
    stretches = Figure("Sum over time", compute="_compute_stretches")
    stretch_difference = Figure(
        "Difference over time",
        compute="_compute_stretches",
        help="Sum over the quarters or months less the target; unset without them.",
    )
    amount = Figure("Target", required=True, tracking=True)
    parts = Figure("Sum of the parts", compute="_compute_parts")
    difference = Figure(
        compute="_compute_parts", help="Sum of the parts less the target; unset without parts."
    )
    actual = Figure(readonly=True, copy=False)
    unknown_count = fields.Integer(
        "Clients without figures",
        readonly=True,
        copy=False,
        help="The actual figure leaves them out: they are unknown, not zero.",
    )
    actual_as_of = fields.Date("Actual as of", readonly=True, copy=False)
    elapsed = fields.Float(
        "Period elapsed (%)", compute="_compute_pace", help="In days of the calendar."
    )
    gap = Figure(
        "Gap to run rate",
        compute="_compute_pace",
        help="Actual less what would be due by now at an even pace; negative is behind.",
    )
    achieved = Figure("Reached (%)", compute="_compute_pace")
    projected = Figure(compute="_compute_pace", help="The end of the period at this pace.")
    state = fields.Selection(
        [("draft", "Draft"), ("confirmed", "Confirmed")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )

    _once = models.UniqueIndex(
        "(indicator_id, period, period_start, level, COALESCE(institution_id, 0),"
        " COALESCE(user_id, 0), COALESCE(partner_id, 0))",
        "There already is a target for this indicator, period and subject.",
    )
    _amount_positive = models.Constraint("CHECK (amount >= 0)", "A target cannot be below zero.")

    @api.depends_context("lang")
    @api.depends("indicator_id", "period", "period_start", "level", "partner_id", "user_id")
    def _compute_display_name(self):
        for target in self:
            subject = target._subject().display_name or self.env._("whole bank")
            target.display_name = (
                f"{target.indicator_id.name or ''} {target._period_name()} {subject}".strip()
            )

    def _subject(self):
        self.ensure_one()
        field = {"person": "user_id", "client": "partner_id"}.get(self.level, "institution_id")
        return self[field]

    def _period_name(self):
        day = self.period_start
        if not day:
            return ""
        if self.period == "quarter":
            return f"{day.year}Q{(day.month + 2) // 3}"
        return day.strftime("%Y" if self.period == "year" else "%Y-%m")

    @api.depends("period", "period_start")
    def _compute_period_end(self):
        for target in self:
            target.period_end = target.period_start and (
                target.period_start
                + relativedelta(months=MONTHS[target.period or "quarter"])
                - timedelta(days=1)
            )

    @api.depends("child_ids.amount", "amount")
    def _compute_parts(self):
        sums = {
            parent.id: (total, count)
            for parent, total, count in self.env["credit.target"]
            .sudo()
            ._read_group(
                [("parent_id", "in", self._origin.ids)], ["parent_id"], ["amount:sum", "__count"]
            )  # sudo: the sum is the target's own, whoever holds the parts
        }
        for target in self:
            total, count = sums.get(target._origin.id, (0, 0))
            target.parts = total if count else False
            target.difference = total - target.amount if count else False

    @api.depends("stretch_ids.amount", "amount")
    def _compute_stretches(self):
        for target in self:
            # sudo: as for the parts; the stretches are of the same subject.
            amounts = target.sudo().stretch_ids.mapped("amount")
            total = round(sum(amount or 0 for amount in amounts), 2)
            target.stretches = total if amounts else False
            target.stretch_difference = round(total - (target.amount or 0), 2) if amounts else False

    @api.depends("actual", "amount", "period_start", "period_end")
    def _compute_pace(self):
        today = self.env.company._credit_today()
        for target in self:
            share = 0.0
            if target.period_start and target.period_end:
                days = (target.period_end - target.period_start).days + 1
                share = min(max((today - target.period_start).days + 1, 0), days) / days
            target.elapsed = 100 * share
            known = target.actual is not False
            digits = 2 if target.unit == "yuan" else 1
            target.gap = round(target.actual - target.amount * share, digits) if known else False
            target.achieved = (
                round(100 * target.actual / target.amount, 1) if known and target.amount else False
            )
            target.projected = round(target.actual / share, digits) if known and share else False

    @api.constrains("level", "institution_id", "user_id", "partner_id")
    def _check_subject(self):
        for target in self:
            if not target._subject() and target.level != "bank":
                raise ValidationError(
                    self.env._(
                        "A target of the level “%s” must say whose it is.",
                        dict(self._fields["level"]._description_selection(self.env))[target.level],
                    )
                )

    @api.constrains("parent_id", "indicator_id", "period_start", "period_end")
    def _check_parent(self):
        for target in self.filtered("parent_id"):
            # sudo: the target of a superior institution may be invisible here.
            parent = target.parent_id.sudo()
            inside = (
                parent.period_start <= target.period_start
                and target.period_end <= parent.period_end
            )
            if parent.indicator_id != target.indicator_id or not inside:
                raise ValidationError(
                    self.env._(
                        "“%(part)s” is no part of “%(whole)s”: indicator and period must fit.",
                        part=target.display_name,
                        whole=parent.display_name,
                    )
                )

    @api.constrains("whole_id", "indicator_id", "period", "period_start", "level")
    def _check_whole(self):
        for target in self.filtered("whole_id"):
            whole = target.whole_id.sudo()  # as above
            fits = (
                whole.indicator_id == target.indicator_id
                and (whole.level, whole._subject()) == (target.level, target.sudo()._subject())
                and whole.period_start <= target.period_start
                and target.period_end <= whole.period_end
                and whole != target
            )
            if not fits:
                raise ValidationError(
                    self.env._(
                        "“%(part)s” is no stretch of “%(whole)s”: indicator, subject and period "
                        "must fit.",
                        part=target.display_name,
                        whole=whole.display_name,
                    )
                )

    # ORM

    @api.model
    def _first_day(self, day, period):
        months = MONTHS[period]
        return day.replace(month=(day.month - 1) // months * months + 1, day=1)

    def _normalise(self, vals):
        day, period = fields.Date.to_date(vals.get("period_start")), vals.get("period", "quarter")
        return dict(vals, period_start=self._first_day(day, period)) if day else vals

    def _check_measured(self, vals):
        if MEASURED & set(vals) and self.env.context.get("credit_actual") is not _ACTUAL:
            raise AccessError(
                self.env._("Actual figures and the state of targets follow from the system.")
            )

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._normalise(vals) for vals in vals_list]
        for vals in vals_list:
            self._check_measured(vals)
        targets = super().create(vals_list)
        (targets.parent_id | targets.whole_id)._check_may_part()
        return targets

    def write(self, vals):
        self._check_measured(vals)
        if "period_start" in vals or "period" in vals:
            for target in self:
                changed = dict(
                    {"period": target.period, "period_start": target.period_start}, **vals
                )
                super(CreditTarget, target).write(target._normalise(changed))
            return True
        if {"amount", "indicator_id", "level", "institution_id", "user_id"} & set(vals):
            for target in self.filtered(lambda t: t.state == "confirmed"):
                raise UserError(
                    self.env._(
                        "“%s” is confirmed. Set it back to draft to change it.",
                        target.display_name,
                    )
                )
        return super().write(vals)

    def _check_may_part(self):
        """Whoever breaks a target down must be able to see it."""
        self.check_access("read")

    def _system(self):
        """Return the targets open for state and actuals; callers have checked the right."""
        return self.with_context(credit_actual=_ACTUAL)

    # ACTIONS

    def action_confirm(self):
        """Make targets binding.

        :return: True
        :raises UserError: the parts do not add up and the indicator refuses that
        :raises AccessError: a target of another institution
        """
        self.check_access("write")
        for target in self:
            if target.difference:
                message = self.env._(
                    "“%(target)s”: the parts add up to %(parts)s, the target is %(amount)s "
                    "(difference %(difference)s).",
                    target=target.display_name,
                    parts=f"{target.parts:,.2f}",
                    amount=f"{target.amount:,.2f}",
                    difference=f"{target.difference:+,.2f}",
                )
                if target.indicator_id.difference == "refuse":
                    raise UserError(message)
                target._message_log(body=message)
            target._check_stretches()
        self._system().write({"state": "confirmed"})
        self._refresh_actuals()
        return True

    def action_draft(self):
        """Set targets back to draft.

        :return: True
        :raises AccessError: a target of another institution
        """
        self.check_access("write")
        self._system().write({"state": "draft"})
        return True

    def action_refresh(self):
        """Bring the actual figures up to date.

        :return: True
        """
        self.check_access("read")
        self._refresh_actuals()
        return True

    def action_break_down(self):
        """Open the wizard that breaks the target down.

        :return: an action that opens a dialog
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Break down"),
            "res_model": "credit.target.break.down",
            "view_mode": "form",
            "target": "new",
            "context": {"default_target_id": self.id},
        }
