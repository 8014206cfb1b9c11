from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from odoo.addons.credit_client_tiering.models.bank.res_partner import VIEWERS

PLAN_GAPS = [
    ("no_plan", "No plan"),
    ("no_one_to_one", "Only a cluster plan: one-to-one required"),
    ("no_cluster", "No cluster plan"),
]


def needed_sql():
    """The plan a client ``p`` needs: strategic clients one-to-one (S-S-2d), others by band."""
    return SQL(
        """CASE WHEN p.credit_tier = 'strategic' THEN 'one_to_one'
                ELSE (SELECT b.plan FROM credit_team_band b WHERE b.id = p.credit_band_id)
           END"""
    )


def has_one_to_one_sql():
    return SQL(
        """EXISTS (SELECT FROM credit_service_plan s
                    WHERE s.partner_id = p.id AND s.state = 'approved'
                      AND s.kind = 'one_to_one')"""
    )


def has_cluster_sql():
    return SQL(
        """EXISTS (SELECT FROM credit_service_plan s
                     JOIN credit_client_cluster c ON c.id = s.cluster_id AND c.active
                     JOIN credit_client_cluster_partner_rel m ON m.cluster_id = c.id
                    WHERE m.partner_id = p.id AND s.state = 'approved' AND s.kind = 'cluster')"""
    )


class ResPartner(models.Model):
    """The client's service plan, and the gap where there is none (R-1d, R-2d, R-3c)."""

    _inherit = "res.partner"

    credit_plan_ids = fields.One2many(
        "credit.service.plan", "partner_id", string="Service plans", groups=VIEWERS
    )
    credit_retail_plan_ids = fields.One2many(
        "credit.retail.plan",
        "partner_id",
        string="One-client-one-policy plans",
        groups=VIEWERS,
        help="Drawn up with the retail team, for small and medium enterprises (R-M-4).",
    )
    credit_cluster_ids = fields.Many2many(
        "credit.client.cluster",
        "credit_client_cluster_partner_rel",
        "partner_id",
        "cluster_id",
        string="Clusters",
        groups=VIEWERS,
    )
    credit_plan_gap = fields.Selection(
        PLAN_GAPS,
        string="Plan gap",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=VIEWERS,
        help="What the service plan lacks under the band and the list of the client (A44).",
    )

    @api.model
    def _refuse_engine_fields(self, vals):
        if "credit_plan_gap" in vals:
            raise AccessError(
                self.env._("Plan gaps follow from the band, the list and the plans in force.")
            )
        return super()._refuse_engine_fields(vals)

    @api.model
    def _credit_refresh_teams(self, client_ids=None, group_ids=()):
        changed = super()._credit_refresh_teams(client_ids, group_ids)
        if client_ids is None:
            self._credit_refresh_plan_gaps_of(None)
        else:
            self._credit_refresh_plan_gaps_of({*client_ids, *changed})
        return changed

    def _credit_refresh_plan_gaps(self):
        """Find the plan gaps of these clients anew."""
        self._credit_refresh_plan_gaps_of(self.ids)

    @api.model
    def _credit_refresh_plan_gaps_of(self, client_ids):
        """Find plan gaps anew and store what changed; one statement.

        :param client_ids: ids of clients; None: the whole book
        :return: ids of the clients that changed
        Clauses R-1d, R-2d, R-3c, S-S-2d; A44.
        """
        within = SQL("TRUE")
        if client_ids is not None:
            if not client_ids:
                return []
            within = SQL("p.id = ANY(%s)", list(client_ids))
        for name in ("res.partner", "credit.service.plan", "credit.client.cluster"):
            self.env[name].flush_model()
        strict = self.env["credit.reading"]._chosen("A44") == "as_named"
        rows = self.env.execute_query(
            SQL(
                """UPDATE res_partner u SET credit_plan_gap = x.gap
                     FROM (SELECT n.id, CASE
                                  WHEN n.need IS NULL THEN NULL
                                  WHEN n.need = 'one_to_one' OR %(strict)s AND n.need = 'either'
                                  THEN CASE WHEN n.one THEN NULL
                                            WHEN n.many THEN 'no_one_to_one' ELSE 'no_plan' END
                                  WHEN %(strict)s AND n.need = 'cluster'
                                  THEN CASE WHEN n.many THEN NULL
                                            WHEN n.one THEN 'no_cluster' ELSE 'no_plan' END
                                  WHEN n.one OR n.many THEN NULL
                                  ELSE 'no_plan' END AS gap
                             FROM (SELECT p.id,
                                          CASE WHEN p.is_credit_client AND p.active
                                               THEN %(need)s END AS need,
                                          %(one)s AS one, %(many)s AS many
                                     FROM res_partner p
                                    WHERE (p.is_credit_client OR p.credit_plan_gap IS NOT NULL)
                                      AND %(within)s) n) x
                    WHERE u.id = x.id AND u.credit_plan_gap IS DISTINCT FROM x.gap
                RETURNING u.id""",
                strict=strict,
                need=needed_sql(),
                one=has_one_to_one_sql(),
                many=has_cluster_sql(),
                within=within,
            )
        )
        changed = self.browse([row[0] for row in rows])
        changed.invalidate_recordset(["credit_plan_gap"], flush=False)
        return changed.ids

    def action_credit_draft_plan(self):
        """Draft one-to-one plans of these clients.

        :return: the action that opens them
        """
        self.check_access("read")
        clients = self.filtered("is_credit_client")
        drafts = self.env["credit.service.plan"]._draft_for(clients)
        plans = self.env["credit.service.plan"].search(
            [("partner_id", "in", clients.ids), ("state", "in", ("draft", "approved"))]
        )
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Service plans"),
            "res_model": "credit.service.plan",
        }
        shown = drafts or plans
        if len(shown) == 1:
            return {**action, "res_id": shown.id, "views": [(False, "form")]}
        return {
            **action,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", shown.ids)],
        }
