from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..policy.tiers import TIERS

_OPENED = object()


class CreditNomination(models.Model):
    """A client declared for a list that the head office decides on (T-S-L2, L-6)."""

    _name = "credit.nomination"
    _inherit = ["mail.thread"]
    _description = "Nomination"
    _order = "id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", string="Client", required=True, index=True, ondelete="cascade"
    )
    tier = fields.Selection(TIERS, required=True)
    state = fields.Selection(
        [("declared", "Declared"), ("closed", "Closed")],
        required=True,
        default="declared",
        readonly=True,
    )
    institution_id = fields.Many2one(
        "crm.team", index="btree_not_null", ondelete="restrict"
    )
    declared_on = fields.Date(required=True)
    assessment_id = fields.Many2one(
        "credit.assessment",
        string="Declared on",
        index="btree_not_null",
        ondelete="restrict",
        help="The assessment, with its facts, that the declaration rests on.",
    )

    _one_open_declaration = models.UniqueIndex(
        "(partner_id) WHERE state = 'declared'",
        "There already is an open declaration for the client.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("credit_declaring") is not _OPENED:
            raise AccessError(
                self.env._("Declarations are opened from the client, not entered.")
            )
        return super().create(vals_list)

    @api.model
    def _declare(self, partner, tier):
        """Open a declaration to the head office; one that is open already stays."""
        # sudo: opened by the event of the credit itself, for the institution.
        nominations = self.sudo().with_context(credit_declaring=_OPENED)
        pending = nominations.search(
            [("partner_id", "=", partner.id), ("state", "=", "declared")]
        )
        return pending or nominations.create(
            {
                "partner_id": partner.id,
                "tier": tier,
                "institution_id": partner.credit_institution_id.id,
                "declared_on": self.env.company._credit_today(),
                "assessment_id": partner.credit_assessment_id.id,
            }
        )
