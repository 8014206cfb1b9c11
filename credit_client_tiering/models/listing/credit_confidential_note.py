from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError


class CreditConfidentialNote(models.Model):
    """A note on a client for the people it names, and for nobody else.

    No chatter, no tracking, no activity: nothing that would carry it further. The
    rule is global, so that no group opens it, not even the list administrators'.
    """

    _name = "credit.confidential.note"
    _description = "Confidential Note"
    _order = "id desc"
    _rec_name = "subject"

    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_credit_client", "=", True)],
    )
    author_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    is_author = fields.Boolean(compute="_compute_is_author")
    reader_ids = fields.Many2many(
        "res.users",
        "credit_confidential_note_reader_rel",
        "note_id",
        "user_id",
        string="For",
        domain=[("share", "=", False)],
        help="Only the author and these people can read the note.",
    )
    subject = fields.Char(required=True)
    body = fields.Html("Note")

    @api.depends("author_id")
    @api.depends_context("uid")
    def _compute_is_author(self):
        for note in self:
            note.is_author = note.author_id == self.env.user

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["author_id"] = self.env.uid
        notes = super().create(vals_list)
        notes.partner_id.check_access("read")
        return notes

    def write(self, vals):
        if "author_id" in vals or "partner_id" in vals:
            raise AccessError(
                self.env._("A confidential note stays with its author and its client.")
            )
        return super().write(vals)

    @api.constrains("reader_ids")
    def _check_readers(self):
        group = "credit_client_tiering.group_viewer"
        for note in self:
            # sudo: whether a person named works with credit clients at all.
            strangers = note.reader_ids.sudo().filtered(lambda u: not u.has_group(group))
            if strangers:
                raise ValidationError(
                    self.env._(
                        "%s does not work with credit clients and cannot be named.",
                        strangers[0].name,
                    )
                )

    @api.constrains("partner_id")
    def _check_client(self):
        for note in self:
            if not note.partner_id.is_credit_client:
                raise ValidationError(
                    self.env._("%s is not marked as a credit client.", note.partner_id.display_name)
                )


class ResPartner(models.Model):
    _inherit = "res.partner"

    credit_note_ids = fields.One2many(
        "credit.confidential.note",
        "partner_id",
        string="Confidential notes",
        groups="credit_client_tiering.group_viewer",
    )
