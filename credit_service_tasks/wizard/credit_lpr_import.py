import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare

from ..models.pricing.lpr_text import decode, read_lpr

LIMIT = 1 << 20


class CreditLprImport(models.TransientModel):
    """Take in publications of the loan prime rate from a text or CSV file.

    Reading the same file again changes nothing. A figure that differs from the one
    recorded is shown and only replaced on purpose.
    """

    _name = "credit.lpr.import"
    _description = "Import of Loan Prime Rates"

    file = fields.Binary(required=True, attachment=False)
    file_name = fields.Char()
    replace = fields.Boolean("Replace figures that differ")
    result = fields.Text(readonly=True)
    done = fields.Boolean(readonly=True)

    def action_import(self):
        """Record the publications of the file; say what was taken, known or refused.

        :raises AccessError: not a list administrator
        :raises UserError: the file is too large, is no text, or holds no publication
        """
        self.ensure_one()
        rates = self.env["credit.lpr"]
        rates.check_access("create")
        rows, problems = self._rows()
        today = self.env.company._credit_today()
        known = {(r.term, r.date): r for r in rates.search([])}
        new, same, differ = [], 0, []
        for number, day, term, rate in rows:
            present = known.get((term, day))
            if day > today:
                problems.append((number, self.env._("%s lies in the future", day)))
            elif not present:
                known[term, day] = rates.create(self._values(day, term, rate))
                new.append(day)
            elif not float_compare(present.rate, rate, precision_digits=4):
                same += 1
            elif self.replace:
                present.write({"rate": rate, "source": self.file_name})
                new.append(day)
            else:
                differ.append(f"{day} {present.rate:g} → {rate:g}")
        self.write({"result": self._result(new, same, differ, problems), "done": True})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _rows(self):
        content = base64.b64decode(self.file or b"")
        if len(content) > LIMIT:
            raise UserError(self.env._("The file is larger than 1 MB; this is no list of rates."))
        text = decode(content)
        if text is None:
            raise UserError(self.env._("The file is no text in UTF-8 or GB18030."))
        rows, problems = read_lpr(text)
        if not rows:
            raise UserError(
                self.env._(
                    "No publication was found. Each line needs a date and the rates of one "
                    "year and of over five years, e.g. 2025-05-20 3.00% 3.50%."
                )
            )
        return rows, problems

    @api.model
    def _values(self, day, term, rate):
        return {"date": day, "term": term, "rate": rate, "source": self.file_name or ""}

    def _result(self, new, same, differ, problems):
        parts = [
            self.env._("%(new)s figures taken, %(same)s known already.", new=len(new), same=same)
        ]
        if differ:
            parts.append(
                self.env._(
                    "%(count)s differ from what is recorded and were left as they are:",
                    count=len(differ),
                )
            )
            parts += differ
        if problems:
            parts.append(self.env._("%(count)s lines could not be read:", count=len(problems)))
            parts += [self.env._("line %(line)s: %(text)s", line=n, text=t) for n, t in problems]
        return "\n".join(parts)
