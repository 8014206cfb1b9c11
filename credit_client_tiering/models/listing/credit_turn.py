from odoo import api, models

from ..policy.tiers import HEAD_OFFICE_TIERS, TIERS

BASIC = [tier for tier, _name in TIERS].index("basic")


class CreditMembership(models.Model):
    """What the credit itself does to the lists: it begins, or it ends."""

    _inherit = "credit.membership"

    @api.model
    def _on_credit_turn(self, started, ended):
        """Act on clients whose first credit took effect, or whose credit ended.

        Clause T-P-A as read in A25: basic applies at once; strategic and quality
        are declared to the head office and the client is basic meanwhile when it
        meets basic. A27: a client whose credit ended leaves its list as lost, and
        somebody is asked to win it back.
        """
        if started:
            self._on_credit_started(self.env["res.partner"].browse(started))
        if ended:
            self._on_credit_ended(self.env["res.partner"].browse(ended))

    @api.model
    def _on_credit_started(self, partners):
        # sudo: the calendar decides here, not the person whose report it was.
        partners = partners.sudo().filtered(lambda p: p.credit_tier in (False, "potential"))
        automatic = self.env["credit.policy"]._get_active_policy().automatic_entry
        reason = self.env._("First credit effective")
        declared = partners.filtered(lambda p: p.credit_suggested in HEAD_OFFICE_TIERS)
        at_once = declared if automatic else partners.browse()
        for tier, clients in at_once.grouped("credit_suggested").items():
            self._enter(clients, tier, "automatic", reason)
        others = partners - at_once
        basic = others.filtered(lambda p: (p.credit_tier_verdicts or "????")[BASIC] == "T")
        self._leave(
            (others - basic).filtered(lambda p: p.credit_tier == "potential"), "moved", reason
        )
        if basic:
            self._enter(basic, "basic", "automatic", reason)
        for tier, clients in (declared - at_once).grouped("credit_suggested").items():
            self.env["credit.nomination"]._declare(clients, tier)

    @api.model
    def _on_credit_ended(self, partners):
        rows = self._leave(partners, "lost", self.env._("Credit ended"))
        # sudo: who managed the client may be told by whoever reported the end.
        clients = rows.partner_id.sudo()
        clients._credit_ask(
            "credit_client_tiering.activity_type_lost",
            self.env._("Credit ended: find out why, and win the client back"),
        )
