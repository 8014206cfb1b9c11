import base64

from odoo import models
from odoo.tools.misc import format_date

from odoo.addons.credit_client_tiering.spreadsheet import spreadsheet


class CreditWorkLog(models.Model):
    """Logs on paper: a spreadsheet, and a page that Word opens."""

    _inherit = "credit.work.log"

    def action_spreadsheet(self):
        """Download the logs as XLSX.

        :return: the action that downloads it
        """
        self.check_access("read")
        return self._download(
            self.env._("Work logs") + ".xlsx",
            self._spreadsheet(),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )

    def action_word(self):
        """Download the logs as a document that Word opens.

        :return: the action that downloads it
        """
        self.check_access("read")
        body = self.env["ir.qweb"]._render(
            "credit_service_tasks.work_log_word", {"docs": self, "format_date": self._day_words}
        )
        return self._download(
            self.env._("Work logs") + ".doc", str(body).encode("utf-8"), "application/msword"
        )

    def _day_words(self, day):
        return format_date(self.env, day)

    def _download(self, name, content, mimetype):
        """Return the action that downloads a file only its maker may read."""
        # sudo: no document it belongs to; such a file is read by its maker alone.
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .create({"name": name, "datas": base64.b64encode(content), "mimetype": mimetype})
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "self",
        }

    def _spreadsheet(self):
        """Return the logs as XLSX (bytes), a row per line; formulas stay text."""
        kinds = dict(
            self.env["credit.work.log.line"]._fields["kind"]._description_selection(self.env)
        )
        titles = (
            self.env._("Date"),
            self.env._("Person"),
            self.env._("Institution"),
            self.env._("Kind"),
            self.env._("What"),
            self.env._("Client"),
        )
        rows = [
            (
                log.date,
                log.user_id.name,
                log.institution_id.name,
                kinds[line.kind],
                line.name,
                line.partner_id.display_name,
            )
            for log in self
            for line in log.line_ids
        ]
        return spreadsheet([("", [titles, *rows])])
