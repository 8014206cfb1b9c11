from odoo import api, models


class CreditFundBulletin(models.Model):
    _inherit = "credit.fund.bulletin"

    @api.model
    def _draw_up(self, day):
        """Drawing up discharges the duty of the day (R-V-3c)."""
        drawn_up = super()._draw_up(day)
        # sudo: the run draws up for every institution.
        drawn = self.sudo().search([("day", "=", day)])
        self.env["credit.discharge"]._discharge_by("fund_bulletin_id", drawn.ids)
        return drawn_up
