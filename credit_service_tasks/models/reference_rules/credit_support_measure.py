from odoo import fields, models


class CreditSupportMeasure(models.Model):
    """How the bank helps SMEs and betters the business environment (section 8, X-2).

    The guide has the title of this section only: your bank's measures go here.
    """

    _name = "credit.support.measure"
    _description = "Support Measure"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    clause = fields.Char(default="X-2")
    sequence = fields.Integer(default=10)
    for_whom = fields.Char(help="Which clients it is meant for, in the bank's own words.")
    description = fields.Text()
    institution_ids = fields.Many2many("crm.team", string="Institutions", help="Empty: all.")
    date_from = fields.Date()
    date_to = fields.Date()
    active = fields.Boolean(default=False, help="Off until the bank decides on it.")
