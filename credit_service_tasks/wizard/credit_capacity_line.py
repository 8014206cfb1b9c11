from odoo import fields, models


class CreditCapacityLine(models.TransientModel):
    """What one person owes in a month, now and under the other lists."""

    _name = "credit.capacity.line"
    _description = "Duties of a Person in a Month"
    _order = "per_day_then desc, id"
    _rec_name = "user_id"

    capacity_id = fields.Many2one("credit.capacity", required=True, index=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        ondelete="cascade",
        help="Empty: nobody holds the post; the duties find no one.",
    )
    institution_id = fields.Many2one("crm.team", ondelete="cascade")
    post_id = fields.Many2one("credit.post", ondelete="cascade")
    kind_id = fields.Many2one("credit.duty.kind", string="Duty", ondelete="cascade")
    clients_now = fields.Integer("Clients now", readonly=True)
    clients_then = fields.Integer("Clients then", readonly=True)
    owed_now = fields.Float("A month, now", digits=(16, 1), readonly=True)
    owed_then = fields.Float("A month, then", digits=(16, 1), readonly=True)
    change = fields.Float(digits=(16, 1), readonly=True)
    working_days = fields.Integer(readonly=True, aggregator=None)
    per_day_now = fields.Float("A working day, now", digits=(16, 2), readonly=True)
    per_day_then = fields.Float("A working day, then", digits=(16, 2), readonly=True)
