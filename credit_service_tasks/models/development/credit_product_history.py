from odoo import fields, models
from odoo.tools import SQL


class CreditProductHistory(models.Model):
    """Product families per client at the end of each quarter (S-Q-2, S-S-4a)."""

    _name = "credit.product.history"
    _description = "Products over Time"
    _auto = False
    _order = "day desc, partner_id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", string="Client", readonly=True)
    institution_id = fields.Many2one("crm.team", readonly=True)
    tier = fields.Selection(
        [
            ("strategic", "Strategic"),
            ("quality", "Quality"),
            ("basic", "Basic"),
            ("potential", "Potential"),
        ],
        string="List",
        readonly=True,
    )
    day = fields.Date("At the end of", readonly=True)
    products = fields.Integer("Product families", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT p.id * 10 + d.number AS id, p.id AS partner_id,
                   p.credit_institution_id AS institution_id, p.credit_tier AS tier, d.day,
                   count(DISTINCT q.family_id)::integer AS products
              FROM res_partner p
        CROSS JOIN (SELECT i AS number,
                           least((date_trunc('quarter', %(today)s::timestamp)
                                  + (i - 6) * interval '3 months')::date - 1,
                                 %(today)s::date) AS day
                      FROM generate_series(0, 7) i) d
         LEFT JOIN credit_product_holding h
                ON h.partner_id = p.id AND h.in_use AND h.date_from <= d.day
               AND (h.date_to IS NULL OR h.date_to >= d.day)
         LEFT JOIN credit_product q ON q.id = h.product_id
             WHERE p.is_credit_client AND p.active
          GROUP BY p.id, d.number, d.day
            """,
            today=self.env.company._credit_today(),
        )
