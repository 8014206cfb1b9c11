from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CreditProfileNote(models.Model):
    """What the manager knows of a client beyond figures: one text per item, dated (M-3a)."""

    _name = "credit.profile.note"
    _inherit = ["credit.guard.mixin"]
    _description = "Note in the Client Archive"
    _order = "partner_id, item_sequence, id"
    _rec_name = "item_id"

    _guard_open = frozenset({"partner_id", "item_id", "text"})

    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_credit_client", "=", True)],
    )
    item_id = fields.Many2one(
        "credit.archive.item",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("source", "=", "note")],
    )
    item_sequence = fields.Integer(related="item_id.sequence", store=True)
    help_text = fields.Text(related="item_id.help_text")
    text = fields.Text("What we know", required=True)
    updated_on = fields.Date("Last updated", readonly=True)
    updated_by_id = fields.Many2one("res.users", string="Updated by", readonly=True)

    _once = models.UniqueIndex(
        "(partner_id, item_id)", "The archive already has a note on this item: update it."
    )

    @api.constrains("partner_id", "item_id")
    def _check_item(self):
        for note in self:
            if not note.partner_id.is_credit_client:
                raise ValidationError(
                    self.env._("%s is no credit client.", note.partner_id.display_name)
                )
            if note.item_id.source != "note":
                raise ValidationError(
                    self.env._("“%s” is found elsewhere, not in a note.", note.item_id.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        notes = super().create(vals_list)
        if not self.env.su:
            notes.partner_id.check_access("read")
        notes._stamp()
        return notes

    def write(self, vals):
        result = super().write(vals)
        if "text" in vals and not self._is_engine():
            self._stamp()
        if "partner_id" in vals and not self.env.su:
            self.partner_id.check_access("read")
        return result

    def _guard_deletable(self):
        """Notes may be taken back by whoever may write them."""

    def _stamp(self):
        self._engine().write(
            {"updated_on": self.env.company._credit_today(), "updated_by_id": self.env.uid}
        )
