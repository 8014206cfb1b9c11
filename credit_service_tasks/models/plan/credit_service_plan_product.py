from odoo import api, fields, models

from odoo.addons.credit_client_tiering.fields import Figure


class CreditServicePlanProduct(models.Model):
    """A product of the plan: held, held by comparable clients, proposed."""

    _name = "credit.service.plan.product"
    _inherit = ["credit.guard.mixin"]
    _description = "Product in a Service Plan"
    _order = "plan_id, peer_share desc, id"
    _rec_name = "product_id"

    _guard_open = frozenset({"plan_id", "product_id", "proposed", "note"})

    plan_id = fields.Many2one("credit.service.plan", required=True, index=True, ondelete="cascade")
    product_id = fields.Many2one("credit.product", required=True, index=True, ondelete="restrict")
    held = fields.Boolean("Holds it", readonly=True)
    peer_share = Figure("Comparable clients (%)", readonly=True, aggregator=None)
    peers = fields.Integer("Clients compared with", readonly=True)
    proposed = fields.Boolean("We propose")
    note = fields.Char("What we propose")

    _once = models.UniqueIndex("(plan_id, product_id)", "The plan already names the product.")

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self._is_engine():
            lines.plan_id.check_access("write")
            lines.plan_id._touch()
            lines.plan_id._guard_editable({"product_ids"})
        return lines

    def _guard_editable(self, touched):
        self.plan_id.check_access("write")
        self.plan_id._touch()
        self.plan_id._guard_editable({"product_ids"})

    def _guard_deletable(self):
        self._guard_editable(set())

    def _copied(self):
        return {
            "product_id": self.product_id.id,
            "held": self.held,
            "peer_share": self.peer_share,
            "peers": self.peers,
            "proposed": self.proposed,
            "note": self.note,
        }
