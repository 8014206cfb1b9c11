from odoo import fields, models


class CreditWaiverType(models.Model):
    """Why a duty may be waived, and who may grant it."""

    _name = "credit.waiver.type"
    _description = "Waiver Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Stable key that imports refer to.")
    sequence = fields.Integer(default=10)
    approver_post_ids = fields.Many2many(
        "credit.post",
        "credit_waiver_type_post_rel",
        string="Granted by",
        required=True,
        help="Holders of one of these posts in the client's institution or above it.",
    )
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "Another waiver type already has this code.")
