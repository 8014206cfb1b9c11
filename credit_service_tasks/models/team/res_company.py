from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_handover_grace_days = fields.Integer(
        "Grace after a handover (days)",
        help="Days during which the new manager is not escalated for what came due "
        "before. The guide names no figure: 0 until the bank sets one.",
    )
