from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.credit_client_tiering.fields import Figure


class CreditPromise(models.Model):
    """What somebody promised at a contact: who keeps it, by when, and whether it was kept."""

    _name = "credit.promise"
    _inherit = ["credit.internal.thread"]
    _description = "Promise"
    _order = "state desc, date, id"
    _mail_post_access = "read"

    name = fields.Char("What was promised", required=True)
    report_id = fields.Many2one(
        "credit.contact.report", index="btree_not_null", ondelete="restrict"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="restrict",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    by = fields.Selection(
        [("bank", "The bank"), ("client", "The client")],
        string="Promised by",
        required=True,
        default="bank",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        help="Who keeps it, or sees to it that the client does.",
    )
    date = fields.Date("By", required=True)
    state = fields.Selection(
        [("open", "Open"), ("kept", "Kept"), ("broken", "Broken")],
        required=True,
        default="open",
        readonly=True,
        tracking=True,
    )
    closed_on = fields.Date(readonly=True)
    note = fields.Char("How it ended")
    is_overdue = fields.Boolean(compute="_compute_is_overdue", search="_search_is_overdue")
    kept_rate = Figure(
        "Kept rate in percent",
        compute="_compute_kept_rate",
        store=True,
        aggregator="avg",
        help="100 for a kept promise, 0 for a broken one, nothing while it is open: the "
        "average is the share of promises kept.",
    )

    _open_by_owner = models.Index("(user_id, date) WHERE state = 'open'")

    @api.depends("report_id.partner_id")
    def _compute_partner_id(self):
        for promise in self:
            promise.partner_id = promise.report_id.partner_id or promise.partner_id

    @api.depends("state", "date")
    def _compute_is_overdue(self):
        today = self.env.company._credit_today()
        for promise in self:
            promise.is_overdue = bool(
                promise.state == "open" and promise.date and promise.date < today
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = fields.Domain("state", "=", "open") & fields.Domain(
            "date", "<", self.env.company._credit_today()
        )
        return overdue if True in value else ~overdue

    @api.depends("state")
    def _compute_kept_rate(self):
        for promise in self:
            promise.kept_rate = {"kept": 100.0, "broken": 0.0}.get(promise.state, False)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("state", "open") != "open" and not self.env.su:
                raise UserError(self.env._("A promise begins open."))
        promises = super().create(vals_list)
        if not self.env.su:
            promises.partner_id.check_access("read")
        return promises

    def write(self, vals):
        if {"state", "closed_on"} & set(vals) and not self.env.su:
            raise UserError(
                self.env._("Say that the promise was kept or broken; it is dated then.")
            )
        settled = self.filtered(lambda p: p.state != "open")
        if settled and {"name", "date", "user_id", "by", "partner_id"} & set(vals):
            raise UserError(
                self.env._(
                    "“%s” is settled; what was promised can no longer be changed.", settled[0].name
                )
            )
        result = super().write(vals)
        if "partner_id" in vals and not self.env.su:
            self.partner_id.check_access("read")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        for promise in self:
            if promise.state != "open" or promise.report_id.state not in ("draft", False):
                raise UserError(
                    self.env._(
                        "“%s” was given to or by the client and is kept: close it as kept or "
                        "broken.",
                        promise.name,
                    )
                )

    def action_keep(self):
        """Close promises as kept, today."""
        self._close("kept")

    def action_break(self):
        """Close promises as broken, today."""
        self._close("broken")

    def _close(self, state):
        self.check_access("write")
        # sudo: the state has no other way in; the right to write was checked.
        for promise in self.sudo().filtered(lambda p: p.state == "open"):
            promise.write({"state": state, "closed_on": self.env.company._credit_today()})
