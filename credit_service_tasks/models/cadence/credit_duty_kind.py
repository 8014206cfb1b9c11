from odoo import api, fields, models
from odoo.fields import Domain


class CreditDutyKind(models.Model):
    """What sort of thing is owed: a contact, a visit, a joint visit, an analysis …"""

    _name = "credit.duty.kind"
    _description = "Duty Kind"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Stable key that rules and imports refer to.")
    sequence = fields.Integer(default=10)
    discharged_by_contact = fields.Boolean(
        "Discharged by contact reports",
        help="Otherwise another record discharges it: a meeting, a log, a plan.",
    )
    fulfils_ids = fields.Many2many(
        "credit.duty.kind",
        "credit_duty_kind_fulfils_rel",
        "kind_id",
        "fulfilled_id",
        string="Also counts as",
        help="A visit counts as a contact, not the other way round (A36).",
    )
    per_day = fields.Integer(
        "One person can do a working day",
        help="The bank's own planning figure; the guide names none. From it and from the "
        "duties of a person follow the latest safe dates. 0: safe until the due date.",
    )
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "Another duty kind already has this code.")

    @api.model
    def _fulfilled(self):
        """Return per kind id the set of kind ids that doing it fulfils, itself included.

        A visit counts as a contact unless the bank reads A36 otherwise.
        """
        also = self.env["credit.reading"]._chosen("A36") != "separate"
        kinds = self.sudo().search(Domain.TRUE)  # sudo: what counts as what is no secret
        return {kind.id: {kind.id, *(kind.fulfils_ids.ids if also else ())} for kind in kinds}
