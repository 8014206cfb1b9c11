from odoo import fields, models


class CreditProductFamily(models.Model):
    _inherit = "credit.product.family"

    is_channel = fields.Boolean(
        "Channel product",
        help="Settlement channels to be offered to accounts that are not effective and to "
        "cash-rich key clients (R-M-8a).",
    )
