from odoo import fields, models


class CreditPaperType(models.Model):
    """A paper an applicant hands in: what it is, how long it is good for, a template."""

    _name = "credit.paper.type"
    _description = "Application Paper"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Stable key.")
    sequence = fields.Integer(default=10)
    instructions = fields.Text(translate=True, help="Printed on the notice of missing papers.")
    reusable = fields.Boolean(
        help="A paper in the client's archive serves later applications while it is valid."
    )
    validity_months = fields.Integer(
        "Valid for (months)", help="From the day it was received. 0: until it is replaced."
    )
    template_file = fields.Binary("Form to fill in", attachment=True)
    template_name = fields.Char()
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "Another paper already has this code.")
    _validity_not_negative = models.Constraint(
        "CHECK (validity_months >= 0)", "A validity is not negative."
    )
