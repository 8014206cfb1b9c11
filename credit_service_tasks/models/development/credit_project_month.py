from odoo import fields, models
from odoo.tools import SQL


class CreditProjectMonth(models.Model):
    """How many targets each client manager has fixed for a month (R-V-3e)."""

    _name = "credit.project.month"
    _description = "Targets per Manager and Month"
    _auto = False
    _order = "month desc, missing desc, user_id"
    _rec_name = "user_id"
    _depends = {
        "credit.project.target": ["month", "user_id", "partner_id", "institution_id"],
        "crm.team.member": ["user_id", "crm_team_id", "post_id", "active"],
    }

    user_id = fields.Many2one("res.users", string="Manager", readonly=True)
    institution_id = fields.Many2one("crm.team", readonly=True)
    month = fields.Date(readonly=True)
    targets = fields.Integer(readonly=True, help="Different companies fixed for the month.")
    new_targets = fields.Integer(
        "Of these new", readonly=True, help="Never a target of this manager before."
    )
    required = fields.Integer(readonly=True)
    missing = fields.Integer(readonly=True, help="What is short of the required number (A40).")
    satisfied = fields.Boolean("Met", readonly=True)

    @property
    def _table_query(self):
        only_new = self.env["credit.reading"]._chosen("A40") == "new"
        counted = SQL("new_targets") if only_new else SQL("targets")
        return SQL(
            """
            SELECT c.*, %(required)s AS required,
                   greatest(%(required)s - %(counted)s, 0) AS missing,
                   %(counted)s >= %(required)s AS satisfied
              FROM (SELECT min(m.id) * 100 + n.number AS id, m.user_id,
                           min(m.crm_team_id) AS institution_id, n.month::date AS month,
                           count(DISTINCT t.partner_id)::integer AS targets,
                           (count(DISTINCT t.partner_id) FILTER (WHERE NOT EXISTS (
                               SELECT FROM credit_project_target e
                                WHERE e.user_id = t.user_id AND e.partner_id = t.partner_id
                                  AND e.month < t.month)))::integer AS new_targets
                      FROM crm_team_member m
                      JOIN credit_post p ON p.id = m.post_id AND p.code = 'client_manager'
                CROSS JOIN (SELECT i AS number, date_trunc('month', %(today)s::timestamp)
                                   + (i - 12) * interval '1 month' AS month
                              FROM generate_series(0, 13) i) n
                 LEFT JOIN credit_project_target t
                        ON t.user_id = m.user_id AND t.month = n.month::date
                     WHERE m.active
                       AND (t.id IS NOT NULL OR n.month >= date_trunc('month', m.create_date))
                  GROUP BY m.user_id, n.number, n.month) c
            """,
            required=int(self.env["credit.threshold"]._value("targets_per_month")),
            counted=counted,
            today=self.env.company._credit_today(),
        )
