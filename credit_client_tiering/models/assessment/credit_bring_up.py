from odoo import api, models

from ..policy.tiers import DRIFTS, OUTCOMES


class CreditAssessment(models.Model):
    _inherit = "credit.assessment"

    @api.model
    def _credit_bring_up_report(self):
        """Assess the whole book and return a summary a person can read."""
        self._assess()
        partners = self.env["res.partner"]
        lines = [self.env._("Credit clients per suggested tier")]
        lines += self._counts(partners, "credit_suggested", OUTCOMES)
        lines += ["", self.env._("Suggestion against the official lists (drift)")]
        lines += self._counts(partners, "credit_drift", DRIFTS)
        return "\n".join(lines)

    def _counts(self, model, field_name, selection):
        words = dict(model._fields[field_name]._description_selection(self.env))
        rows = dict(
            model._read_group(
                [("is_credit_client", "=", True)], [field_name], ["__count"]
            )
        )
        return [
            f"  {words[code]:<24} {rows[code]:>7}"
            for code, _name in selection
            if rows.get(code)
        ]
