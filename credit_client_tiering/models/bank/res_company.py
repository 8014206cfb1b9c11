from datetime import datetime, timezone

import pytz

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _credit_today(self):
        """Return the bank's own calendar date (:class:`datetime.date`).

        Midnight falls where the bank is, not where the server or the person is:
        the previous year of an assessment must not depend on who asks.
        """
        zone = pytz.timezone(self.resource_calendar_id.tz or "Asia/Shanghai")
        now = fields.Datetime.now().replace(tzinfo=timezone.utc)
        return datetime.astimezone(now, zone).date()
