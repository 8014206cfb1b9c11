from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

TERMS = [("1y", "1 year"), ("5y", "Over 5 years")]


class CreditLpr(models.Model):
    """A publication of the loan prime rate of one term (S-S-5a, S-S-5b, X-10)."""

    _name = "credit.lpr"
    _inherit = ["mail.thread"]
    _description = "Loan Prime Rate"
    _order = "date desc, term"
    _rec_name = "date"

    date = fields.Date("Published on", required=True, tracking=True)
    term = fields.Selection(TERMS, required=True, tracking=True)
    rate = fields.Float("Rate (%)", digits=(8, 4), required=True, tracking=True)
    source = fields.Char(help="File or notice the figure was taken from.")

    _once = models.UniqueIndex("(term, date)", "This publication is recorded already.")
    _rate_sane = models.Constraint(
        "CHECK (rate > 0 AND rate < 100)", "A prime rate is between 0 and 100 percent."
    )

    @api.depends("date", "term", "rate")
    @api.depends_context("lang")
    def _compute_display_name(self):
        terms = dict(self._fields["term"]._description_selection(self.env))
        for lpr in self:
            day = format_date(self.env, lpr.date) if lpr.date else ""
            lpr.display_name = f"{terms.get(lpr.term, '')} {lpr.rate:g} % ({day})"

    @api.constrains("date")
    def _check_not_ahead(self):
        """A figure nobody can know yet must not decide anything."""
        for lpr in self:
            if lpr.date > self.env.company._credit_today():
                raise UserError(
                    self.env._("%s lies in the future.", format_date(self.env, lpr.date))
                )

    @api.model
    def _latest(self, term, day):
        """Return the last publication of a term known on ``day``.

        :param str term: ``1y`` or ``5y``
        :param datetime.date day: nothing published later counts
        :raises UserError: none is recorded
        Clauses S-S-5a, S-S-5b.
        """
        # sudo: published figures.
        found = self.sudo().search(
            [("term", "=", term), ("date", "<=", day)], order="date desc", limit=1
        )
        if not found:
            terms = dict(self._fields["term"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "No loan prime rate of the term “%(term)s” is recorded up to %(day)s; "
                    "import the publications first (S-S-5a).",
                    term=terms.get(term, term),
                    day=format_date(self.env, day),
                )
            )
        return found
