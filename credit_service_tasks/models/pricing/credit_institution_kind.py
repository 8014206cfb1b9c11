from odoo import api, fields, models


class CreditInstitutionKind(models.Model):
    _inherit = "credit.institution.kind"

    may_have_rate_authority = fields.Boolean(
        "May be designated for loan rates",
        compute="_compute_may_have_rate_authority",
        store=True,
        readonly=False,
        help="S-S-5b delegates to designated prefecture branches only (A48).",
    )

    @api.depends("code")
    def _compute_may_have_rate_authority(self):
        # Only the first value: the head office may decide otherwise.
        for kind in self:
            kind.may_have_rate_authority = kind.code == "prefecture_branch"
