from odoo import fields, models

from odoo.addons.credit_client_tiering.models.bank.res_partner import VIEWERS


class ResPartner(models.Model):
    """The client archive on the client's card."""

    _inherit = "res.partner"

    credit_profile_note_ids = fields.One2many(
        "credit.profile.note", "partner_id", string="Archive notes", groups=VIEWERS
    )
    credit_archive_percent = fields.Float(
        "Archive complete (%)",
        compute="_compute_credit_archive",
        digits=(5, 0),
        groups=VIEWERS,
    )
    credit_archive_missing = fields.Char(
        "Missing in the archive", compute="_compute_credit_archive", groups=VIEWERS
    )

    def _compute_credit_archive(self):
        archives = self.env["credit.client.archive"].search([("partner_id", "in", self.ids)])
        found = {archive.partner_id.id: archive for archive in archives}
        for partner in self:
            archive = found.get(partner.id)
            partner.credit_archive_percent = archive.percent if archive else 0.0
            partner.credit_archive_missing = archive.missing_text if archive else False
