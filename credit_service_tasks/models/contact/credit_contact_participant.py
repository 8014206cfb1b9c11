from odoo import fields, models


class CreditContactParticipant(models.Model):
    """Somebody of the bank who took part, with the posts held on that day."""

    _name = "credit.contact.participant"
    _description = "Participant of a Contact"
    _order = "report_id, id"
    _rec_name = "user_id"

    report_id = fields.Many2one(
        "credit.contact.report", required=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one("res.users", required=True, index=True, ondelete="restrict")
    post_ids = fields.Many2many(
        "credit.post",
        "credit_contact_participant_post_rel",
        string="Posts held",
        readonly=True,
        help="Copied when the report is submitted; later appointments change nothing.",
    )

    _once = models.UniqueIndex("(report_id, user_id)", "Everybody takes part once.")
