from odoo import models


class CreditObligation(models.Model):
    _inherit = "credit.obligation"

    def _open_what_discharges(self):
        self.ensure_one()
        if self.kind_id.code == "work_log" and self.person_id == self.env.user:
            return self.env["credit.work.log"].action_today(str(self.period_start))
        return super()._open_what_discharges()
