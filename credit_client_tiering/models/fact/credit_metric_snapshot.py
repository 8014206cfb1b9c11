from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ...collision import collisions_retried
from ...fields import Figure


class CreditMetricSnapshot(models.Model):
    """The figures of one client for one calendar year or month, as reported.

    Append-only. A second report for the same period supersedes the first one;
    figures it does not mention are carried over with the name of the row that
    brought them, so that a partial correction loses nothing.
    """

    _name = "credit.metric.snapshot"
    _inherit = "credit.fact.mixin"
    _description = "Metric Snapshot"
    _order = "period_start desc, period_type, id desc"
    _rec_name = "period_start"
    _fact_endings = frozenset({"superseded_at"})

    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_credit_client", "=", True)],
    )
    institution_id = fields.Many2one(related="partner_id.credit_institution_id")
    period_type = fields.Selection(
        [("year", "Year"), ("month", "Month")], required=True, default="year"
    )
    period_start = fields.Date(
        "Period",
        required=True,
        help="Any day of the period; kept as its first day.",
    )
    as_of = fields.Date(
        "Reported on",
        required=True,
        default=lambda self: self.env.company._credit_today(),
        help="The day the source produced the figures.",
    )
    source = fields.Char(
        required=True,
        default=lambda self: self.env._("entered by %s", self.env.user.name),
        help="The system, file or person the figures come from.",
    )
    reason = fields.Char("Reason of correction", help="Why an earlier report is corrected.")
    superseded_at = fields.Datetime(
        readonly=True, copy=False, help="Set when a later report took its place."
    )
    withdrawn_metric_ids = fields.Many2many(
        "credit.metric",
        "credit_metric_snapshot_withdrawn_rel",
        string="Withdrawn figures",
        help="Figures of the earlier report that were wrong and are unknown now.",
    )
    carried = fields.Json(
        readonly=True,
        copy=False,
        help="Per figure carried over from an earlier report: the report's id.",
    )

    exposure_avg = Figure("Average daily exposure")
    exposure_avg_in_use = Figure("Average exposure over days in use")
    limit_net_avg = Figure("Average approved limit net of margin")
    limit_gross_avg = Figure("Average gross limit")
    exposure_now = Figure("Current exposure")
    deposit_avg = Figure("Average daily deposits")
    deposit_now = Figure("Current deposits")
    credit_share = Figure("Share of credit with the bank")
    settlement_share = Figure("Share of settlement with the bank")
    fund_return = Figure("Fund-return ratio")
    profit_margin = Figure("Profit margin")
    peer_margin = Figure("Average profit margin of peers")
    payroll_people = Figure("People paid through the bank")
    payroll_amount = Figure("Monthly payroll amount")
    pos_amount = Figure("Monthly POS settlement volume")
    cards_issued = Figure("Credit cards issued")

    _one_live_row = models.UniqueIndex(
        "(partner_id, period_type, period_start) WHERE superseded_at IS NULL",
        "There already is a report for this client and period.",
    )
    _period_starts = models.Constraint(
        "CHECK (period_start = date_trunc(period_type, period_start::timestamp)::date)",
        "A period is kept by its first day.",
    )

    @api.model
    def _metric_codes(self):
        """Return the names of the figures, in the order they are declared."""
        return [n for n, f in self._fields.items() if isinstance(f, Figure)]

    @api.depends("period_type", "period_start", "partner_id")
    def _compute_display_name(self):
        for row in self:
            pattern = "%Y" if row.period_type == "year" else "%Y-%m"
            period = row.period_start.strftime(pattern) if row.period_start else ""
            row.display_name = f"{row.partner_id.display_name} {period}"

    @api.model_create_multi
    def create(self, vals_list):
        """Report figures of clients for periods.

        :param list[dict] vals_list: per report ``partner_id`` (id),
            ``period_type`` (``year`` or ``month``), ``period_start`` (any date of
            the period), ``source`` (text), ``as_of`` (date) and any of the
            figures: amounts in yuan, ratios in percent (0–100), people, cards.
            A figure left out is not zero: it is carried over from an earlier
            report of the period, or stays unknown.
        :return: the reports
        :raises ValidationError: absurd figure, period in the future
        :raises AccessError: a figure the caller may not enter
        Clauses T-S-3, T-Q-3 to T-Q-5, T-B-1 to T-B-3.
        """
        codes = self._metric_codes()
        metrics = {m.code: m for m in self.env["credit.metric"].search([])}
        prepared = []
        for vals in vals_list:
            vals = dict(vals)
            for engine_written in ("superseded_at", "carried"):
                vals.pop(engine_written, None)
            start = fields.Date.to_date(vals.get("period_start"))
            if start:
                vals["period_start"] = self._first_day(start, vals.get("period_type", "year"))
            given = [c for c in codes if vals.get(c) not in (None, "") and vals.get(c) is not False]
            self._check_may_report(given, metrics)
            self._check_figures(vals, given, metrics)
            prepared.append(vals)
        rows = self.browse()
        # Two reports of one call may concern one period: the later supersedes.
        for wave in self._waves(prepared):
            self._supersede(wave, codes)
            with collisions_retried():
                rows |= super().create(wave)
                rows.flush_recordset()
        rows._assess_clients()
        return rows

    @api.model
    def _waves(self, vals_list):
        """Split reports so that no period comes twice in one part, order kept."""
        waves = []
        for vals in vals_list:
            period = self._period_key(vals)
            for wave in waves:
                if period not in wave:
                    wave[period] = vals
                    break
            else:
                waves.append({period: vals})
        return [list(wave.values()) for wave in waves]

    @api.model
    def _period_key(self, vals):
        return (
            vals.get("partner_id"),
            vals.get("period_type", "year"),
            fields.Date.to_date(vals.get("period_start")),
        )

    @api.model
    def _first_day(self, day, period_type):
        return day.replace(day=1) if period_type == "month" else day.replace(month=1, day=1)

    def _check_may_report(self, given, metrics):
        if self.env.su or self.env.user.has_group("credit_client_tiering.group_list_admin"):
            return
        refused = [c for c in given if not (c in metrics and metrics[c].declarable)]
        if refused:
            raise AccessError(
                self.env._(
                    "%(metrics)s come from the bank's systems; %(user)s may not enter "
                    "them by hand. Ask a list administrator to import them.",
                    metrics=", ".join(metrics[c].name if c in metrics else c for c in refused),
                    user=self.env.user.name,
                )
            )

    def _check_figures(self, vals, given, metrics):
        for code in given:
            if code in metrics and (problem := metrics[code]._problem(vals[code])):
                raise ValidationError(problem)

    @api.constrains("period_start")
    def _check_period(self):
        today = self.env.company._credit_today()
        for row in self:
            if row.period_start > today:
                raise ValidationError(
                    self.env._(
                        "%(row)s lies in the future: today is %(today)s.",
                        row=row.display_name,
                        today=today,
                    )
                )

    @api.constrains("partner_id")
    def _check_client(self):
        for row in self:
            if not row.partner_id.is_credit_client:
                raise ValidationError(
                    self.env._(
                        "%s is not marked as a credit client, so no figures are kept.",
                        row.partner_id.display_name,
                    )
                )

    def _supersede(self, vals_list, codes):
        """Close the live reports of the periods; put what they knew into ``vals_list``."""
        live = self.search(
            [
                ("partner_id", "in", [v.get("partner_id") for v in vals_list]),
                ("period_start", "in", [v.get("period_start") for v in vals_list]),
                ("superseded_at", "=", False),
            ]
        )
        rows = {(r.partner_id.id, r.period_type, r.period_start): r for r in live}
        closed = self.browse()
        for vals in vals_list:
            row = rows.get(self._period_key(vals))
            if not row:
                continue
            closed |= row
            withdrawn = self._withdrawn_codes(vals)
            carried = {}
            for code in codes:
                given = vals.get(code) not in (None, "") and vals.get(code) is not False
                if given or code in withdrawn or row[code] is False:
                    continue
                vals[code] = row[code]
                carried[code] = (row.carried or {}).get(code, row.id)
            vals["carried"] = carried or False
        # Not through write(): its re-assessment would run between old and new. sudo:
        # nobody may edit reports; whoever may report for a client takes the place of
        # the earlier report, which was found with the caller's own rights.
        closed.sudo()._end({"superseded_at": fields.Datetime.now()})
        closed.flush_recordset()

    def _withdrawn_codes(self, vals):
        new = self.new({"withdrawn_metric_ids": vals.get("withdrawn_metric_ids")})
        return set(new.withdrawn_metric_ids.mapped("code"))

    @api.model
    def _period_end(self, start, period_type):
        step = relativedelta(years=1) if period_type == "year" else relativedelta(months=1)
        return start + step - relativedelta(days=1)
