from odoo import fields, models


class CreditInstitutionKind(models.Model):
    """What sort of unit an institution is; the guide's limits hang on it (A43)."""

    _name = "credit.institution.kind"
    _description = "Institution Kind"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="Stable key that rules and imports refer to.",
    )
    sequence = fields.Integer(default=10)
    is_head_office = fields.Boolean(
        "Head office",
        help="Institutions of this kind decide on the strategic and quality lists.",
    )
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "Another institution kind already has this code.")
