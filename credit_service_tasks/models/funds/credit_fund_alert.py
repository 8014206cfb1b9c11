from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.credit_client_tiering.fields import Figure

# Held by this package alone: a context that comes by RPC can never contain it.
_ENGINE = object()
ANSWER = frozenset({"outcome", "useful", "note", "amount_kept"})
HEAD = "credit_client_tiering.group_corporate_head"


class CreditFundAlert(models.Model):
    """A large outflow that somebody looks after, and what came of it."""

    _name = "credit.fund.alert"
    _inherit = ["credit.internal.thread", "mail.activity.mixin"]
    _description = "Large-Funds Task"
    _order = "state, due_date, amount desc, id"
    _rec_name = "partner_id"

    rule_id = fields.Many2one(
        "credit.fund.rule", required=True, index=True, readonly=True, ondelete="restrict"
    )
    clause = fields.Char(readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Client", required=True, index=True, readonly=True, ondelete="cascade"
    )
    institution_id = fields.Many2one(
        "crm.team", index="btree_not_null", readonly=True, ondelete="restrict"
    )
    payment_id = fields.Many2one(
        "credit.planned.payment", index="btree_not_null", readonly=True, ondelete="restrict"
    )
    date = fields.Date("Value date", required=True, readonly=True)
    amount = Figure("Outflow", required=True, readonly=True)
    threshold = Figure(readonly=True, help="The rule's, when the alert arose.")
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        index="btree_not_null",
        tracking=True,
        ondelete="restrict",
    )
    due_date = fields.Date(
        readonly=True, help="Last working day before the money leaves; else the next working day."
    )
    rhythm_kind_id = fields.Many2one(
        "credit.fund.rhythm.kind",
        string="Explained by",
        readonly=True,
        ondelete="restrict",
        help="The client's rhythm that knows such an outflow, if any.",
    )
    rhythm_times = fields.Integer(
        "Times in the year before", readonly=True, help="How often it was seen."
    )
    quiet_reason = fields.Selection(
        [("registered", "Registered beforehand"), ("usual", "Usual for the client")],
        readonly=True,
    )
    state = fields.Selection(
        [("open", "Open"), ("done", "Done"), ("quiet", "Quiet")],
        required=True,
        readonly=True,
        default="open",
        tracking=True,
    )
    outcome = fields.Selection(
        [
            ("kept", "Kept at the bank"),
            ("partly", "Kept in part"),
            ("left", "Left the bank"),
            ("normal", "Ordinary business"),
        ],
        tracking=True,
    )
    amount_kept = Figure()
    useful = fields.Selection([("yes", "Useful"), ("no", "Not useful")], tracking=True)
    note = fields.Text()
    closed_on = fields.Date(readonly=True)
    closed_by_id = fields.Many2one("res.users", readonly=True)
    is_overdue = fields.Boolean(compute="_compute_is_overdue", search="_search_is_overdue")

    _once = models.UniqueIndex(
        "(rule_id, partner_id, date, COALESCE(payment_id, 0))", "There already is such a task."
    )

    @api.depends_context("lang")
    @api.depends("partner_id", "date", "amount")
    def _compute_display_name(self):
        for alert in self:
            amount = f"{(alert.amount or 0) / 10000:,.0f}"
            alert.display_name = self.env._(
                "%(client)s %(day)s: %(amount)s × 10,000 yuan",
                client=alert.partner_id.display_name,
                day=alert.date,
                amount=amount,
            )

    def _compute_is_overdue(self):
        today = self.env.company._credit_today()
        for alert in self:
            alert.is_overdue = (
                alert.state == "open" and bool(alert.due_date) and alert.due_date < today
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env.company._credit_today()
        return [("state", "=", "open"), ("due_date", "<", today)] if True in value else []

    # ORM: alerts arise from movements; people answer them.

    def _by_engine(self):
        return self.env.context.get("credit_funds") is _ENGINE

    @api.model
    def _engine(self):
        # sudo: read-only but for the answer; callers have checked the right.
        return self.sudo().with_context(credit_funds=_ENGINE)

    @api.model_create_multi
    def create(self, vals_list):
        if not self._by_engine():
            raise AccessError(
                self.env._("Tasks on large funds arise from movements and planned payments.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if not self._by_engine():
            self._check_answer(vals)
        return super().write(vals)

    def _check_answer(self, vals):
        own = {n for n in vals if not n.startswith(("message_", "activity_"))}
        if "user_id" in own and not self.env.user.has_group(HEAD):
            raise AccessError(
                self.env._("Only the head of the line may hand a task to somebody else.")
            )
        if own - ANSWER - {"user_id"}:
            raise AccessError(
                self.env._("Of a task on large funds only the answer can be entered.")
            )
        for alert in self:
            if alert.state == "done" and own & ANSWER:
                raise UserError(
                    self.env._("The task on %s is closed.", alert.partner_id.display_name)
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(
            self.env._("Tasks on large funds are kept: precision is counted on them.")
        )

    # ACTIONS

    def action_done(self):
        """Close tasks whose outcome is told.

        :return: True
        :raises UserError: no outcome, or not said whether the alert was useful
        :raises AccessError: neither responsible nor a head of the line
        """
        self.check_access("write")
        for alert in self:
            if alert.state != "open":
                raise UserError(
                    self.env._("The task on %s is not open.", alert.partner_id.display_name)
                )
            if alert.user_id != self.env.user and not self.env.user.has_group(HEAD):
                raise AccessError(
                    self.env._(
                        "%(owner)s is responsible for the task on %(client)s; only they or the "
                        "head of the line close it.",
                        owner=alert.user_id.name or "–",
                        client=alert.partner_id.display_name,
                    )
                )
            if not alert.outcome or not alert.useful:
                raise UserError(
                    self.env._(
                        "%s: say what came of it and whether the alert was useful, then close "
                        "it. Precision of the rules is counted on that.",
                        alert.partner_id.display_name,
                    )
                )
        self._engine_self().write(
            {
                "state": "done",
                "closed_on": self.env.company._credit_today(),
                "closed_by_id": self.env.uid,
            }
        )
        self.activity_ids.action_feedback()
        return True

    def _engine_self(self):
        return self.sudo().with_context(credit_funds=_ENGINE)

    def _remind(self):
        """Put each open task on its owner's list."""
        type_id = self.env["ir.model.data"]._xmlid_to_res_id("mail.mail_activity_data_todo")
        model_id = self.env["ir.model"]._get_id(self._name)
        # In the language of whoever gets it: also what an activity keeps of the record's name.
        waiting = self.filtered(lambda alert: alert.state == "open" and alert.user_id)
        for lang, alerts in waiting.grouped(lambda alert: alert.user_id.lang).items():
            alerts = alerts.with_context(lang=lang, mail_activity_quick_update=True)
            alerts.env["mail.activity"].create(
                [
                    {
                        "res_model_id": model_id,
                        "res_id": alert.id,
                        "activity_type_id": type_id,
                        "user_id": alert.user_id.id,
                        "date_deadline": alert.due_date,
                        "summary": alert.rule_id.name,
                    }
                    for alert in alerts
                ]
            )
