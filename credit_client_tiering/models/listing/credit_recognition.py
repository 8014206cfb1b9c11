from odoo import api, fields, models
from odoo.tools import SQL


class CreditMembership(models.Model):
    """A special recognition ends on its day; the list changes only by a decision (A10)."""

    _inherit = "credit.membership"

    recognition_over = fields.Boolean(
        "Recognition is over",
        help="The special recognition has ended; the client stays until somebody decides.",
    )

    @api.model
    def _cron_recognitions(self):
        """Daily: mark the recognitions that are over and ask for a review of each.

        A row is marked once, so nobody is asked twice.
        """
        self.flush_model()
        today = self.env.company._credit_today()
        rows = self.env.execute_query(
            SQL(
                """UPDATE credit_membership
                      SET recognition_over = TRUE, write_date = now() AT TIME ZONE 'UTC'
                    WHERE date_to IS NULL AND special_until < %s
                      AND recognition_over IS NOT TRUE
                RETURNING id""",
                today,
            )
        )
        self._forget()
        # sudo: the calendar asks, and leaves a note.
        over = self.browse(row[0] for row in rows).sudo()
        clients = over.partner_id
        clients._credit_ask(
            "credit_client_tiering.activity_type_recognition",
            self.env._("Special recognition is over: renew it, or nominate for another list"),
            users={row.partner_id.id: row.nomination_id.nominated_by for row in over},
        )
        clients._message_log_batch(
            {
                row.partner_id.id: self.env._(
                    "The special recognition ended on %s. The client stays on its list until "
                    "somebody decides (T-S-5).",
                    row.special_until,
                )
                for row in over
            }
        )
        return over
