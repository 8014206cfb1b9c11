from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.credit_client_tiering.models.policy.tiers import TIERS

from ..team.credit_team_band import BANDS, PLANS
from .res_partner import PLAN_GAPS, has_cluster_sql, has_one_to_one_sql, needed_sql


class CreditPlanCoverage(models.Model):
    """How far clients are covered by the plan they need, in percent (R-1d, S-S-2d)."""

    _name = "credit.plan.coverage"
    _description = "Coverage with Service Plans"
    _auto = False
    _order = "institution_id, band, partner_id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", string="Client", readonly=True)
    institution_id = fields.Many2one("crm.team", readonly=True)
    user_id = fields.Many2one("res.users", string="A manager", readonly=True)
    tier = fields.Selection(TIERS, string="List", readonly=True)
    band = fields.Selection(BANDS, readonly=True)
    need = fields.Selection(PLANS, string="Plan needed", readonly=True)
    one_to_one = fields.Boolean("One-to-one plan", readonly=True)
    cluster = fields.Boolean("Cluster plan", readonly=True)
    gap = fields.Selection(PLAN_GAPS, string="Plan gap", readonly=True)
    covered = fields.Float("Covered (%)", readonly=True, aggregator="avg", digits=(5, 1))

    @property
    def _table_query(self):
        return SQL(
            """SELECT * FROM (
                   SELECT p.id, p.id AS partner_id, p.credit_institution_id AS institution_id,
                          p.user_id, p.credit_tier AS tier, p.credit_band AS band,
                          %(need)s AS need, %(one)s AS one_to_one, %(many)s AS cluster,
                          p.credit_plan_gap AS gap,
                          CASE WHEN p.credit_plan_gap IS NULL THEN 100.0 ELSE 0.0 END AS covered
                     FROM res_partner p
                    WHERE p.is_credit_client AND p.active) c
                WHERE c.need IS NOT NULL""",
            need=needed_sql(),
            one=has_one_to_one_sql(),
            many=has_cluster_sql(),
        )
