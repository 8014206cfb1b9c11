from odoo import fields, models


class CreditPost(models.Model):
    _inherit = "credit.post"

    manages_clients = fields.Boolean(
        help="Holders carry a caseload and are proposed as A and B managers (R-4a, R-5a)."
    )
