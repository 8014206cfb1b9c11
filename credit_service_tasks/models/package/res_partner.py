from odoo import api, fields, models
from odoo.tools.misc import format_date

from odoo.addons.credit_client_tiering.models.bank.res_partner import VIEWERS

from .credit_service_item import KINDS
from .credit_service_package import CHANNELS


class ResPartner(models.Model):
    """What the client is entitled to, by the list it is on: to see in ten seconds."""

    _inherit = "res.partner"

    credit_package_id = fields.Many2one(
        "credit.service.package",
        string="Service package",
        compute="_compute_credit_package_id",
        groups=VIEWERS,
    )
    credit_channel = fields.Selection(
        CHANNELS, string="Approval channel", compute="_compute_credit_package_id", groups=VIEWERS
    )
    credit_service_request_ids = fields.One2many(
        "credit.service.request", "partner_id", string="Requests for services", groups=VIEWERS
    )
    credit_service_use_ids = fields.One2many(
        "credit.service.use", "partner_id", string="Services used", groups=VIEWERS
    )
    # Our own template with every value escaped.
    credit_package_card = fields.Html(
        "Entitlements",
        compute="_compute_credit_package_card",
        sanitize=False,
        groups=VIEWERS,
    )

    @api.depends("credit_tier")
    def _compute_credit_package_id(self):
        packages = self.env["credit.service.package"]
        by_tier = {t: packages._in_force(t) for t in set(self.mapped("credit_tier")) if t}
        for partner in self:
            package = by_tier.get(partner.credit_tier, packages)
            partner.credit_package_id = package
            partner.credit_channel = package.channel

    @api.depends("credit_tier")
    @api.depends_context("lang")
    def _compute_credit_package_card(self):
        for partner in self:
            client = partner._origin
            partner.credit_package_card = (
                self.env["ir.qweb"]._render(
                    "credit_service_tasks.package_card", client._credit_package_card_values()
                )
                if client.is_credit_client
                else False
            )

    def _credit_package_card_values(self):
        """Return what the card shows, in the reader's language."""
        self.ensure_one()
        # sudo: the configuration of the lists is open to every reader of the client.
        package = self.credit_package_id.sudo().with_env(self.env(su=True))
        used = {}
        for use in self.credit_service_use_ids:
            used.setdefault(use.item_id.id, []).append(use.date)
        kinds = dict(
            self.env["credit.service.item"]._fields["kind"]._description_selection(self.env)
        )
        groups = []
        for kind, _name in KINDS:
            items = package.item_ids.filtered(lambda i, kind=kind: i.kind == kind)
            if items:
                groups.append((kinds[kind], [self._credit_item_line(i, used) for i in items]))
        words = self.env["credit.service.package"]._fields
        channels = dict(words["channel"]._description_selection(self.env))
        levels = dict(words["price_level"]._description_selection(self.env))
        return {
            "package": package,
            "tier": dict(self._fields["credit_tier"]._description_selection(self.env)).get(
                self.credit_tier, ""
            ),
            "channel": channels.get(package.channel, ""),
            "channel_code": package.channel,
            "price_level": levels.get(package.price_level, ""),
            "leads": self.env._(", ").join(package.lead_post_ids.mapped("name")),
            "groups": groups,
        }

    def _credit_item_line(self, item, used):
        days = used.get(item.id, [])
        return {
            "name": item.name,
            "clause": item.clause or "",
            "used": self.env._(
                "used %(count)s times, last on %(day)s",
                count=len(days),
                day=format_date(self.env, max(days)),
            )
            if days
            else "",
        }

    def action_credit_service_request(self):
        """Open a new request for a service of the client's package."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for a service"),
            "res_model": "credit.service.request",
            "view_mode": "form",
            "context": {"default_partner_id": self.id},
        }
