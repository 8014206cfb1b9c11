from odoo import fields, models


class CreditProspectSource(models.Model):
    """How a prospect came to the bank's notice (S-P-3, R-V-2a, K-2a, K-3a, K-3e, K-3f)."""

    _name = "credit.prospect.source"
    _description = "Prospect Source"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Stable key of rules and imports.")
    clause = fields.Char()
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("plain", "Nothing more"),
            ("reference_list", "An entry of a reference list"),
            ("key_project", "A project of a key-project list"),
            ("referral", "The client who introduced it"),
            ("chain", "The client in whose chain it stands"),
            ("authority", "The authority that named it"),
            ("competitor", "The bank it works with now"),
        ],
        string="Asks for",
        required=True,
        default="plain",
    )
    designation_type_id = fields.Many2one(
        "credit.designation.type",
        string="States on conversion",
        index="btree_not_null",
        ondelete="restrict",
        help="What a person says about the company by making it a credit client from here.",
    )
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "Another source already has this code.")
