from odoo import fields, models


class CreditProductFamily(models.Model):
    """A family of bank products; the guide counts families, not contracts (A19)."""

    _name = "credit.product.family"
    _description = "Product Family"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    counts = fields.Boolean(
        "Counts as a product used",
        default=True,
        help="Counted by T-Q-6 and T-B-4. The credit itself is not (A19).",
    )
    product_ids = fields.One2many("credit.product", "family_id", string="Products")
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "Another family already has this code.")

    def write(self, vals):
        result = super().write(vals)
        if "counts" in vals:
            self.env["credit.assessment"]._assess()
        return result
