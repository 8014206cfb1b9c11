from odoo import api, fields, models


class CreditClientCluster(models.Model):
    """Clients that one plan can serve: an industry cluster, a supply chain (S-B-2a, R-2d)."""

    _name = "credit.client.cluster"
    _inherit = ["credit.internal.thread"]
    _description = "Client Cluster"
    _order = "name, id"

    name = fields.Char(required=True, tracking=True)
    kind = fields.Selection(
        [("industry", "Industry cluster"), ("chain", "Chain around a core company")],
        required=True,
        default="industry",
        tracking=True,
    )
    industry_id = fields.Many2one(
        "credit.term",
        domain=[("category", "=", "industry")],
        index="btree_not_null",
        ondelete="restrict",
    )
    core_id = fields.Many2one(
        "res.partner",
        string="Core company",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("is_company", "=", True)],
        help="The company around which the chain stands.",
    )
    institution_id = fields.Many2one(
        "crm.team",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user.sudo().crm_team_ids[:1],
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="In charge",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        tracking=True,
    )
    partner_ids = fields.Many2many(
        "res.partner",
        "credit_client_cluster_partner_rel",
        "cluster_id",
        "partner_id",
        string="Members",
        domain=[("is_credit_client", "=", True)],
    )
    member_count = fields.Integer("Clients", compute="_compute_member_count")
    outgrown_count = fields.Integer(
        "Outgrown",
        compute="_compute_member_count",
        help="Members that need a one-to-one plan of their own now.",
    )
    plan_ids = fields.One2many("credit.service.plan", "cluster_id", string="Plans")
    active = fields.Boolean(default=True)

    @api.depends("partner_ids.credit_plan_gap")
    def _compute_member_count(self):
        for cluster in self:
            cluster.member_count = len(cluster.partner_ids)
            cluster.outgrown_count = len(
                cluster.partner_ids.filtered(lambda p: p.credit_plan_gap == "no_one_to_one")
            )

    @api.model_create_multi
    def create(self, vals_list):
        clusters = super().create(vals_list)
        if not self.env.su:
            clusters.partner_ids.check_access("read")
        clusters.partner_ids._credit_refresh_plan_gaps()
        return clusters

    def write(self, vals):
        before = self.sudo().partner_ids  # sudo: also members the person does not see
        result = super().write(vals)
        if {"partner_ids", "active"} & set(vals):
            after = self.sudo().partner_ids
            if not self.env.su:
                (after - before).with_env(self.env).check_access("read")
            (before | after)._credit_refresh_plan_gaps()
        return result

    def unlink(self):
        members = self.sudo().partner_ids
        result = super().unlink()
        members._credit_refresh_plan_gaps()
        return result
