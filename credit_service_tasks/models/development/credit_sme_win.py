from odoo import api, fields, models
from odoo.tools import SQL


class CreditSmeWin(models.Model):
    """One SME won per client manager and calendar quarter (S-P-4, A52)."""

    _name = "credit.sme.win"
    _description = "SMEs Won per Quarter"
    _auto = False
    _order = "quarter desc, won, user_id"
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", string="Manager", readonly=True)
    institution_id = fields.Many2one("crm.team", readonly=True)
    quarter = fields.Date("Quarter begins", readonly=True)
    won = fields.Integer(readonly=True)
    required = fields.Integer(readonly=True)
    status = fields.Selection(
        [("satisfied", "Satisfied"), ("open", "Open"), ("missed", "Missed")], readonly=True
    )

    @api.model
    def _wins(self, first, last):
        """Return SQL of (partner_id, user_id, 1) of the SMEs won from day to day.

        The manager is who held role A on the day; without a team, the client's own.
        """
        opened = self.env["credit.reading"]._chosen("A52") == "account"
        event = SQL.identifier("p", "credit_business_since" if opened else "credit_first_date")
        return SQL(
            """SELECT p.id, coalesce(a.user_id, p.user_id), 1
                 FROM res_partner p
            LEFT JOIN LATERAL (
                      SELECT m.user_id FROM credit_service_member m
                       WHERE m.partner_id = p.id AND m.role = 'a' AND m.covers_id IS NULL
                         AND m.date_from <= %(event)s
                         AND (m.date_to IS NULL OR m.date_to >= %(event)s)
                    ORDER BY m.date_from DESC LIMIT 1) a ON TRUE
                WHERE p.is_credit_client AND p.credit_size IN ('micro', 'small', 'medium')
                  AND %(event)s BETWEEN %(first)s AND %(last)s""",
            event=event,
            first=first,
            last=last,
        )

    @property
    def _table_query(self):
        today = self.env.company._credit_today()
        return SQL(
            """
            SELECT c.*, %(required)s AS required,
                   CASE WHEN c.won >= %(required)s THEN 'satisfied'
                        WHEN c.quarter + interval '3 months' <= %(today)s::date THEN 'missed'
                        ELSE 'open' END AS status
              FROM (SELECT min(m.id) * 100 + q.number AS id, m.user_id,
                           min(m.crm_team_id) AS institution_id, q.start AS quarter,
                           count(DISTINCT w.partner_id)::integer AS won
                      FROM crm_team_member m
                      JOIN credit_post p ON p.id = m.post_id AND p.code = 'client_manager'
                CROSS JOIN (SELECT i AS number,
                                   (date_trunc('quarter', %(today)s::timestamp)
                                    - i * interval '3 months')::date AS start
                              FROM generate_series(0, 7) i) q
                 LEFT JOIN (SELECT w.*, coalesce(%(event)s) AS day
                              FROM (%(wins)s) w(partner_id, user_id, one)
                              JOIN res_partner p ON p.id = w.partner_id) w
                        ON w.user_id = m.user_id AND w.day >= q.start
                       AND w.day < q.start + interval '3 months'
                     WHERE m.active
                       AND (w.partner_id IS NOT NULL
                            OR q.start + interval '3 months' > m.create_date)
                  GROUP BY m.user_id, q.number, q.start) c
            """,
            required=int(self.env["credit.threshold"]._value("sme_per_quarter")),
            today=today,
            event=SQL.identifier(
                "p",
                "credit_business_since"
                if self.env["credit.reading"]._chosen("A52") == "account"
                else "credit_first_date",
            ),
            wins=self._wins(today.replace(year=today.year - 3, month=1, day=1), today),
        )
