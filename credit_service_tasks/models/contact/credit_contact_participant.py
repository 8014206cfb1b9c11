from odoo import api, fields, models
from odoo.exceptions import UserError


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
    position_ids = fields.One2many(
        "credit.contact.position", "participant_id", string="Posts and institutions"
    )

    _once = models.UniqueIndex("(report_id, user_id)", "Everybody takes part once.")

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_posts(*vals_list)
        participants = super().create(vals_list)
        participants.report_id._check_open_for_change()
        return participants

    def write(self, vals):
        self._refuse_posts(vals)
        self.report_id._check_open_for_change()
        result = super().write(vals)
        self.report_id._check_open_for_change()
        return result

    def unlink(self):
        self.report_id._check_open_for_change()
        return super().unlink()

    def _refuse_posts(self, *vals_list):
        if any({"post_ids", "position_ids"} & set(vals) for vals in vals_list):
            raise UserError(
                self.env._("The posts of a participant are copied when the report is submitted.")
            )
