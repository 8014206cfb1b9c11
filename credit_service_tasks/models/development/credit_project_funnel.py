from odoo import fields, models
from odoo.tools import SQL


class CreditProjectFunnel(models.Model):
    """Target → visited → applied → credit → tiered, one row a project (S-P-0).

    A step is reached when the project's stage says so, or when the facts do: a
    visit or an application since the project began, credit that took effect or a loan paid
    out since, a place on a list.
    """

    _name = "credit.project.funnel"
    _description = "Conversion Funnel"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "lead_id"

    lead_id = fields.Many2one("crm.lead", string="Project", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Company", readonly=True)
    institution_id = fields.Many2one("crm.team", readonly=True)
    user_id = fields.Many2one("res.users", string="Manager", readonly=True)
    prospect_source_id = fields.Many2one("credit.prospect.source", string="Source", readonly=True)
    project_field_id = fields.Many2one("credit.term", string="Field", readonly=True)
    lost_reason_id = fields.Many2one("crm.lost.reason", string="Lost reason", readonly=True)
    date = fields.Date("Opened on", readonly=True)
    targets = fields.Integer("Projects", readonly=True)
    visited = fields.Integer(readonly=True)
    applied = fields.Integer(readonly=True)
    granted = fields.Integer("Credit granted", readonly=True)
    tiered = fields.Integer("On a list", readonly=True)
    lost = fields.Integer(readonly=True)
    # Each is empty unless the step before was reached: the average of a group is the
    # share of those that went on.
    visited_share = fields.Float(
        "Visited (%)", readonly=True, digits=(5, 1), aggregator="avg", help="Of the projects."
    )
    applied_share = fields.Float(
        "Applied (%)", readonly=True, digits=(5, 1), aggregator="avg", help="Of those visited."
    )
    granted_share = fields.Float(
        "Credit granted (%)",
        readonly=True,
        digits=(5, 1),
        aggregator="avg",
        help="Of those that applied.",
    )
    tiered_share = fields.Float(
        "On a list (%)",
        readonly=True,
        digits=(5, 1),
        aggregator="avg",
        help="Of those with credit.",
    )
    expected_amount = fields.Float("Expected amount", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            WITH project AS (
                SELECT l.id, l.partner_id, l.team_id AS institution_id, l.user_id,
                       l.prospect_source_id, l.project_field_id, l.lost_reason_id,
                       l.create_date::date AS date, l.expected_amount, l.active,
                       coalesce(p.commercial_partner_id, l.partner_id) AS company_id,
                       array_position(ARRAY['target', 'visited', 'applied', 'granted']::varchar[],
                                      s.credit_step) AS step
                  FROM crm_lead l
             LEFT JOIN crm_stage s ON s.id = l.stage_id
             LEFT JOIN res_partner p ON p.id = l.partner_id
                 WHERE l.is_credit_project),
            fact AS (
                SELECT j.id,
                       EXISTS (SELECT FROM credit_contact_report r
                                 JOIN credit_contact_channel c ON c.id = r.channel_id
                                 JOIN credit_duty_kind k ON k.id = c.kind_id
                                WHERE r.partner_id = j.company_id AND r.state = 'submitted'
                                  AND r.date >= j.date AND k.code = 'visit') AS visited,
                       EXISTS (SELECT FROM credit_application a
                                WHERE a.partner_id = j.company_id
                                  AND a.applied_on >= j.date) AS applied,
                       (p.credit_first_date >= j.date AND p.credit_first_date <= %(today)s)
                           OR EXISTS (SELECT FROM credit_loan_payout o
                                       WHERE o.partner_id = j.company_id
                                         AND o.date >= j.date) AS granted,
                       p.credit_tier IS NOT NULL AND p.credit_tier <> 'potential' AS tiered
                  FROM project j
             LEFT JOIN res_partner p ON p.id = j.company_id)
            SELECT j.id, j.id AS lead_id, j.company_id AS partner_id, j.institution_id,
                   j.user_id, j.prospect_source_id, j.project_field_id, j.lost_reason_id,
                   j.date, j.expected_amount, 1 AS targets,
                   (r.step >= 2)::integer AS visited, (r.step >= 3)::integer AS applied,
                   (r.step >= 4)::integer AS granted, (r.step >= 5)::integer AS tiered,
                   100.0 * (r.step >= 2)::integer AS visited_share,
                   CASE WHEN r.step >= 2 THEN 100.0 * (r.step >= 3)::integer END AS applied_share,
                   CASE WHEN r.step >= 3 THEN 100.0 * (r.step >= 4)::integer END AS granted_share,
                   CASE WHEN r.step >= 4 THEN 100.0 * (r.step >= 5)::integer END AS tiered_share,
                   (NOT j.active)::integer AS lost
              FROM project j
              JOIN fact f ON f.id = j.id
        CROSS JOIN LATERAL (SELECT greatest(
                       coalesce(j.step, 1), CASE WHEN f.applied THEN 3 WHEN f.visited THEN 2
                                           ELSE 1 END,
                       CASE WHEN f.granted AND f.tiered THEN 5 WHEN f.granted THEN 4
                            ELSE 1 END) AS step) r
            """,
            today=self.env.company._credit_today(),
        )
