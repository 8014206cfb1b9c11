from odoo import fields, models


class CreditRiskReason(models.Model):
    """Why a client may leave (K-1b), and what the bank does about it."""

    _name = "credit.risk.reason"
    _description = "Reason of Risk"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Stable key of rules and imports.")
    clause = fields.Char(default="K-1b")
    sequence = fields.Integer(default=10)
    playbook = fields.Text(
        translate=True, help="What the bank does in such a case; shown when a case is opened."
    )
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "Another reason already has this code.")
