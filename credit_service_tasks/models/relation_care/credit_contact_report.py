from odoo import fields, models


class CreditContactReport(models.Model):
    """The three topics of concern (M-1b); a contact in a festival round greets the client."""

    _inherit = "credit.contact.report"

    concern_business = fields.Char("Production and business", help="First topic of concern (M-1b).")
    concern_people = fields.Char(
        "Health of managers and staff", help="Second topic of concern (M-1b)."
    )
    concern_funding = fields.Char("Funding needs", help="Third topic of concern (M-1b).")

    def _submit(self):
        result = super()._submit()
        self.env["credit.care.line"]._discharge_by(self)
        return result
