from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from odoo.addons.credit_client_tiering.fields import Figure


class CreditFundMonth(models.Model):
    """What came in and went out per client and month (R-V-C3), from the daily movements.

    Kept as a table: the movements of a large bank are too many to be added up on every
    look. The running month and the one before it are added up anew every night; what is
    older stays.
    """

    _name = "credit.fund.month"
    _description = "Funds of a Month"
    _order = "month desc, net, id"
    _rec_name = "partner_id"
    _log_access = False

    partner_id = fields.Many2one(
        "res.partner", string="Client", required=True, readonly=True, ondelete="cascade"
    )
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    institution_id = fields.Many2one(
        "crm.team",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
        help="Where the client was when the month was added up.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Manager",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
        help="Who served the client when the month was added up.",
    )
    inflow = Figure("Came in", readonly=True)
    outflow = Figure("Went out", readonly=True)
    net = Figure(readonly=True)
    days_in = fields.Integer(
        "Days with money coming in", readonly=True, help="Regular collection has many (R-M-7b)."
    )
    moves = fields.Integer("Movements", readonly=True)
    as_of = fields.Date("Added up on", readonly=True)

    _once = models.UniqueIndex("(partner_id, month)", "The month of the client is there already.")
    _by_month = models.Index("(month)")

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        self._refuse_by_hand()

    def write(self, vals):  # pylint: disable=method-required-super
        self._refuse_by_hand()

    def unlink(self):  # pylint: disable=method-required-super
        self._refuse_by_hand()

    def _refuse_by_hand(self):
        raise AccessError(
            self.env._("The funds of a month are added up from the movements, not entered.")
        )

    @api.model
    def _cron_add_up(self):
        """Nightly: the month before and the running one; late movements are found so."""
        month = self.env.company._credit_today().replace(day=1)
        self._add_up(month - relativedelta(months=1))
        self._add_up(month)

    @api.model
    def _add_up(self, month):
        """Add up the movements of a month (date, its first day); again: brings it up to date."""
        for name in ("credit.fund.movement", "res.partner"):
            self.env[name].flush_model()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO credit_fund_month AS f (
                       partner_id, month, institution_id, user_id, inflow, outflow, net, days_in,
                       moves, as_of)
                SELECT p.id, %(first)s, p.credit_institution_id, p.user_id, m.inflow, m.outflow,
                       m.inflow - m.outflow, m.days_in, m.moves, %(today)s
                  FROM (SELECT partner_id,
                               coalesce(sum(amount) FILTER (WHERE amount > 0), 0) AS inflow,
                               coalesce(-sum(amount) FILTER (WHERE amount < 0), 0) AS outflow,
                               count(DISTINCT date) FILTER (WHERE amount > 0) AS days_in,
                               count(*) AS moves
                          FROM credit_fund_movement
                         WHERE date >= %(first)s AND date < %(following)s
                      GROUP BY partner_id) m
                  JOIN res_partner p ON p.id = m.partner_id AND p.is_credit_client
                ON CONFLICT (partner_id, month) DO UPDATE
                   SET institution_id = excluded.institution_id, user_id = excluded.user_id,
                       inflow = excluded.inflow, outflow = excluded.outflow, net = excluded.net,
                       days_in = excluded.days_in, moves = excluded.moves,
                       as_of = excluded.as_of
                 WHERE (f.institution_id, f.user_id, f.inflow, f.outflow, f.days_in, f.moves)
                       IS DISTINCT FROM (excluded.institution_id, excluded.user_id,
                                         excluded.inflow, excluded.outflow, excluded.days_in,
                                         excluded.moves)
                """,
                first=month,
                following=month + relativedelta(months=1),
                today=self.env.company._credit_today(),
            )
        )
        self.invalidate_model(flush=False)
