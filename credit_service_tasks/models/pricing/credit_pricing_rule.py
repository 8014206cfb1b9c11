from odoo import api, fields, models

from odoo.addons.credit_client_tiering.models.policy.tiers import TIERS

KINDS = [
    ("loan_rate", "Loan rate"),
    ("deposit_rate", "Deposit rate"),
    ("fee", "Fee"),
    ("fx", "Exchange rate"),
    ("wealth_yield", "Wealth-product yield"),
]
COMPARISONS = [
    ("below", "Below the prime rate"),
    ("equal", "Equal to the prime rate"),
    ("above", "Above the prime rate"),
]
ROUTES = [
    ("institution", "Institution"),
    ("branch", "Designated branch"),
    ("head_office", "Head office"),
    ("separate", "Head office, separate approval"),
]


class CreditPricingRule(models.Model):
    """Who decides on which price for which client: a sentence of the guide as data.

    The first rule that fits a request decides its route.
    """

    _name = "credit.pricing.rule"
    _inherit = ["mail.thread"]
    _description = "Pricing Authority"
    _order = "kind, tier, sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Stable key.")
    clause = fields.Char(required=True, help="Clause ids of the guide, e.g. S-S-5a.")
    sequence = fields.Integer(default=10)
    tier = fields.Selection(TIERS, string="List", required=True)
    kind = fields.Selection(KINDS, string="Price", required=True)
    comparison = fields.Selection(COMPARISONS, help="Of a loan rate. Empty: any.")
    designated = fields.Boolean(
        "Designated branches only",
        help="The client's institution, or one above it, is designated on that day.",
    )
    bp_from = fields.Float("From (bp)", digits=(8, 2), help="Yield concession in basis points.")
    bp_to = fields.Float("Up to (bp)", digits=(8, 2), help="0: without limit.")
    bp_standard_from = fields.Float(
        "Standard from (bp)",
        digits=(8, 2),
        help="A smaller concession is allowed, and shown as below the usual band.",
    )
    route = fields.Selection(ROUTES, required=True, tracking=True)
    post_ids = fields.Many2many(
        "credit.post",
        "credit_pricing_rule_post_rel",
        string="Decided by",
        required=True,
        help="A holder of one of these posts decides.",
    )
    needs_degrees = fields.Boolean(
        "Three degrees needed",
        help="Credit standing, loyalty and contribution must be judged (S-Q-0b, S-Q-5).",
    )
    single_case = fields.Boolean(
        "Case by case", help="Through the existing differentiated-rate procedure (S-B-4c)."
    )
    option_ids = fields.Many2many(
        "credit.reading.option",
        "credit_pricing_rule_option_rel",
        string="Under the reading",
        help="In force only while one of these readings is chosen. Empty: always.",
    )
    date_from = fields.Date("In force from")
    date_to = fields.Date("In force until")
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "Another pricing rule already has this code.")

    @api.model
    def _for_request(self, request, comparison, designated, day):
        """Return the first rule that fits, or nothing.

        :param request: ``credit.pricing.request``
        :param comparison: one of ``COMPARISONS``, of a loan rate
        :param designated: the designated institution, or nothing
        """
        chosen = self.env["credit.reading"]._chosen_options()
        # sudo: who decides on prices is no secret.
        for rule in self.sudo().search(
            [("tier", "=", request.tier), ("kind", "=", request.kind)], order="sequence, id"
        ):
            if rule.option_ids and not rule.option_ids & chosen:
                continue
            if (rule.date_from and rule.date_from > day) or (rule.date_to and rule.date_to < day):
                continue
            if rule.comparison and rule.comparison != comparison:
                continue
            if rule.designated and not designated:
                continue
            if request.kind == "wealth_yield" and not rule._covers(request.concession_bp):
                continue
            return rule
        return self.browse()

    def _covers(self, concession):
        """Tell whether a concession (basis points) lies in the rule's band."""
        self.ensure_one()
        return concession >= self.bp_from and (not self.bp_to or concession <= self.bp_to)
