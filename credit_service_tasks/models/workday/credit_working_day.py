from odoo import api, fields, models
from odoo.tools import SQL

from .calendar_sql import working_days


class CreditWorkingDay(models.Model):
    """A day that does not follow the week: a holiday, or a make-up working day.

    Days without a row are working days from Monday to Friday. ``resource.calendar``
    knows days off but no dated extra working day, hence a table of our own.
    """

    _name = "credit.working.day"
    _description = "Day of the Working Calendar"
    _order = "date"
    _rec_name = "date"

    date = fields.Date(required=True)
    is_working = fields.Boolean("Working day", help="Unticked: a day off.")
    name = fields.Char(translate=True, help="Which holiday, or why it is a working day.")
    source = fields.Selection(
        [("library", "Loaded"), ("hand", "By hand or imported")],
        required=True,
        default="hand",
        readonly=True,
        help="Days entered by hand stay when the year is loaded again.",
    )
    year_id = fields.Many2one(
        "credit.working.year", readonly=True, index=True, ondelete="cascade", copy=False
    )

    _date_unique = models.UniqueIndex("(date)", "This day already is in the calendar.")

    @api.model_create_multi
    def create(self, vals_list):
        days = super().create([self._by_hand(vals) for vals in vals_list])
        self._calendar_changed()
        return days

    def write(self, vals):
        result = super().write(self._by_hand(vals))
        self._calendar_changed()
        return result

    def unlink(self):
        result = super().unlink()
        self._calendar_changed()
        return result

    @api.model
    def _by_hand(self, vals):
        """Mark what a person enters, and file it under its year."""
        vals = dict(vals, source="hand")
        if vals.get("date"):
            year = fields.Date.to_date(vals["date"]).year
            # sudo: the year is made with its first day.
            vals["year_id"] = self.env["credit.working.year"].sudo()._for_year(year).id
        return vals

    @api.model
    def _calendar_changed(self):
        """The calendar changed; open duties get their new dates with the next run."""

    @api.model
    def _is_working(self, day):
        """Return whether ``day`` (date) is a working day."""
        return bool(self._working_days(day, day))

    @api.model
    def _last_working_day(self, start, end):
        """Return the last working day from ``start`` to ``end`` (dates), or False."""
        return self._select("max(day)", start, end) or False

    @api.model
    def _working_days(self, start, end):
        """Return how many working days there are from ``start`` to ``end``, both included."""
        return self._select("count(*)", start, end)

    def _select(self, what, start, end):
        self.flush_model()
        statement = SQL("SELECT %s FROM %s days", SQL(what), working_days(start, end))
        return self.env.execute_query(statement)[0][0]

    def _list(self, start, end):
        """Return the working days from ``start`` to ``end`` in order, as a list of dates."""
        self.flush_model()
        statement = SQL("SELECT day FROM %s days ORDER BY day", working_days(start, end))
        return [row[0] for row in self.env.execute_query(statement)]
