from odoo import models


class CreditFundBulletin(models.Model):
    """The daily bulletin on paper: what was copied that evening, told again."""

    _name = "credit.fund.bulletin"
    _inherit = ["credit.fund.bulletin", "credit.paper"]

    def _paper_number(self):
        """Return the number it goes by: one a day and institution."""
        return self.day.strftime("%Y%m%d")

    def _sections(self):
        _ = self.env._
        self.ensure_one()
        yes, no = _("yes"), ""
        return [
            self._section(
                _("The day"),
                [
                    _("Clients that moved"),
                    _("Large changes"),
                    _("Came in (yuan)"),
                    _("Went out (yuan)"),
                    _("Net change (yuan)"),
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
                _(
                    "Listed below: clients by their net change of the day, threshold %(amount)s "
                    "yuan (%(clause)s).",
                    amount=self._words(float(self.threshold or 0)),
                    clause=self.clause or "",
                ),
            ),
            self._section(
                _("Large changes"),
                [
                    _("Client"),
                    _("Institution"),
                    _("Manager"),
                    _("Net change (yuan)"),
                    _("Came in (yuan)"),
                    _("Went out (yuan)"),
                    _("Balance (yuan)"),
                    _("Large account"),
                    _("Bank-managed"),
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
