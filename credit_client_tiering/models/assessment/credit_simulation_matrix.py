from odoo import fields, models

from ...engine.explain import quantity
from ..policy.tiers import OUTCOMES


class CreditSimulation(models.Model):
    """A simulation at a glance: from where to where, with amounts."""

    _inherit = "credit.simulation"

    matrix = fields.Html(
        compute="_compute_matrix",
        # Our own template with every value escaped.
        sanitize=False,
    )

    def _compute_matrix(self):
        for simulation in self:
            simulation.matrix = simulation._matrix() if simulation.run_at else False

    def _matrix(self):
        """Render the movers as a table of tiers before against tiers after."""
        lines = self.env["credit.simulation.line"]
        rows = lines._read_group(
            [("simulation_id", "=", self._origin.id)],
            ["tier_from", "tier_to"],
            ["__count", "exposure:sum"],
        )
        cells = {
            (before, after): {
                "count": count,
                "exposure": quantity(self.env, exposure, "yuan"),
            }
            for before, after, count, exposure in rows
        }
        words = dict(lines._fields["tier_to"]._description_selection(self.env))
        words[False] = self.env._("Not assessed")
        order = [code for code, _name in OUTCOMES] + [False]
        return self.env["ir.qweb"]._render(
            "credit_client_tiering.simulation_matrix",
            {
                "cells": cells,
                "words": words,
                "before": [t for t in order if any(c[0] == t for c in cells)],
                "after": [t for t in order if any(c[1] == t for c in cells)],
            },
        )

    def action_open_matrix(self):
        """Open the movers counted per institution, from tier to tier."""
        action = self.action_open_movers()
        action["view_mode"] = "pivot,graph,list"
        return action
