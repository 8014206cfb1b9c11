from odoo import fields, models

STEPS = [
    ("target", "Target"),
    ("visited", "Visited"),
    ("applied", "Applied"),
    ("granted", "Credit granted"),
]


class CrmStage(models.Model):
    _inherit = "crm.stage"

    credit_step = fields.Selection(
        STEPS,
        string="Step to credit",
        help="Stages with a step belong to the project library; other pipelines do not see them.",
    )
