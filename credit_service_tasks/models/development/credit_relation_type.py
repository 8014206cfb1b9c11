from odoo import fields, models

from .credit_uplift import GRIPS


class CreditRelationType(models.Model):
    """How one company stands to another, read from both ends."""

    _name = "credit.relation.type"
    _description = "Relation Type"
    _order = "sequence, id"

    name = fields.Char(
        required=True, translate=True, help="What the other is to the client: its supplier."
    )
    inverse_name = fields.Char(
        required=True, translate=True, help="What the client is to the other: its customer."
    )
    code = fields.Char(required=True)
    clause = fields.Char()
    sequence = fields.Integer(default=10)
    side = fields.Selection(
        [
            ("upstream", "Upstream"),
            ("downstream", "Downstream"),
            ("group", "Group"),
            ("controller", "Controller, shareholder, family"),
            ("referral", "Referral"),
            ("partner", "Partner"),
        ],
        required=True,
        help="Where the other stands in the picture of the client.",
    )
    grip = fields.Selection(GRIPS, help="The grip of R-M-9 the relation opens.")
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "Another relation type already has this code.")
