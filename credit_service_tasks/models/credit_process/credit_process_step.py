from odoo import api, fields, models


class CreditProcessStep(models.Model):
    """A named step of handling a loan (S-B-3b), who does it and in how many days."""

    _name = "credit.process.step"
    _description = "Step of the Loan Process"
    _order = "process_id, sequence, id"

    process_id = fields.Many2one("credit.process", required=True, index=True, ondelete="cascade")
    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Stable key.")
    clause = fields.Char()
    sequence = fields.Integer(default=10)
    post_ids = fields.Many2many(
        "credit.post",
        "credit_process_step_post_rel",
        string="Done by",
        help="A holder of one of these posts in the institution, above it or at the head "
        "office. Empty: whoever works on the application.",
    )
    budget_days = fields.Integer(
        "Budget (days)", help="The guide names no budget per step. 0: not set."
    )
    other_person = fields.Boolean(
        "Another person",
        help="Whoever did an earlier step of the application cannot do this one (four eyes).",
    )
    is_approval = fields.Boolean(
        "Approves the loan", help="A later change reopens only the steps it affects."
    )
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex(
        "(process_id, code)", "The process already has a step with this code."
    )
    _budget_not_negative = models.Constraint(
        "CHECK (budget_days >= 0)", "A budget is not negative."
    )

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps.process_id._check_steps()
        return steps

    def write(self, vals):
        result = super().write(vals)
        if {"active", "process_id"} & set(vals):
            self.process_id._check_steps()
        return result
