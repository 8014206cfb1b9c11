from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.credit_client_tiering.models.policy.tiers import TIERS


class CreditInspectionRule(models.Model):
    """How often credit is inspected after the loan, by list and loan (section 9, X-3).

    The guide has the title of this section only: your bank's frequencies go here. A
    rule without a frequency cannot be switched on.
    """

    _name = "credit.inspection.rule"
    _inherit = ["mail.thread"]
    _description = "Post-Loan Inspection Rule"
    _order = "tier, product_id, id"

    name = fields.Char(required=True, translate=True)
    clause = fields.Char(default="X-3")
    tier = fields.Selection(TIERS, string="List", help="Empty: every list.")
    product_id = fields.Many2one(
        "credit.loan.product",
        string="Loan",
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: every loan.",
    )
    every_months = fields.Integer("Every so many months", tracking=True, help="0: not set.")
    what = fields.Text("What is looked at")
    active = fields.Boolean(default=False, tracking=True)

    _not_negative = models.Constraint("CHECK (every_months >= 0)", "Months cannot be negative.")

    @api.constrains("active", "every_months")
    def _check_complete(self):
        for rule in self:
            if rule.active and not rule.every_months:
                raise ValidationError(
                    self.env._(
                        "“%s” has no frequency. The guide gives none (X-3); enter the bank's own, "
                        "then switch the rule on.",
                        rule.name,
                    )
                )
