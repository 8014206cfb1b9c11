from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_downgrade_grace_days = fields.Integer(
        related="company_id.credit_downgrade_grace_days", readonly=False
    )
    credit_review_lead_days = fields.Integer(
        related="company_id.credit_review_lead_days", readonly=False
    )
