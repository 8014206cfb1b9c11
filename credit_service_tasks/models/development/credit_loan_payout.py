from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

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
    reference = fields.Char(
        "Loan number", required=True, help="The loan's number in the credit system."
    )
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
    application_id = fields.Many2one(
        "credit.application",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
        help="The application whose loan it is.",
    )
    is_provisional = fields.Boolean(
        "Not in the extract yet",
        readonly=True,
        help="Recorded when the application was paid out. It takes the place of its own "
        "until the credit system's extract brings the loan.",
    )

    _one_provisional = models.UniqueIndex(
        "(application_id) WHERE is_provisional", "This payout is recorded already."
    )
    _once = models.UniqueIndex("(partner_id, reference)", "This loan is on file already.")

    @api.model_create_multi
    def create(self, vals_list):
        """Put loans paid out on file.

        :param list[dict] vals_list: ``partner_id`` (id), ``date``, ``amount`` (yuan),
            ``reference``, ``source``
        :raises AccessError: the link to an application was given by hand
        """
        ours = {"application_id", "is_provisional"}
        if not self.env.su and any(ours & set(vals) for vals in vals_list):
            raise AccessError(
                self.env._("A payout is tied to its application by the disbursement, not by hand.")
            )
        for vals in vals_list:
            client = self.env["res.partner"].browse(vals.get("partner_id"))
            vals["institution_id"] = client.credit_institution_id.id
        payouts = super().create(vals_list)
        entered = payouts.filtered(lambda p: not p.is_provisional)
        self.env["credit.application"]._settle_reported(entered.partner_id.ids)
        return payouts

    def write(self, vals):
        if set(vals) - {"institution_id", "application_id"} or not self.env.su:
            raise UserError(
                self.env._("A loan paid out is a fact that targets were judged on; it stays.")
            )
        return super().write(vals)
