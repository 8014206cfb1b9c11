from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.credit_client_tiering.fields import Figure


class CreditServiceRequest(models.Model):
    """A request for a policy tool, a value-added service, a product made to measure
    or the head office's part in a review (S-S-3c, S-S-3d, S-S-4b, S-S-6, S-Q-3b)."""

    _name = "credit.service.request"
    _inherit = ["credit.request.mixin"]
    _description = "Request for a Service"
    _order = "channel_rank, id desc"

    _decision_field = "service_request_id"
    _guard_open = frozenset({"partner_id", "item_id", "reason", "amount", "wanted_until"})

    item_id = fields.Many2one(
        "credit.service.item",
        string="Service asked for",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('id', 'in', entitled_item_ids)]",
    )
    entitled_item_ids = fields.Many2many(
        "credit.service.item", compute="_compute_entitled_item_ids"
    )
    kind = fields.Selection(related="item_id.kind", store=True)
    amount = Figure(help="Of a limit or an increase, in yuan; where it applies.")
    wanted_until = fields.Date("Wanted until", help="Of a temporary increase.")
    package_id = fields.Many2one(
        "credit.service.package",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    decision_ids = fields.One2many("credit.request.decision", "service_request_id", "Decisions")
    use_ids = fields.One2many("credit.service.use", "request_id", string="Used")

    @api.depends("partner_id")
    def _compute_entitled_item_ids(self):
        for request in self:
            package = request.partner_id.credit_package_id
            request.entitled_item_ids = package.item_ids.filtered("requestable")

    def _subject(self):
        return self.item_id.name or ""

    def _prepare_submission(self):
        client = self.partner_id
        package = self.env["credit.service.package"]._in_force(client.credit_tier)
        if not package or self.item_id not in package.item_ids:
            raise UserError(
                self.env._(
                    "%(client)s is not entitled to “%(item)s”: the service package of its "
                    "list (%(tier)s) does not contain it.",
                    client=client.display_name,
                    item=self.item_id.name,
                    tier=package.name or self.env._("on no list"),
                )
            )
        if not self.item_id.requestable or not self.item_id.sudo().post_ids:
            raise UserError(
                self.env._("“%s” needs no decision; record its use.", self.item_id.name)
            )
        if not (self.reason or "").strip():
            raise ValidationError(self.env._("%s: say why.", self.display_name))
        return {
            "package_id": package.id,
            "post_ids": [fields.Command.set(self.item_id.sudo().post_ids.ids)],
            "evidence": {
                "package": package._frozen(),
                "item": [self.item_id.code, self.item_id.name, self.item_id.clause or ""],
            },
        }

    def action_record_use(self):
        """Open the form that records a use of what was approved."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record a use"),
            "res_model": "credit.service.use",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_item_id": self.item_id.id,
                "default_request_id": self.id,
            },
        }
