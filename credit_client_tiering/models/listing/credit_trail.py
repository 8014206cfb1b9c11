from odoo import api, fields, models

from ..bank.res_partner import VIEWERS


class ResPartner(models.Model):
    """The whole way of a client through the lists, in plain words, newest first."""

    _inherit = "res.partner"

    # Our own template with every value escaped, see the tier card.
    credit_trail = fields.Html(
        "Trail",
        compute="_compute_credit_trail",
        sanitize=False,
        groups=VIEWERS,
        help="Stays on the lists, nominations and decisions in the order they happened.",
    )

    @api.depends_context("uid", "lang")
    @api.depends("credit_tier", "credit_nomination_ids.state")
    def _compute_credit_trail(self):
        for partner in self:
            client = partner._origin
            partner.credit_trail = client.is_credit_client and self.env["ir.qweb"]._render(
                "credit_client_tiering.trail", {"events": client._credit_trail()}
            )

    def _credit_trail(self):
        """Return the events of one client, newest first.

        :return: list of dicts with ``on`` (text), ``icon``, ``what`` and ``why``
        """
        self.ensure_one()
        clients = [("partner_id", "=", self.id)]
        events = []
        for row in self.env["credit.membership"].search(clients):
            events += row._trail()
        for nomination in self.env["credit.nomination"].search(clients):
            events += nomination._trail()
        for decision in self.env["credit.nomination.decision"].search(clients):
            events.append(decision._trail())
        return sorted(events, key=lambda e: e["when"], reverse=True)
