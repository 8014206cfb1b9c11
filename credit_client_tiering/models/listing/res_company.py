from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_downgrade_grace_days = fields.Integer(
        "Grace before a downgrade",
        help="Days a client may stay on its list after it stopped meeting it, before "
        "it counts as overdue in the workbench. The guide names none.",
    )
    credit_review_lead_days = fields.Integer(
        "Open reviews ahead",
        default=30,
        help="Days before its due date on which a list review is opened.",
    )
