from odoo import api, fields, models
from odoo.exceptions import ValidationError

ITEMS = ("cooperation", "benefit", "manner", "future_goal")


class CreditClientAnalysis(models.Model):
    """A client analysed at a meeting, with the four content items of R-P-2d."""

    _name = "credit.client.analysis"
    _inherit = ["credit.guard.mixin"]
    _description = "Client Analysis"
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    _guard_open = frozenset({"meeting_id", "partner_id", "remark", *ITEMS})

    meeting_id = fields.Many2one("credit.meeting", required=True, index=True, ondelete="cascade")
    institution_id = fields.Many2one(
        related="meeting_id.institution_id", store=True, index="btree_not_null"
    )
    date = fields.Date(related="meeting_id.date", store=True)
    state = fields.Selection(related="meeting_id.state", store=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("is_credit_client", "=", True)],
    )
    user_id = fields.Many2one(related="partner_id.user_id", string="A manager")
    cooperation = fields.Text("Present cooperation")
    benefit = fields.Text("Current benefit")
    manner = fields.Text("Manner of cooperation")
    future_goal = fields.Text()
    remark = fields.Text()
    is_complete = fields.Boolean("Complete", compute="_compute_is_complete")

    _once = models.UniqueIndex("(meeting_id, partner_id)", "The client is on the agenda already.")

    @api.depends(*ITEMS)
    def _compute_is_complete(self):
        for analysis in self:
            analysis.is_complete = all(analysis[name] for name in ITEMS)

    def _missing(self):
        return [self._fields[n]._description_string(self.env) for n in ITEMS if not self[n]]

    @api.constrains("partner_id")
    def _check_credit_client(self):
        for analysis in self:
            if not analysis.partner_id.is_credit_client:
                raise ValidationError(
                    self.env._("%s is no credit client.", analysis.partner_id.display_name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self._is_engine():
            lines._guard_editable(set())
            if not self.env.su:
                lines.partner_id.check_access("read")
        return lines

    def _guard_editable(self, touched):
        self.meeting_id.check_access("write")
        self.meeting_id._touch()
        self.meeting_id._guard_editable(set())

    def _guard_deletable(self):
        self._guard_editable(set())
