from odoo import fields, models
from odoo.tools import SQL


class CreditStaffTarget(models.Model):
    """Whether every person who serves clients has a target that runs today (R-0b).

    A draft is no target; it counts once somebody has confirmed it.
    """

    _name = "credit.staff.target"
    _description = "Targets of the Staff"
    _auto = False
    _order = "has_target, institution_id, user_id"
    _rec_name = "user_id"
    _depends = {
        "credit.target": ["level", "state", "user_id", "period_start", "period_end"],
        "crm.team.member": ["user_id", "crm_team_id", "post_id", "active"],
    }

    user_id = fields.Many2one("res.users", string="Person", readonly=True)
    institution_id = fields.Many2one("crm.team", readonly=True)
    post_id = fields.Many2one("credit.post", readonly=True)
    targets = fields.Integer("Targets running", readonly=True)
    drafts = fields.Integer(readonly=True)
    has_target = fields.Boolean(readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT m.id, m.user_id, m.crm_team_id AS institution_id, m.post_id,
                   coalesce(t.targets, 0)::integer AS targets,
                   coalesce(t.drafts, 0)::integer AS drafts,
                   coalesce(t.targets, 0) > 0 AS has_target
              FROM crm_team_member m
              JOIN credit_post p ON p.id = m.post_id AND p.is_head_office IS NOT TRUE
              JOIN res_users u ON u.id = m.user_id AND u.active
         LEFT JOIN (SELECT user_id, count(*) FILTER (WHERE state = 'confirmed') AS targets,
                           count(*) FILTER (WHERE state = 'draft') AS drafts
                      FROM credit_target
                     WHERE level = 'person' AND %(today)s BETWEEN period_start AND period_end
                  GROUP BY user_id) t ON t.user_id = m.user_id
             WHERE m.active
            """,
            today=self.env.company._credit_today(),
        )
