from odoo import api, fields, models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    rate_authority_ids = fields.One2many(
        "credit.rate.authority", "institution_id", string="Authority for loan rates"
    )
    has_rate_authority = fields.Boolean(
        "Designated for loan rates",
        compute="_compute_has_rate_authority",
        help="Today, for loan rates above the prime rate (S-S-5b).",
    )

    @api.depends("rate_authority_ids.date_from", "rate_authority_ids.date_to")
    def _compute_has_rate_authority(self):
        today = self.env.company._credit_today()
        # sudo: who is designated is no secret.
        for team in self.sudo():
            team.has_rate_authority = any(
                a.date_from <= today and (not a.date_to or a.date_to >= today)
                for a in team.rate_authority_ids
            )
