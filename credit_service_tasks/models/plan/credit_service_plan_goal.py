from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.credit_client_tiering.fields import Figure


class CreditServicePlanGoal(models.Model):
    """A goal of a plan for a year or a quarter, beside the figure that came of it."""

    _name = "credit.service.plan.goal"
    _inherit = ["credit.guard.mixin"]
    _description = "Goal of a Service Plan"
    _order = "plan_id, period_start, metric_id, id"
    _rec_name = "metric_id"

    _guard_open = frozenset({"plan_id", "metric_id", "period", "period_start", "goal"})

    plan_id = fields.Many2one("credit.service.plan", required=True, index=True, ondelete="cascade")
    metric_id = fields.Many2one(
        "credit.metric", string="Figure", required=True, index=True, ondelete="restrict"
    )
    unit = fields.Selection(related="metric_id.unit")
    period = fields.Selection(
        [("quarter", "Quarter"), ("year", "Year")], required=True, default="quarter"
    )
    period_start = fields.Date(
        "Begins on",
        required=True,
        default=lambda self: self.env.company._credit_today().replace(month=1, day=1),
    )
    period_end = fields.Date("Ends on", compute="_compute_period_end")
    goal = Figure(required=True)
    actual = Figure("Actual", compute="_compute_actual", help="Empty: nobody reported it yet.")
    rate = Figure("Reached (%)", compute="_compute_actual")
    is_reached = fields.Boolean("Reached", compute="_compute_actual")

    _once = models.UniqueIndex(
        "(plan_id, metric_id, period, period_start)", "The plan already has this goal."
    )

    @api.depends("period", "period_start")
    def _compute_period_end(self):
        for goal in self:
            months = 12 if goal.period == "year" else 3
            goal.period_end = goal.period_start and goal.period_start + relativedelta(
                months=months, days=-1
            )

    @api.depends("metric_id", "period", "period_start", "goal", "plan_id.partner_id")
    def _compute_actual(self):
        """The latest figure reported within the period; of a cluster, the members' sum.

        Sums are of amounts only: a share of several clients is no sum, so it stays unknown.
        """
        for goal in self:
            goal.actual = goal._find_actual()
            known = goal.actual is not False and goal.goal
            goal.rate = 100.0 * goal.actual / goal.goal if known else False
            goal.is_reached = bool(goal.actual is not False and goal.actual >= (goal.goal or 0))

    def _find_actual(self):
        self.ensure_one()
        plan = self.plan_id
        clients = plan.partner_id or plan.cluster_id.sudo().partner_ids
        code = self.metric_id.code
        # sudo: totals of a cluster whose members may be served by several institutions.
        snapshots = self.env["credit.metric.snapshot"].sudo()
        if not clients or not code or not self.period_start:
            return False
        if code not in snapshots._fields or (len(clients) > 1 and self.metric_id.unit != "yuan"):
            return False
        rows = snapshots.search(
            [
                ("partner_id", "in", clients.ids),
                ("superseded_at", "=", False),
                ("period_start", ">=", self.period_start),
                ("period_start", "<=", self.period_end),
                (code, "!=", False),
            ],
            order="period_start DESC, id DESC",
        )
        rows = rows.filtered(lambda r: r[code] is not False)
        latest = {}
        for row in rows:
            latest.setdefault(row.partner_id.id, row[code])
        return sum(latest.values()) if latest else False

    @api.constrains("period", "period_start")
    def _check_period(self):
        for goal in self:
            start = goal.period_start
            months = (1,) if goal.period == "year" else (1, 4, 7, 10)
            if start.day != 1 or start.month not in months:
                raise ValidationError(
                    self.env._("%s is not the first day of the period of the goal.", start)
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self._is_engine():
            lines.plan_id.check_access("write")
            lines.plan_id._touch()
            lines.plan_id._guard_editable({"goal_ids"})
        return lines

    def _guard_editable(self, touched):
        self.plan_id.check_access("write")
        self.plan_id._touch()
        self.plan_id._guard_editable({"goal_ids"})

    def _guard_deletable(self):
        self._guard_editable(set())

    def _copied(self):
        return {
            "metric_id": self.metric_id.id,
            "period": self.period,
            "period_start": self.period_start,
            "goal": self.goal,
        }
