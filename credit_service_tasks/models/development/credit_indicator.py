from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CreditIndicator(models.Model):
    """What targets are set for, and where the actual figure comes from (R-P-3d, R-V-3b).

    A plain model and no gamification goal: goals belong to one user, cannot be
    broken down over institutions and clients, and take no imported figures.
    """

    _name = "credit.indicator"
    _description = "Target Indicator"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Stable key of rules and imports.")
    clause = fields.Char()
    sequence = fields.Integer(default=10)
    unit = fields.Selection(
        [("yuan", "yuan"), ("clients", "clients"), ("accounts", "accounts")],
        required=True,
        default="yuan",
    )
    source = fields.Selection(
        [
            ("to_be_set", "To be set: nobody has said what counts"),
            ("metric_increase", "Increase of an imported figure"),
            ("metric_level", "Level of an imported figure"),
            ("new_clients", "Clients whose business with the bank began"),
            ("first_credit", "Clients whose first credit took effect"),
            ("sme_won", "SMEs won (S-P-4)"),
            ("new_loans", "Loans paid out"),
            ("recorded", "Recorded values"),
        ],
        string="Actual figure",
        required=True,
        default="to_be_set",
    )
    metric_id = fields.Many2one("credit.metric", string="Imported figure", ondelete="restrict")
    in_bulletin = fields.Boolean("In the weekly bulletin", help="The four of R-V-3b.")
    difference = fields.Selection(
        [("warn", "Show it"), ("refuse", "Refuse to confirm")],
        string="When parts do not add up",
        required=True,
        default="warn",
    )
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "Another indicator already has this code.")

    @api.constrains("source", "metric_id")
    def _check_metric(self):
        for indicator in self:
            if indicator.source in ("metric_increase", "metric_level") and not indicator.metric_id:
                raise ValidationError(
                    self.env._("“%s” needs the imported figure it follows.", indicator.name)
                )
