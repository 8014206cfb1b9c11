from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...fields import Figure
from .credit_import_batch import _ENGINE

TYPED_IN = frozenset({"control_total"})
CENT = 0.005


class CreditImportTotal(models.Model):
    """What an extract adds up to, per institution and figure, against the source."""

    _name = "credit.import.total"
    _description = "Control Total"
    _order = "batch_id desc, whole desc, institution_id, metric_id, id"
    _log_access = False

    batch_id = fields.Many2one(
        "credit.import.batch",
        string="Import",
        required=True,
        index=True,
        ondelete="cascade",
    )
    whole = fields.Boolean("Whole file", readonly=True)
    institution_id = fields.Many2one("crm.team", readonly=True, ondelete="cascade")
    metric_id = fields.Many2one(
        "credit.metric",
        string="Figure",
        readonly=True,
        ondelete="cascade",
        help="Empty: the number of rows.",
    )
    name = fields.Char("What", compute="_compute_name")
    place = fields.Char("Where", compute="_compute_place")
    file_total = Figure("In the file", readonly=True, help="All rows that can be read.")
    accepted_total = Figure("Accepted", readonly=True, help="Without the rejected rows.")
    control_total = Figure("Source's total", help="What the source says it adds up to, in yuan.")
    difference = Figure(compute="_compute_difference", help="Accepted minus source's total.")

    @api.depends("metric_id")
    def _compute_name(self):
        for total in self:
            total.name = total.metric_id.name or self.env._("Rows")

    @api.depends("whole", "institution_id")
    def _compute_place(self):
        for total in self:
            if total.whole:
                total.place = self.env._("Whole file")
            else:
                total.place = total.institution_id.name or self.env._("No institution")

    @api.depends("accepted_total", "control_total")
    def _compute_difference(self):
        for total in self:
            if total.control_total is False:
                total.difference = False
            else:
                total.difference = round((total.accepted_total or 0.0) - total.control_total, 2)

    def _differs(self):
        self.ensure_one()
        return self.difference is not False and abs(self.difference) > CENT

    @api.model_create_multi
    def create(self, vals_list):
        self._check_engine()
        return super().create(vals_list)

    def write(self, vals):
        if set(vals) - TYPED_IN:
            self._check_engine()
        return super().write(vals)

    def unlink(self):
        self._check_engine()
        return super().unlink()

    def _engine_unlink(self):
        # sudo: totals are nobody's to delete; the check replaces those of its import.
        return self.sudo().with_context(credit_intake=_ENGINE).unlink()

    def _check_engine(self):
        if self.env.context.get("credit_intake") is not _ENGINE:
            raise AccessError(
                self.env._(
                    "Totals follow from the file; only the source's own total can be entered."
                )
            )
