from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from odoo.addons.credit_client_tiering.fields import Figure


class CreditFundRhythm(models.Model):
    """What is usual for a client on such a day, learned from a year of its movements.

    Kept only where it can matter: outflows that a rule would look at.
    """

    _name = "credit.fund.rhythm"
    _description = "Rhythm of a Client"
    _order = "partner_id, kind_id, day"
    _rec_name = "partner_id"
    _log_access = False

    partner_id = fields.Many2one(
        "res.partner", string="Client", required=True, index=True, readonly=True, ondelete="cascade"
    )
    kind_id = fields.Many2one(
        "credit.fund.rhythm.kind",
        string="Rhythm",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    day = fields.Integer(
        readonly=True,
        aggregator=None,
        help="1–7 from Monday, or the day of the month (31: the last one); 0 for tax and wages.",
    )
    usual_amount = Figure("Usual up to", readonly=True, aggregator=None)
    times = fields.Integer(readonly=True, help="Weeks or months of the year with such an outflow.")
    last_on = fields.Date("Last on", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise AccessError(self.env._("Rhythms are learned from the movements."))

    @api.model
    def _learning(self, day, floor, tolerance, clients):
        """Return the SELECT that learns the rhythms.

        :param day: the day whose outflows are going to be judged; history ends before it
        :param floor: smallest amount (yuan) a rule looks at
        :param tolerance: percent by which an outflow may exceed what is usual
        :param clients: SQL condition on ``m.partner_id``
        """
        since = day - timedelta(days=int(self.env["credit.threshold"]._value("rhythm_days")))
        return SQL(
            """
            SELECT d.partner_id, d.kind_id, d.day,
                   (array_agg(d.outflow ORDER BY d.outflow DESC))[d.min_times] AS usual_amount,
                   count(*)::integer AS times, max(d.last_on) AS last_on
              FROM (SELECT b.partner_id, k.id AS kind_id, k.min_times,
                           max(b.outflow) AS outflow, max(b.date) AS last_on, n.day
                      FROM (SELECT m.partner_id, m.date, -sum(m.amount) AS outflow,
                                   bool_or(m.purpose = 'tax') AS tax,
                                   bool_or(m.purpose = 'payroll') AS payroll
                              FROM credit_fund_movement m
                             WHERE m.amount < 0 AND m.date >= %(since)s AND m.date < %(day)s
                               AND %(clients)s
                          GROUP BY m.partner_id, m.date
                            HAVING -sum(m.amount) >= %(least)s) b
                      JOIN credit_fund_rhythm_kind k
                        ON k.active AND (k.code IN ('weekday', 'monthday')
                           OR (k.code = 'tax' AND b.tax) OR (k.code = 'payroll' AND b.payroll))
                CROSS JOIN LATERAL generate_series(
                               -CASE WHEN k.code = 'monthday' THEN k.tolerance_days ELSE 0 END,
                               CASE WHEN k.code = 'monthday' THEN k.tolerance_days ELSE 0 END
                           ) AS near(days)
                CROSS JOIN LATERAL (SELECT
                               CASE k.code WHEN 'weekday' THEN extract(isodow FROM b.date)
                                           WHEN 'monthday' THEN %(near_day)s
                                           ELSE 0 END::integer AS day,
                               CASE k.code WHEN 'weekday' THEN b.date
                                    ELSE date_trunc('month', b.date + near.days)::date END AS turn
                           ) n
                  GROUP BY b.partner_id, k.id, n.day, n.turn) d
          GROUP BY d.partner_id, d.kind_id, d.day, d.min_times
            HAVING count(*) >= d.min_times
            """,
            since=since,
            day=day,
            clients=clients,
            least=floor / (1 + tolerance / 100),
            near_day=self._day_of_month(SQL("(b.date + near.days)")),
        )

    @api.model
    def _day_of_month(self, day):
        """Return the SQL of the day of the month; the last one is 31 in every month."""
        return SQL(
            "CASE WHEN extract(day FROM %s + 1) = 1 THEN 31 ELSE extract(day FROM %s) END",
            day,
            day,
        )

    @api.model
    def _usual(self, partner, day, amount, purpose):
        """Return the SQL of the first rhythm that explains an outflow, or NULL.

        All arguments are SQL: client, date, positive amount, its purpose.
        """
        tolerance = self.env["credit.threshold"]._value("rhythm_tolerance")
        return SQL(
            """(SELECT r.id FROM credit_fund_rhythm r
                  JOIN credit_fund_rhythm_kind k ON k.id = r.kind_id AND k.active
                 WHERE r.partner_id = %(partner)s
                   AND r.usual_amount * %(factor)s >= %(amount)s
                   AND CASE k.code WHEN 'weekday' THEN r.day = extract(isodow FROM %(day)s)
                                   WHEN 'monthday' THEN r.day = %(day_of_month)s
                                   ELSE k.code = %(purpose)s END
              ORDER BY k.sequence, r.id LIMIT 1)""",
            partner=partner,
            factor=1 + tolerance / 100,
            amount=amount,
            day=day,
            day_of_month=self._day_of_month(day),
            purpose=purpose,
        )
