from odoo import fields, models


class CreditCoverageItem(models.Model):
    """A company of a reference list that lies in an institution's area (R-P-1b)."""

    _name = "credit.coverage.item"
    _description = "Company to Be Covered"
    _order = "programme_id, id"
    _rec_name = "entry_id"

    programme_id = fields.Many2one(
        "credit.coverage.programme", required=True, index=True, readonly=True, ondelete="cascade"
    )
    entry_id = fields.Many2one(
        "credit.reference.entry",
        string="Company",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    tier = fields.Selection(
        [("strategic", "Strategic"), ("quality", "Quality")], required=True, readonly=True
    )
    institution_id = fields.Many2one(
        "crm.team",
        string="In the area of",
        index="btree_not_null",
        ondelete="restrict",
        help="The institution that is to win it. Empty: the head office has yet to say.",
    )

    _once = models.UniqueIndex("(programme_id, entry_id)", "The company is there already.")
