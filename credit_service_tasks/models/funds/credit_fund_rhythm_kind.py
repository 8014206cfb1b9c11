from odoo import fields, models


class CreditFundRhythmKind(models.Model):
    """What makes an outflow usual for a client: how often on such a day.

    The bank's own settings; the guide speaks of large movements only.
    """

    _name = "credit.fund.rhythm.kind"
    _description = "Kind of Rhythm"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Selection(
        [
            ("weekday", "The day of the week"),
            ("monthday", "The day of the month"),
            ("tax", "Payments of tax"),
            ("payroll", "Payments of wages"),
        ],
        required=True,
    )
    sequence = fields.Integer(default=10)
    min_times = fields.Integer(
        "Times a year",
        required=True,
        help="So many earlier outflows of the amount, on such days, make it usual.",
    )
    tolerance_days = fields.Integer(
        "Days around", help="A pay day that falls on a holiday moves by some days."
    )
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "There already is this kind.")
    _times_positive = models.Constraint(
        "CHECK (min_times > 0 AND tolerance_days BETWEEN 0 AND 15)",
        "At least once, and at most 15 days around.",
    )
