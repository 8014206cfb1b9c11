from odoo import fields, models


class CreditProcessCode(models.Model):
    """A coded reason: of suspending the clock, of refusing, of withdrawing."""

    _name = "credit.process.code"
    _description = "Reason in the Loan Process"
    _order = "kind, sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Stable key.")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [("suspension", "Suspension"), ("refusal", "Refusal"), ("withdrawal", "Withdrawal")],
        required=True,
    )
    stops_clock = fields.Boolean(
        default=True, help="Of a suspension: its days do not count as net days."
    )
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(kind, code)", "Another reason already has this code.")
