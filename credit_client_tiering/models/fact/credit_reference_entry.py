from odoo import fields, models


class CreditReferenceEntry(models.Model):
    """One name on a reference list, and the client it was found to be."""

    _name = "credit.reference.entry"
    _description = "Reference List Entry"
    _order = "list_id, rank, id"

    list_id = fields.Many2one(
        "credit.reference.list", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(required=True)
    credit_code = fields.Char("Unified social credit code")
    rank = fields.Integer(aggregator=None)
    partner_id = fields.Many2one(
        "res.partner", string="Client", index="btree_not_null", ondelete="set null"
    )
