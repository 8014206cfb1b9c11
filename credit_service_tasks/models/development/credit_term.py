from odoo import fields, models


class CreditTerm(models.Model):
    """A word of the guide that staff choose from a list the bank may change.

    What the guide leaves undefined (A54) is here as an entry marked "to be set".
    """

    _name = "credit.term"
    _description = "Term"
    _order = "category, sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Stable key of rules and imports.")
    category = fields.Selection(
        [
            ("need", "Need"),
            ("project_field", "Project field"),
            ("fund_kind", "Kind of funds"),
            ("zone", "Zone"),
            ("authority", "Authority"),
            ("industry", "Industry"),
            ("route", "Route of uplift"),
        ],
        required=True,
        index=True,
    )
    clause = fields.Char(help="The clause of the guide it comes from.")
    sequence = fields.Integer(default=10)
    to_be_set = fields.Boolean(help="The guide names it without saying what it is (A54).")
    priority_support = fields.Boolean(
        "Priority support",
        help="For an industry: the credit policy supports it first (D-0c).",
    )
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex(
        "(category, code)", "Another term of the category already has this code."
    )
