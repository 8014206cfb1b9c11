from odoo import api, fields, models

KINDS = [
    ("policy_tool", "Policy tool"),
    ("value_added", "Value-added service"),
    ("product", "Product or process made to measure"),
    ("review", "Head office in the review"),
    ("relief", "Relief in the review"),
    ("preference", "Preference"),
    ("leadership", "Led by the head office"),
]


class CreditServiceItem(models.Model):
    """Something a client may be entitled to, and who decides when it is asked for."""

    _name = "credit.service.item"
    _description = "Service Item"
    _order = "kind_rank, sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Stable key that rules and imports refer to.")
    clause = fields.Char(help="Clause ids of the guide, e.g. S-S-3c.")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(KINDS, required=True)
    kind_rank = fields.Integer(compute="_compute_kind_rank", store=True)
    note = fields.Text(translate=True)
    requestable = fields.Boolean(
        "Asked for case by case",
        help="Otherwise the client simply has it while it is on the list.",
    )
    post_ids = fields.Many2many(
        "credit.post",
        "credit_service_item_post_rel",
        string="Decided by",
        help="A holder of one of these posts decides on a request. Empty: no decision is "
        "needed, its use is simply recorded.",
    )
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "Another service item already has this code.")

    @api.depends("kind")
    def _compute_kind_rank(self):
        ranks = {kind: rank for rank, (kind, _name) in enumerate(KINDS)}
        for item in self:
            item.kind_rank = ranks.get(item.kind, len(ranks))
