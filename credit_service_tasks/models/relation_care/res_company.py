from odoo import fields, models

from odoo.addons.credit_client_tiering.fields import Figure


class ResCompany(models.Model):
    """The bank's integrity limits on gifts; the guide gives none (A57)."""

    _inherit = "res.company"

    credit_gift_limit = Figure(
        "Gifts per client and year", help="In yuan. Empty: the bank has not set it."
    )
    credit_gift_approver_post_ids = fields.Many2many(
        "credit.post",
        "res_company_gift_post_rel",
        string="Approve more",
        help="Posts that may approve gifts over the limit. Empty: nobody.",
    )

    _gift_limit_positive = models.Constraint(
        "CHECK (credit_gift_limit >= 0)", "A limit cannot be negative."
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_gift_limit = Figure(related="company_id.credit_gift_limit", readonly=False)
    credit_gift_approver_post_ids = fields.Many2many(
        related="company_id.credit_gift_approver_post_ids", readonly=False
    )
