from odoo import fields, models
from odoo.tools import SQL


class CreditClientCoverage(models.Model):
    """Products and companies the bank serves, per credit client.

    Worklists of M-4 (products incl. credit) and M-5 (chain enterprises), the product
    coverage of S-S-4a and S-Q-2, and how far the group is covered (S-S-2c, K-2b).
    """

    _name = "credit.client.coverage"
    _description = "Coverage of a Client"
    _auto = False
    _order = "products, partner_id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", string="Client", readonly=True)
    institution_id = fields.Many2one("crm.team", readonly=True)
    user_id = fields.Many2one("res.users", string="Manager", readonly=True)
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
    credit_state = fields.Selection(
        [("never", "Never had credit"), ("active", "Has credit"), ("ended", "Credit ended")],
        string="State of credit",
        readonly=True,
    )
    products = fields.Integer(
        "Products incl. credit",
        readonly=True,
        aggregator="avg",
        help="Different families in use; the credit itself is one of them (A19, M-4).",
    )
    families = fields.Integer("Families of the catalogue", readonly=True, aggregator="avg")
    product_coverage = fields.Float("Product coverage (%)", readonly=True, aggregator="avg")
    cross_sold = fields.Boolean("M-4 met", readonly=True)
    chain_known = fields.Integer("Chain enterprises known", readonly=True)
    chain_served = fields.Integer("Chain enterprises served", readonly=True)
    chain_met = fields.Boolean("M-5 met", readonly=True)
    group_members = fields.Integer("Companies of the group", readonly=True)
    group_clients = fields.Integer("Of these clients", readonly=True)
    referred = fields.Integer("Companies introduced", readonly=True)
    grips = fields.Integer(
        "Grips in use",
        readonly=True,
        help="Of the four of R-M-9: the client itself once it has credit or uses a product, and "
        "relations to its controller, affiliates and chain.",
    )

    @property
    def _table_query(self):
        thresholds = self.env["credit.threshold"]
        include = self.env["credit.reading"]._chosen("A62") == "including"
        return SQL(
            """
            WITH held AS (
                SELECT h.partner_id, count(DISTINCT f.id) FILTER (WHERE f.counts) AS counted,
                       bool_or(f.code = 'credit') AS credit
                  FROM credit_product_holding h
                  JOIN credit_product q ON q.id = h.product_id
                  JOIN credit_product_family f ON f.id = q.family_id
                 WHERE h.date_to IS NULL AND h.in_use
              GROUP BY h.partner_id),
            around AS (
                SELECT r.partner_id,
                       count(DISTINCT r.other_id) FILTER (WHERE r.chain) AS chain_known,
                       count(DISTINCT r.other_id) FILTER (WHERE r.chain AND o.is_credit_client
                           AND (o.credit_state = 'active'
                                OR o.credit_business_since <= %(today)s)) AS chain_served,
                       count(DISTINCT r.other_id) FILTER (WHERE r.side = 'referral') AS referred,
                       count(DISTINCT r.grip) FILTER (WHERE r.grip IS NOT NULL) AS grips
                  FROM (SELECT r.partner_id, r.other_id, r.side, t.grip,
                               r.side IN ('upstream', 'downstream') AS chain
                          FROM credit_relation r JOIN credit_relation_type t ON t.id = r.type_id
                         WHERE r.date_from <= %(today)s
                           AND (r.date_to IS NULL OR r.date_to >= %(today)s)
                         UNION ALL
                        SELECT r.other_id, r.partner_id, NULL, NULL, TRUE
                          FROM credit_relation r
                         WHERE r.side IN ('upstream', 'downstream')
                           AND r.date_from <= %(today)s
                           AND (r.date_to IS NULL OR r.date_to >= %(today)s)) r
                  JOIN res_partner o ON o.id = r.other_id
              GROUP BY r.partner_id),
            grp AS (
                SELECT g.credit_group_id, count(*) AS members,
                       count(*) FILTER (WHERE g.is_credit_client) AS clients
                  FROM res_partner g
                 WHERE g.is_company AND g.active AND g.credit_group_id IS NOT NULL
              GROUP BY g.credit_group_id)
            SELECT c.*, c.products >= %(products)s AS cross_sold,
                   100.0 * c.products / nullif(c.families, 0) AS product_coverage,
                   c.chain_served + %(itself)s >= %(chain)s AS chain_met
              FROM (SELECT p.id, p.id AS partner_id, p.credit_institution_id AS institution_id,
                           p.user_id, p.credit_tier AS tier, p.credit_state,
                           (coalesce(h.counted, 0) + (p.credit_state = 'active'
                               OR coalesce(h.credit, FALSE))::integer)::integer AS products,
                           (SELECT count(*) FROM credit_product_family f
                             WHERE f.active AND (f.counts OR f.code = 'credit'))::integer
                               AS families,
                           coalesce(a.chain_known, 0)::integer AS chain_known,
                           coalesce(a.chain_served, 0)::integer AS chain_served,
                           coalesce(a.referred, 0)::integer AS referred,
                           (coalesce(a.grips, 0)
                            + (h.partner_id IS NOT NULL
                               OR p.credit_state = 'active')::integer)::integer AS grips,
                           coalesce(g.members, 1)::integer AS group_members,
                           coalesce(g.clients, 1)::integer AS group_clients
                      FROM res_partner p
                 LEFT JOIN held h ON h.partner_id = p.id
                 LEFT JOIN around a ON a.partner_id = p.id
                 LEFT JOIN grp g ON g.credit_group_id = p.credit_group_id
                     WHERE p.is_credit_client AND p.active) c
            """,
            today=self.env.company._credit_today(),
            products=int(thresholds._value("cross_selling")),
            chain=int(thresholds._value("chain_enterprises")),
            itself=int(include),
        )
