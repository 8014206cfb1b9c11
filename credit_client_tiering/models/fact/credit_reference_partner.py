from odoo import api, models

# A change of one of these may make a client the company that a list names.
MATCHED_FIELDS = frozenset({"name", "credit_code", "is_credit_client", "active"})


class ResPartner(models.Model):
    """A new or renamed client meets the names that wait on reference lists."""

    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        partners._match_reference_entries()
        return partners

    def write(self, vals):
        result = super().write(vals)
        if MATCHED_FIELDS & set(vals):
            self._match_reference_entries()
        return result

    def _match_reference_entries(self):
        # sudo: the lists are the head office's; who keeps a client need not read them.
        clients = self.sudo().filtered(lambda p: p.is_credit_client and p.active)
        if clients:
            self.env["credit.reference.entry"].sudo()._match_clients(clients)
