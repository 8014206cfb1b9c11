from odoo import fields, models

from ..models.team.credit_service_member import ROLES


class CreditTeamProposalLine(models.TransientModel):
    """One person proposed for one client."""

    _name = "credit.team.proposal.line"
    _description = "Person Proposed for a Client"
    _order = "proposal_id, id"
    _rec_name = "partner_id"

    proposal_id = fields.Many2one(
        "credit.team.proposal", required=True, index=True, ondelete="cascade"
    )
    accepted = fields.Boolean("Accept")
    partner_id = fields.Many2one(
        "res.partner", string="Client", required=True, readonly=True, ondelete="cascade"
    )
    role = fields.Selection(ROLES, required=True, readonly=True)
    post_id = fields.Many2one("credit.post", readonly=True)
    from_user_id = fields.Many2one("res.users", string="Now", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Proposed", domain=[("share", "=", False)], ondelete="cascade"
    )
    note = fields.Char("Why", readonly=True)
