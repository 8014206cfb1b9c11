import base64
from datetime import timedelta

from odoo import fields, models
from odoo.tools.misc import format_date


class CreditWeekBulletin(models.Model):
    """The weekly bulletin on paper: how the targets stood when it was drawn up."""

    _name = "credit.week.bulletin"
    _inherit = ["credit.week.bulletin", "credit.paper"]

    xlsx_file = fields.Binary(
        "Spreadsheet as published", readonly=True, copy=False, attachment=True
    )

    def action_publish(self):
        """Publishing keeps the spreadsheet as it was then."""
        drafts = self.filtered(lambda b: b.state == "draft")
        result = super().action_publish()
        for bulletin in drafts:
            bulletin._engine_self().xlsx_file = base64.b64encode(bulletin._spreadsheet())
        return result

    def action_spreadsheet(self):
        """Download the bulletin as XLSX; a published one as it was published.

        :return: the action that downloads it
        """
        self.check_access("read")
        if len(self) != 1 or not self.xlsx_file:
            return super().action_spreadsheet()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/xlsx_file/"
            f"{self.display_name}.xlsx?download=true",
            "target": "self",
        }

    def _paper_number(self):
        """Return the number it goes by: one a week and institution."""
        return self.week.strftime("%G-W%V")

    def _paper_days(self):
        """Return the first and the last day of the week, as people write them."""
        return " – ".join(
            format_date(self.env, day) for day in (self.week, self.week + timedelta(days=6))
        )

    def _sections(self):
        self.ensure_one()
        units = dict(self.line_ids._fields["unit"]._description_selection(self.env))
        return [
            self._section(
                self.env._("Progress on targets"),
                [
                    self.env._("Person"),
                    self.env._("Indicator"),
                    self.env._("Period"),
                    self.env._("Counted in"),
                    self.env._("Target"),
                    self.env._("Actual"),
                    self.env._("Reached (%)"),
                    self.env._("Gap to run rate"),
                ],
                [
                    [
                        line.user_id.name,
                        line.indicator_id.name,
                        line.period,
                        units.get(line.unit),
                        self._figure(line.amount),
                        self._figure(line.actual),
                        self._figure(line.achieved),
                        self._figure(line.gap),
                    ]
                    for line in self.line_ids
                ],
                self.env._(
                    "Gap: what is short of an even pace through the period; negative is behind."
                ),
            )
        ]
