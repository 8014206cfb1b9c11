from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.credit_client_tiering.models.policy.tiers import TIERS

# First in every queue comes first here; code relies on the ladder.
CHANNELS = [
    ("green", "Green channel"),
    ("vip", "VIP approval channel"),
    ("normal", "Normal"),
]
CHANNEL_RANK = {channel: rank for rank, (channel, _name) in enumerate(CHANNELS)}


class CreditServicePackage(models.Model):
    """What a client on one of the lists is entitled to, from a day to a day."""

    _name = "credit.service.package"
    _inherit = ["mail.thread"]
    _description = "Service Package"
    _order = "tier_rank, date_from desc, id desc"

    name = fields.Char(required=True, translate=True)
    tier = fields.Selection(TIERS, string="List", required=True, tracking=True)
    tier_rank = fields.Integer(compute="_compute_tier_rank", store=True)
    clause = fields.Char(help="Clause ids of the guide, e.g. S-S-3.")
    motto = fields.Char(translate=True, help="What service on this list is about.")
    channel = fields.Selection(
        CHANNELS,
        string="Approval channel",
        required=True,
        default="normal",
        tracking=True,
        help="Decides the order in every queue of credit applications (S-S-3, S-Q-3a).",
    )
    price_level = fields.Selection(
        [
            ("best", "Best price"),
            ("three_degrees", "By the three degrees"),
            ("guide", "Guide price"),
        ],
        tracking=True,
        help="S-S-0c, S-Q-5, S-B-4b. Empty: the guide names none.",
    )
    quota_priority = fields.Boolean("Priority in allotting quota", help="S-S-3b.")
    collateral_favour = fields.Boolean(
        "Suitably higher loan against collateral",
        help="S-S-3b as read in A50; for reference, the guide gives no figure.",
    )
    lead_post_ids = fields.Many2many(
        "credit.post", "credit_service_package_lead_rel", string="Led by"
    )
    head_office_part = fields.Boolean(
        "Head office takes part", help="The head office leads or joins the service (S-S-0d)."
    )
    item_ids = fields.Many2many(
        "credit.service.item", "credit_service_package_item_rel", string="Services and tools"
    )
    date_from = fields.Date(
        "In force from",
        required=True,
        tracking=True,
        default=lambda self: self.env.company._credit_today(),
    )
    date_to = fields.Date("In force until", tracking=True, copy=False)
    active = fields.Boolean(default=True)

    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A package cannot end before it is in force.",
    )

    @api.depends("tier")
    def _compute_tier_rank(self):
        ranks = {tier: rank for rank, (tier, _name) in enumerate(TIERS)}
        for package in self:
            package.tier_rank = ranks.get(package.tier, len(ranks))

    @api.constrains("tier", "date_from", "date_to", "active")
    def _check_one_in_force(self):
        for package in self.filtered("active"):
            domain = [
                ("tier", "=", package.tier),
                ("id", "!=", package.id),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", package.date_from),
            ]
            if package.date_to:
                domain.append(("date_from", "<=", package.date_to))
            other = self.search(domain, limit=1)
            if other:
                raise ValidationError(
                    self.env._(
                        "“%(package)s” and “%(other)s” would be in force for the same list on "
                        "the same days. End the older one first.",
                        package=package.name,
                        other=other.name,
                    )
                )

    def action_new_version(self):
        """End the package today and open a copy that is in force from tomorrow.

        :return: action that shows the copy
        :raises UserError: the package has ended already
        """
        self.ensure_one()
        self.check_access("write")
        today = self.env.company._credit_today()
        if self.date_to:
            raise UserError(self.env._("“%s” has an end already.", self.name))
        self.date_to = max(today, self.date_from)
        copy = self.copy({"date_from": self.date_to + timedelta(days=1), "name": self.name})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": copy.id,
            "view_mode": "form",
        }

    @api.model
    def _in_force(self, tier, day=None):
        """Return the package of a tier on a day; empty when the bank has none."""
        day = day or self.env.company._credit_today()
        # sudo: what a list entitles to is no secret.
        return self.sudo().search_fetch(
            [
                ("tier", "=", tier),
                ("date_from", "<=", day),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", day),
            ],
            limit=1,
        )

    def _frozen(self):
        """Return what the package says now, as plain data to keep with a decision."""
        self.ensure_one()
        package = self.sudo()
        return {
            "id": package.id,
            "name": self.env["credit.guard.mixin"]._freeze_text(package),
            "clause": package.clause or "",
            "channel": package.channel,
            "price_level": package.price_level or "",
            "items": [[item.code, item.name] for item in package.item_ids],
        }
