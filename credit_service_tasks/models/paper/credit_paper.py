import base64

from odoo import models
from odoo.tools.misc import format_date, formatLang

from odoo.addons.credit_client_tiering.spreadsheet import spreadsheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CreditPaper(models.AbstractModel):
    """What is printed as tables, and handed out as a spreadsheet with the same tables."""

    _name = "credit.paper"
    _description = "Tables on Paper"

    def _sections(self):
        """Return the tables: list of dicts ``title``, ``titles``, ``rows`` and ``note``.

        Cells are texts, numbers, dates, or None: no figure.
        """
        raise NotImplementedError

    def _section(self, title, titles, rows, note=""):
        return {"title": title, "titles": titles, "rows": rows, "note": note}

    def _figure(self, value):
        """Return a figure; unknown is not zero."""
        if value is False or value is None:
            return None
        value = round(value, 2)
        return int(value) if value == int(value) else value

    def _figure_columns(self, section):
        """Return which columns of a table hold figures: their titles stand at the right."""
        return {
            column
            for row in section["rows"]
            for column, cell in enumerate(row)
            if isinstance(cell, int | float)
        }

    def _words(self, value):
        """Return a cell as the page shows it."""
        if value is None or value is False:
            return "–"
        if hasattr(value, "isoformat"):
            return format_date(self.env, value)
        if isinstance(value, float):
            return formatLang(self.env, value, digits=0 if abs(value) >= 1000 else 1)
        if isinstance(value, int):
            return formatLang(self.env, value, digits=0)
        return str(value)

    def _spreadsheet(self):
        """Return the tables as XLSX (bytes), a sheet each; formulas stay text."""
        return spreadsheet(
            (section["title"], [section["titles"], *section["rows"]])
            for paper in self
            for section in paper._sections()
        )

    def action_spreadsheet(self):
        """Download it as XLSX, a sheet per table.

        :return: the action that downloads it
        """
        self.check_access("read")
        # sudo: no document it belongs to; such a file is read by its maker alone.
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": f"{self[:1].display_name}.xlsx",
                    "datas": base64.b64encode(self._spreadsheet()),
                    "mimetype": XLSX,
                }
            )
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "self",
        }
