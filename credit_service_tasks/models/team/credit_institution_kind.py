from odoo import api, fields, models


class CreditInstitutionKind(models.Model):
    """Which exposure limits of the team bands a kind of institution follows (A43)."""

    _inherit = "credit.institution.kind"

    limits_kind_id = fields.Many2one(
        "credit.institution.kind",
        string="Team bands as",
        ondelete="restrict",
        help="The kind whose exposure limits apply. Empty: the kind's own, and where it "
        "has none the fallback; it is then listed for mapping (A43).",
    )
    is_limits_fallback = fields.Boolean(
        "Fallback of the team bands",
        help="Kinds without limits of their own use those of this kind (A43).",
    )

    @api.model_create_multi
    def create(self, vals_list):
        kinds = super().create(vals_list)
        self.env["res.partner"]._credit_refresh_teams()
        return kinds

    def write(self, vals):
        result = super().write(vals)
        if {"limits_kind_id", "is_limits_fallback", "is_head_office"} & set(vals):
            self.env["res.partner"]._credit_refresh_teams()
        return result
