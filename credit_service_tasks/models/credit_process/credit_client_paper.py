from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class CreditClientPaper(models.Model):
    """A paper of a client in the bank's archive: asked for once, used while valid."""

    _name = "credit.client.paper"
    _inherit = ["credit.internal.thread"]
    _description = "Paper of a Client"
    _order = "partner_id, type_id, received_on desc, id desc"
    _rec_name = "type_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_credit_client", "=", True)],
    )
    type_id = fields.Many2one(
        "credit.paper.type", string="Paper", required=True, index=True, ondelete="restrict"
    )
    received_on = fields.Date(required=True, default=lambda self: self.env.company._credit_today())
    valid_until = fields.Date(
        compute="_compute_valid_until",
        store=True,
        readonly=False,
        help="Last day on which it counts. Empty: until it is replaced.",
    )
    is_valid = fields.Boolean("Valid today", compute="_compute_is_valid", search="_search_is_valid")
    file = fields.Binary("Scan", attachment=True)
    file_name = fields.Char()
    note = fields.Char()
    line_ids = fields.One2many("credit.application.paper", "client_paper_id", string="Used in")

    _dates_in_order = models.Constraint(
        "CHECK (valid_until IS NULL OR valid_until >= received_on)",
        "A paper cannot expire before it was received.",
    )

    @api.depends("type_id", "received_on")
    def _compute_valid_until(self):
        for paper in self:
            months = paper.type_id.validity_months
            paper.valid_until = (
                paper.received_on + relativedelta(months=months)
                if months and paper.received_on
                else False
            )

    @api.depends("valid_until", "received_on")
    def _compute_is_valid(self):
        today = self.env.company._credit_today()
        for paper in self:
            paper.is_valid = paper._valid_on(today)

    def _search_is_valid(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env.company._credit_today()
        valid = Domain("received_on", "<=", today) & (
            Domain("valid_until", "=", False) | Domain("valid_until", ">=", today)
        )
        return Domain.OR(valid if wanted else ~valid for wanted in set(value))

    def _valid_on(self, day):
        self.ensure_one()
        return bool(
            self.received_on
            and self.received_on <= day
            and (not self.valid_until or self.valid_until >= day)
        )

    def write(self, vals):
        # The day on which papers were complete rests on these.
        if {"partner_id", "type_id", "received_on", "valid_until"} & set(vals):
            for paper in self:
                if not self.env.su and any(
                    line.application_id.complete_on for line in paper.line_ids
                ):
                    raise UserError(
                        self.env._(
                            "%s has been counted in an application and is kept as it is; enter "
                            "the newer paper beside it.",
                            paper.display_name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unused_only(self):
        for paper in self:
            if paper.line_ids:
                raise UserError(
                    self.env._("%s serves an application and is kept.", paper.display_name)
                )

    @api.model
    def _best(self, partner, paper_type, day):
        """Return the valid paper of a type that lasts longest, or nothing."""
        papers = self.search(
            [("partner_id", "=", partner.id), ("type_id", "=", paper_type.id)]
        ).filtered(lambda p: p._valid_on(day))
        return papers.sorted(
            lambda p: (not p.valid_until, p.valid_until or p.received_on), reverse=True
        )[:1]
