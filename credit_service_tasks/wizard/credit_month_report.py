from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools.misc import format_date, formatLang


class CreditMonthReport(models.TransientModel):
    """The month of an institution and of those below it, on paper.

    Everything is read with the rights of who prints it.
    """

    _name = "credit.month.report"
    _inherit = ["credit.paper"]
    _description = "Monthly Report"

    institution_id = fields.Many2one(
        "crm.team",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self._default_institution_id(),
        domain=lambda self: self._own_institutions(),
    )
    month = fields.Date(
        required=True,
        default=lambda self: (
            self.env.company._credit_today().replace(day=1) - relativedelta(months=1)
        ),
        help="Any day of the month.",
    )

    @api.model
    def _own_institutions(self):
        kind = Domain("institution_kind_id", "!=", False)
        if self.env.user.has_group("credit_client_tiering.group_head_office"):
            return kind
        return kind & Domain("id", "child_of", self.env.user.crm_team_ids.ids)

    @api.model
    def _default_institution_id(self):
        return self.env.user.crm_team_ids[:1] or self.env["crm.team"].search(
            self._own_institutions(), order="parent_path", limit=1
        )

    @api.depends("institution_id", "month")
    def _compute_display_name(self):
        for report in self:
            month = fields.Date.to_string(report.month or report._default_month())[:7]
            report.display_name = f"{report.institution_id.name or ''} {month}".strip()

    @api.model
    def _default_month(self):
        return self.env.company._credit_today().replace(day=1)

    # ACTIONS

    def action_print(self):
        """Print the report as PDF.

        :raises AccessError: the institution is not the caller's
        """
        self._check_institution()
        report = self.env.ref("credit_service_tasks.action_report_month")
        return report.report_action(self)

    def action_spreadsheet(self):
        """Download the report as XLSX, a sheet per section.

        :return: the action that downloads it
        :raises AccessError: the institution is not the caller's
        """
        self._check_institution()
        return super().action_spreadsheet()

    def _check_institution(self):
        for report in self:
            if not report.institution_id.filtered_domain(self._own_institutions()):
                raise AccessError(
                    self.env._(
                        "%(institution)s is not among the institutions you (%(user)s) work for "
                        "or that report to them.",
                        institution=report.institution_id.name,
                        user=self.env.user.name,
                    )
                )

    # FIGURES

    def _period(self):
        """Return the first and the last day of the month."""
        first = self.month.replace(day=1)
        return first, first + relativedelta(months=1, days=-1)

    def _within(self, day, name="institution_id"):
        """Return the domain of the institution's records of the month."""
        first, last = self._period()
        return Domain(day, ">=", first) & Domain(day, "<=", last) & self._here(name)

    def _here(self, name="institution_id"):
        return Domain(name, "child_of", self.institution_id.id)

    def _sections(self):
        self.ensure_one()
        self._check_institution()
        return [
            section
            for section in (
                self._duties(self.env._("Duties by rule"), "rule_id"),
                self._duties(self.env._("Duties by person"), "user_id"),
                self._closings(),
                self._contacts(),
                self._list_stock(),
                self._list_moves(),
                self._gaps(),
                self._promise(),
                self._targets(),
                self._alerts(),
            )
            if section
        ]

    def _duties(self, title, group):
        figures = ["due:sum", "done:sum", "late:sum", "overdue:sum", "waived:sum"]
        figures += ["late_entry:sum", "rate:avg"]
        duties = self.env["credit.duty.report"]
        within = self._within("due_date")
        rows = [
            [of.display_name or self.env._("nobody"), *values[:-1], self._percent(values)]
            for of, *values in duties._read_group(within, [group], figures)
        ]
        [total] = duties._read_group(within, [], figures)
        if rows:
            rows.append([self.env._("All"), *total[:-1], self._percent(total)])
        before = self._before()._within("due_date")
        [earlier] = duties._read_group(before, [], figures)
        return self._section(
            title,
            [
                self.env._("Duty") if group == "rule_id" else self.env._("Responsible"),
                self.env._("Fallen due"),
                self.env._("Done in time"),
                self.env._("Done late"),
                self.env._("Overdue"),
                self.env._("Waived"),
                self.env._("Entered late"),
                self.env._("In time (%)"),
            ],
            rows,
            self.env._(
                "The month before: %(rate)s %% in time.",
                rate=formatLang(self.env, earlier[-1] or 0, digits=1),
            )
            if self._percent(earlier) is not None
            else "",
        )

    def _percent(self, values):
        """Return the rate of a row; None when nothing but waived duties fell due."""
        due, _done, _late, _overdue, waived, *_others, rate = values
        return round(rate, 1) if (due or 0) - (waived or 0) else None

    def _before(self):
        return self.new(
            {
                "institution_id": self.institution_id.id,
                "month": self._period()[0] - relativedelta(months=1),
            }
        )

    def _closings(self):
        closings = self.env["credit.month.close"].search(
            Domain("month", "=", self._period()[0]) & self._here(), order="institution_id"
        )
        return closings and self._section(
            self.env._("As the month was closed"),
            [
                self.env._("Institution"),
                self.env._("Closed on"),
                self.env._("Due"),
                self.env._("Done in time"),
                self.env._("Done late"),
                self.env._("Overdue"),
                self.env._("Waived"),
                self.env._("In time (%)"),
                self.env._("Entered later"),
            ],
            [
                [
                    close.institution_id.name,
                    self.env.company._credit_day_of(close.closed_at),
                    close.due,
                    close.done,
                    close.late,
                    close.overdue,
                    close.waived,
                    round(close.rate, 1) if close.due else None,
                    close.later_count,
                ]
                for close in closings
            ],
        )

    def _contacts(self):
        reports = self.env["credit.contact.report"]
        domain = self._within("date") & Domain("state", "=", "submitted")
        late = dict(
            reports._read_group(
                domain & Domain("is_late_entry", "=", True), ["channel_id"], ["__count"]
            )
        )
        rows = [
            [channel.name, count, clients, late.get(channel, 0)]
            for channel, count, clients in reports._read_group(
                domain, ["channel_id"], ["__count", "partner_id:count_distinct"]
            )
        ]
        if rows:
            [[count, clients]] = reports._read_group(
                domain, [], ["__count", "partner_id:count_distinct"]
            )
            rows.append([self.env._("All"), count, clients, sum(late.values())])
        return self._section(
            self.env._("Contacts"),
            [
                self.env._("Channel"),
                self.env._("Contacts"),
                self.env._("Clients"),
                self.env._("Entered late"),
            ],
            rows,
        )

    def _bulletin(self):
        """The moves of a period as a bulletin counts them."""
        first, last = self._period()
        return self.env["credit.bulletin"].new(
            {"institution_id": self.institution_id.id, "date_from": first, "date_to": last}
        )

    def _tiers(self):
        return dict(self.env["credit.membership"]._fields["tier"]._description_selection(self.env))

    def _list_stock(self):
        members = self.env["credit.membership"]
        first, last = self._period()
        counted = []
        for day in (first - relativedelta(days=1), last):
            on_it = Domain("date_from", "<=", day) & (
                Domain("date_to", "=", False) | Domain("date_to", ">", day)
            )
            counted.append(dict(members._read_group(on_it & self._here(), ["tier"], ["__count"])))
        entries, exits, _before = self._bulletin()._moves()
        entered, left = entries.grouped("tier"), exits.grouped("tier")
        return self._section(
            self.env._("Lists"),
            [
                self.env._("List"),
                self.env._("Before the month"),
                self.env._("Entered"),
                self.env._("Left"),
                self.env._("At its end"),
            ],
            [
                [
                    name,
                    counted[0].get(tier, 0),
                    len(entered.get(tier, ())),
                    len(left.get(tier, ())),
                    counted[1].get(tier, 0),
                ]
                for tier, name in self._tiers().items()
            ],
            self.env._("Moves from one list to another are entries of the list they lead to."),
        )

    def _list_moves(self):
        tiers = self._tiers()
        entries, exits, before = self._bulletin()._moves()
        none = self.env._("no list")
        moves = [
            (
                row.date_from,
                row.partner_id.name,
                tiers.get(before[row.id].tier, none) if row.id in before else none,
                tiers[row.tier],
            )
            for row in entries
        ] + [(row.date_to, row.partner_id.name, tiers[row.tier], none) for row in exits]
        return self._section(
            self.env._("Moves of the lists"),
            [
                self.env._("Date"),
                self.env._("Client"),
                self.env._("From list"),
                self.env._("To list"),
            ],
            [list(move) for move in sorted(moves, key=lambda m: (m[0], m[1] or ""))],
        )

    def _gaps(self):
        clients = self.env["res.partner"].search(
            Domain("is_credit_client", "=", True)
            & Domain("credit_team_gap", "!=", False)
            & self._here("credit_institution_id"),
            order="credit_institution_id, name",
        )
        return self._section(
            self.env._("Gaps in service teams"),
            [
                self.env._("Client"),
                self.env._("Institution"),
                self.env._("Manager"),
                self.env._("What is missing"),
            ],
            [
                [
                    client.name,
                    client.credit_institution_id.name,
                    client.user_id.name,
                    client.credit_team_gap_text,
                ]
                for client in clients
            ],
            self.env._("As of %s.", format_date(self.env, self.env.company._credit_today())),
        )

    def _promise(self):
        applications = self.env["credit.application"]
        first, last = self._period()
        figures = applications._promise_figures(
            applications._promise_domain(first, last) & self._here()
        )
        closed = self._within("closed_on") & Domain("state", "=", "refused")
        yes, no = self.env._("kept"), self.env._("not kept")
        loans = figures["loans"]

        def told(value, name):
            return [value if loans else None, (yes if figures[name] else no) if loans else None]

        return self._section(
            self.env._("Promise of the loan process"),
            [self.env._("Figure"), self.env._("Value"), self.env._("Promise")],
            [
                [self.env._("Loans paid out"), loans, None],
                [self.env._("Average days"), *told(figures["average_days"], "days_within")],
                [self.env._("Average papers"), *told(figures["average_papers"], "papers_within")],
                [self.env._("Steps at most"), *told(figures["max_steps"], "steps_within")],
                [self.env._("Loans beyond the days"), figures["breaches"], None],
                [self.env._("Days saved"), figures["saved_days"], None],
                [self.env._("Refused"), applications.search_count(closed), None],
                [
                    self.env._("Undecided today"),
                    applications.search_count(Domain(applications._open_domain()) & self._here()),
                    None,
                ],
            ],
        )

    def _targets(self):
        first, last = self._period()
        targets = self.env["credit.target"].search(
            Domain("state", "=", "confirmed")
            & Domain("level", "=", "institution")
            & Domain("period_start", "<=", last)
            & Domain("period_end", ">=", first)
            & self._here(),
            order="indicator_id, period_start, institution_id",
        )
        periods = dict(targets._fields["period"]._description_selection(self.env))
        return self._section(
            self.env._("Targets"),
            [
                self.env._("Indicator"),
                self.env._("Institution"),
                self.env._("Period"),
                self.env._("Begins"),
                self.env._("Target"),
                self.env._("Actual"),
                self.env._("Reached (%)"),
                self.env._("As of"),
            ],
            [
                [
                    target.indicator_id.name,
                    target.institution_id.name,
                    periods[target.period],
                    target.period_start,
                    self._figure(target.amount),
                    self._figure(target.actual),
                    self._figure(target.achieved),
                    target.actual_as_of or None,
                ]
                for target in targets
            ],
        )

    def _alerts(self):
        alerts = self.env["credit.fund.alert"]
        words = {
            name: dict(alerts._fields[name]._description_selection(self.env))
            for name in ("state", "outcome")
        }
        return self._section(
            self.env._("Large outflows"),
            [
                self.env._("State"),
                self.env._("Outcome"),
                self.env._("Alerts"),
                self.env._("Outflow (yuan)"),
                self.env._("Kept (yuan)"),
            ],
            [
                [words["state"][state], words["outcome"].get(outcome), count, amount, kept or None]
                for state, outcome, count, amount, kept in alerts._read_group(
                    self._within("date"),
                    ["state", "outcome"],
                    ["__count", "amount:sum", "amount_kept:sum"],
                )
            ],
        )
