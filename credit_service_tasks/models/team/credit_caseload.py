from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.credit_client_tiering.fields import Figure


class CreditCaseload(models.Model):
    """Who looks after how many clients with how much credit; only role A counts (A46).

    One row per person: holders of a post that manages clients, and everybody else
    who is somebody's A manager.
    """

    _name = "credit.caseload"
    _description = "Caseload"
    _auto = False
    _order = "institution_id, post_id, clients desc, id"
    _rec_name = "user_id"
    _depends = {
        "credit.service.member": ["user_id", "role", "partner_id", "date_to", "covers_id"],
        "res.partner": ["credit_exposure_current"],
        "crm.team.member": ["user_id", "crm_team_id", "post_id", "active"],
        "credit.retail.count": ["user_id", "date", "clients"],
        "credit.post": ["manages_clients"],
        "credit.caseload.limit": ["segment", "per_manager", "date_from", "date_to", "active"],
        "res.users": ["active"],
    }

    user_id = fields.Many2one("res.users", string="Manager", readonly=True)
    institution_id = fields.Many2one("crm.team", readonly=True)
    post_id = fields.Many2one("credit.post", string="Level", readonly=True)
    clients = fields.Integer("Corporate clients", readonly=True)
    exposure = Figure(
        "Credit in total", readonly=True, help="Current exposure of the clients, in yuan."
    )
    unknown = fields.Integer("Without a figure", readonly=True)
    strategic = fields.Integer(readonly=True)
    quality = fields.Integer(readonly=True)
    retail = fields.Integer("Retail clients", readonly=True)
    average = fields.Float(
        "Average here",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Corporate clients per manager of the same level in the institution.",
    )
    difference = fields.Float("Above the average", readonly=True, digits=(16, 1), aggregator=None)
    load = fields.Float(
        readonly=True,
        digits=(16, 2),
        aggregator="avg",
        help="Corporate and retail clients as shares of their limits, added up; 1 is full.",
    )
    over_limit = fields.Boolean(
        "Above the limit",
        readonly=True,
        help="A warning: the rule is the institution's average (A46).",
    )

    @property
    def _table_query(self):
        limits = self.env["credit.caseload.limit"]._limits()
        corporate, retail = limits._of("corporate"), limits._of("retail")
        over = SQL(
            "COALESCE(row.clients > %s OR row.retail > %s, FALSE)",
            corporate or None,
            retail or None,
        )
        if self.env["credit.reading"]._chosen("A46") == "proportional":
            over = SQL("COALESCE(row.load > 1, FALSE)")
        return SQL(
            """SELECT row.*, %(over)s AS over_limit, row.clients - row.average AS difference
                 FROM (SELECT person.*,
                              avg(person.clients) OVER (
                                  PARTITION BY person.institution_id, person.post_id) AS average,
                              COALESCE(person.clients::float / %(corporate)s, 0)
                                  + COALESCE(person.retail::float / %(retail)s, 0) AS load
                         FROM (%(people)s) person) row""",
            over=over,
            corporate=corporate or None,
            retail=retail or None,
            people=self._people(),
        )

    def _people(self):
        return SQL(
            """SELECT u.id, u.id AS user_id, seat.institution_id, seat.post_id,
                      COALESCE(book.clients, 0) AS clients, book.exposure,
                      COALESCE(book.unknown, 0) AS unknown,
                      COALESCE(book.strategic, 0) AS strategic,
                      COALESCE(book.quality, 0) AS quality,
                      COALESCE(counted.clients, 0) AS retail
                 FROM res_users u
            LEFT JOIN LATERAL (
                      SELECT m.crm_team_id AS institution_id, m.post_id, post.manages_clients
                        FROM crm_team_member m
                   LEFT JOIN credit_post post ON post.id = m.post_id
                       WHERE m.user_id = u.id AND m.active
                    ORDER BY post.manages_clients DESC NULLS LAST, m.id LIMIT 1) seat ON TRUE
            LEFT JOIN (SELECT m.user_id, count(*) AS clients,
                              sum(p.credit_exposure_current) AS exposure,
                              count(*) FILTER (WHERE p.credit_exposure_current IS NULL)
                                  AS unknown,
                              count(*) FILTER (WHERE p.credit_tier = 'strategic') AS strategic,
                              count(*) FILTER (WHERE p.credit_tier = 'quality') AS quality
                         FROM credit_service_member m
                         JOIN res_partner p ON p.id = m.partner_id AND p.active
                        WHERE m.role = 'a' AND m.date_to IS NULL AND m.covers_id IS NULL
                     GROUP BY m.user_id) book ON book.user_id = u.id
            LEFT JOIN (SELECT DISTINCT ON (r.user_id) r.user_id, r.clients
                         FROM credit_retail_count r
                     ORDER BY r.user_id, r.date DESC, r.id DESC) counted
                   ON counted.user_id = u.id
                WHERE (u.active AND seat.manages_clients) OR book.clients > 0"""
        )

    def action_open_clients(self):
        """Open the clients of the manager."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Clients of %s", self.user_id.name),
            "res_model": "res.partner",
            "view_mode": "list,form",
            "views": [
                (self.env.ref("credit_client_tiering.res_partner_view_list").id, "list"),
                (False, "form"),
            ],
            "domain": [("is_credit_client", "=", True), ("user_id", "=", self.user_id.id)],
        }

    def action_balance(self):
        """Propose how to even out the caseloads of the institutions of these managers."""
        return self.env["credit.team.proposal"]._open_for_balance(self.institution_id)
