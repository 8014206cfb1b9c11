from odoo import fields, models
from odoo.tools import SQL


class CreditLedgerMark(models.Model):
    """What the ledger last saw of a client, as a hash: the same again is no news.

    Written and read by the engine's statements alone.
    """

    _name = "credit.ledger.mark"
    _description = "Mark of a Client in the Ledger"
    _log_access = False

    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade")

    _once = models.UniqueIndex("(partner_id)", "The client has a mark.")

    def init(self):
        # Not a field: the ORM has no 64-bit integer, and nobody else reads it.
        self.env.cr.execute(
            SQL("ALTER TABLE credit_ledger_mark ADD COLUMN IF NOT EXISTS mark bigint")
        )
