from odoo import fields, models
from odoo.tools import SQL


class CreditFundPrecision(models.Model):
    """Per rule and month: how many alerts people found useful."""

    _name = "credit.fund.precision"
    _description = "Precision of the Rules"
    _auto = False
    _order = "month desc, rule_id"
    _rec_name = "rule_id"

    rule_id = fields.Many2one("credit.fund.rule", readonly=True)
    institution_id = fields.Many2one("crm.team", readonly=True)
    month = fields.Date(readonly=True)
    alerts = fields.Integer("Tasks", readonly=True)
    answered = fields.Integer(readonly=True)
    useful = fields.Integer(readonly=True)
    not_useful = fields.Integer(readonly=True)
    quiet = fields.Integer("Kept quiet", readonly=True)
    precision = fields.Float(
        "Precision (%)",
        readonly=True,
        aggregator="avg",
        help="Useful ones of those answered. Unset while nobody has answered.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT min(a.id) AS id, a.rule_id, a.institution_id,
                   date_trunc('month', a.date)::date AS month,
                   (count(*) FILTER (WHERE a.state <> 'quiet'))::integer AS alerts,
                   (count(*) FILTER (WHERE a.state = 'done'))::integer AS answered,
                   (count(*) FILTER (WHERE a.useful = 'yes'))::integer AS useful,
                   (count(*) FILTER (WHERE a.useful = 'no'))::integer AS not_useful,
                   (count(*) FILTER (WHERE a.state = 'quiet'))::integer AS quiet,
                   100.0 * count(*) FILTER (WHERE a.useful = 'yes')
                       / nullif(count(*) FILTER (WHERE a.useful IS NOT NULL), 0) AS precision
              FROM credit_fund_alert a
          GROUP BY a.rule_id, a.institution_id, date_trunc('month', a.date)
            """
        )
