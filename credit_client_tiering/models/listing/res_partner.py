from odoo import fields, models

from ..bank.res_partner import VIEWERS
from ..policy.tiers import TIERS


class ResPartner(models.Model):
    """The official tier: the list the client is on, decided by people."""

    _inherit = "res.partner"

    credit_tier = fields.Selection(
        TIERS,
        string="Official tier",
        readonly=True,
        copy=False,
        groups=VIEWERS,
        group_expand="_group_expand_credit_tier",
        help="The list the client is on. Decided by people, see the memberships.",
    )
    credit_tier_since = fields.Date(
        "On the list since", readonly=True, copy=False, groups=VIEWERS
    )
    credit_membership_ids = fields.One2many(
        "credit.membership", "partner_id", string="Memberships", groups=VIEWERS
    )
    credit_nomination_ids = fields.One2many(
        "credit.nomination", "partner_id", string="Nominations", groups=VIEWERS
    )

    def _group_expand_credit_tier(self, groups, domain):
        # All four columns, also the empty ones.
        return [tier for tier, _name in TIERS]
