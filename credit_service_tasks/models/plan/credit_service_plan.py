from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

# What people write; state, version and what an approval froze follow from the buttons.
OPEN_FIELDS = frozenset(
    {
        "kind",
        "partner_id",
        "cluster_id",
        "user_id",
        "designer_ids",
        "needs",
        "product_package",
        "service_policy",
        "entry_project",
        "credit_part",
        "settlement_part",
        "wealth_part",
        "intermediary_part",
        "next_step",
        "next_date",
        "product_ids",
        "measure_ids",
        "goal_ids",
    }
)
# Said by a plan that is in force: a new version changes them.
FROZEN_FIELDS = OPEN_FIELDS - {"next_step", "next_date", "measure_ids"}
PARTS = ("credit_part", "settlement_part", "wealth_part", "intermediary_part")


class CreditServicePlan(models.Model):
    """What the bank will do for a client, or for a cluster of clients (R-1d, R-2d, R-3c).

    One-to-one for a client, one-to-many for a cluster. Approved once, then frozen; what
    changes goes into the next version, which takes the place of this one.
    """

    _name = "credit.service.plan"
    _inherit = ["credit.guard.mixin", "credit.internal.thread", "mail.activity.mixin"]
    _description = "Service Plan"
    _order = "state, write_date desc, id desc"
    _mail_post_access = "read"

    _guard_open = OPEN_FIELDS

    kind = fields.Selection(
        [("one_to_one", "One-to-one"), ("cluster", "One-to-many, by cluster")],
        required=True,
        default="one_to_one",
        tracking=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("is_credit_client", "=", True)],
    )
    cluster_id = fields.Many2one(
        "credit.client.cluster", index="btree_not_null", ondelete="restrict"
    )
    institution_id = fields.Many2one(
        "crm.team",
        compute="_compute_institution_id",
        store=True,
        index="btree_not_null",
        readonly=True,
    )
    tier = fields.Selection(related="partner_id.credit_tier", string="List")
    user_id = fields.Many2one(
        "res.users",
        string="Plan owner",
        index="btree_not_null",
        ondelete="restrict",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Whoever answers for the client: its A manager (R-5c).",
    )
    designer_ids = fields.Many2many(
        "res.users",
        "credit_service_plan_designer_rel",
        string="Took part",
        help="Leaders and managers who helped to design the plan (R-V-2b).",
    )
    version = fields.Integer(default=1, readonly=True)
    origin_id = fields.Many2one(
        "credit.service.plan",
        string="First version",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("approved", "In effect"),
            ("replaced", "Replaced"),
            ("closed", "Closed"),
        ],
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
    )
    approved_on = fields.Date(readonly=True)
    approved_by_id = fields.Many2one("res.users", string="Approved by", readonly=True)
    ended_on = fields.Date(readonly=True)
    frozen = fields.Json(readonly=True, help="What the approver saw of the client.")
    # What the client needs and what it is offered
    needs = fields.Text("Needs of the client")
    product_package = fields.Text("Product package", help="S-S-0b")
    service_policy = fields.Text("Service policy", help="S-S-0b")
    entry_project = fields.Char(
        "Key project to enter with",
        help="The service with which we enter; others follow (S-Q-4b).",
    )
    credit_part = fields.Text("Credit cooperation")
    settlement_part = fields.Text("Settlement services")
    wealth_part = fields.Text("Wealth management")
    intermediary_part = fields.Text("Intermediary services")
    next_step = fields.Char(help="What comes next for the client (M-3b).")
    next_date = fields.Date("Next step on")
    product_ids = fields.One2many("credit.service.plan.product", "plan_id", string="Products")
    measure_ids = fields.One2many("credit.service.plan.measure", "plan_id", string="Measures")
    goal_ids = fields.One2many("credit.service.plan.goal", "plan_id", string="Goals")
    measure_done = fields.Char("Measures done", compute="_compute_measure_done")
    goal_rate = fields.Float(
        "Goals reached (%)",
        compute="_compute_goal_rate",
        digits=(5, 0),
        help="Share of the goals with a figure that are reached.",
    )

    _one_in_force = models.UniqueIndex(
        "(partner_id) WHERE state = 'approved' AND kind = 'one_to_one'",
        "The client already has a one-to-one plan in force: make a new version of it.",
    )
    _one_draft = models.UniqueIndex(
        "(partner_id) WHERE state = 'draft' AND kind = 'one_to_one'",
        "A one-to-one plan of the client is being drafted already.",
    )
    _one_cluster_in_force = models.UniqueIndex(
        "(cluster_id) WHERE state = 'approved' AND kind = 'cluster'",
        "The cluster already has a plan in force: make a new version of it.",
    )
    _whose = models.Constraint(
        "CHECK ((kind = 'one_to_one' AND partner_id IS NOT NULL AND cluster_id IS NULL)"
        " OR (kind = 'cluster' AND cluster_id IS NOT NULL AND partner_id IS NULL))",
        "A one-to-one plan names a client, a one-to-many plan a cluster.",
    )

    @api.depends("partner_id.credit_institution_id", "cluster_id.institution_id")
    def _compute_institution_id(self):
        for plan in self:
            # sudo: the institution of a client or cluster the plan names.
            found = plan.sudo()
            plan.institution_id = (
                found.partner_id.credit_institution_id or found.cluster_id.institution_id
            )

    @api.depends("partner_id", "cluster_id")
    def _compute_user_id(self):
        for plan in self:
            found = plan.sudo()
            plan.user_id = (
                found.partner_id.user_id
                or found.cluster_id.user_id
                or plan.user_id
                or self.env.user
            )

    @api.depends_context("lang")
    @api.depends("partner_id", "cluster_id", "version")
    def _compute_display_name(self):
        for plan in self:
            whose = plan.partner_id.display_name or plan.cluster_id.display_name or ""
            plan.display_name = self.env._(
                "%(whose)s, plan %(number)s", whose=whose, number=plan.version
            )

    @api.depends("measure_ids.state")
    def _compute_measure_done(self):
        for plan in self:
            done = plan.measure_ids.filtered(lambda m: m.state == "done")
            plan.measure_done = f"{len(done)} / {len(plan.measure_ids)}"

    @api.depends("goal_ids.rate")
    def _compute_goal_rate(self):
        for plan in self:
            known = plan.goal_ids.filtered(lambda g: g.actual is not False)
            reached = known.filtered("is_reached")
            plan.goal_rate = 100.0 * len(reached) / len(known) if known else 0.0

    @api.constrains("partner_id", "cluster_id")
    def _check_credit_client(self):
        for plan in self:
            if plan.partner_id and not plan.partner_id.is_credit_client:
                raise ValidationError(
                    self.env._("%s is no credit client.", plan.partner_id.display_name)
                )

    # ORM

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(vals_list)
        if not self.env.su:
            plans.partner_id.check_access("read")
            plans.cluster_id.check_access("read")
        return plans

    def _guard_editable(self, touched):
        for plan in self:
            if plan.state in ("replaced", "closed"):
                raise UserError(self.env._("“%s” is no longer in force.", plan.display_name))
            if plan.state == "approved" and touched & FROZEN_FIELDS:
                raise UserError(
                    self.env._(
                        "“%s” is approved, so what it says is frozen. Make a new version.",
                        plan.display_name,
                    )
                )

    def _guard_deletable(self):
        if any(plan.state != "draft" for plan in self):
            return super()._guard_deletable()
        return None

    # PRODUCTS

    def action_compare_products(self):
        """List what the client holds and what comparable clients hold (S-Q-4b).

        Comparable: on the same list and of the same size, else on the same list. What
        somebody already proposed stays.
        """
        self.check_access("write")
        for plan in self:
            plan._guard_editable({"product_ids"})
            plan._compare_products()
        return True

    def _compare_products(self):
        self.ensure_one()
        # sudo: shares over the whole book; no other client is named.
        clients = (self.partner_id or self.cluster_id.sudo().partner_ids).ids
        rows = self._peer_shares(clients)
        known = {line.product_id.id: line for line in self.product_ids}
        new = []
        for product_id, held, peers, holding in rows:
            share = 100.0 * holding / peers if peers else False
            values = {"held": bool(held), "peer_share": share, "peers": peers}
            if product_id in known:
                known[product_id]._engine().write(values)
            else:
                new.append({"plan_id": self.id, "product_id": product_id, **values})
        self.env["credit.service.plan.product"]._engine().create(new)

    def _peer_shares(self, client_ids):
        """Return (product id, held by how many of us, peers, peers holding it) per product."""
        for name in ("res.partner", "credit.product.holding", "credit.product"):
            self.env[name].flush_model()
        return self.env.execute_query(
            SQL(
                """
                WITH us AS (
                    SELECT id, credit_tier, credit_size FROM res_partner WHERE id = ANY(%(ids)s)),
                narrow AS (
                    SELECT p.id FROM res_partner p
                     WHERE p.is_credit_client AND p.active AND p.id <> ALL(%(ids)s)
                       AND EXISTS (SELECT FROM us WHERE us.credit_tier = p.credit_tier
                                      AND us.credit_size = p.credit_size)),
                peer AS (
                    SELECT id FROM narrow
                     UNION ALL
                    SELECT p.id FROM res_partner p
                     WHERE NOT EXISTS (SELECT FROM narrow) AND p.is_credit_client AND p.active
                       AND p.id <> ALL(%(ids)s)
                       AND EXISTS (SELECT FROM us WHERE us.credit_tier = p.credit_tier)),
                holding AS (
                    SELECT DISTINCT h.partner_id, h.product_id
                      FROM credit_product_holding h
                     WHERE (h.date_to IS NULL OR h.date_to >= %(today)s) AND h.in_use)
                SELECT q.id,
                       count(*) FILTER (WHERE h.partner_id = ANY(%(ids)s)),
                       (SELECT count(*) FROM peer),
                       count(*) FILTER (WHERE h.partner_id IN (SELECT id FROM peer))
                  FROM credit_product q
             LEFT JOIN holding h ON h.product_id = q.id
                 WHERE q.active
              GROUP BY q.id
              ORDER BY 4 DESC, q.sequence, q.id
                """,
                ids=list(client_ids),
                today=self.env.company._credit_today(),
            )
        )
