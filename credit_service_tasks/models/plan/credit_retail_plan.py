from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

SME = ("micro", "small", "medium")
SAID = frozenset({"partner_id", "user_id", "retail_user_id", "needs", "offer"})


class CreditRetailPlan(models.Model):
    """One client, one policy: what corporate and retail team do together for an SME (R-M-4).

    The retail team draws up the financial service plan; retail products for staff and
    executives support the corporate business. One runs per client; what changes goes into
    the next one.
    """

    _name = "credit.retail.plan"
    _inherit = ["credit.guard.mixin", "credit.internal.thread", "mail.activity.mixin"]
    _description = "One-Client-One-Policy Plan"
    _order = "state, id desc"
    _rec_name = "partner_id"
    _mail_post_access = "read"
    _guard_open = SAID | {"line_ids", "result"}

    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("is_credit_client", "=", True), ("credit_size", "in", SME)],
    )
    institution_id = fields.Many2one(
        "crm.team",
        compute="_compute_institution_id",
        store=True,
        index="btree_not_null",
    )
    service_plan_id = fields.Many2one(
        "credit.service.plan", string="Corporate plan in force", compute="_compute_service_plan_id"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Client manager",
        required=True,
        index=True,
        ondelete="restrict",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    retail_user_id = fields.Many2one(
        "res.users",
        string="Drawn up by (retail team)",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
    )
    needs = fields.Text("What the enterprise needs")
    offer = fields.Text("Financial service plan")
    line_ids = fields.One2many(
        "credit.retail.plan.line", "plan_id", string="Retail products for its people"
    )
    people_planned = fields.Integer(compute="_compute_people", string="People to be served")
    people_served = fields.Integer(compute="_compute_people")
    result = fields.Text(help="What came of it for the corporate business.", tracking=True)
    state = fields.Selection(
        [("draft", "Draft"), ("agreed", "Agreed"), ("closed", "Closed")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    agreed_on = fields.Date(readonly=True, copy=False)
    agreed_by_id = fields.Many2one(
        "res.users", string="Agreed by", readonly=True, copy=False, ondelete="restrict"
    )
    closed_on = fields.Date(readonly=True, copy=False)

    _one_per_client = models.UniqueIndex(
        "(partner_id) WHERE state <> 'closed'",
        "One client, one policy: close the plan the client has before you draw up another.",
    )

    @api.depends("partner_id.credit_institution_id")
    def _compute_institution_id(self):
        for plan in self:
            # sudo: the institution of the client the plan names.
            plan.institution_id = plan.sudo().partner_id.credit_institution_id

    @api.depends("partner_id")
    def _compute_user_id(self):
        for plan in self:
            plan.user_id = plan.sudo().partner_id.user_id or plan.user_id or self.env.user

    @api.depends("partner_id")
    def _compute_service_plan_id(self):
        plans = self.env["credit.service.plan"].search(
            [("partner_id", "in", self.partner_id.ids), ("state", "=", "approved")]
        )
        found = {plan.partner_id: plan for plan in plans}
        for plan in self:
            plan.service_plan_id = found.get(plan.partner_id)

    @api.depends("line_ids.people", "line_ids.served")
    def _compute_people(self):
        for plan in self:
            plan.people_planned = sum(plan.line_ids.mapped("people"))
            plan.people_served = sum(plan.line_ids.mapped("served"))

    @api.constrains("partner_id")
    def _check_client(self):
        for plan in self:
            client = plan.partner_id
            if not client.is_credit_client or client.credit_size not in SME:
                raise ValidationError(
                    self.env._(
                        "%s is no small or medium enterprise among the credit clients; the "
                        "plan is for those (R-M-4). See its enterprise size.",
                        client.display_name,
                    )
                )

    @api.constrains("user_id", "retail_user_id")
    def _check_two_teams(self):
        for plan in self:
            if plan.retail_user_id == plan.user_id:
                raise ValidationError(
                    self.env._(
                        "The retail team draws the plan up with the client manager; %s cannot "
                        "be both (R-M-4).",
                        plan.user_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(vals_list)
        if not self.env.su:
            plans.partner_id.check_access("read")
        return plans

    def _guard_editable(self, touched):
        for plan in self:
            if plan.state == "closed" or plan.state == "agreed" and touched & SAID:
                raise UserError(
                    self.env._(
                        "“%s” is agreed or closed; what it says stays. Close it and draw up the "
                        "next one.",
                        plan.display_name,
                    )
                )

    def _guard_deletable(self):
        if any(plan.state != "draft" for plan in self):
            return super()._guard_deletable()
        return None

    def action_agree(self):
        """Put drafts in force: client manager and retail team have agreed.

        :return: True
        :raises UserError: no draft, or something is missing
        :raises AccessError: a client of another institution
        Clause R-M-4.
        """
        self.check_access("write")
        for plan in self:
            plan._lock()
            missing = [
                plan._fields[name]._description_string(self.env)
                for name in ("retail_user_id", "needs", "offer", "line_ids")
                if not plan[name]
            ]
            if plan.state != "draft" or missing:
                raise UserError(
                    self.env._(
                        "“%(plan)s” cannot be agreed. Missing: %(what)s (R-M-4).",
                        plan=plan.display_name,
                        what=", ".join(missing) or self.env._("it is no draft"),
                    )
                )
        self._engine().write(
            {
                "state": "agreed",
                "agreed_on": self.env.company._credit_today(),
                "agreed_by_id": self.env.uid,
            }
        )
        return True

    def action_close(self):
        """Close plans; the next one may be drawn up then.

        :return: True
        :raises UserError: nothing was agreed, or nobody said what came of it
        """
        self.check_access("write")
        for plan in self:
            if plan.state != "agreed" or not plan.result:
                raise UserError(
                    self.env._(
                        "“%s”: only an agreed plan is closed, and somebody has to say what came "
                        "of it.",
                        plan.display_name,
                    )
                )
        today = self.env.company._credit_today()
        self._engine().write({"state": "closed", "closed_on": today})
        self.flush_recordset()  # the next one may be drawn up at once
        return True
