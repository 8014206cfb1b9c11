from odoo import fields, models


class CreditProduct(models.Model):
    """A product of the bank's catalogue that a client may hold."""

    _name = "credit.product"
    _description = "Bank Product"
    _order = "family_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="The code extracts refer to.")
    sequence = fields.Integer(default=10)
    family_id = fields.Many2one(
        "credit.product.family", required=True, index=True, ondelete="restrict"
    )
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "Another product already has this code.")

    def write(self, vals):
        result = super().write(vals)
        if "family_id" in vals:
            self.env["credit.assessment"]._assess()
        return result
