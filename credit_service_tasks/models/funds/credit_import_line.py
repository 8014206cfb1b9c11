from odoo import api, models


class CreditImportLine(models.Model):
    _inherit = "credit.import.line"

    @api.model
    def _rule_words(self):
        return {
            **super()._rule_words(),
            "no_day": self.env._("the day is missing."),
            "no_amount": self.env._("the amount is missing."),
            "no_reference": self.env._("the number of the payment or loan is missing."),
            "not_positive": self.env._("“[value]” is not above zero."),
        }
