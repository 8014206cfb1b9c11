from odoo import api, fields, models

from .res_partner import TEAM_READINGS


class CreditReading(models.Model):
    """Teams follow at once when the bank reads the guide another way."""

    _inherit = "credit.reading"

    option_in_force_id = fields.Many2one(
        "credit.reading.option", string="In force", compute="_compute_option_in_force_id"
    )

    @api.depends("chosen_option_id", "option_ids.is_default")
    def _compute_option_in_force_id(self):
        for reading in self:
            default = reading.option_ids.filtered("is_default")[:1]
            reading.option_in_force_id = reading.chosen_option_id or default

    def write(self, vals):
        result = super().write(vals)
        if "chosen_option_id" in vals and set(self.mapped("code")) & set(TEAM_READINGS):
            self.env["res.partner"]._credit_refresh_teams()
        return result
