from odoo import fields, models


class CreditReferenceList(models.Model):
    """A published, dated list of names that becomes designations of clients."""

    _name = "credit.reference.list"
    _inherit = ["mail.thread"]
    _description = "Reference List"
    _order = "year desc, name, id"

    name = fields.Char(required=True, tracking=True)
    publisher = fields.Char(required=True, tracking=True)
    year = fields.Integer(required=True, aggregator=None, tracking=True)
    designation_type_id = fields.Many2one(
        "credit.designation.type",
        string="Becomes the designation",
        required=True,
        index=True,
        ondelete="restrict",
    )
    entry_ids = fields.One2many("credit.reference.entry", "list_id", string="Entries")
