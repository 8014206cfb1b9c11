from odoo import api, fields, models
from odoo.fields import Domain


class CreditReading(models.Model):
    """A place where the guide can be read in several ways, as a switch."""

    _name = "credit.reading"
    _description = "Reading of the Guide"
    _order = "code"

    code = fields.Char(required=True, help="The number of the ambiguity, e.g. A01.")
    name = fields.Char(required=True, translate=True)
    note = fields.Text("Why the default", translate=True)
    option_ids = fields.One2many("credit.reading.option", "reading_id", "Options")

    _code_unique = models.UniqueIndex("(code)", "This reading already exists.")

    @api.model
    def _of_policies(self):
        """Return the readings that a policy switches; others govern what comes after it."""
        return self.search(Domain.TRUE).filtered(lambda r: any(o.effects for o in r.option_ids))
