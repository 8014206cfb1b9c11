import json
from datetime import date

import holidays

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

FIRST_YEAR, LAST_YEAR = 2001, 2100


class CreditWorkingYear(models.Model):
    """A year of the working calendar: whether it is loaded, and how sure it is."""

    _name = "credit.working.year"
    _description = "Working Calendar"
    _order = "year desc"
    _rec_name = "year"

    year = fields.Integer(required=True, aggregator=None)
    state = fields.Selection(
        [
            ("not_loaded", "Not loaded: Monday to Friday"),
            ("provisional", "Provisional: no official notice yet"),
            ("official", "By the official notice"),
        ],
        required=True,
        default="not_loaded",
        help="The State Council announces the holidays and the make-up working days of a "
        "year shortly before it begins. Until then only the statutory holidays are known.",
    )
    loaded_at = fields.Datetime(readonly=True, copy=False)
    library = fields.Char(readonly=True, copy=False, help="Where the days were loaded from.")
    day_ids = fields.One2many(
        "credit.working.day", "year_id", string="Holidays and make-up working days"
    )
    holiday_count = fields.Integer("Days off", compute="_compute_counts")
    makeup_count = fields.Integer("Make-up working days", compute="_compute_counts")
    hand_count = fields.Integer("Corrected by hand", compute="_compute_counts")
    working_count = fields.Integer("Working days", compute="_compute_counts")

    _year_unique = models.UniqueIndex("(year)", "This year already is in the calendar.")

    @api.depends("year", "day_ids.is_working", "day_ids.source", "day_ids.date")
    def _compute_counts(self):
        days = self.env["credit.working.day"]
        for record in self:
            rows = record.day_ids
            record.makeup_count = len(rows.filtered("is_working"))
            record.holiday_count = len(rows) - record.makeup_count
            record.hand_count = len(rows.filtered(lambda d: d.source == "hand"))
            record.working_count = (
                days._working_days(date(record.year, 1, 1), date(record.year, 12, 31))
                if FIRST_YEAR <= record.year <= LAST_YEAR
                else 0
            )

    @api.constrains("year")
    def _check_year(self):
        for record in self:
            if not FIRST_YEAR <= record.year <= LAST_YEAR:
                raise ValidationError(
                    self.env._(
                        "%(year)s is no year of the calendar; enter one from %(first)s to "
                        "%(last)s.",
                        year=record.year,
                        first=FIRST_YEAR,
                        last=LAST_YEAR,
                    )
                )

    def action_load(self):
        """Load holidays and make-up working days from the library; corrections stay.

        :raises UserError: the library knows nothing of the year
        """
        self.check_access("write")
        for record in self:
            record._load()
        return True

    def _load(self):
        self.ensure_one()
        # sudo: who may write the year may load it; the rows are marked as the library's.
        days = self.env["credit.working.day"].sudo()
        days.flush_model()
        rows, official = self._library_days(self.year)
        if not rows:
            raise UserError(
                self.env._(
                    "The library knows no Chinese holidays of %(year)s. Enter or import the "
                    "days by hand; until then Monday to Friday count as working days.",
                    year=self.year,
                )
            )
        self.env.cr.execute(
            SQL(
                "DELETE FROM credit_working_day WHERE year_id = %s AND source = 'library'",
                self.id,
            )
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO credit_working_day
                          (date, is_working, name, source, year_id,
                           create_uid, create_date, write_uid, write_date)
                   SELECT r.date, r.is_working, r.name, 'library', %(year)s,
                          %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                     FROM jsonb_to_recordset(%(rows)s)
                          AS r(date date, is_working boolean, name jsonb)
              ON CONFLICT (date) DO NOTHING""",
                year=self.id,
                uid=self.env.uid,
                rows=json.dumps(rows),
            )
        )
        days.invalidate_model()
        self.invalidate_recordset()
        self.write(
            {
                "state": "official" if official else "provisional",
                "loaded_at": fields.Datetime.now(),
                "library": f"holidays {holidays.__version__}",
            }
        )
        days._calendar_changed()

    @api.model
    def _library_days(self, year):
        """Return what the library says of a year, and whether it rests on the notice.

        :return: list of dicts ``date``, ``is_working``, ``name`` (per language);
            bool. A notice always moves some weekend days; a year without any
            make-up working day is one whose notice is not out.
        """
        english = holidays.country_holidays("CN", years=year, language="en_US")
        chinese = holidays.country_holidays("CN", years=year, language="zh_CN")
        rows = [
            {
                "date": day.isoformat(),
                "is_working": False,
                "name": {"en_US": name, "zh_CN": chinese[day]},
            }
            for day, name in sorted(english.items())
            if day.year == year
        ]
        makeup = sorted(day for day in english.weekend_workdays if day.year == year)
        rows += [
            {
                "date": day.isoformat(),
                "is_working": True,
                "name": {"en_US": "Make-up working day", "zh_CN": "调休上班"},
            }
            for day in makeup
        ]
        return rows, bool(makeup)

    @api.model
    def _load_official(self, first):
        """Load every year from ``first`` on whose notice the library knows."""
        for year in range(first, LAST_YEAR + 1):
            if not self._library_days(year)[1]:
                return
            self._for_year(year)._load()

    @api.model
    def _for_year(self, year):
        """Return the record of a year, making it when missing."""
        return self.search([("year", "=", year)]) or self.create({"year": year})

    @api.model
    def _doubt(self, day):
        """Return in words why the calendar of ``day`` is not sure, or False."""
        # sudo: how sure the calendar is, is no secret.
        record = self.sudo().search([("year", "=", day.year)])
        if not record or record.state == "not_loaded":
            return self.env._(
                "The working calendar of %s is not loaded: Monday to Friday count as working days.",
                day.year,
            )
        if record.state == "provisional":
            return self.env._(
                "The working calendar of %s is provisional: the official notice with the "
                "make-up working days is not loaded yet.",
                day.year,
            )
        return False
