from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class CreditApplicationStep(models.Model):
    """A step an application goes through: who had it, how long, and what was planned."""

    _name = "credit.application.step"
    _inherit = ["credit.guard.mixin"]
    _description = "Step of an Application"
    _order = "application_id, round, sequence, id"

    _guard_open = frozenset({"user_id"})

    application_id = fields.Many2one(
        "credit.application", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="application_id.partner_id", store=True, index=True)
    institution_id = fields.Many2one(
        related="application_id.institution_id", store=True, index=True
    )
    step_id = fields.Many2one("credit.process.step", required=True, index=True, ondelete="restrict")
    # Copied: a later change of the process rewrites no history.
    name = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(readonly=True)
    budget_days = fields.Integer("Budget", readonly=True, aggregator="sum")
    post_names = fields.Char("Post", readonly=True)
    round = fields.Integer(readonly=True, default=1, help="Above 1: reopened by a change.")
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("current", "Under way"),
            ("done", "Done"),
            ("interrupted", "Interrupted"),
        ],
        required=True,
        default="waiting",
        readonly=True,
    )
    user_id = fields.Many2one(
        "res.users", string="Person", index="btree_not_null", ondelete="restrict"
    )
    started_on = fields.Date(readonly=True)
    finished_on = fields.Date(readonly=True)
    gross_days = fields.Integer(readonly=True, aggregator="avg")
    suspended_days = fields.Integer(readonly=True, aggregator="sum")
    net_days = fields.Integer(readonly=True, aggregator="sum")
    # Whole days each; their average is not.
    net_average = fields.Float("Average net days", readonly=True, digits=(8, 1), aggregator="avg")
    over_days = fields.Integer(
        "Over budget (days)", readonly=True, aggregator="sum", help="Net days beyond the budget."
    )
    saved_days = fields.Integer(
        readonly=True, aggregator="sum", help="Budget left when the step was done."
    )

    _one_current = models.UniqueIndex(
        "(application_id) WHERE state = 'current'", "The application already is in a step."
    )

    def _guard_refuse(self, closed):
        # Steps arise from the process: not even an empty one by hand.
        if closed or not self:
            return super()._guard_refuse(closed or {"state"})
        return None

    def _guard_editable(self, touched):
        """Hand a step to somebody else: the head of the corporate line does."""
        if not self.env.user.has_group("credit_client_tiering.group_corporate_head"):
            raise AccessError(
                self.env._(
                    "%s cannot hand a step to somebody else; the head of the corporate line "
                    "or a president does.",
                    self.env.user.name,
                )
            )
        for row in self:
            row.application_id.check_access("write")
            if row.state not in ("waiting", "current"):
                raise UserError(self.env._("%s is done.", row.display_name))

    def write(self, vals):
        result = super().write(vals)
        if "user_id" in vals and not self._is_engine():
            for row in self.filtered(lambda r: r.state == "current"):
                row.application_id._engine().write({"step_user_id": row.user_id.id})
        return result
