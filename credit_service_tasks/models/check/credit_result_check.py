from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.credit_client_tiering.fields import Figure

from .credit_result_rule import FIGURES

# Held by this package alone: a context that comes by RPC can never contain it.
_ENGINE = object()
MONTHS = {"month": 1, "quarter": 3}
UNITS = {"deposits": "yuan", "funds": "yuan", "log": "percent", "archive": "percent"}
# Per figure: the worklist that shows where it comes from.
SOURCES = {
    "library": "credit_project_snapshot_action",
    "deposits": "credit_result_deposit_action",
    "score": "credit_business_score_action",
    "plan": "credit_project_target_action",
    "funds": "credit_fund_month_action",
    "log": "credit_work_log_action",
    "archive": "credit_client_archive_action",
    "uplift": "credit_uplift_action",
}


class CreditResultCheck(models.Model):
    """What a person is measured by in a period: the result, where it lives, who looked at it.

    R-P-C1 to R-P-C3, R-V-C1 to R-V-C3, R-M-C1 to R-M-C4. Brought up to date every night
    while the period runs and until the month of the institution is closed; then it stays.
    """

    _name = "credit.result.check"
    _inherit = ["credit.internal.thread"]
    _description = "Result Check"
    _order = "period_start desc, institution_id, sequence, user_id, id"
    _mail_post_access = "read"

    rule_id = fields.Many2one(
        "credit.result.rule",
        string="Result checked",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
    )
    clause = fields.Char(readonly=True)
    sequence = fields.Integer(readonly=True)
    figure = fields.Selection(FIGURES, string="Kind of result", required=True, readonly=True)
    unit = fields.Char(compute="_compute_unit")
    institution_id = fields.Many2one(
        "crm.team", required=True, index=True, readonly=True, ondelete="restrict"
    )
    post_id = fields.Many2one(
        "credit.post", index="btree_not_null", readonly=True, ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
    )
    period = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter")],
        string="Interval",
        required=True,
        readonly=True,
    )
    period_start = fields.Date("Period", required=True, readonly=True)
    period_name = fields.Char("Period of", compute="_compute_period_name")
    value = Figure("This period", readonly=True, aggregator=None, help="Empty: unknown, not zero.")
    before = Figure("Period before", readonly=True, aggregator=None)
    required_value = Figure(
        "Required", readonly=True, aggregator=None, help="Where the guide names a number."
    )
    extra = Figure(readonly=True, aggregator=None)
    unknown_count = fields.Integer(
        "Clients without figures", readonly=True, help="The figure leaves them out."
    )
    verdict = fields.Selection(
        [
            ("there", "There"),
            ("short", "Incomplete"),
            ("nothing", "Nothing there"),
            ("unknown", "No figure"),
        ],
        string="How it stands",
        readonly=True,
        index=True,
    )
    detail = fields.Char(compute="_compute_detail")
    state = fields.Selection(
        [("running", "Period runs"), ("open", "Late figures still count"), ("frozen", "Final")],
        required=True,
        default="running",
        readonly=True,
    )
    as_of = fields.Date("Figures of", readonly=True)
    remark = fields.Text("What the superior says", tracking=True)
    checked_on = fields.Date(readonly=True, copy=False)
    checked_by_id = fields.Many2one("res.users", string="Checked by", readonly=True, copy=False)
    may_check = fields.Boolean(
        "Mine to check", compute="_compute_may_check", search="_search_may_check"
    )

    _once = models.UniqueIndex(
        "(rule_id, institution_id, user_id, period_start)", "This result is checked already."
    )

    @api.depends("rule_id", "period_start", "user_id")
    def _compute_display_name(self):
        for check in self:
            check.display_name = " ".join(
                filter(None, (check.user_id.name, check.rule_id.name, check.period_name))
            )

    @api.depends("figure")
    def _compute_unit(self):
        for check in self:
            check.unit = UNITS.get(check.figure)

    @api.depends("period", "period_start")
    def _compute_period_name(self):
        for check in self:
            day = check.period_start
            if day and check.period == "quarter":
                check.period_name = f"{day.year}Q{(day.month + 2) // 3}"
            else:
                check.period_name = day and day.strftime("%Y-%m")

    @api.depends_context("lang")
    @api.depends("figure", "value", "extra", "unknown_count")
    def _compute_detail(self):
        for check in self:
            check.detail = check.value is not False and check._worded_detail()

    def _worded_detail(self):
        extra = self.extra or 0
        figure, number = self.figure, f"{extra:,.0f}"
        if figure == "library" and extra:
            return self.env._("%s of them without a note of progress last week", number)
        if figure == "plan" and extra:
            return self.env._("%s short of the targets the guide asks for", number)
        if figure == "funds":
            return self.env._(
                "In %(inflow)s, out %(outflow)s × 10,000 yuan",
                inflow=f"{extra / 10000:,.0f}",
                outflow=f"{(extra - (self.value or 0)) / 10000:,.0f}",
            )
        if figure == "log":
            return self.env._("%s logs were due", number)
        if figure == "archive":
            return self.env._("%s clients", number)
        if figure == "uplift" and extra:
            return self.env._("%s goals reached in the period", number)
        if figure == "score" and extra:
            return self.env._("out of %s", f"{extra:g}")
        if figure == "deposits" and self.unknown_count:
            return self.env._("%s clients without figures are left out", self.unknown_count)
        return False

    # CHECKING

    @api.model
    def _checkable(self):
        """Return the domain of the results the user looks at: never the own ones."""
        others = Domain("user_id", "!=", self.env.uid)
        if self.env.user.has_group("credit_client_tiering.group_head_office"):
            return others
        # sudo: the posts of the asking person alone.
        seats = self.env.user.sudo().crm_team_member_ids.filtered("active")
        return others & Domain.OR(
            Domain("rule_id.checker_post_ids", "in", seat.post_id.ids)
            & Domain("institution_id", "child_of", seat.crm_team_id.ids)
            for seat in seats
        )

    @api.depends_context("uid")
    @api.depends("rule_id", "user_id", "institution_id")
    def _compute_may_check(self):
        # sudo: the rules of the reader are asked by whoever reads the result.
        found = self.sudo().filtered_domain(self._checkable())
        for check in self:
            check.may_check = check in found

    def _search_may_check(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._checkable() if True in value else ~self._checkable()

    def action_check(self):
        """Note that the superior has looked at results, with the remark written.

        :return: True
        :raises AccessError: the own result, or somebody who is no superior
        :raises UserError: the period still runs
        Clause A56.
        """
        self.check_access("read")
        for check in self:
            if not check.may_check:
                raise AccessError(
                    self.env._(
                        "“%(check)s” is checked by %(posts)s or the head office, never by the "
                        "person it is about.",
                        check=check.display_name,
                        posts=", ".join(check.rule_id.checker_post_ids.mapped("name")) or "–",
                    )
                )
            if check.state == "running":
                raise UserError(
                    self.env._(
                        "“%s”: the period still runs; it is checked when it is over.",
                        check.display_name,
                    )
                )
        self._engine().write(
            {"checked_on": self.env.company._credit_today(), "checked_by_id": self.env.uid}
        )
        for check in self:
            check.sudo()._message_log(body=self.env._("Checked by %s.", self.env.user.name))
        return True

    def action_open_source(self):
        """Open what the figure is made of, with the reader's own rights.

        :return: an action that opens a list
        """
        self.ensure_one()
        self.check_access("read")
        last = self._period_end(self.period_start, self.period)
        below = [("institution_id", "child_of", self.institution_id.ids)]
        month = [("month", "=", self.period_start)]
        own = [("user_id", "=", self.user_id.id)]
        name = SOURCES[self.figure]
        domain = {
            "library": below + month,
            "deposits": below
            + [("period_type", "=", "month"), ("period_start", "=", self.period_start)],
            "score": [("institution_id", "=", self.institution_id.id)],
            "plan": below + month,
            "funds": below + month,
            "log": own + [("date", ">=", self.period_start), ("date", "<=", last)],
            "archive": own,
            "uplift": own,
        }[self.figure]
        if self.figure == "library" and self.state == "running":
            name = "crm_lead_project_action"
            domain = [
                ("is_credit_project", "=", True),
                ("team_id", "child_of", self.institution_id.ids),
            ]
        action = self.env["ir.actions.act_window"]._for_xml_id(f"credit_service_tasks.{name}")
        for key in ("id", "path", "xml_id"):
            # Reloading the page would bring back the action's own domain.
            action.pop(key, None)
        return dict(action, domain=domain, context={}, name=self.display_name)

    # ORM

    @api.model
    def _period_end(self, start, period):
        return start + relativedelta(months=MONTHS[period]) - timedelta(days=1)

    def _engine(self):
        # sudo: nobody writes results directly; callers have checked the right.
        return self.sudo().with_context(credit_result=_ENGINE)

    def _is_engine(self):
        return self.env.context.get("credit_result") is _ENGINE

    @api.model_create_multi
    def create(self, vals_list):
        self._check_engine()
        return super().create(vals_list)

    def write(self, vals):
        if set(vals) == {"remark"} and not self._is_engine():
            for check in self.filtered(lambda c: not c.may_check):
                raise AccessError(
                    self.env._(
                        "What is said about “%s” is the superior's to write.", check.display_name
                    )
                )
        elif not all(name.startswith("message_") for name in vals):
            self._check_engine()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("Result checks are kept."))

    def _check_engine(self):
        if not self._is_engine():
            raise AccessError(
                self.env._("Results are drawn from the books every night, not entered by hand.")
            )
