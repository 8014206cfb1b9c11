from odoo import fields, models


class CreditDutyKind(models.Model):
    """Under which activity type people are reminded of a kind of duty."""

    _inherit = "credit.duty.kind"

    activity_type_id = fields.Many2one(
        "mail.activity.type",
        string="Reminder",
        ondelete="restrict",
        help="Type of the activity that reminds of it. Empty: the general one.",
    )
