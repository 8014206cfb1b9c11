from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.credit_client_tiering.fields import Figure


class CreditMaturity(models.Model):
    """Loans paid out that fall due: who renews, were promises kept, may the client leave."""

    _name = "credit.maturity"
    _description = "Loan Falling Due"
    _auto = False
    _order = "matures_on, id"
    _rec_name = "application_id"

    application_id = fields.Many2one("credit.application", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Client", readonly=True)
    institution_id = fields.Many2one("crm.team", readonly=True)
    user_id = fields.Many2one("res.users", string="Renewal by", readonly=True)
    product_id = fields.Many2one("credit.loan.product", string="Loan", readonly=True)
    amount = Figure(readonly=True)
    matures_on = fields.Date(
        "Falls due", readonly=True, help="Day of the payout plus the term of the application."
    )
    short_promises = fields.Integer(
        "Promises short", readonly=True, help="Return commitments short in their latest month."
    )
    case_id = fields.Many2one("credit.save.case", string="Open case", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT a.id, a.id AS application_id, a.partner_id,
                   p.credit_institution_id AS institution_id,
                   coalesce(p.user_id, a.user_id) AS user_id, a.product_id, a.amount,
                   (a.disbursed_on + a.term_months * interval '1 month')::date AS matures_on,
                   (SELECT count(*) FROM credit_commitment c
                     WHERE c.partner_id = a.partner_id AND c.state = 'running'
                       AND c.last_verdict = 'short')::integer AS short_promises,
                   s.id AS case_id
              FROM credit_application a
              JOIN res_partner p ON p.id = a.partner_id
         LEFT JOIN credit_save_case s ON s.partner_id = a.partner_id AND s.state = 'open'
             WHERE a.state = 'disbursed' AND a.disbursed_on IS NOT NULL AND a.term_months > 0
               AND (a.disbursed_on + a.term_months * interval '1 month')::date >= %(today)s
            """,
            today=self.env.company._credit_today(),
        )
