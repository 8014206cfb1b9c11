from odoo import api, fields, models
from odoo.exceptions import UserError


class CreditClientIssue(models.Model):
    """A difficulty of a client that the bank helps with: owner, date, what came of it."""

    _name = "credit.client.issue"
    _inherit = ["credit.guard.mixin", "credit.internal.thread", "mail.activity.mixin"]
    _description = "Difficulty of a Client"
    _order = "state, due_date, id"
    _guard_open = frozenset(
        {"name", "partner_id", "meeting_id", "topic", "user_id", "due_date", "solution"}
    )

    name = fields.Char("Difficulty", required=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        domain=[("is_credit_client", "=", True)],
        ondelete="restrict",
    )
    institution_id = fields.Many2one(related="partner_id.credit_institution_id")
    meeting_id = fields.Many2one(
        "credit.client.meeting", string="Raised at", index="btree_not_null", ondelete="restrict"
    )
    topic = fields.Selection(
        [
            ("business", "Production and business"),
            ("people", "Health of managers and staff"),
            ("funding", "Funding needs"),
            ("other", "Other"),
        ],
        required=True,
        default="business",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        default=lambda self: self.env.user,
    )
    raised_on = fields.Date(
        readonly=True, default=lambda self: self.env.company._credit_today(), copy=False
    )
    due_date = fields.Date("Help by")
    solution = fields.Text("How we helped")
    state = fields.Selection(
        [("open", "Open"), ("solved", "Solved"), ("beyond", "Beyond the bank")],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    closed_on = fields.Date(readonly=True, copy=False)
    is_overdue = fields.Boolean(compute="_compute_is_overdue", search="_search_is_overdue")

    @api.model_create_multi
    def create(self, vals_list):
        issues = super().create(vals_list)
        issues.partner_id.check_access("read")
        return issues

    @api.depends("due_date", "state")
    def _compute_is_overdue(self):
        today = self.env.company._credit_today()
        for issue in self:
            issue.is_overdue = bool(
                issue.state == "open" and issue.due_date and issue.due_date < today
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env.company._credit_today()
        late = ["&", ("state", "=", "open"), ("due_date", "<", today)]
        return late if True in value else ["!", *late]

    def _guard_editable(self, touched):
        for issue in self:
            if issue.state != "open":
                raise UserError(self.env._("“%s” is closed.", issue.name))

    def action_solved(self):
        """Close difficulties the bank helped with.

        :return: True
        """
        return self._close("solved")

    def action_beyond(self):
        """Close difficulties the bank cannot help with, saying why.

        :return: True
        """
        return self._close("beyond")

    def _close(self, state):
        self.check_access("write")
        self._lock()
        for issue in self:
            if issue.state != "open":
                raise UserError(self.env._("“%s” is closed.", issue.name))
            if not (issue.solution or "").strip():
                raise UserError(self.env._("“%s”: say what the bank did or why not.", issue.name))
        self._engine().write({"state": state, "closed_on": self.env.company._credit_today()})
        self.activity_ids.action_feedback()
        return True
