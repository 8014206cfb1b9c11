import base64
import unicodedata
from decimal import Decimal, InvalidOperation

from stdnum.cn import uscc

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.credit_client_tiering.models.intake.columns import UNITS, Headers
from odoo.addons.credit_client_tiering.models.intake.parse import find_by_code_or_name
from odoo.addons.credit_client_tiering.models.intake.reader import Reader, open_source

# The headers of each column, besides its technical name.
HEADERS = {
    "name": "项目名称 项目 名称 重点项目 project project_name",
    "owner_name": "业主单位 建设单位 企业名称 公司名称 单位名称 company owner",
    "owner_code": "统一社会信用代码 社会信用代码 信用代码 credit_code",
    "field": "领域 项目领域 项目类型 类别 category",
    "institution": "经营机构 机构 机构代码 责任机构 对接机构",
    "amount": "总投资 投资额 投资金额 计划投资 investment",
    "note": "备注 说明 remarks",
}
PROBLEMS_SHOWN = 20


class CreditKeyProjectImport(models.TransientModel):
    """Import a key-project list from the publisher's file (K-3b)."""

    _name = "credit.key.project.import"
    _description = "Import of a Key-Project List"

    list_id = fields.Many2one("credit.key.project.list", required=True, ondelete="cascade")
    file = fields.Binary(
        required=True,
        attachment=False,
        help="CSV or XLSX. The first row names the columns: project (项目名称), company "
        "(业主单位), credit code, field (领域), institution (机构), investment (总投资), note.",
    )
    file_name = fields.Char()
    unit = fields.Selection(
        [("yuan", "yuan"), ("wan", "10,000 yuan"), ("yi", "100 million yuan")],
        string="Unit of amounts",
        required=True,
        default="wan",
    )
    date = fields.Date(
        "In force from",
        required=True,
        default=lambda self: self.env.company._credit_today(),
    )

    def action_import(self):
        """Bring the list to the state of the file.

        :return: an action that shows what changed
        :raises UserError: a file that cannot be read; the message names row and rule,
            and nothing is imported
        :raises AccessError: the caller is no list administrator
        """
        self.ensure_one()
        counts = self.list_id._import_rows(self._read(), self.date)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.list_id.display_name,
                "message": self.env._(
                    "%(new)s new, %(changed)s changed, %(dropped)s dropped, %(unchanged)s "
                    "unchanged projects.",
                    **counts,
                ),
                "type": "success",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _read(self):
        with open_source(self.env, base64.b64decode(self.file)) as stream:
            headers = Headers(HEADERS)
            reader = Reader(self.env, stream, headers)
            columns = {}
            unit = self.unit
            for index, header in enumerate(reader.headers):
                code, header_unit = headers.code_of(header) if header else (None, None)
                if code and code not in columns:
                    columns[code] = index
                if code == "amount" and header_unit:
                    unit = header_unit  # what the file says of itself counts
            if "name" not in columns:
                raise UserError(
                    self.env._(
                        "The first row must name the columns. Missing: %(missing)s. Found: "
                        "%(found)s.",
                        missing=self.env._("project (项目名称)"),
                        found=", ".join(h[:40] for h in reader.headers if h)[:400] or "–",
                    )
                )
            raw = [
                (n, {c: cells[i] if i < len(cells) else "" for c, i in columns.items()})
                for n, cells in reader
            ]
        return self._understand(raw, UNITS[unit])

    def _understand(self, raw, factor):
        """Turn texts into rows for the list; refuse the file with all its problems."""
        terms, _twice = find_by_code_or_name(
            self.env,
            "credit.term",
            "code",
            {row.get("field") for _n, row in raw} - {"", None},
            [("category", "=", "project_field")],
        )
        teams, _twice = find_by_code_or_name(
            self.env,
            "crm.team",
            "institution_code",
            {row.get("institution") for _n, row in raw} - {"", None},
        )
        rows, problems, seen = [], [], {}
        for number, row in raw:
            wrong = self._problem(row, terms, teams)
            key = (row["name"], row.get("owner_name") or False)
            if key in seen:
                wrong = self.env._("the project already stands in row %s.", seen[key])
            seen.setdefault(key, number)
            if wrong:
                problems.append(self.env._("Row %(row)s: %(reason)s", row=number, reason=wrong))
                continue
            amount = (row.get("amount") or "").replace(",", "")
            code = row.get("owner_code")
            rows.append(
                {
                    "name": row["name"],
                    "owner_name": key[1],
                    "owner_code": uscc.compact(unicodedata.normalize("NFKC", code))
                    if code
                    else False,
                    "field_id": terms.get(row.get("field"), False),
                    "institution_id": teams.get(row.get("institution"), False),
                    "amount": float(Decimal(amount) * factor) if amount else False,
                    "note": row.get("note") or False,
                }
            )
        if problems:
            raise UserError(
                self.env._(
                    "The file was not imported. Correct it and load it again:\n%s",
                    "\n".join(problems[:PROBLEMS_SHOWN]),
                )
            )
        if not rows:
            raise UserError(self.env._("The file has a header but no rows."))
        return rows

    def _problem(self, row, terms, teams):
        if not row["name"]:
            return self.env._("the name of the project is missing.")
        if any((v or "").lstrip("'").startswith(("=", "+", "@")) for v in row.values()):
            return self.env._("a formula; paste its value instead.")
        code = row.get("owner_code")
        if code:
            code = uscc.compact(unicodedata.normalize("NFKC", code))
            if problem := self.env["res.partner"]._credit_code_problem(code):
                return problem
        if row.get("field") and row["field"] not in terms:
            return self.env._(
                "“%s” is no field of key projects; add it to the terms first.", row["field"]
            )
        if row.get("institution") and row["institution"] not in teams:
            return self.env._("no institution has the code or name “%s”.", row["institution"])
        try:
            amount = Decimal((row.get("amount") or "0").replace(",", ""))
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or amount < 0:
            return self.env._("“%s” is no amount.", row["amount"])
        return False
