from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.credit_client_tiering.fields import Figure


class CreditRetentionHint(models.Model):
    """A figure of a client fell against its own history; a person says what it means."""

    _name = "credit.retention.hint"
    _inherit = ["credit.guard.mixin"]
    _description = "Hint on a Client at Risk"
    _order = "state, month desc, fall desc, id"
    _rec_name = "partner_id"
    _guard_open = frozenset({"note"})

    partner_id = fields.Many2one(
        "res.partner", string="Client", required=True, index=True, readonly=True, ondelete="cascade"
    )
    institution_id = fields.Many2one(related="partner_id.credit_institution_id")
    user_id = fields.Many2one(related="partner_id.user_id", string="Client manager")
    rule_id = fields.Many2one(
        "credit.retention.rule", required=True, index=True, readonly=True, ondelete="restrict"
    )
    reason_id = fields.Many2one(
        "credit.risk.reason", required=True, index=True, readonly=True, ondelete="restrict"
    )
    month = fields.Date(required=True, readonly=True, help="First day of the latest month.")
    month_name = fields.Char("Latest month", compute="_compute_month_name")
    figure = Figure("Latest", readonly=True)
    baseline = Figure("Own average before", readonly=True)
    fall = Figure(readonly=True, help="In the measure of the rule.")
    threshold = Figure(readonly=True, help="The rule's, when the hint arose.")
    measure = fields.Selection(
        [("percent", "Percent"), ("points", "Units of the figure")], readonly=True
    )
    state = fields.Selection(
        [("open", "Open"), ("case", "Case opened"), ("dismissed", "No risk")],
        required=True,
        default="open",
        readonly=True,
        index=True,
    )
    case_id = fields.Many2one(
        "credit.save.case", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    note = fields.Char("Why no risk")
    answered_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")

    _once = models.UniqueIndex("(rule_id, partner_id, month)", "The hint is there already.")

    def _guard_editable(self, touched):
        if any(hint.state != "open" for hint in self):
            raise UserError(self.env._("The hint has been answered."))

    @api.depends("month")
    def _compute_month_name(self):
        for hint in self:
            hint.month_name = hint.month.strftime("%Y-%m") if hint.month else ""

    # ANSWERS

    def action_dismiss(self):
        """Say that there is no risk.

        :return: True
        :raises UserError: no reason, or answered already
        """
        self.check_access("write")
        self._lock()
        for hint in self:
            if hint.state != "open":
                raise UserError(self.env._("The hint has been answered."))
            if not (hint.note or "").strip():
                raise UserError(
                    self.env._(
                        "%s: say why there is no risk; rules are judged by that.",
                        hint.partner_id.display_name,
                    )
                )
        self._engine().write({"state": "dismissed", "answered_by_id": self.env.uid})
        return True

    def action_open_case(self):
        """Open a save case, or join the one that is open.

        :return: an action that opens the case
        """
        self.ensure_one()
        self.check_access("write")
        self._lock()
        if self.state != "open":
            raise UserError(self.env._("The hint has been answered."))
        cases = self.env["credit.save.case"]
        case = cases.search([("partner_id", "=", self.partner_id.id), ("state", "=", "open")])
        if not case:
            case = cases.create(
                {
                    "partner_id": self.partner_id.id,
                    "reason_ids": [(4, self.reason_id.id)],
                    "explanation": self._text_of_fall(),
                }
            )
            case._engine().write({"origin": "hint"})
        else:
            case.write({"reason_ids": [(4, self.reason_id.id)]})
        self._engine().write({"state": "case", "case_id": case.id, "answered_by_id": self.env.uid})
        return case.get_formview_action()

    def _text_of_fall(self):
        self.ensure_one()
        return self.env._(
            "%(rule)s: %(figure)s in %(month)s against %(baseline)s before.",
            rule=self.rule_id.name,
            figure=f"{self.figure or 0:,.2f}",
            month=self.month.strftime("%Y-%m"),
            baseline=f"{self.baseline or 0:,.2f}",
        )

    # THE NIGHTLY LOOK

    @api.model
    def _cron_look(self):
        """Nightly: hints by the rules that are on, cases for clients that left, reminders."""
        found = self._look()
        self.env["ir.cron"]._commit_progress(found, remaining=1)
        opened = self.env["credit.save.case"]._follow_lost()
        self.env["ir.cron"]._commit_progress(opened, remaining=1)
        changed = self.env["credit.save.case"]._follow_up()
        self.env["ir.cron"]._commit_progress(changed, remaining=0)

    @api.model
    def _look(self):
        """Hold the last complete month of all clients against their own months before.

        :return: number of new hints; one statement per rule
        """
        for model in ("credit.metric.snapshot", "credit.product.holding", "res.partner"):
            self.env[model].flush_model()
        self.env["credit.retention.rule"].flush_model()
        month = self.env.company._credit_today().replace(day=1) - relativedelta(months=1)
        found = 0
        for rule in self.env["credit.retention.rule"].search(Domain.TRUE):
            history = self._by_products if rule.kind == "products" else self._by_metric
            found += len(self.env.execute_query(self._insertion(rule, month, history(rule, month))))
        self.invalidate_model(flush=False)
        return found

    @api.model
    def _by_metric(self, rule, month):
        return SQL(
            """SELECT s.partner_id,
                      max((to_jsonb(s) ->> %(code)s)::numeric)
                          FILTER (WHERE s.period_start = %(month)s) AS figure,
                      avg((to_jsonb(s) ->> %(code)s)::numeric)
                          FILTER (WHERE s.period_start < %(month)s) AS baseline,
                      count((to_jsonb(s) ->> %(code)s)::numeric)
                          FILTER (WHERE s.period_start < %(month)s) AS months
                 FROM credit_metric_snapshot s
                WHERE s.superseded_at IS NULL AND s.period_type = 'month'
                  AND s.period_start <= %(month)s AND s.period_start >= %(since)s
             GROUP BY s.partner_id""",
            code=rule.metric_id.code,
            month=month,
            since=month - relativedelta(months=rule.history_months),
        )

    @api.model
    def _by_products(self, rule, month):
        return SQL(
            """SELECT h.partner_id,
                      count(DISTINCT q.family_id) FILTER (
                          WHERE h.date_to IS NULL OR h.date_to >= %(end)s)::numeric AS figure,
                      count(DISTINCT q.family_id) FILTER (
                          WHERE h.date_from <= %(since)s
                            AND (h.date_to IS NULL OR h.date_to >= %(since)s))::numeric AS baseline,
                      %(minimum)s AS months
                 FROM credit_product_holding h JOIN credit_product q ON q.id = h.product_id
                WHERE h.in_use AND h.date_from <= %(end)s
             GROUP BY h.partner_id""",
            end=month + relativedelta(months=1, days=-1),
            since=month - relativedelta(months=rule.history_months),
            minimum=rule.minimum_months,
        )

    @api.model
    def _insertion(self, rule, month, history):
        return SQL(
            """
            INSERT INTO credit_retention_hint (rule_id, reason_id, partner_id, month, figure,
                   baseline, fall, threshold, measure, state, create_uid, create_date, write_uid,
                   write_date)
            SELECT %(rule)s, %(reason)s, h.partner_id, %(month)s, h.figure, h.baseline, f.fall,
                   %(threshold)s::numeric, %(measure)s, 'open', %(uid)s,
                   now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
              FROM (%(history)s) h
              JOIN res_partner p ON p.id = h.partner_id AND p.is_credit_client AND p.active
        CROSS JOIN LATERAL (SELECT CASE WHEN %(points)s THEN h.baseline - h.figure
                       ELSE 100 * (h.baseline - h.figure) / nullif(h.baseline, 0) END AS fall) f
             WHERE h.figure IS NOT NULL AND h.months >= %(minimum)s
               AND h.baseline > 0 AND f.fall >= %(threshold)s::numeric
               AND NOT EXISTS (SELECT 1 FROM credit_retention_hint o
                     WHERE o.partner_id = h.partner_id AND o.rule_id = %(rule)s
                       AND o.state = 'open')
       ON CONFLICT (rule_id, partner_id, month) DO NOTHING
         RETURNING id
            """,
            rule=rule.id,
            reason=rule.reason_id.id,
            month=month,
            threshold=f"{rule.threshold:f}",
            measure=rule.measure,
            uid=self.env.uid,
            history=history,
            points=rule.measure == "points",
            minimum=rule.minimum_months,
        )
