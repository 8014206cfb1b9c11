from odoo import fields, models

from odoo.addons.credit_client_tiering.fields import Figure


class CreditDevelopmentRule(models.Model):
    """A sentence of section 7: so many clients of a field with new loans in the year.

    Independent floors (A53): parts need not add up to the whole.
    """

    _name = "credit.development.rule"
    _description = "Yearly Development Rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    clause = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    designation_type_id = fields.Many2one(
        "credit.designation.type",
        string="Listed as",
        ondelete="restrict",
        help="The information base or list the client must be on.",
    )
    industry_ids = fields.Many2many(
        "credit.term",
        "credit_development_rule_industry_rel",
        string="Industries",
        domain=[("category", "=", "industry")],
        help="Empty: any industry.",
    )
    scope = fields.Selection(
        [("bank", "Whole bank"), ("each", "Each institution of the kinds")], required=True
    )
    kind_ids = fields.Many2many(
        "credit.institution.kind",
        "credit_development_rule_kind_rel",
        string="Institution kinds",
    )
    for_unmapped = fields.Boolean(
        "Also other institutions",
        help="Also holds for institutions right below the head office whose kind no rule "
        "names (A43).",
    )
    minimum = Figure(help="Clients per year. Empty: the guide gives no figure (D-2).")
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "Another rule already has this code.")

    def _institutions(self):
        """Return the institutions the rule holds for; none for the whole bank."""
        self.ensure_one()
        teams = self.env["crm.team"]
        if self.scope == "bank":
            return teams
        found = teams.search([("institution_kind_id", "in", self.kind_ids.ids)])
        if self.for_unmapped:
            found |= self._unmapped()
        return found

    def _unmapped(self):
        """Return the institutions whose kind no rule names: to be mapped (A43)."""
        named = self.search([("scope", "=", "each")]).kind_ids
        return self.env["crm.team"].search(
            [
                ("parent_id.institution_kind_id.is_head_office", "=", True),
                "|",
                ("institution_kind_id", "=", False),
                ("institution_kind_id", "not in", named.ids),
            ]
        )
