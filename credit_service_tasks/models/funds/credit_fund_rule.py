from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.credit_client_tiering.fields import Figure


class CreditFundRule(models.Model):
    """From which amount large funds are announced or followed up (R-V-3c, R-V-4b, R-V-4c)."""

    _name = "credit.fund.rule"
    _inherit = ["mail.thread"]
    _description = "Rule on Large Funds"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Selection(
        [
            ("bulletin", "Daily bulletin: net change per client and day"),
            ("planned_outflow", "Task before a planned outgoing payment"),
            ("unusual_outflow", "Alert on an outflow the client's rhythm does not explain"),
        ],
        required=True,
        help="What the rule does.",
    )
    clause = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    threshold = Figure(required=True, tracking=True)
    inclusive = fields.Boolean(
        "The amount itself counts",
        tracking=True,
        help="As written, the bulletin begins above the amount and the task at it (A41).",
    )
    cross_bank_only = fields.Boolean(
        "Only to other banks", help="Money that stays in the bank needs no keeping."
    )
    quiet_when_usual = fields.Boolean(
        "Quiet when usual",
        tracking=True,
        help="What the client's rhythm explains is recorded without a task. The guide makes "
        "no exception for planned payments (R-V-4c).",
    )
    active = fields.Boolean(default=True)

    _one_per_code = models.UniqueIndex("(code) WHERE active", "There already is such a rule.")

    def _reached(self, amount):
        """Return SQL that tells whether the amount (SQL) reaches the rule's threshold."""
        self.ensure_one()
        one_rule = self.env["credit.reading"]._chosen("A41") == "one_rule"
        operator = SQL(">=") if self.inclusive or one_rule else SQL(">")
        # The exact decimal: a binary float would miss by a cent.
        return SQL("%s %s %s::numeric", amount, operator, f"{self.threshold:.2f}")
