from odoo import fields, models

FIGURES = [
    ("library", "Project library"),
    ("deposits", "Deposits"),
    ("score", "Business assessment score"),
    ("plan", "Monthly project plan"),
    ("funds", "Movements of client funds"),
    ("log", "Work log"),
    ("archive", "Client archive"),
    ("uplift", "Ledger for raising would-be clients"),
]


class CreditResultRule(models.Model):
    """By which result the holders of a post are checked, and how often (A56)."""

    _name = "credit.result.rule"
    _description = "Result Check of a Post"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    clause = fields.Char(help="Clause id of the guide, e.g. R-P-C1.")
    sequence = fields.Integer(default=10)
    figure = fields.Selection(FIGURES, string="Result", required=True)
    period = fields.Selection(
        [("month", "Monthly"), ("quarter", "Quarterly")],
        string="Interval",
        required=True,
        default="month",
        help="Monthly, also where the guide names no interval; quarterly for the score (A56).",
    )
    post_ids = fields.Many2many(
        "credit.post",
        "credit_result_rule_post_rel",
        string="Checked are",
        required=True,
        help="The holders of these posts: the persons the guide names above the brackets (A56).",
    )
    checker_post_ids = fields.Many2many(
        "credit.post",
        "credit_result_rule_checker_rel",
        string="Checked by",
        help="Besides the head office. Nobody checks the own result.",
    )
    active = fields.Boolean(default=True)
