from odoo import fields, models

from odoo.addons.credit_client_tiering.models.bank.res_partner import VIEWERS


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    credit_meeting_ids = fields.One2many(
        "credit.meeting", "event_id", string="Meeting", groups=VIEWERS
    )

    def action_credit_meeting(self):
        """Open the agenda and minutes of a meeting in the calendar."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "credit.meeting",
            "res_id": self.credit_meeting_ids[:1].id,
            "views": [(False, "form")],
        }
