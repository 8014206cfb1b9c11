from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools.misc import format_date

from odoo.addons.credit_client_tiering.engine.explain import quantity
from odoo.addons.credit_client_tiering.fields import Figure

HEADS = ("credit_client_tiering.group_corporate_head", "credit_client_tiering.group_president")


class CreditCommitment(models.Model):
    """What a client promised in return when credit was approved (R-M-8b).

    Entered with the credit plan; once confirmed it is frozen, and every complete
    month between its dates is checked against the client's figures.
    """

    _name = "credit.commitment"
    _inherit = ["credit.guard.mixin", "credit.internal.thread"]
    _description = "Return Commitment"
    _order = "partner_id, date_from desc, id"
    _guard_open = frozenset(
        {
            "partner_id",
            "application_id",
            "metric_id",
            "amount",
            "basis",
            "date_from",
            "date_to",
            "account",
            "note",
        }
    )

    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        domain=[("is_credit_client", "=", True)],
        ondelete="restrict",
    )
    institution_id = fields.Many2one(related="partner_id.credit_institution_id")
    application_id = fields.Many2one(
        "credit.application",
        string="Credit application",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('partner_id', '=', partner_id)]",
    )
    metric_id = fields.Many2one(
        "credit.metric",
        string="What was promised",
        required=True,
        index=True,
        ondelete="restrict",
        help="The figure the promise is held against: deposits, settlement, payroll, POS …",
    )
    unit = fields.Selection(related="metric_id.unit")
    amount = Figure("At least", required=True, help="In the unit of the figure.")
    basis = fields.Selection(
        [("month", "Figure of the month"), ("year", "Figure of the year")],
        string="Measured on",
        required=True,
        default="month",
        help="Some figures are reported once a year only; then every month is held against the "
        "latest report of its year.",
    )
    date_from = fields.Date(
        "Starts on", required=True, default=lambda self: self.env.company._credit_today()
    )
    date_to = fields.Date("Ends on", required=True)
    account = fields.Char(
        "Return account", help="The settlement account the money is to come back to (R-M-8b)."
    )
    note = fields.Char("As agreed", help="The words of the credit plan.")
    state = fields.Selection(
        [("draft", "Draft"), ("running", "In force"), ("ended", "Ended early")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    changed_by_id = fields.Many2one(
        "res.users",
        string="Last changed by",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="Who last wrote what is to be confirmed.",
    )
    confirmed_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, ondelete="restrict", index="btree_not_null"
    )
    confirmed_at = fields.Datetime(readonly=True, copy=False)
    ended_on = fields.Date(readonly=True, copy=False)
    end_reason = fields.Char(copy=False)
    check_ids = fields.One2many("credit.commitment.check", "commitment_id", string="Months")
    last_verdict = fields.Selection(
        [("met", "Met"), ("short", "Short"), ("no_data", "No figure")],
        string="Latest month",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    met_count = fields.Integer("Months met", compute="_compute_counts")
    short_count = fields.Integer("Months short", compute="_compute_counts")
    unknown_count = fields.Integer("Months without a figure", compute="_compute_counts")

    _in_order = models.Constraint(
        "CHECK (date_to > date_from)", "A commitment ends after it begins."
    )
    _some_amount = models.Constraint(
        "CHECK (amount > 0)", "Say how much was promised; nothing is no commitment."
    )

    def write(self, vals):
        result = super().write(vals)
        if self._guard_open & set(vals) and not self._is_engine():
            self._engine().write({"changed_by_id": self.env.uid})
        return result

    def _guard_refuse(self, closed):
        return super()._guard_refuse(closed - {"end_reason"})

    def _guard_editable(self, touched):
        for commitment in self:
            if commitment.state == "running" and touched <= {"end_reason"}:
                continue
            if commitment.state != "draft":
                raise UserError(
                    self.env._(
                        "%s is confirmed and stays as it was agreed. End it with a reason and "
                        "enter what was agreed instead.",
                        commitment.display_name,
                    )
                )

    def _guard_deletable(self):
        for commitment in self:
            if commitment.state != "draft":
                raise UserError(
                    self.env._("%s is confirmed and kept; end it instead.", commitment.display_name)
                )

    @api.constrains("application_id", "partner_id")
    def _check_application(self):
        for commitment in self:
            application = commitment.application_id
            if application and application.partner_id != commitment.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(application)s is no application of %(client)s.",
                        application=application.name,
                        client=commitment.partner_id.display_name,
                    )
                )

    @api.constrains("partner_id")
    def _check_client(self):
        for commitment in self:
            if not commitment.partner_id.is_credit_client:
                raise ValidationError(
                    self.env._(
                        "%s is not marked as a credit client.", commitment.partner_id.display_name
                    )
                )

    @api.constrains("amount", "metric_id")
    def _check_amount(self):
        for commitment in self:
            if problem := commitment.metric_id._problem(commitment.amount):
                raise ValidationError(problem)

    @api.constrains("date_from", "date_to")
    def _check_months(self):
        for commitment in self:
            first = commitment.date_from
            if first.day != 1:
                first = first.replace(day=1) + relativedelta(months=1)
            if first + relativedelta(months=1, days=-1) > commitment.date_to:
                raise ValidationError(
                    self.env._(
                        "No complete month lies between %(first)s and %(last)s; figures are "
                        "checked by the month.",
                        first=format_date(self.env, commitment.date_from),
                        last=format_date(self.env, commitment.date_to),
                    )
                )

    @api.depends_context("lang")
    @api.depends("partner_id", "metric_id", "amount")
    def _compute_display_name(self):
        for commitment in self:
            commitment.display_name = self.env._(
                "%(client)s: %(figure)s at least %(amount)s",
                client=commitment.partner_id.name or "",
                figure=commitment.metric_id.name or "",
                amount=quantity(self.env, commitment.amount, commitment.metric_id.unit) or "–",
            )

    @api.depends("check_ids")
    def _compute_counts(self):
        found = {
            (commitment, verdict): count
            for commitment, verdict, count in self.env["credit.commitment.check"]._read_group(
                [("commitment_id", "in", self.ids), ("superseded_at", "=", False)],
                ["commitment_id", "verdict"],
                ["__count"],
            )
        }
        for commitment in self:
            origin = commitment._origin
            commitment.met_count = found.get((origin, "met"), 0)
            commitment.short_count = found.get((origin, "short"), 0)
            commitment.unknown_count = found.get((origin, "no_data"), 0)

    # ACTIONS

    def action_confirm(self):
        """Freeze what was agreed; from now on its months are checked.

        Four eyes: whoever entered or last changed it does not confirm it.

        :return: True
        :raises AccessError: the caller heads no line, or wrote what is to be confirmed
        :raises UserError: not a draft
        Clause R-M-8b.
        """
        self.check_access("write")
        self._lock()
        for commitment in self:
            if commitment.state != "draft":
                raise UserError(self.env._("%s is confirmed already.", commitment.display_name))
            commitment._check_may_confirm()
        self._engine().write(
            {
                "state": "running",
                "confirmed_by_id": self.env.uid,
                "confirmed_at": fields.Datetime.now(),
            }
        )
        self.sudo()._check_months_of()  # verdicts are engine-written; right checked above
        return True

    def _check_may_confirm(self):
        if self.env.su:
            return
        writers = self.create_uid | self.changed_by_id
        if self.env.user in writers or not any(self.env.user.has_group(g) for g in HEADS):
            raise AccessError(
                self.env._(
                    "%(user)s cannot confirm “%(commitment)s”: the head of the line or a "
                    "president does who did not write it (four eyes). It was written by "
                    "%(writers)s.",
                    user=self.env.user.name,
                    commitment=self.display_name,
                    writers=", ".join(writers.mapped("name")),
                )
            )

    def action_end(self):
        """End commitments early; the months so far stay.

        :return: True
        :raises AccessError: the caller heads no line
        :raises UserError: no reason, or not running
        """
        self.check_access("write")
        if not self.env.su and not any(self.env.user.has_group(g) for g in HEADS):
            raise AccessError(
                self.env._(
                    "Only the head of the line or a president ends a commitment early; you "
                    "(%s) are neither.",
                    self.env.user.name,
                )
            )
        self._lock()
        for commitment in self:
            if commitment.state != "running":
                raise UserError(self.env._("%s does not run.", commitment.display_name))
            if not (commitment.end_reason or "").strip():
                raise UserError(self.env._("%s: say why it ends early.", commitment.display_name))
        self._engine().write({"state": "ended", "ended_on": self.env.company._credit_today()})
        return True

    # THE MONTHLY CHECK

    @api.model
    def _cron_check(self):
        """Nightly: judge the months that are complete, in one statement."""
        checked = self._check_months_of(all_of_them=True)
        self.env["ir.cron"]._commit_progress(checked, remaining=0)

    def _check_months_of(self, all_of_them=False):
        """Judge every complete month of the commitments; return how many verdicts changed."""
        return self.env["credit.commitment.check"]._judge(None if all_of_them else self.ids)

    def _frozen(self):
        """Return what is known of each commitment now, to be kept as JSON with a decision."""
        shown = self.env["credit.guard.mixin"]
        return [
            {
                "id": commitment.id,
                # sudo: the catalogue of figures is open to every viewer.
                "what": shown._freeze_text(commitment.sudo().metric_id),
                "amount": commitment.amount,
                "unit": commitment.metric_id.unit,
                "first": commitment.date_from.isoformat(),
                "last": (commitment.ended_on or commitment.date_to).isoformat(),
                "met": commitment.met_count,
                "short": commitment.short_count,
                "unknown": commitment.unknown_count,
                "verdict": commitment.last_verdict,
            }
            for commitment in self
        ]

    @api.model
    def _shown(self, frozen):
        """Return what was frozen, for the template and the briefing, in the reader's words."""
        words = dict(self._fields["last_verdict"]._description_selection(self.env))
        shown = self.env["credit.guard.mixin"]
        return [
            {
                "record": self.browse(one["id"]),
                "what": shown._show_text(one["what"]),
                "amount": quantity(self.env, one["amount"], one["unit"]),
                "period": self.env._(
                    "%(first)s to %(last)s",
                    first=format_date(self.env, one["first"]),
                    last=format_date(self.env, one["last"]),
                ),
                "met": one["met"],
                "short": one["short"],
                "unknown": one["unknown"],
                "verdict": one["verdict"],
                "latest": words.get(one["verdict"], "–"),
            }
            for one in frozen or []
        ]

    @api.model
    def _in_a_line(self, frozen):
        """Return what was frozen as one text."""
        return "; ".join(
            self.env._(
                "%(what)s at least %(amount)s: short %(short)s, no figure %(unknown)s",
                what=line["what"],
                amount=line["amount"],
                short=line["short"],
                unknown=line["unknown"],
            )
            for line in self._shown(frozen)
        )

    def _history_lines(self):
        """Return what the next review should know, one text per commitment."""
        return self._shown(self._frozen())

    @api.model
    def _to_review(self, partner_ids, unmet=False):
        """Return the commitments of clients that a review shall see, by client.

        Those in force and those that have ended; ``unmet`` leaves out the ones that
        were met in every month so far.
        """
        # sudo: what a review relied on is frozen whole, whoever opens or submits it;
        # the record rules of the review decide who reads it.
        found = self.sudo().search(
            [("partner_id", "in", list(partner_ids)), ("state", "!=", "draft")]
        )
        if unmet:
            found = found.filtered(lambda c: c.short_count or c.unknown_count)
        return found.grouped("partner_id")
