from odoo import api, fields, models


class CreditMembership(models.Model):
    """Strategic by the facts alone, where the bank reads the guide so (A09)."""

    _inherit = "credit.membership"

    origin = fields.Selection(
        selection_add=[("policy", "Automatic, the policy in force says so")],
        ondelete={"policy": "cascade"},
    )

    @api.model
    def _list_strategic(self, client_ids):
        """Put the clients that have credit and are suggested strategic on that list.

        Only under a policy with *Automatic strategic list*; leaving the list stays
        a decision of people, as under the default reading.

        :param client_ids: ids of the clients whose assessment has just changed
        """
        # sudo: the policy decides, whoever changed the fact.
        clients = self.env["res.partner"].sudo()
        entering = clients.search(
            [
                ("id", "in", client_ids),
                ("credit_state", "=", "active"),
                ("credit_suggested", "=", "strategic"),
                ("credit_tier", "!=", "strategic"),
            ]
        )
        if entering:
            reason = self.env._("One strategic criterion suffices (A09)")
            self._enter(entering, "strategic", "policy", reason)
