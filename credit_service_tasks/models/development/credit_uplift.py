from odoo import api, fields, models

from odoo.addons.credit_client_tiering.fields import Figure

GRIPS = [
    ("itself", "Itself"),
    ("controller", "Controller, shareholders and family"),
    ("affiliate", "Affiliates"),
    ("chain", "Upstream and downstream"),
]


class CreditUplift(models.Model):
    """The ledger of would-be effective accounts: goal, route, measures (R-M-7d)."""

    _name = "credit.uplift"
    _inherit = ["credit.internal.thread", "mail.activity.mixin"]
    _description = "Uplift"
    _order = "state, due_date, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        domain=[("is_credit_client", "=", True)],
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Manager",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
        tracking=True,
    )
    institution_id = fields.Many2one(related="partner_id.credit_institution_id")
    goal = fields.Char(required=True, tracking=True, help="What the account is to become.")
    indicator_id = fields.Many2one("credit.indicator", ondelete="restrict")
    unit = fields.Selection(related="indicator_id.unit")
    goal_amount = Figure(help="In the unit of the indicator, if it can be counted.")
    route_id = fields.Many2one(
        "credit.term",
        required=True,
        domain=[("category", "=", "route")],
        index=True,
        ondelete="restrict",
        help="Settlement channels, credit, or payroll and the like (R-M-8a to R-M-8c).",
    )
    due_date = fields.Date()
    measure_ids = fields.One2many("credit.uplift.measure", "uplift_id", string="Measures")
    result = fields.Text(tracking=True)
    state = fields.Selection(
        [("open", "Open"), ("reached", "Reached"), ("given_up", "Given up")],
        required=True,
        default="open",
        tracking=True,
    )
    closed_on = fields.Date(readonly=True, copy=False)
    measures_done = fields.Char("Measures done", compute="_compute_grip_coverage")
    grip_coverage = fields.Char(
        "Grips used", compute="_compute_grip_coverage", help="Of the four grips (R-M-9)."
    )
    channel_gap = fields.Char(
        "Channel products not held",
        compute="_compute_channel_gap",
        help="To be offered on the settlement route (R-M-8a).",
    )

    _one_open = models.UniqueIndex(
        "(partner_id) WHERE state = 'open'", "The client already has an open uplift."
    )
    _result_told = models.Constraint(
        "CHECK (state = 'open' OR result IS NOT NULL)",
        "Say what came of it before you close the uplift.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        today = self.env.company._credit_today()
        return super().create(
            [
                dict(vals, closed_on=today if vals.get("state", "open") != "open" else False)
                for vals in vals_list
            ]
        )

    def write(self, vals):
        vals = dict(vals)
        vals.pop("closed_on", None)  # follows from the state
        if "state" in vals:
            closed = vals["state"] != "open" and self.env.company._credit_today()
            vals["closed_on"] = closed
        return super().write(vals)

    @api.depends("measure_ids.grip", "measure_ids.done_on")
    def _compute_grip_coverage(self):
        names = dict(
            self.env["credit.uplift.measure"]._fields["grip"]._description_selection(self.env)
        )
        for uplift in self:
            used = set(uplift.measure_ids.mapped("grip"))
            done = len(uplift.measure_ids.filtered("done_on"))
            uplift.measures_done = f"{done} / {len(uplift.measure_ids)}"
            uplift.grip_coverage = f"{len(used)}/{len(names)}" + "".join(
                f" · {name}" for code, name in names.items() if code in used
            )

    @api.depends("partner_id")
    def _compute_channel_gap(self):
        products = self.env["credit.product"].search([("family_id.is_channel", "=", True)])
        holdings = self.env["credit.product.holding"]._read_group(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("date_to", "=", False),
                ("in_use", "=", True),
            ],
            ["partner_id"],
            ["product_id:recordset"],
        )
        held = dict(holdings)
        for uplift in self:
            missing = products - held.get(uplift.partner_id, products.browse())
            uplift.channel_gap = ", ".join(missing.mapped("name"))
