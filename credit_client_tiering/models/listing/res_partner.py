from odoo import fields, models
from odoo.tools.translate import LazyTranslate

from ..bank.res_partner import VIEWERS
from ..policy.tiers import HEAD_OFFICE_TIERS, TIERS

_lt = LazyTranslate(__name__)


class ResPartner(models.Model):
    """The official tier: the list the client is on, decided by people."""

    _inherit = "res.partner"

    credit_tier = fields.Selection(
        TIERS,
        string="Official tier",
        readonly=True,
        copy=False,
        groups=VIEWERS,
        falsy_value_label=_lt("On no list"),
        group_expand="_group_expand_credit_tier",
        help="The list the client is on. Decided by people, see the memberships.",
    )
    credit_tier_since = fields.Date("On the list since", readonly=True, copy=False, groups=VIEWERS)
    credit_membership_ids = fields.One2many(
        "credit.membership", "partner_id", string="Memberships", groups=VIEWERS
    )
    credit_nomination_ids = fields.One2many(
        "credit.nomination", "partner_id", string="Nominations", groups=VIEWERS
    )

    def _group_expand_credit_tier(self, groups, domain):
        # All four columns, also the empty ones.
        return [tier for tier, _name in TIERS]

    def credit_may_nominate(self):
        """Return the head-office lists one client may be declared for.

        :return: list of tier codes, highest first: those whose criteria hold today,
            less those the head office refused on this very evidence (A16)
        Clauses T-Q-1a, L-6.
        """
        self.ensure_one()
        self.check_access("read")
        verdicts = self.credit_tier_verdicts or ""
        refused = self.credit_nomination_ids.filtered(
            lambda n: n.state == "refused" and n.assessment_id == self.credit_assessment_id
        ).mapped("tier")
        return [
            tier
            for (tier, _name), verdict in zip(TIERS, verdicts, strict=False)
            if tier in HEAD_OFFICE_TIERS
            and verdict == "T"
            and tier not in refused
            and tier != self.credit_tier
        ]
