from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.credit_client_tiering.fields import Figure


class CreditLoanPayout(models.Model):
    """A loan paid out: what development targets count (D-1, A53)."""

    _name = "credit.loan.payout"
    _description = "Loan Paid Out"
    _order = "date desc, id desc"
    _rec_name = "reference"

    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        domain=[("is_credit_client", "=", True)],
        ondelete="cascade",
    )
    date = fields.Date("Paid out on", required=True, index=True)
    amount = Figure(required=True)
    reference = fields.Char(required=True, help="The loan's number in the credit system.")
    institution_id = fields.Many2one(
        "crm.team",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
        help="Who managed the client on that day; later moves change nothing.",
    )
    source = fields.Char(
        required=True, default=lambda self: self.env._("entered by %s", self.env.user.name)
    )

    _once = models.UniqueIndex("(partner_id, reference)", "This loan is on file already.")

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            client = self.env["res.partner"].browse(vals.get("partner_id"))
            vals["institution_id"] = client.credit_institution_id.id
        return super().create(vals_list)

    def write(self, vals):
        if set(vals) - {"institution_id"} or not self.env.su:
            raise UserError(
                self.env._("A loan paid out is a fact that targets were judged on; it stays.")
            )
        return super().write(vals)
