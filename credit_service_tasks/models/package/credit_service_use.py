from odoo import api, fields, models
from odoo.exceptions import UserError


class CreditServiceUse(models.Model):
    """A service that was rendered to a client, a tool that was used."""

    _name = "credit.service.use"
    _inherit = ["credit.guard.mixin"]
    _description = "Service Used"
    _order = "date desc, id desc"
    _rec_name = "item_id"

    _guard_open = frozenset({"partner_id", "item_id", "request_id", "date", "note"})

    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("is_credit_client", "=", True)],
    )
    item_id = fields.Many2one(
        "credit.service.item",
        string="Service",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("requestable", "=", True)],
    )
    request_id = fields.Many2one(
        "credit.service.request",
        string="Approved request",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('partner_id', '=', partner_id), ('item_id', '=', item_id),"
        " ('state', '=', 'approved')]",
    )
    date = fields.Date(required=True, default=lambda self: self.env.company._credit_today())
    note = fields.Text("What was done")
    tier = fields.Char("List on that day", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Recorded by",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )

    @api.model_create_multi
    def create(self, vals_list):
        uses = super().create(vals_list)
        for use in uses:
            use.partner_id.check_access("read")
            use._check_entitled()
            use._engine().write({"tier": use.partner_id.credit_tier})
        return uses

    def _guard_editable(self, touched):
        raise UserError(self.env._("A recorded use is kept as it is; record another one."))

    def _check_entitled(self):
        self.ensure_one()
        client, item, request = self.partner_id, self.item_id, self.request_id
        if self.date > self.env.company._credit_today():
            raise UserError(self.env._("%s lies in the future.", self.date))
        if request and (
            request.partner_id != client or request.item_id != item or request.state != "approved"
        ):
            raise UserError(self.env._("The request does not allow %s to this client.", item.name))
        if item.sudo().post_ids and not request:
            raise UserError(
                self.env._(
                    "“%(item)s” is used on an approved request only (%(clause)s). Ask for it "
                    "first.",
                    item=item.name,
                    clause=item.clause or "",
                )
            )
        package = self.env["credit.service.package"]._in_force(client.credit_tier, self.date)
        if not request and item not in package.item_ids:
            raise UserError(
                self.env._(
                    "%(client)s is not entitled to “%(item)s”.",
                    client=client.display_name,
                    item=item.name,
                )
            )
