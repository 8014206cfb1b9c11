from odoo import fields, models


class CreditContactChannel(models.Model):
    """How a client was met or reached, and what that counts as."""

    _name = "credit.contact.channel"
    _description = "Contact Channel"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Stable key that rules and imports refer to.")
    sequence = fields.Integer(default=10)
    kind_id = fields.Many2one(
        "credit.duty.kind",
        string="Counts as",
        required=True,
        index=True,
        ondelete="restrict",
        help="A visit in person, or a contact only (A36).",
    )
    needs_met = fields.Boolean(
        "Says whom we met", help="A report of this channel names somebody of the client."
    )
    needs_outcome = fields.Boolean(
        "Says what came of it", help="A report of this channel has an outcome (S-Q-1d)."
    )
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "Another channel already has this code.")
