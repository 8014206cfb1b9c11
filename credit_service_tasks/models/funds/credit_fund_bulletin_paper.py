from odoo import models


class CreditFundBulletin(models.Model):
    """The daily bulletin on paper: what was copied that evening, told again."""

    _name = "credit.fund.bulletin"
    _inherit = ["credit.fund.bulletin", "credit.paper"]

    def _paper_number(self):
        """Return the number it goes by: one a day and institution."""
        return self.day.strftime("%Y%m%d")

    def _sections(self):
        self.ensure_one()
        yes, no = self.env._("yes"), ""
        return [
            self._section(
                self.env._("The day"),
                [
                    self.env._("Clients that moved"),
                    self.env._("Large changes"),
                    self.env._("Came in (yuan)"),
                    self.env._("Went out (yuan)"),
                    self.env._("Net change (yuan)"),
                ],
                [
                    [
                        self.clients,
                        self.line_count,
                        self._figure(self.inflow),
                        self._figure(self.outflow),
                        self._figure(self.net),
                    ]
                ],
                self.env._(
                    "Listed below: clients by their net change of the day, threshold %(amount)s "
                    "yuan (%(clause)s).",
                    amount=self._words(float(self.threshold or 0)),
                    clause=self.clause or "",
                ),
            ),
            self._section(
                self.env._("Large changes"),
                [
                    self.env._("Client"),
                    self.env._("Institution"),
                    self.env._("Manager"),
                    self.env._("Net change (yuan)"),
                    self.env._("Came in (yuan)"),
                    self.env._("Went out (yuan)"),
                    self.env._("Balance (yuan)"),
                    self.env._("Large account"),
                    self.env._("Bank-managed"),
                ],
                [
                    [
                        line.partner_id.name,
                        line.institution_id.name,
                        line.user_id.name,
                        self._figure(line.net),
                        self._figure(line.inflow),
                        self._figure(line.outflow),
                        self._figure(line.balance),
                        yes if line.large_account else no,
                        yes if line.bank_managed else no,
                    ]
                    for line in self.line_ids
                ],
            ),
        ]
