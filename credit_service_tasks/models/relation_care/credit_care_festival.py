import holidays

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CreditCareFestival(models.Model):
    """A festival at which the bank greets its clients (M-1a, R-P-1e, A57).

    Dates of statutory and lunar festivals come from the library ``holidays``; what it
    does not know is entered on the round, by hand.
    """

    _name = "credit.care.festival"
    _description = "Festival"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    calendar = fields.Selection(
        [
            ("CN", "Mainland China"),
            ("HK", "Hong Kong (for lunar festivals that are no holiday on the mainland)"),
        ],
        string="Holidays of",
        help="Whose holidays the library is asked for. Empty: the date is entered by hand.",
    )
    library_name = fields.Char(
        "Name in the library", help="English name, e.g. Dragon Boat Festival."
    )
    next_date = fields.Date(compute="_compute_next_date")
    active = fields.Boolean(default=True, help="Switch off what your bank does not keep.")

    @api.constrains("calendar", "library_name")
    def _check_library(self):
        for festival in self:
            if bool(festival.calendar) != bool(festival.library_name):
                raise ValidationError(
                    self.env._(
                        "“%s” needs both the calendar and the name in the library, or neither.",
                        festival.name,
                    )
                )

    @api.depends("calendar", "library_name")
    def _compute_next_date(self):
        today = self.env.company._credit_today()
        for festival in self:
            days = (festival._date_in(today.year), festival._date_in(today.year + 1))
            festival.next_date = next((d for d in days if d and d >= today), False)

    def _date_in(self, year):
        """Return the first day of the festival in ``year``, False when unknown."""
        self.ensure_one()
        if not self.calendar or not self.library_name:
            return False
        # English names do not depend on the reader; substitute days off carry others.
        known = holidays.country_holidays(
            self.calendar, years=year, language="en_US", observed=False
        )
        days = known.get_named(self.library_name, lookup="exact")
        return min((d for d in days if d.year == year), default=False)
