from odoo import api, fields, models
from odoo.exceptions import UserError


class CreditThreshold(models.Model):
    """A number of the guide that is no cadence and no criterion of a tier."""

    _name = "credit.threshold"
    _description = "Threshold"
    _order = "clause, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Stable key the programme asks for.")
    clause = fields.Char(required=True)
    value = fields.Float(required=True, digits=0)
    unit = fields.Char(translate=True)

    _code_unique = models.UniqueIndex("(code)", "Another threshold already has this code.")
    _not_negative = models.Constraint("CHECK (value >= 0)", "A threshold cannot be negative.")

    @api.model
    def _value(self, code):
        """Return the number (float) of the threshold ``code``."""
        # sudo: everybody is judged by it, so nobody may be refused the number.
        found = self.sudo().search([("code", "=", code)])
        if not found:
            raise UserError(
                self.env._("The threshold “%s” is missing; restore it under Configuration.", code)
            )
        return found.value
