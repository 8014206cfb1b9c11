from odoo import api, models

from ..reminder.mail_activity_type import OURS


class MailActivity(models.Model):
    """The picture of the cadence: clients by kinds of duties, and nothing else."""

    _inherit = "mail.activity"

    @api.model
    def get_activity_data(self, res_model, domain, limit=None, offset=0, fetch_done=False):
        data = super().get_activity_data(res_model, domain, limit, offset, fetch_done)
        if self.env.context.get("credit_duty_types"):
            ours = {self.env.ref(f"credit_service_tasks.activity_type_{name}").id for name in OURS}
            data["activity_types"] = [t for t in data["activity_types"] if t["id"] in ours]
        return data
