from odoo import models


class CreditInternalThread(models.AbstractModel):
    """A chatter of the bank's own people: the client company never hears of it.

    Odoo takes ``partner_id`` for the customer: it would suggest the client as a
    recipient, and mail it once it follows. Nothing but internal users follows or is
    notified here, whoever asks.
    """

    _name = "credit.internal.thread"
    _inherit = ["mail.thread"]
    _description = "Chatter among the Bank's own People"
    # Notes and files stay open to whoever reads, also while a decision is pending.
    _mail_post_access = "read"

    def _mail_get_partner_fields(self, introspect_fields=False):
        return []

    def _message_subscribe(self, partner_ids=None, subtype_ids=None, customer_ids=None):
        insiders = self._insiders(partner_ids)
        return super()._message_subscribe(insiders, subtype_ids, customer_ids=[])

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        insiders = set(self._insiders([r["id"] for r in recipients]))
        return [r for r in recipients if r["id"] in insiders]

    def _insiders(self, partner_ids):
        """Return the ids of those partners that are internal users."""
        # sudo: whether somebody works here is no secret.
        partners = self.env["res.partner"].sudo().browse(partner_ids or [])
        return [p.id for p in partners if any(not user.share for user in p.user_ids)]
