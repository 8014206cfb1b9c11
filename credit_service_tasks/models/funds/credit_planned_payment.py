from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.credit_client_tiering.fields import Figure

from .credit_fund_movement import PURPOSES


class CreditPlannedPayment(models.Model):
    """A payment a client is going to make or receive: known beforehand (R-M-7c, R-V-4c)."""

    _name = "credit.planned.payment"
    _inherit = ["credit.internal.thread"]
    _description = "Planned Payment"
    _order = "value_date, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        domain=[("is_credit_client", "=", True)],
        ondelete="cascade",
    )
    institution_id = fields.Many2one(related="partner_id.credit_institution_id")
    value_date = fields.Date(required=True, index=True, tracking=True)
    direction = fields.Selection(
        [("out", "Outgoing"), ("in", "Incoming")], required=True, default="out"
    )
    amount = Figure(required=True, tracking=True)
    cross_bank = fields.Boolean("To or from another bank", default=True)
    purpose = fields.Selection(PURPOSES)
    counterparty = fields.Char()
    reference = fields.Char(
        required=True,
        copy=False,
        default=lambda self: self.env["ir.sequence"].sudo().next_by_code("credit.planned.payment"),
    )
    source = fields.Char(
        required=True, default=lambda self: self.env._("registered by %s", self.env.user.name)
    )
    state = fields.Selection(
        [("planned", "Planned"), ("cancelled", "Cancelled")],
        required=True,
        default="planned",
        tracking=True,
    )
    alert_ids = fields.One2many("credit.fund.alert", "payment_id", string="Tasks")

    _once = models.UniqueIndex("(partner_id, reference)", "This payment is on file already.")
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The amount is positive; the direction says where it goes."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_watched(self):
        for payment in self:
            if payment.sudo().alert_ids:  # sudo: whether there are any decides
                raise UserError(
                    self.env._(
                        "A task rests on this payment of %s; cancel it instead.",
                        payment.partner_id.display_name,
                    )
                )

    @api.model
    def load_payments(self, rows, source, unit="yuan", as_of=None):
        """Load planned outgoing payments; the same rows again change nothing.

        :param list[dict] rows: per row ``credit_code`` (text) or ``client_name``,
            ``value_date`` (``YYYY-MM-DD``), ``fund_amount`` (positive, in ``unit``),
            ``reference`` (number of the order), optionally ``cross_bank`` (yes/no,
            yes when left out), ``purpose`` and ``counterparty``
        :param str source: the system the rows come from
        :param str unit: ``yuan``, ``wan`` (10,000 yuan) or ``yi`` (100 million yuan)
        :param as_of: day of the extract (``YYYY-MM-DD``); default: today
        :return: dict as of ``load_movements``
        :raises AccessError: the caller is no list administrator
        :raises UserError: no rows, an unknown key or unit
        Clauses R-M-7c, R-V-4c.
        """
        return self.env["credit.import.batch"]._load_rows("payments", rows, source, unit, as_of)
