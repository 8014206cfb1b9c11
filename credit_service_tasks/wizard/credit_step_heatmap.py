from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain


class CreditStepHeatmap(models.TransientModel):
    """Where loans take long: average net days by person and step, hot where too many (S-B-3d).

    A user sees the steps he may see. Warm is over the budget of the step, or, while the
    bank set none, above the average of the step; hot is the slowest of those.
    """

    _name = "credit.step.heatmap"
    _description = "Heatmap of the Loan Process"

    date_from = fields.Date(
        "Done from",
        required=True,
        default=lambda self: self.env.company._credit_today() + relativedelta(months=-3, day=1),
    )
    date_to = fields.Date(
        "Done until", required=True, default=lambda self: self.env.company._credit_today()
    )
    institution_id = fields.Many2one(
        "crm.team", domain=[("institution_kind_id", "!=", False)], ondelete="cascade"
    )
    # Our own template with every value escaped.
    heat = fields.Html(compute="_compute_heat", sanitize=False)

    @api.depends("date_from", "date_to")
    def _compute_display_name(self):
        for heatmap in self:
            heatmap.display_name = f"{heatmap.date_from} – {heatmap.date_to}"

    @api.depends_context("uid", "lang")
    @api.depends("date_from", "date_to", "institution_id")
    def _compute_heat(self):
        for heatmap in self:
            heatmap.heat = self.env["ir.qweb"]._render(
                "credit_service_tasks.credit_step_heatmap", heatmap._cells()
            )

    def _here(self):
        team = self.institution_id
        return Domain("institution_id", "child_of", team.id) if team else Domain.TRUE

    def _cells(self):
        """Return people, steps and cells: average net days, number, colour, loans under way."""
        self.ensure_one()
        done = self._here() & Domain("state", "=", "done")
        if self.date_from:
            done &= Domain("finished_on", ">=", self.date_from)
        if self.date_to:
            done &= Domain("finished_on", "<=", self.date_to)
        rows = self.env["credit.application.step"]._read_group(
            done,
            ["user_id", "step_id"],
            ["net_average:avg", "over_days:sum", "budget_days:sum", "__count"],
        )
        running = self.env["credit.application"]._read_group(
            self._here() & Domain("state", "=", "running"),
            ["step_user_id", "current_step_id"],
            ["__count", "predicted_on:max"],
        )
        days, loans = {}, {}
        for _user, step, average, _over, _budget, count in rows:
            days[step] = days.get(step, 0) + average * count
            loans[step] = loans.get(step, 0) + count
        average_of = {step: days[step] / loans[step] for step in days}
        cells, warm = {}, {}
        for user, step, average, over, budget, count in rows:
            hot = over > 0 if budget else round(average, 1) > round(average_of[step], 1)
            cells[user, step] = {"average": average, "count": count, "now": 0, "heat": "success"}
            if hot:
                cells[user, step]["heat"] = "warning"
                warm[step] = max(warm.get(step, 0), average)
        for (_user, step), cell in cells.items():
            if cell["heat"] == "warning" and cell["average"] == warm[step]:
                cell["heat"] = "danger"
        expected = {}
        for user, step, count, predicted in running:
            cell = cells.setdefault((user, step), {"average": False, "count": 0, "heat": ""})
            cell["now"] = count
            expected[user] = max(filter(None, (expected.get(user), predicted)), default=False)
        # sudo: names of colleagues and of the steps of the process.
        steps = self.env["credit.process.step"].union(*(s for _u, s in cells)).sudo()
        users = self.env["res.users"].union(*(u for u, _s in cells)).sudo()
        people = [(user, user.name) for user in users.sorted("name")]
        if any(not user for user, _step in cells):
            people.append((self.env["res.users"], self.env._("nobody yet")))
        return {
            "steps": steps.sorted(lambda s: (s.process_id.id, s.sequence, s.id)),
            "people": people,
            "cells": cells,
            "averages": average_of,
            "expected": expected,
        }
