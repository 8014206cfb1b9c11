from odoo import fields, models


class CreditApplicationSuspension(models.Model):
    """Why the clock stood still, from when to when, with the proof."""

    _name = "credit.application.suspension"
    _inherit = ["credit.guard.mixin"]
    _description = "Suspension of an Application"
    _order = "application_id, date_from, id"
    _rec_name = "reason_id"

    application_id = fields.Many2one(
        "credit.application", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="application_id.partner_id", store=True, index=True)
    step_row_id = fields.Many2one(
        "credit.application.step", required=True, index=True, ondelete="cascade"
    )
    reason_id = fields.Many2one(
        "credit.process.code", required=True, index=True, ondelete="restrict"
    )
    stops_clock = fields.Boolean(help="As the reason said when it began.")
    note = fields.Text(required=True)
    proof = fields.Binary(attachment=True, required=True)
    proof_name = fields.Char()
    date_from = fields.Date("Since", required=True)
    date_to = fields.Date("Resumed on")
    days = fields.Integer(help="Days after its first one, up to the day it was resumed.")
    user_id = fields.Many2one(
        "res.users", string="Suspended by", required=True, index=True, ondelete="restrict"
    )
    resumed_by_id = fields.Many2one("res.users", index="btree_not_null", ondelete="restrict")

    _one_open = models.UniqueIndex(
        "(application_id) WHERE date_to IS NULL", "The application is suspended already."
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A suspension cannot end before it begins.",
    )
