from odoo import models


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def write(self, vals):
        answer = super().write(vals)
        if "tz" in vals:
            self.env.registry.clear_cache()  # the bank's day, see res.company
        return answer
