from odoo import api, fields, models

from ..bank.res_partner import VIEWERS

# A change of one of these may change the verdict.
ASSESSED_FIELDS = frozenset(
    {
        "is_credit_client",
        "active",
        "parent_id",
        "credit_institution_id",
        "credit_size",
        "credit_tax_grade",
        "credit_business_since",
        "credit_first_date",
        "credit_end_date",
        "credit_holdings_as_of",
    }
)

# Held by this module alone: a context that comes by RPC can never contain it.
_HELD = object()


def hold_assessment():
    """Return the context under which clients are written without assessing each.

    For code that writes many and calls ``_assess`` once for all of them.
    """
    return {"credit_assessment_held": _HELD}


class ResPartner(models.Model):
    """What is known about a client, and that its suggestion follows."""

    _inherit = "res.partner"

    credit_tax_grade = fields.Selection(
        [("A", "A"), ("B", "B"), ("M", "M"), ("C", "C"), ("D", "D")],
        string="Tax credit grade",
        groups=VIEWERS,
        help="Grade given by the tax authority; T-P-2b asks for B or better.",
    )
    credit_holdings_as_of = fields.Date(
        "Products known as of",
        groups=VIEWERS,
        help="Day of the last product report. Empty: nobody reported the products, "
        "so their number is unknown and not zero.",
    )
    credit_snapshot_ids = fields.One2many(
        "credit.metric.snapshot",
        "partner_id",
        string="Figures",
        domain=[("superseded_at", "=", False)],
        groups=VIEWERS,
    )
    credit_holding_ids = fields.One2many(
        "credit.product.holding", "partner_id", string="Products", groups=VIEWERS
    )
    credit_designation_ids = fields.One2many(
        "credit.designation",
        "partner_id",
        string="Designations",
        domain=[("voided_at", "=", False)],
        groups=VIEWERS,
    )

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        partners._assess_credit_clients()
        return partners

    def write(self, vals):
        assessed = ASSESSED_FIELDS & set(vals)
        result = super().write(vals)
        if assessed:
            self._assess_credit_clients()
        return result

    def _assess_credit_clients(self):
        if self.env.context.get("credit_assessment_held") is _HELD:
            return
        clients = self.sudo().filtered("is_credit_client")
        self.env["credit.assessment"]._assess(clients.ids)
