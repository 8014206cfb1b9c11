from odoo import api, fields, models
from odoo.exceptions import UserError


class CreditAcquisition(models.Model):
    """An entry of the acquisition archive: whom an event won (R-V-2e, R-M-5b)."""

    _name = "credit.acquisition"
    _inherit = ["credit.guard.mixin"]
    _description = "Entry of the Acquisition Archive"
    _order = "id desc"

    _guard_open = frozenset(
        {"meeting_id", "name", "contact", "phone", "need", "partner_id", "user_id", "note"}
    )

    meeting_id = fields.Many2one(
        "credit.meeting", string="Event", required=True, index=True, ondelete="cascade"
    )
    institution_id = fields.Many2one(
        related="meeting_id.institution_id", store=True, index="btree_not_null"
    )
    date = fields.Date(related="meeting_id.date", store=True)
    name = fields.Char("Company", required=True)
    contact = fields.Char("Person")
    phone = fields.Char()
    need = fields.Char("What it needs")
    note = fields.Text()
    partner_id = fields.Many2one(
        "res.partner", string="Known as", index="btree_not_null", ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Followed by",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    lead_id = fields.Many2one(
        "crm.lead", index="btree_not_null", ondelete="set null", readonly=True
    )

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create(vals_list)
        if not self._is_engine():
            entries._guard_editable(set())
        return entries

    def _guard_editable(self, touched):
        self.meeting_id.check_access("write")
        self.meeting_id._touch()
        self.meeting_id._guard_editable(set())

    def _guard_deletable(self):
        self._guard_editable(set())

    def action_make_lead(self):
        """Make a project of the library from each entry, also after the event is closed.

        :return: the action that opens a single one, else True
        :raises UserError: the entry has its lead already
        """
        self.meeting_id.check_access("write")
        leads = self.env["crm.lead"]
        for entry in self:
            entry._lock()
            if entry.lead_id:
                raise UserError(self.env._("“%s” is in the project library already.", entry.name))
            lead = leads.create(
                {
                    "name": self.env._(
                        "%(company)s (%(event)s)", company=entry.name, event=entry.meeting_id.name
                    ),
                    "type": "opportunity",
                    "is_credit_project": True,
                    "partner_id": entry.partner_id.id,
                    "partner_name": entry.name,
                    "contact_name": entry.contact,
                    "phone": entry.phone,
                    "description": entry.need,
                    "user_id": entry.user_id.id,
                    "team_id": entry.institution_id.id,
                }
            )
            entry._engine().lead_id = lead
            leads |= lead
        if len(leads) != 1:
            return True
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": leads.id,
            "views": [(False, "form")],
        }
