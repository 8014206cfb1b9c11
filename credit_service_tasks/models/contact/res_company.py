from odoo import fields, models


class ResCompany(models.Model):
    """The bank's own limits for reporting; the guide gives none."""

    _inherit = "res.company"

    credit_report_days = fields.Integer(
        "Report within",
        help="Working days after a contact within which it has to be reported. Later "
        "reports are taken, but count as late. 0: no limit.",
    )
    credit_report_position = fields.Boolean(
        "Position of visits",
        help="Whoever reports may add the position of his device, on a click and with "
        "consent. Never taken by itself.",
    )
    credit_position_consent = fields.Text(
        "Consent to the position",
        translate=True,
        help="What the person agrees to; copied to the report.",
    )
    credit_sample_size = fields.Integer(
        "Reports to look at",
        default=5,
        help="How many reports of a week the president of an institution looks at: those "
        "with something to ask first, the rest drawn by lot. Ours, not the guide's.",
    )

    _report_days_positive = models.Constraint(
        "CHECK (credit_report_days >= 0)", "The limit for reporting cannot be negative."
    )
