from odoo import fields, models


class CreditCadenceRule(models.Model):
    """Whom of the client a visit has to reach."""

    _inherit = "credit.cadence.rule"

    needs_person_in_charge = fields.Boolean(
        "Person in charge only",
        help="Counts only when the client's person in charge was met (S-Q-1c, R-P-1d).",
    )
