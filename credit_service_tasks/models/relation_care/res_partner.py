from odoo import fields, models

from odoo.addons.credit_client_tiering.models.bank.res_partner import VIEWERS


class ResPartner(models.Model):
    """What keeps the relation fresh: difficulties, gifts, shared interests (section 6)."""

    _inherit = "res.partner"

    credit_issue_ids = fields.One2many(
        "credit.client.issue", "partner_id", string="Difficulties", groups=VIEWERS
    )
    credit_gift_ids = fields.One2many(
        "credit.care.gift", "partner_id", string="Gifts", groups=VIEWERS
    )
    credit_interest_ids = fields.Many2many(
        "credit.interest",
        "credit_interest_contact_rel",
        "partner_id",
        "interest_id",
        string="Interests",
        groups=VIEWERS,
    )
