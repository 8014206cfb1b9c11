from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.credit_client_tiering.fields import Figure


class CreditRetentionRule(models.Model):
    """When a fall of a figure is a hint that a client is leaving (K-1b, A59).

    The guide gives no measure. Rules are off and without a threshold until the bank
    sets one; then the latest month is held against the client's own months before.
    """

    _name = "credit.retention.rule"
    _inherit = ["mail.thread"]
    _description = "Hint Rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    clause = fields.Char(default="K-1b")
    sequence = fields.Integer(default=10)
    reason_id = fields.Many2one(
        "credit.risk.reason", required=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(
        [("metric", "A figure falls"), ("products", "Product families fall away")],
        required=True,
        default="metric",
    )
    metric_id = fields.Many2one("credit.metric", string="Figure", ondelete="restrict")
    measure = fields.Selection(
        [("percent", "Percent of the client's own average"), ("points", "Units of the figure")],
        required=True,
        default="percent",
        help="Shares are better compared in points, amounts and counts in percent.",
    )
    threshold = Figure(
        "Fall of at least", tracking=True, help="Empty: the bank has not set it; the rule is off."
    )
    history_months = fields.Integer(
        "Months of history",
        default=12,
        required=True,
        tracking=True,
        help="The months before the latest one whose average counts. 12 is the period of "
        "monthly figures (A61), not a rule on leaving clients.",
    )
    minimum_months = fields.Integer(
        "At least so many reported",
        default=3,
        required=True,
        help="With fewer months on file no fall is computed.",
    )
    active = fields.Boolean(default=False, tracking=True)

    answered = fields.Integer("Hints answered", compute="_compute_precision")
    precision = fields.Float(
        "Useful (%)",
        compute="_compute_precision",
        help="Of the hints answered, those that led to a save case.",
    )

    _months = models.Constraint(
        "CHECK (history_months >= 1 AND minimum_months BETWEEN 1 AND history_months)",
        "The months of history start at one, and no more can be asked for than there are.",
    )

    def _compute_precision(self):
        found = {
            (rule, state): count
            for rule, state, count in self.env["credit.retention.hint"]._read_group(
                [("rule_id", "in", self.ids), ("state", "!=", "open")],
                ["rule_id", "state"],
                ["__count"],
            )
        }
        for rule in self:
            useful = found.get((rule._origin, "case"), 0)
            rule.answered = useful + found.get((rule._origin, "dismissed"), 0)
            rule.precision = 100.0 * useful / rule.answered if rule.answered else 0.0

    @api.constrains("active", "threshold", "kind", "metric_id")
    def _check_complete(self):
        for rule in self:
            if rule.kind == "metric" and not rule.metric_id:
                raise ValidationError(self.env._("“%s” needs the figure it follows.", rule.name))
            if rule.active and (rule.threshold is False or rule.threshold <= 0):
                raise ValidationError(
                    self.env._(
                        "“%s” has no threshold. The guide gives none (A59); enter the bank's "
                        "own, then switch the rule on.",
                        rule.name,
                    )
                )
