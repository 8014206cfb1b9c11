from odoo import fields, models


class CreditMeetingType(models.Model):
    """A sort of meeting the guide asks for: its duty, its agenda, what closes it."""

    _name = "credit.meeting.type"
    _description = "Meeting Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    clause = fields.Char(help="Clause ids of the guide, e.g. R-P-2a.")
    sequence = fields.Integer(default=10)
    kind_id = fields.Many2one(
        "credit.duty.kind",
        string="Discharges duties of the kind",
        index="btree_not_null",
        ondelete="restrict",
    )
    agenda_projects = fields.Boolean(
        "Agenda: projects", help="Targets of the month and projects without a weekly note."
    )
    agenda_duties = fields.Boolean("Agenda: late duties", help="Late duties per person.")
    agenda_clients = fields.Boolean(
        "Agenda: clients to analyse", help="Clients proposed for this month's analysis."
    )
    needs_next_items = fields.Boolean(
        "Sets the key work of the next week", help="Asked for before it is closed (R-V-3g)."
    )
    needs_plan = fields.Boolean(
        "Needs an activity plan", help="Cannot be closed without the plan attached (R-V-2d)."
    )
    needs_archive = fields.Boolean(
        "Needs an acquisition archive",
        help="Cannot be closed without an entry of whom it won (R-V-2e).",
    )
    duration = fields.Float("Usual duration (hours)", default=1.0)
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "Another meeting type already has this code.")
