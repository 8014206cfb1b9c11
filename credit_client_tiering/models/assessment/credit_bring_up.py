from unicodedata import east_asian_width

from odoo import api, models

from ..policy.tiers import DRIFTS, OUTCOMES


class CreditAssessment(models.Model):
    """What a newcomer reads after the first run: the bank, its book, who may log in."""

    _inherit = "credit.assessment"

    @api.model
    def _credit_bring_up_report(self):
        """Assess the whole book and return a summary as plain text, in the user's language.

        Names the bank, how many institutions, people and clients it has, clients
        per suggested tier and per drift, rows that imports rejected, and, with the
        demo data, a login for each post.
        """
        self._assess()
        sections = [
            self._bank_lines(),
            self._count_lines(
                self.env._("Credit clients per suggested tier"), "credit_suggested", OUTCOMES
            ),
            self._count_lines(
                self.env._("Suggestion against the official lists (drift)"),
                "credit_drift",
                DRIFTS,
            ),
            self._demo_login_lines(),
        ]
        return "\n\n".join("\n".join(lines) for lines in sections if lines)

    def _bank_lines(self):
        rows = [
            (
                self.env._("Institutions"),
                self.env["crm.team"].search_count([("institution_kind_id", "!=", False)]),
            ),
            (
                self.env._("People holding a post"),
                len(self.env["crm.team.member"].search([("post_id", "!=", False)]).user_id),
            ),
            (
                self.env._("Credit clients"),
                self.env["res.partner"].search_count([("is_credit_client", "=", True)]),
            ),
            (
                self.env._("Rows that imports rejected"),
                self.env["credit.import.batch"]._read_group(
                    [("rejected_count", ">", 0)], [], ["rejected_count:sum"]
                )[0][0]
                or 0,
            ),
        ]
        return [self.env.company.name, *_table(rows)]

    def _count_lines(self, title, field_name, selection):
        model = self.env["res.partner"]
        words = dict(model._fields[field_name]._description_selection(self.env))
        counts = dict(
            model._read_group([("is_credit_client", "=", True)], [field_name], ["__count"])
        )
        rows = [(words[code], counts.get(code, 0)) for code, _name in selection]
        return [title, *_table(rows)]

    def _demo_login_lines(self):
        """List the first demo user of each post, then the logins of the others."""
        records = self.env["ir.model.data"].search(
            [("module", "=", "credit_client_tiering"), ("model", "=", "res.users")], order="id"
        )
        users = self.env["res.users"].browse(records.mapped("res_id")).exists()
        members = users.crm_team_member_ids.filtered("post_id")
        if not members:
            return []
        first = {}
        for member in members.sorted("id"):
            first.setdefault(member.post_id, member)
        header = (
            self.env._("Login"),
            self.env._("Post"),
            self.env._("Institution"),
            self.env._("Name"),
        )
        rows = [
            (m.user_id.login, post.name, m.crm_team_id.name, m.user_id.name)
            for post, m in sorted(first.items(), key=lambda item: item[0].sequence)
        ]
        shown = {row[0] for row in rows}
        others = [user.login for user in members.sorted("id").user_id if user.login not in shown]
        lines = [self.env._("Demo logins (the password is the login)"), *_table([header, *rows])]
        if others:
            lines.append("  " + self.env._("Colleagues: %s", ", ".join(others)))
        return lines


def _width(text):
    """Return how many columns a text takes; a Chinese character takes two."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def _table(rows):
    """Return rows as aligned, indented lines; numbers stand to the right."""
    cells = [[str(value) for value in row] for row in rows]
    widths = [max(_width(cell) for cell in column) for column in zip(*cells, strict=True)]
    lines = []
    for row, texts in zip(rows, cells, strict=True):
        line = []
        for value, text, width in zip(row, texts, widths, strict=True):
            padding = " " * (width - _width(text))
            line.append(padding + text if isinstance(value, int) else text + padding)
        lines.append(("  " + "  ".join(line)).rstrip())
    return lines
