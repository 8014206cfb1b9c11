from odoo import api, fields, models
from odoo.exceptions import AccessError

from .credit_obligation import _LEDGER


class CreditDischarge(models.Model):
    """Which record discharged which duty, and when: the proof behind ``done``."""

    _name = "credit.discharge"
    _description = "Discharge of a Duty"
    _order = "date desc, id desc"

    obligation_id = fields.Many2one(
        "credit.obligation", string="Duty", required=True, index=True, ondelete="cascade"
    )
    report_id = fields.Many2one(
        "credit.contact.report",
        string="Contact report",
        index="btree_not_null",
        ondelete="restrict",
    )
    date = fields.Date(required=True, help="Day on which it was done.")
    entered_at = fields.Datetime(required=True, help="When it was reported.")
    user_id = fields.Many2one("res.users", string="Done by", ondelete="restrict")
    is_late_entry = fields.Boolean(help="Reported after the limit, or after the month was closed.")

    _once_per_report = models.UniqueIndex(
        "(obligation_id, report_id) WHERE report_id IS NOT NULL",
        "The report already discharges this duty.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_ledger()
        return super().create(vals_list)

    def write(self, vals):
        self._check_ledger()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_by_the_ledger_only(self):
        self._check_ledger()

    def _check_ledger(self):
        if self.env.context.get("credit_ledger") is not _LEDGER:
            raise AccessError(self.env["credit.obligation"]._ledger_message())

    @api.model
    def _ledger(self):
        """Return the records open for writing; whoever calls has checked the right."""
        # sudo: the ledger is read-only for everybody.
        return self.sudo().with_context(credit_ledger=_LEDGER)
