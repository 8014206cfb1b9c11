from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...fields import Figure


class CreditMetric(models.Model):
    """The catalogue of figures: unit, sane bounds and who supplies each."""

    _name = "credit.metric"
    _description = "Metric"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="Name of the figure on the metric snapshot, and its column in imports.",
    )
    sequence = fields.Integer(default=10)
    unit = fields.Selection(
        [
            ("yuan", "yuan"),
            ("percent", "percent"),
            ("people", "people"),
            ("cards", "cards"),
        ],
        required=True,
        default="yuan",
    )
    minimum = Figure(help="A smaller figure is refused as a mistake. Empty: no limit.")
    maximum = Figure(help="A larger figure is refused as a mistake. Empty: no limit.")
    supplier = fields.Selection(
        [
            ("credit_system", "Credit system"),
            ("core_banking", "Core banking system"),
            ("client_manager", "Client manager"),
        ],
        required=True,
        default="core_banking",
        help="Whom to ask when the figure is missing.",
    )
    declarable = fields.Boolean(
        "May be declared",
        help="Institution staff may enter the figure themselves; the others come "
        "from the bank's systems only.",
    )
    headers = fields.Char(
        "Other column headers",
        help="Headers under which extracts bring this figure, separated by commas.",
    )
    current_metric_id = fields.Many2one(
        "credit.metric",
        string="Current figure",
        help="The figure that tells today's value of this average (A26, A08).",
    )

    _code_unique = models.UniqueIndex("(code)", "Another metric already has this code.")

    def write(self, vals):
        result = super().write(vals)
        if {"code", "current_metric_id"} & set(vals):
            self.env.registry.clear_cache()  # compiled policies name figures
        return result

    @api.constrains("code")
    def _check_code(self):
        columns = self.env["credit.metric.snapshot"]._metric_codes()
        for metric in self:
            if metric.code not in columns:
                raise ValidationError(
                    self.env._(
                        "There is no figure “%(code)s” on the metric snapshot. Known "
                        "figures: %(known)s.",
                        code=metric.code,
                        known=", ".join(columns),
                    )
                )

    def _problem(self, value):
        """Return why ``value`` (a float) is absurd for the metric, or False."""
        self.ensure_one()
        if value != value or value in (float("inf"), float("-inf")):
            return self.env._("%s is not a number.", self.name)
        if self.minimum is not False and value < self.minimum:
            return self.env._(
                "%(metric)s is %(value)s; it cannot be below %(limit)s %(unit)s.",
                metric=self.name,
                value=value,
                limit=self.minimum,
                unit=self._unit_name(),
            )
        if self.maximum is not False and value > self.maximum:
            return self.env._(
                "%(metric)s is %(value)s; it cannot be above %(limit)s %(unit)s.",
                metric=self.name,
                value=value,
                limit=self.maximum,
                unit=self._unit_name(),
            )
        return False

    def _unit_name(self):
        return dict(self._fields["unit"]._description_selection(self.env))[self.unit]
