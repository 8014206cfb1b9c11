from odoo import api, fields, models


class CreditWorkLogLine(models.Model):
    """A line of a work log: done, or planned for the next working day."""

    _name = "credit.work.log.line"
    _inherit = ["credit.guard.mixin"]
    _description = "Line of a Work Log"
    _order = "kind, sequence, id"

    _guard_open = frozenset({"log_id", "kind", "sequence", "name", "partner_id"})

    log_id = fields.Many2one("credit.work.log", required=True, index=True, ondelete="cascade")
    user_id = fields.Many2one(related="log_id.user_id", store=True, index=True)
    institution_id = fields.Many2one(
        related="log_id.institution_id", store=True, index="btree_not_null"
    )
    date = fields.Date(related="log_id.date", store=True)
    kind = fields.Selection([("done", "Done"), ("plan", "Planned")], required=True, default="done")
    sequence = fields.Integer(default=10)
    name = fields.Text("What", required=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("is_credit_client", "=", True)],
    )
    # Where the line was drafted from; empty when a person wrote it.
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    is_drafted = fields.Boolean("From the system", compute="_compute_is_drafted")

    @api.depends("res_model")
    def _compute_is_drafted(self):
        for line in self:
            line.is_drafted = bool(line.res_model)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self._is_engine():
            lines.log_id._guard_editable(set())
            if not self.env.su:
                lines.partner_id.check_access("read")
        return lines

    def _guard_editable(self, touched):
        self.log_id._guard_editable(set())

    def _guard_deletable(self):
        self._guard_editable(set())
