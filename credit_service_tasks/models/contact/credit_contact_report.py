from odoo import fields, models


class CreditContactReport(models.Model):
    """Who met whom when, with what outcome: typed once, read by everybody."""

    _name = "credit.contact.report"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Contact Report"
    _order = "date desc, id desc"

    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("is_credit_client", "=", True)],
    )
    institution_id = fields.Many2one(
        "crm.team",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        help="The client's institution when the report was submitted.",
    )
    date = fields.Date(required=True, default=lambda self: self.env.company._credit_today())
    channel_id = fields.Many2one(
        "credit.contact.channel", required=True, index=True, ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Reported by",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        readonly=True,
    )
    participant_ids = fields.One2many(
        "credit.contact.participant", "report_id", string="From the bank"
    )
    state = fields.Selection(
        [("draft", "Draft"), ("submitted", "Submitted")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    submitted_at = fields.Datetime(readonly=True, copy=False)
    discharge_ids = fields.One2many("credit.discharge", "report_id", string="Discharges")
