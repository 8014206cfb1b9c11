from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.credit_client_tiering.fields import Figure

PURPOSES = [("tax", "Tax"), ("payroll", "Payroll"), ("other", "Other")]


class CreditFundMovement(models.Model):
    """Money of a client that moved on a day, as the core system says.

    Millions of rows: written by the daily import in SQL, read by the alert run.
    """

    _name = "credit.fund.movement"
    _description = "Movement of Funds"
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _log_access = False

    partner_id = fields.Many2one(
        "res.partner", string="Client", required=True, readonly=True, ondelete="cascade"
    )
    date = fields.Date("Day", required=True, readonly=True)
    amount = Figure(required=True, readonly=True, help="Positive: came in; negative: went out.")
    balance = Figure("Balance after", readonly=True)
    cross_bank = fields.Boolean("To or from another bank", readonly=True)
    purpose = fields.Selection(PURPOSES, readonly=True)
    reference = fields.Char(
        required=True,
        default="",
        readonly=True,
        help="The number in the core system. Empty: one net figure of the day.",
    )

    _once = models.UniqueIndex("(partner_id, date, reference)", "This movement is on file already.")
    _by_day = models.Index("(date)")

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_by_hand()
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_by_hand()
        return super().write(vals)

    def unlink(self):
        self._refuse_by_hand()
        return super().unlink()

    def _refuse_by_hand(self):
        raise AccessError(
            self.env._("Movements come from the daily import, they are not entered by hand.")
        )

    @api.model
    def load_movements(self, rows, source, unit="yuan", as_of=None):
        """Load movements of a day; calling it again with the same rows changes nothing.

        :param list[dict] rows: per row ``credit_code`` (text) or ``client_name``,
            ``value_date`` (``YYYY-MM-DD``), and ``fund_amount`` (positive came in,
            negative went out) or ``inflow`` and ``outflow``; optionally
            ``fund_balance``, ``reference`` (number in the core system; without it the
            row is the net figure of the day), ``cross_bank`` (yes/no), ``purpose``
            (``tax``, ``payroll``, ``other``). Amounts in ``unit``
        :param str source: the system the rows come from
        :param str unit: ``yuan``, ``wan`` (10,000 yuan) or ``yi`` (100 million yuan)
        :param as_of: day of the extract (``YYYY-MM-DD``); default: today
        :return: dict with ``batch_id``, ``new``, ``changed``, ``unchanged``,
            ``rejected`` (counts) and ``rows`` (``row``, ``verdict``, ``reason``)
        :raises AccessError: the caller is no list administrator
        :raises UserError: no rows, an unknown key or unit
        Clauses R-V-3c, R-V-4b, R-V-4c.
        """
        return self.env["credit.import.batch"]._load_rows("movements", rows, source, unit, as_of)
