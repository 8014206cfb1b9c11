from odoo import fields, models

from .credit_uplift import GRIPS


class CreditUpliftMeasure(models.Model):
    """One step towards the goal, by one of the four grips (R-M-9a to R-M-9d)."""

    _name = "credit.uplift.measure"
    _description = "Measure of an Uplift"
    _order = "done_on nulls first, due_date, id"

    uplift_id = fields.Many2one("credit.uplift", required=True, index=True, ondelete="cascade")
    grip = fields.Selection(GRIPS, required=True, default="itself")
    name = fields.Char("Measure", required=True)
    other_id = fields.Many2one(
        "res.partner",
        string="With",
        index="btree_not_null",
        ondelete="restrict",
        help="The person or company of the grip.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        index=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    due_date = fields.Date()
    done_on = fields.Date()
    result = fields.Char()
