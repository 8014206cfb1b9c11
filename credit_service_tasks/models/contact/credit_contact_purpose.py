from odoo import fields, models


class CreditContactPurpose(models.Model):
    """Why the client was contacted, and what a report of it has to say."""

    _name = "credit.contact.purpose"
    _description = "Contact Purpose"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Stable key that imports refer to.")
    sequence = fields.Integer(default=10)
    clause = fields.Char(help="Clause ids of the guide, e.g. S-Q-1d.")
    needs_met = fields.Boolean("Says whom we met")
    needs_outcome = fields.Boolean("Says what came of it")
    needs_next_step = fields.Boolean("Says what comes next")
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "Another purpose already has this code.")
