from odoo import fields, models


class CreditArchiveItem(models.Model):
    """What a client archive must hold, and who supplies it (R-0c, R-M-2d, M-3a)."""

    _name = "credit.archive.item"
    _description = "Item of the Client Archive"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    clause = fields.Char(help="Clause ids of the guide, e.g. R-M-2d.")
    sequence = fields.Integer(default=10)
    source = fields.Selection(
        [
            ("note", "A note in the archive"),
            ("code", "Unified social credit code"),
            ("industry_size", "Size of the enterprise"),
            ("figures", "Figures"),
            ("products", "Products held"),
            ("tier", "A list, or an assessment"),
            ("team", "Service team without gaps"),
            ("plan", "Service plan without gap"),
            ("contact", "A contact report"),
            ("paper", "A paper of the client"),
            ("person", "A contact person"),
            ("relation", "A relation to another company"),
        ],
        string="Found in",
        required=True,
        default="note",
    )
    supplier = fields.Selection(
        [
            ("client_manager", "Client manager"),
            ("corporate_head", "Head of the corporate line"),
            ("credit_system", "Credit system, core banking"),
        ],
        string="Supplied by",
        required=True,
        default="client_manager",
    )
    months = fields.Integer(
        "Not older than (months)",
        help="For notes, figures and contacts; the bank's own. 0: of any age.",
    )
    help_text = fields.Text("What belongs here", translate=True)
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "Another item already has this code.")
