from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CreditProductHolding(models.Model):
    """A product a client holds, from one day on, and whether it is really used."""

    _name = "credit.product.holding"
    _inherit = "credit.fact.mixin"
    _description = "Product Holding"
    _order = "partner_id, date_from desc, id"
    _rec_name = "product_id"
    _fact_endings = frozenset({"date_to"})

    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_credit_client", "=", True)],
    )
    product_id = fields.Many2one("credit.product", required=True, index=True, ondelete="restrict")
    family_id = fields.Many2one(related="product_id.family_id")
    date_from = fields.Date(
        "From", required=True, default=lambda self: self.env.company._credit_today()
    )
    date_to = fields.Date("Until", help="Last day. Empty: still held.")
    in_use = fields.Boolean(
        default=True,
        help="Opened is not used: T-Q-4a and T-B-2 ask for real use.",
    )
    source = fields.Char(
        required=True,
        default=lambda self: self.env._("entered by %s", self.env.user.name),
    )

    _one_open = models.UniqueIndex(
        "(partner_id, product_id) WHERE date_to IS NULL",
        "The client already holds this product.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A holding cannot end before it began.",
    )

    @api.constrains("partner_id")
    def _check_client(self):
        for holding in self:
            if not holding.partner_id.is_credit_client:
                raise ValidationError(
                    self.env._(
                        "%s is not marked as a credit client, so no products are kept.",
                        holding.partner_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        holdings = super().create(vals_list)
        # From the first product on the count is known; sudo: the caller may
        # enter this client's products (checked by create), only the date moves.
        unknown = holdings.partner_id.sudo().filtered(lambda p: not p.credit_holdings_as_of)
        if unknown:
            unknown.write({"credit_holdings_as_of": self.env.company._credit_today()})
        holdings._assess_clients()
        return holdings

    def action_end(self):
        """End holdings today; the clients are assessed again at once."""
        self.check_access("write")
        self.write({"date_to": self.env.company._credit_today()})
        return True
