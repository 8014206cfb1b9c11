from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..package.credit_service_package import CHANNELS


class CreditProcess(models.Model):
    """How a loan is handled: the steps and what is promised (S-B-3 to S-B-3g).

    Limits are those of the guide; budgets and the time for an answer the guide does
    not name, so they are empty until the bank sets them.
    """

    _name = "credit.process"
    _inherit = ["mail.thread"]
    _description = "Loan Process"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    clause = fields.Char()
    step_ids = fields.One2many("credit.process.step", "process_id", string="Steps", copy=True)
    max_steps = fields.Integer(
        "Steps at most", required=True, tracking=True, help="A cap on every process (S-B-3a)."
    )
    max_days = fields.Integer(
        "Days on average", required=True, tracking=True, help="S-B-3e, as read in A47."
    )
    max_papers = fields.Integer(
        "Papers on average", required=True, tracking=True, help="S-B-3g, as read in A47."
    )
    starts_day_after = fields.Boolean(
        "The clock starts the day after",
        default=True,
        tracking=True,
        help="The day after the papers are complete is day one. Otherwise that day itself.",
    )
    judged_by = fields.Selection(
        [("net", "Net days"), ("gross", "Gross days")],
        required=True,
        default="net",
        tracking=True,
        help="Net: without the days a suspension with proof stopped the clock. Both are shown.",
    )
    answer_days = fields.Integer(
        "Answer a refusal within (days)",
        tracking=True,
        help="S-B-3f says promptly and names no number. 0: not set; the age is shown.",
    )
    small_micro_channel = fields.Selection(
        CHANNELS,
        string="Channel of small and micro loans",
        default="green",
        tracking=True,
        help="Small and micro enterprises get at least this channel (S-B-3c).",
    )
    budget_total = fields.Integer("Budget of all steps", compute="_compute_budget")
    budget_note = fields.Char(compute="_compute_budget")
    active = fields.Boolean(default=True)

    _limits_positive = models.Constraint(
        "CHECK (max_steps > 0 AND max_days > 0 AND max_papers > 0 AND answer_days >= 0)",
        "Limits are positive numbers.",
    )

    @api.depends("step_ids.budget_days", "step_ids.active", "max_days")
    def _compute_budget(self):
        for process in self:
            steps = process.step_ids.filtered("active")
            process.budget_total = sum(steps.mapped("budget_days"))
            process.budget_note = False
            if any(not step.budget_days for step in steps):
                process.budget_note = self.env._(
                    "Some steps have no budget: the guide names none, set your own."
                )
            elif process.budget_total > process.max_days:
                process.budget_note = self.env._(
                    "The budgets add up to %(total)s days, more than the %(limit)s promised.",
                    total=process.budget_total,
                    limit=process.max_days,
                )

    @api.constrains("step_ids", "max_steps")
    def _check_steps(self):
        for process in self:
            count = len(process.step_ids.filtered("active"))
            if count > process.max_steps:
                raise ValidationError(
                    self.env._(
                        "“%(process)s” would have %(count)s steps; at most %(limit)s are "
                        "allowed (S-B-3a).",
                        process=process.name,
                        count=count,
                        limit=process.max_steps,
                    )
                )
