from datetime import datetime, timezone

import pytz

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import ormcache


class ResCompany(models.Model):
    _inherit = "res.company"

    def _credit_today(self):
        """Return the bank's own calendar date (:class:`datetime.date`).

        Midnight falls where the bank is, not where the server or the person is:
        the previous year of an assessment must not depend on who asks.
        """
        return self._credit_day_of(fields.Datetime.now())

    def _credit_day_of(self, moment):
        """Return the bank's calendar date of a moment (datetime in UTC, as stored)."""
        zone = pytz.timezone(self._credit_zone())
        return datetime.astimezone(moment.replace(tzinfo=timezone.utc), zone).date()

    @ormcache("self.id")
    def _credit_zone(self):
        """Return the name of the bank's time zone; every screen asks for the day."""
        return self.resource_calendar_id.tz or "Asia/Shanghai"

    def write(self, vals):
        answer = super().write(vals)
        if "resource_calendar_id" in vals:
            self.env.registry.clear_cache()
        return answer

    def _credit_day(self, value):
        """Return what a caller gave as a day (date, or text ``YYYY-MM-DD``) as a date.

        :raises UserError: anything else; to a caller by RPC a mistake of his own
        """
        try:
            day = fields.Date.to_date(value)
        except (TypeError, ValueError):
            day = None
        if not day:
            raise UserError(self.env._("“%s” is not a day; write it as YYYY-MM-DD.", value))
        return day
