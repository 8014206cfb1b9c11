from odoo import fields, models


class CreditRating(models.Model):
    """A grade of the bank's rating scale, best first; the bank edits the scale (A63)."""

    _name = "credit.rating"
    _description = "Rating Grade"
    _order = "sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10, help="1 is the best grade.")
    in_focus = fields.Boolean(
        "Focus of development", help="AA or better: clients to be won first (D-0c)."
    )
    active = fields.Boolean(default=True)

    _name_unique = models.UniqueIndex("(name)", "The scale already has this grade.")
