from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_report_days = fields.Integer(related="company_id.credit_report_days", readonly=False)
    credit_report_position = fields.Boolean(
        related="company_id.credit_report_position", readonly=False
    )
    credit_position_consent = fields.Text(
        related="company_id.credit_position_consent", readonly=False
    )
    credit_sample_size = fields.Integer(related="company_id.credit_sample_size", readonly=False)
