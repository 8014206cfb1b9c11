from odoo import fields, models


class CreditInstitutionKind(models.Model):
    _inherit = "credit.institution.kind"

    development_rule_ids = fields.Many2many(
        "credit.development.rule",
        "credit_development_rule_kind_rel",
        string="Yearly development targets",
    )
