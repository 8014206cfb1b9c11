from odoo import fields, models

from ...fields import Figure
from ..policy.tiers import OUTCOMES


class CreditSimulationLine(models.Model):
    """One client that a simulated policy would move."""

    _name = "credit.simulation.line"
    _description = "Client Moved by a Simulation"
    _order = "simulation_id, tier_from, tier_to, exposure desc, id"
    _rec_name = "partner_id"

    simulation_id = fields.Many2one(
        "credit.simulation", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Client", required=True, index=True, ondelete="cascade"
    )
    institution_id = fields.Many2one("crm.team", index="btree_not_null", ondelete="set null")
    tier_from = fields.Selection(OUTCOMES, string="From tier")
    tier_to = fields.Selection(OUTCOMES, string="To tier")
    exposure = Figure("Exposure of the previous year")
    deposit = Figure("Deposits of the previous year")

    def action_open_client(self):
        """Open the client that would move."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "view_mode": "form",
        }
