from odoo import fields, models


class CreditPost(models.Model):
    """A post a person holds in an institution, with the rights that come with it."""

    _name = "credit.post"
    _description = "Post"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="Stable key that rules and imports refer to.",
    )
    sequence = fields.Integer(default=10)
    group_id = fields.Many2one(
        "res.groups",
        string="Access group",
        help="Holders of the post get this group while they hold it.",
    )
    is_head_office = fields.Boolean(
        "Head-office post",
        help="May only be held in an institution whose kind is the head office.",
    )
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "Another post already has this code.")
