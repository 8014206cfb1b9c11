import base64
import re
import unicodedata

from stdnum.cn import uscc

from odoo import fields, models
from odoo.exceptions import UserError

from ..models.fact.name_matching import name_key
from ..models.intake.columns import Headers
from ..models.intake.reader import Reader, open_source

# The headers of each column, besides its technical name.
HEADERS = {
    "name": "企业名称 公司名称 名称 全称 企业全称 公司全称 单位名称 客户名称 企业 公司 "
    "company company_name full_name fullname",
    "credit_code": "统一社会信用代码 社会信用代码 信用代码 unified_social_credit_code code",
    "rank": "排名 名次 位次 ranking place",
    "note": "备注 说明 remark remarks notes",
}
NUMBER = re.compile(r"[0-9]{1,7}(\.0*)?")
# A file full of mistakes is not worth reading to the end.
PROBLEMS_SHOWN = 20


class CreditReferenceImport(models.TransientModel):
    """Import a version of a reference list from the publisher's file."""

    _name = "credit.reference.import"
    _description = "Import of a Reference List"

    list_id = fields.Many2one(
        "credit.reference.list", string="Reference list", required=True, ondelete="cascade"
    )
    has_rank = fields.Boolean(related="list_id.has_rank")
    file = fields.Binary(
        required=True,
        attachment=False,
        help="CSV (UTF-8 or GB18030) or XLSX. The first row names the columns: name (企业名称), "
        "credit code (统一社会信用代码), rank (排名), note (备注).",
    )
    file_name = fields.Char()
    date = fields.Date(
        "In force from",
        required=True,
        default=lambda self: self.env.company._credit_today(),
        help="Designations of new names begin on this day; those of names that are no "
        "longer listed end on the day before.",
    )
    version = fields.Char(help="What the publisher calls this version, if anything.")

    def action_import(self):
        """Bring the list to the state of the file, and match its names to clients.

        :return: an action that shows what changed
        :raises UserError: a file that cannot be read as a list; the message names row,
            column and rule. Nothing is imported then
        :raises AccessError: the caller is no list administrator
        """
        self.ensure_one()
        self.list_id._check_admin()
        rows = self._read(base64.b64decode(self.file))
        counts = self.list_id._import_rows(rows, self.date, self.version or False)
        if any(counts[key] for key in ("new", "changed", "dropped")):
            message = self.env._(
                "%(new)s new names, %(changed)s changed, %(dropped)s dropped, %(unchanged)s "
                "unchanged.",
                **counts,
            )
        else:
            message = self.env._(
                "The file says what the list says already (%(unchanged)s names); nothing "
                "was changed.",
                unchanged=counts["unchanged"],
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.list_id.display_name,
                "message": message,
                "type": "success",
                # The list behind the dialog reloads when it closes.
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # READING

    def _read(self, content):
        """Return the rows of a file: dicts ``name``, ``credit_code``, ``rank``, ``note``."""
        with open_source(self.env, content) as stream:
            headers = Headers(HEADERS)
            reader = Reader(self.env, stream, headers)
            columns = self._columns(reader.headers, headers)
            problems, rows, seen = [], [], {}
            for number, cells in reader:
                row = self._read_row(number, cells, columns, reader, problems)
                self._check_twice(number, row, seen, columns, reader.headers, problems)
                rows.append(row)
                if len(problems) >= PROBLEMS_SHOWN:
                    break
        if problems:
            raise UserError(
                self.env._(
                    "The file was not imported. Correct it and load it again:\n%s",
                    "\n".join(problems),
                )
            )
        if not rows:
            raise UserError(self.env._("The file has a header but no rows."))
        return rows

    def _columns(self, found, headers):
        """Return the index of each column that is read."""
        columns = {}
        for index, header in enumerate(found):
            code = headers.code_of(header)[0] if header else None
            if code in columns:
                raise UserError(
                    self.env._(
                        "The columns “%(first)s” and “%(second)s” both bring %(what)s. Keep one.",
                        first=found[columns[code]],
                        second=header,
                        what=self._label(code),
                    )
                )
            if code:
                columns[code] = index
        needed = ["name", "rank"] if self.has_rank else ["name"]
        missing = [self._label(code) for code in needed if code not in columns]
        if missing:
            raise UserError(
                self.env._(
                    "The first row must name the columns. Missing: %(missing)s. Found: %(found)s.",
                    missing=", ".join(missing),
                    found=", ".join(h[:40] for h in found if h)[:400] or "–",
                )
            )
        return columns

    def _label(self, code):
        labels = {
            "name": self.env._("name (企业名称)"),
            "credit_code": self.env._("unified social credit code (统一社会信用代码)"),
            "rank": self.env._("rank (排名)"),
            "note": self.env._("note (备注)"),
        }
        return labels[code]

    def _read_row(self, number, cells, columns, reader, problems):
        row = {
            code: cells[columns[code]] if columns.get(code, len(cells)) < len(cells) else ""
            for code in HEADERS
        }

        def refuse(code, reason):
            problems.append(
                self.env._(
                    "Row %(row)s, column “%(column)s”: %(reason)s",
                    row=number,
                    column=reader.headers[columns[code]],
                    reason=reason,
                )
            )

        if any(cells[len(reader.headers) :]):
            problems.append(
                self.env._(
                    "Row %(row)s has %(given)s cells, the header names %(width)s columns.",
                    row=number,
                    given=len(cells),
                    width=len(reader.headers),
                )
            )
        for code in ("name", "credit_code", "rank"):
            if row[code].lstrip("'").startswith(("=", "+", "@")):
                refuse(code, self.env._("a formula; paste its value instead."))
                row[code] = ""
                if code != "credit_code":
                    return row
        if not name_key(row["name"]):
            refuse("name", self.env._("the name is missing."))
        if row["credit_code"]:
            code = uscc.compact(unicodedata.normalize("NFKC", row["credit_code"]))
            if problem := self.env["res.partner"]._credit_code_problem(code):
                refuse("credit_code", problem)
            row["credit_code"] = code
        rank = unicodedata.normalize("NFKC", row["rank"])
        if rank and not (NUMBER.fullmatch(rank) and int(float(rank)) > 0):
            refuse("rank", self.env._("“%s” is no rank; a whole number from 1 up.", rank[:40]))
        elif not rank and self.has_rank:
            refuse(
                "rank",
                self.env._(
                    "the rank is missing, which “%s” needs.",
                    self.list_id.designation_type_id.name,
                ),
            )
        else:
            row["rank"] = int(float(rank)) if rank else False
        for code in ("credit_code", "note"):
            row[code] = row[code] or False
        return row

    def _check_twice(self, number, row, seen, columns, headers, problems):
        """Refuse a name or a code that stands in the file twice.

        Two companies may share a name when the list tells them apart by code.
        """
        code, key = row["credit_code"], name_key(row["name"])
        twins = []
        if code:
            twins.append(("credit_code", code, seen.get(code)))
            seen.setdefault(code, number)
        if key:
            first, first_code = seen.get((key,), (None, None))
            if not (code and first_code):
                twins.append(("name", row["name"], first))
            seen.setdefault((key,), (number, code))
        for column, value, first in twins:
            if first:
                problems.append(
                    self.env._(
                        "Row %(row)s, column “%(column)s”: “%(value)s” already stands in row "
                        "%(first)s.",
                        row=number,
                        column=headers[columns[column]],
                        value=value,
                        first=first,
                    )
                )
                return
