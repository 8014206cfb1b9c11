from odoo import fields, models


class CreditContactPosition(models.Model):
    """A post a participant held, and where, when the report was submitted.

    Copied, so that later appointments and reorganisations change no proof. Written in
    SQL at submission; nobody has the right to write it.
    """

    _name = "credit.contact.position"
    _description = "Post Held at a Contact"
    _order = "participant_id, id"
    _rec_name = "post_id"

    participant_id = fields.Many2one(
        "credit.contact.participant", required=True, index=True, ondelete="cascade"
    )
    post_id = fields.Many2one("credit.post", required=True, index=True, ondelete="restrict")
    institution_id = fields.Many2one("crm.team", required=True, index=True, ondelete="restrict")
    institution_path = fields.Char(
        required=True, help="Ids of the institution and all above it, from the top."
    )
    is_head_office = fields.Boolean(help="Held in the head office: above every institution.")
