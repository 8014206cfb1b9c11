from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.credit_client_tiering.models.policy.tiers import TIERS


class CreditAnalysisCoverage(models.Model):
    """Which clients were analysed this year and when the others should be (R-P-2e, A39).

    Every credit client with an A manager, once per calendar year. Who is still to come is
    spread evenly over the months left, important clients first.
    """

    _name = "credit.analysis.coverage"
    _description = "Yearly Coverage by Client Analysis"
    _auto = False
    _order = "proposed_month, institution_id, partner_id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", string="Client", readonly=True)
    institution_id = fields.Many2one("crm.team", readonly=True)
    user_id = fields.Many2one("res.users", string="A manager", readonly=True)
    tier = fields.Selection(TIERS, string="List", readonly=True)
    analysed_on = fields.Date("Analysed on", readonly=True)
    covered = fields.Float("Covered (%)", readonly=True, aggregator="avg", digits=(5, 1))
    proposed_month = fields.Date(readonly=True, help="Empty: analysed this year already.")

    @property
    def _table_query(self):
        today = self.env.company._credit_today()
        return SQL(
            """
            WITH analysed AS (
                SELECT a.partner_id, max(a.date) AS day
                  FROM credit_client_analysis a
                 WHERE a.state = 'held' AND a.date >= %(year)s AND a.date <= %(today)s
              GROUP BY a.partner_id),
            client AS (
                SELECT p.id, p.credit_institution_id, p.user_id, p.credit_tier, a.day
                  FROM res_partner p
             LEFT JOIN analysed a ON a.partner_id = p.id
                 WHERE p.is_credit_client AND p.active AND p.user_id IS NOT NULL),
            ranked AS (
                SELECT c.*,
                       row_number() OVER (
                           PARTITION BY c.credit_institution_id, c.day IS NULL
                               ORDER BY array_position(
                                   ARRAY['strategic', 'quality', 'basic', 'potential']::varchar[],
                                   c.credit_tier), c.id) - 1 AS place,
                       count(*) OVER (
                           PARTITION BY c.credit_institution_id, c.day IS NULL) AS waiting
                  FROM client c)
            SELECT id, id AS partner_id, credit_institution_id AS institution_id, user_id,
                   credit_tier AS tier, day AS analysed_on,
                   CASE WHEN day IS NULL THEN 0.0 ELSE 100.0 END AS covered,
                   CASE WHEN day IS NULL THEN
                       (%(month)s + (place * %(left)s / waiting) * interval '1 month')::date
                   END AS proposed_month
              FROM ranked
            """,
            year=today.replace(month=1, day=1),
            today=today,
            month=today.replace(day=1),
            left=13 - today.month,
        )
