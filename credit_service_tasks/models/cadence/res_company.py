from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_ledger_start = fields.Date(
        "Duties are kept since",
        default=lambda self: self._credit_today(),
        help="Nothing is owed for days before; a period that had begun is owed in part.",
    )
    credit_ledger_until = fields.Date(
        "Ledger complete up to", readonly=True, help="Day of the last complete nightly run."
    )
