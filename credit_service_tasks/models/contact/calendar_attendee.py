from odoo import models


class CalendarAttendee(models.Model):
    """Whoever is met at a client is noted, not invited: a person does that, in person.

    Odoo mails every attendee when an appointment is made, moved, called off or near. Of the
    bank's visits and meetings only its own people hear that way.
    """

    _inherit = "calendar.attendee"

    def _notify_attendees(self, mail_template, notify_author=False, force_send=False):
        # sudo: whether somebody works here, and what the event is, decides; nothing is shown.
        outside = self.sudo().filtered(
            lambda a: (
                (a.event_id.credit_client_id or a.event_id.credit_meeting_ids)
                and not any(not user.share for user in a.partner_id.user_ids)
            )
        )
        return super(CalendarAttendee, self - self.browse(outside.ids))._notify_attendees(
            mail_template, notify_author=notify_author, force_send=force_send
        )
