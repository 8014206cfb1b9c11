from odoo import api, fields, models
from odoo.exceptions import UserError

PROMISED = frozenset({"plan_id", "audience", "name", "people", "due_date"})


class CreditRetailPlanLine(models.Model):
    """A retail product for the people of a corporate client, and how many took it (R-M-4)."""

    _name = "credit.retail.plan.line"
    _inherit = ["credit.guard.mixin"]
    _description = "Retail Product for People of a Client"
    _order = "plan_id, audience, id"
    _guard_open = PROMISED | {"served", "done_on"}

    plan_id = fields.Many2one("credit.retail.plan", required=True, index=True, ondelete="cascade")
    audience = fields.Selection(
        [("staff", "Staff"), ("executive", "Executives")],
        string="For",
        required=True,
        default="staff",
    )
    name = fields.Char("Retail product", required=True)
    people = fields.Integer("People to be served")
    due_date = fields.Date("By")
    served = fields.Integer("People served")
    done_on = fields.Date()

    _not_negative = models.Constraint(
        "CHECK (people >= 0 AND served >= 0)", "Numbers of people cannot be negative."
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self._is_engine():
            lines.plan_id.check_access("write")
            lines._guard_editable(PROMISED)
        return lines

    def _guard_editable(self, touched):
        for line in self:
            state = line.plan_id.state
            if state == "closed" or state == "agreed" and touched & PROMISED:
                raise UserError(
                    self.env._(
                        "“%s” is agreed or closed: only how many people were served can be "
                        "entered.",
                        line.plan_id.display_name,
                    )
                )

    def _guard_deletable(self):
        self._guard_editable(PROMISED)
