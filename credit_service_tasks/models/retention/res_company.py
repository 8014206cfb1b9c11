from odoo import fields, models


class ResCompany(models.Model):
    """The bank's own limits on saving clients; the guide gives none (A59)."""

    _inherit = "res.company"

    credit_save_contact_days = fields.Integer(
        "First contact within",
        help="Working days after a case is opened. 0: the bank has not set it.",
    )

    _save_contact_days_positive = models.Constraint(
        "CHECK (credit_save_contact_days >= 0)", "The days for a contact cannot be negative."
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_save_contact_days = fields.Integer(
        related="company_id.credit_save_contact_days", readonly=False
    )
