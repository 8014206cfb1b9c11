from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class CreditPromiseReport(models.TransientModel):
    """The three reductions per institution in a period: kept, or where not (S-B-3)."""

    _name = "credit.promise.report"
    _description = "Promise of the Loan Process"

    date_from = fields.Date(
        "First day", required=True, default=lambda self: self._default_date_from()
    )
    date_to = fields.Date(
        "Last day", required=True, default=lambda self: self.env.company._credit_today()
    )
    line_ids = fields.One2many("credit.promise.line", "report_id", string="Institutions")
    max_days = fields.Integer(readonly=True)
    max_papers = fields.Integer(readonly=True)
    max_steps = fields.Integer(readonly=True)
    reading = fields.Char(readonly=True)

    @api.model
    def _default_date_from(self):
        today = self.env.company._credit_today()
        return today.replace(month=1 + 3 * ((today.month - 1) // 3), day=1)

    @api.depends("date_from", "date_to")
    def _compute_display_name(self):
        for report in self:
            report.display_name = f"{report.date_from} – {report.date_to}"

    def action_show(self):
        """Measure the period and show a line per institution that had something to show.

        An institution's line includes those below it. A user sees the loans he may
        see, so the head office sees the whole bank.

        :raises UserError: the days are out of order
        """
        self.ensure_one()
        if self.date_from > self.date_to:
            raise UserError(self.env._("The first day must not come after the second."))
        self._fill()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Promise of the loan process"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "view_id": self.env.ref("credit_service_tasks.credit_promise_report_view_result").id,
        }

    def action_previous(self):
        """Show the quarter before."""
        self.ensure_one()
        start = self.date_from - relativedelta(months=3)
        self.write({"date_from": start, "date_to": start + relativedelta(months=3, days=-1)})
        return self.action_show()

    def _fill(self):
        self.ensure_one()
        applications = self.env["credit.application"]
        # sudo: names and the tree of institutions are no secret; figures follow the rules.
        process = self.env["credit.process"].sudo().search([], limit=1)
        self.line_ids.unlink()
        teams = (
            self.env["crm.team"]
            .sudo()
            .search([("institution_kind_id", "!=", False)], order="parent_path")
        )
        promise = applications._promise_domain(self.date_from, self.date_to)
        seen = Domain("institution_id", "in", teams.ids)
        concerned = {
            team.id
            for domain in (promise, Domain(applications._open_domain()), self._refusals())
            for [team] in applications._read_group(domain & seen, ["institution_id"])
        }
        lines = []
        for team in teams:
            below = team.search([("id", "child_of", team.id)])
            if not concerned & set(below.ids):
                continue
            lines.append(
                {
                    "report_id": self.id,
                    "institution_id": team.id,
                    **self._line_values(promise, Domain("institution_id", "in", below.ids)),
                }
            )
        self.env["credit.promise.line"].create(lines)
        self.write(
            {
                "max_days": process.max_days,
                "max_papers": process.max_papers,
                "max_steps": process.max_steps,
                "reading": "; ".join(
                    self.env["credit.reading"]
                    ._chosen_options()
                    .filtered(lambda o: (o.reading_id.code or "").startswith("A47"))
                    .mapped("name")
                ),
            }
        )

    def _refusals(self):
        return Domain(
            [
                ("state", "=", "refused"),
                ("closed_on", ">=", self.date_from),
                ("closed_on", "<=", self.date_to),
            ]
        )

    def _line_values(self, promise, mine):
        applications = self.env["credit.application"]
        figures = applications._promise_figures(promise & mine)
        undecided = Domain(applications._open_domain()) & mine
        [(count, oldest)] = applications._read_group(undecided, [], ["__count", "age_days:max"])
        refusals = self._refusals() & mine
        return {
            **figures,
            "undecided": count,
            "oldest_days": oldest or 0,
            "refusals": applications.search_count(refusals),
            "unanswered": applications.search_count(refusals & Domain("answered_on", "=", False)),
        }


class CreditPromiseLine(models.TransientModel):
    """One institution, with those below it."""

    _name = "credit.promise.line"
    _description = "Institution in the Promise Report"
    _order = "id"

    report_id = fields.Many2one(
        "credit.promise.report", required=True, index=True, ondelete="cascade"
    )
    institution_id = fields.Many2one("crm.team", string="Unit", required=True, index=True)
    outline = fields.Char(related="institution_id.outline", string="Institution")
    loans = fields.Integer("Loans paid out")
    average_gross = fields.Float("Gross days", digits=(8, 1))
    average_net = fields.Float("Net days", digits=(8, 1))
    average_days = fields.Float("Average days", digits=(8, 1))
    average_papers = fields.Float(digits=(8, 1))
    max_steps = fields.Integer("Steps at most")
    saved_days = fields.Integer("Days saved")
    late_papers = fields.Integer("Papers asked for late")
    breaches = fields.Integer("Loans beyond the days")
    days_within = fields.Boolean("Days kept")
    papers_within = fields.Boolean("Papers kept")
    steps_within = fields.Boolean("Steps kept")
    undecided = fields.Integer()
    oldest_days = fields.Integer("Oldest undecided (days)")
    refusals = fields.Integer("Refused")
    unanswered = fields.Integer("Refused, client not told")

    def action_open_loans(self):
        """Show the loans behind the line."""
        self.ensure_one()
        applications = self.env["credit.application"]
        domain = applications._promise_domain(self.report_id.date_from, self.report_id.date_to)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_service_tasks.credit_application_action_all"
        )
        action["domain"] = list(
            domain & Domain("institution_id", "child_of", self.institution_id.id)
        )
        action["context"] = {}
        return action
