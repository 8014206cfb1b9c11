from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..policy.tiers import TIERS
from .credit_bulletin import _ISSUING

# What is printed and written to the spreadsheet, in this order.
COLUMNS = (
    "moved_on",
    "client_name",
    "credit_code",
    "institution_name",
    "tier_from",
    "tier_to",
    "reason",
    "decided_by",
)


class CreditBulletinLine(models.Model):
    """One client that entered, left or changed a list; copied, never related."""

    _name = "credit.bulletin.line"
    _description = "Move in a Bulletin"
    _order = "bulletin_id, tier_to, institution_name, moved_on, id"
    _rec_name = "client_name"

    bulletin_id = fields.Many2one("credit.bulletin", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", string="Client", index="btree_not_null", ondelete="set null"
    )
    client_name = fields.Char("Client name")
    credit_code = fields.Char("Unified social credit code")
    institution_name = fields.Char("Institution")
    moved_on = fields.Date("Effective on")
    tier_from = fields.Selection(TIERS, string="From list")
    tier_to = fields.Selection(TIERS, string="To list")
    reason = fields.Text()
    decided_by = fields.Char("Decided by")

    @api.model_create_multi
    def create(self, vals_list):
        self._check_issuing()
        return super().create(vals_list)

    def write(self, vals):
        self._check_issuing()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_when_collecting_only(self):
        self._check_issuing()

    def _check_issuing(self):
        if self.env.context.get("credit_issuing") is not _ISSUING:
            raise AccessError(
                self.env._("The moves of a bulletin are collected from the lists, not entered.")
            )

    def _titles(self):
        return [self._fields[name].get_description(self.env)["string"] for name in COLUMNS]

    def _cells(self):
        """Return the line as a row of the table: a date and texts."""
        self.ensure_one()
        tiers = dict(self._fields["tier_to"]._description_selection(self.env))
        return [
            tiers.get(self[name], "–") if name.startswith("tier_") else self[name]
            for name in COLUMNS
        ]
