import base64

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ...spreadsheet import csv_text


class CreditImportLine(models.Model):
    """One row of an extract as it was written, what it means and what became of it.

    Written by the check alone, in SQL. The references to client, institution and
    product are plain numbers: a foreign key would cost more than the row.
    """

    _name = "credit.import.line"
    _description = "Imported Row"
    _order = "batch_id desc, row_no"
    _rec_name = "row_no"
    _log_access = False

    batch_id = fields.Many2one(
        "credit.import.batch", string="Import", required=True, ondelete="cascade"
    )
    row_no = fields.Integer("Row", required=True, aggregator=None)
    verdict = fields.Selection(
        [
            ("new", "New"),
            ("changed", "Changed"),
            ("unchanged", "Unchanged"),
            ("rejected", "Rejected"),
        ],
        required=True,
    )
    raw = fields.Json("As written", help="The cells of the row as the file has them.")
    problems = fields.Json(help="Per problem: rule, column and argument.")
    values = fields.Json(help="What the row says, in the units of the database.")
    withdrawn = fields.Json(help="Figures the row declares unknown.")
    client_ref = fields.Integer(aggregator=None)
    institution_ref = fields.Integer(aggregator=None)
    object_ref = fields.Integer(aggregator=None, help="The product or the designation type.")
    period_type = fields.Selection([("year", "Year"), ("month", "Month")])
    period_start = fields.Date("Period")
    as_of = fields.Date("Reported on")
    partner_id = fields.Many2one("res.partner", "Client", compute="_compute_partner_id")
    text = fields.Char("Row as written", compute="_compute_text")
    reason = fields.Text(compute="_compute_reason")

    _batch_row = models.UniqueIndex("(batch_id, row_no)", "The row is staged already.")

    @api.depends("client_ref")
    def _compute_partner_id(self):
        partners = self.env["res.partner"].browse(set(self.mapped("client_ref")) - {0})
        # A client may have been removed since, and the reader may not see all.
        seen = set(partners.exists()._filtered_access("read").ids)
        for line in self:
            line.partner_id = line.client_ref in seen and line.client_ref

    @api.depends("raw")
    def _compute_text(self):
        for line in self:
            line.text = " | ".join(cell or "" for cell in line.raw or [])

    @api.depends("problems", "raw")
    @api.depends_context("lang")
    def _compute_reason(self):
        words = self._rule_words()
        for line in self:
            line.reason = "\n".join(line._say(p, words) for p in line.problems or []) or False

    # ORM: nobody types in staged rows.

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_by_hand()
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_by_hand()
        return super().write(vals)

    def unlink(self):
        self._refuse_by_hand()
        return super().unlink()

    def _refuse_by_hand(self):
        raise AccessError(
            self.env._("Rows of an import are what the file says; load a corrected file instead.")
        )

    # REASONS

    def _say(self, problem, words):
        rule, index, argument = problem.split("|", 2)
        headers = self.batch_id.headers or []
        place = self.env._("Row %s", self.row_no)
        value = ""
        if index:
            place = self.env._(
                "Row %(row)s, column “%(column)s”",
                row=self.row_no,
                column=headers[int(index)],
            )
            value = (self.raw[int(index)] or "")[:60]
        if rule == "unknown_code":
            return self._say_at(place, self._say_code(value))
        if rule == "wrong_code":
            return self._say_at(place, self.env["res.partner"]._credit_code_problem(value))
        first, _sep, second = argument.partition(",")
        if rule in ("below", "above"):
            units = self.env["credit.metric"]._fields["unit"]
            second = dict(units._description_selection(self.env)).get(second, second)
            first = f"{float(first):,.15g}"
        template = words[rule]
        for token, text in (("[value]", value), ("[a]", first), ("[b]", second)):
            template = template.replace(token, text)
        return self._say_at(place, template)

    def _say_at(self, place, reason):
        return self.env._("%(place)s: %(reason)s", place=place, reason=reason)

    def _say_code(self, code):
        return self.env["res.partner"]._credit_code_problem(code) or self.env._(
            "no credit client has the unified social credit code %s. Load the clients first.",
            code,
        )

    @api.model
    def _rule_words(self):
        """Return the words of every rule; [value], [a] and [b] are filled in."""
        return {
            "ragged": self.env._(
                "the row has [a] cells, the header names [b]; a delimiter was "
                "lost or a quotation mark is missing."
            ),
            "formula": self.env._("“[value]” is a formula. Only values can be loaded."),
            "number": self.env._(
                "“[value]” is not a number. Digits, a decimal point and "
                "thousands commas are read; words and powers of ten are not."
            ),
            "below": self.env._("“[value]” is absurd: the figure cannot be below [a] [b]."),
            "above": self.env._("“[value]” is absurd: the figure cannot be above [a] [b]."),
            "period": self.env._("“[value]” names no year (2025) or month (2025-03)."),
            "future": self.env._("“[value]” lies in the future; today is [a]."),
            "date": self.env._("“[value]” is not a date (2025-03-31)."),
            "yesno": self.env._("“[value]” is neither yes nor no."),
            "choice": self.env._("“[value]” is not known. Known: [a]."),
            "institution": self.env._("no institution has the code or name “[value]”."),
            "institution_twice": self.env._(
                "several institutions are called “[value]”; use the code."
            ),
            "product": self.env._("no product of the catalogue has the code or name “[value]”."),
            "designation": self.env._("no designation type has the code or name “[value]”."),
            "unknown_name": self.env._(
                "no credit client is called “[value]”. Load the clients "
                "first, or give the credit code."
            ),
            "ambiguous": self.env._(
                "several credit clients are called “[value]”; give the credit code."
            ),
            "archived": self.env._(
                "the client with the code “[value]” is archived; restore it first."
            ),
            "nobody": self.env._("the row names no client: neither credit code nor name."),
            "noname": self.env._("a new client needs a name."),
            "twin": self.env._(
                "the same client appears more than once for the same thing in this "
                "file, for example in rows [a] and [b]; all of them are refused."
            ),
            "twin_code": self.env._(
                "the credit code “[value]” appears more than once in this "
                "file, for example in rows [a] and [b]; all of them are "
                "refused."
            ),
            "order": self.env._("the end lies before the beginning."),
            "first_missing": self.env._(
                "credit that ended must have begun: the first credit date is missing."
            ),
            "rank": self.env._(
                "this designation needs the place on the ranking, a whole number from 1."
            ),
            "parent": self.env._(
                "no client has the code “[value]”, neither here nor in this file."
            ),
            "own_parent": self.env._("a company cannot belong to itself, also not through others."),
        }

    def _as_csv(self, batch):
        """Return the rows with their reasons as a base64 CSV (UTF-8 with BOM)."""
        words = self._rule_words()
        rows = [[*(batch.headers or []), self.env._("Reason of rejection")]]
        for line in self.sorted("row_no"):
            reasons = "; ".join(line._say(p, words) for p in line.problems or [])
            rows.append([*line.raw, reasons])
        return base64.b64encode(b"\xef\xbb\xbf" + csv_text(rows).encode())

    def init(self):
        # What applying a slice and showing the rejected rows ask for.
        self.env.cr.execute(
            SQL(
                """CREATE INDEX IF NOT EXISTS credit_import_line_rejected
                       ON credit_import_line (batch_id, row_no)
                    WHERE verdict = 'rejected'"""
            )
        )
