from odoo import fields, models

from odoo.addons.credit_client_tiering.models.bank.res_partner import VIEWERS


class ResPartner(models.Model):
    _inherit = "res.partner"

    credit_pricing_request_ids = fields.One2many(
        "credit.pricing.request", "partner_id", string="Pricing requests", groups=VIEWERS
    )

    def _credit_package_card_values(self):
        """Add the prices for which concessions can be asked for."""
        values = super()._credit_package_card_values()
        # sudo: who decides on prices is no secret.
        rules = self.env["credit.pricing.rule"].sudo()
        kinds = dict(rules._fields["kind"]._description_selection(self.env))
        found = rules.search([("tier", "=", self.credit_tier or "")])
        values["prices"] = [name for kind, name in kinds.items() if kind in found.mapped("kind")]
        return values

    def action_credit_pricing_request(self):
        """Open a new request for a better price."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for a price"),
            "res_model": "credit.pricing.request",
            "view_mode": "form",
            "context": {"default_partner_id": self.id},
        }
