from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

READ_MODELS = (
    "credit.target",
    "res.partner",
    "credit.metric.snapshot",
    "credit.indicator.value",
    "credit.loan.payout",
    "crm.team",
)


class CreditTarget(models.Model):
    """Where targets stand: one statement per indicator and period, however many targets."""

    _inherit = "credit.target"

    @api.model
    def _cron_refresh(self):
        """Nightly: targets that run, or ended within a month (figures come late)."""
        today = self.env.company._credit_today()
        groups = self._read_group(
            [("period_end", ">=", today - timedelta(days=31)), ("period_start", "<=", today)],
            ["indicator_id", "period", "period_start:day"],
            ["id:recordset"],
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(groups))
        for *_key, targets in groups:
            targets._refresh_actuals()
            if not cron._commit_progress(1):
                return

    def _refresh_actuals(self):
        for model in READ_MODELS:
            self.env[model].flush_model()
        today = self.env.company._credit_today()
        for (indicator, _period, _start), targets in self.grouped(
            lambda t: (t.indicator_id, t.period, t.period_start)
        ).items():
            first, last = targets[0].period_start, min(targets[0].period_end, today)
            values = self._client_values(indicator, first, last)
            if values is None:
                values = SQL("SELECT NULL::integer, NULL::integer, NULL::numeric WHERE FALSE")
            self.env.cr.execute(
                SQL(
                    """
                    WITH value(partner_id, user_id, value) AS (%(values)s),
                    placed AS (
                        SELECT v.partner_id, coalesce(v.user_id, p.user_id) AS user_id, v.value,
                               i.parent_path
                          FROM value v
                          JOIN res_partner p ON p.id = v.partner_id
                     LEFT JOIN crm_team i ON i.id = p.credit_institution_id)
                    UPDATE credit_target t
                       SET actual = s.actual, unknown_count = s.unknown, actual_as_of = %(day)s
                      FROM (SELECT t.id,
                                   CASE WHEN %(known)s THEN coalesce(sum(v.value), 0) END AS actual,
                                   count(*) FILTER (WHERE v.partner_id IS NOT NULL
                                                      AND v.value IS NULL) AS unknown
                              FROM credit_target t
                         LEFT JOIN crm_team i ON i.id = t.institution_id
                         LEFT JOIN placed v
                                ON CASE t.level
                                   WHEN 'bank' THEN TRUE
                                   WHEN 'institution'
                                       THEN v.parent_path LIKE i.parent_path || '%%'
                                   WHEN 'person' THEN v.user_id = t.user_id
                                   ELSE v.partner_id = t.partner_id END
                             WHERE t.id = ANY(%(ids)s)
                          GROUP BY t.id) s
                     WHERE s.id = t.id
                    """,
                    values=values,
                    day=last,
                    known=indicator.source != "to_be_set",
                    ids=targets.ids,
                )
            )
        self.invalidate_recordset(["actual", "unknown_count", "actual_as_of"], flush=False)

    @api.model
    def _client_values(self, indicator, first, last):
        """Return SQL of (partner_id, user_id or NULL, value or NULL) for a window of days."""
        builder = getattr(self, f"_values_{indicator.source}", None)
        return builder and builder(indicator, first, last)

    def _metric_at(self, metric, condition):
        """Return SQL of the latest monthly figure of a client ``p`` under a condition."""
        return SQL(
            """(SELECT s.%s FROM credit_metric_snapshot s
                 WHERE s.partner_id = p.id AND s.period_type = 'month'
                   AND s.superseded_at IS NULL AND %s
              ORDER BY s.period_start DESC LIMIT 1)""",
            SQL.identifier(metric.code),
            condition,
        )

    def _values_metric_level(self, indicator, first, last):
        now = SQL("s.period_start BETWEEN %s AND %s", first, last)
        return SQL(
            """SELECT p.id, NULL::integer, %s FROM res_partner p
                WHERE p.is_credit_client AND p.active""",
            self._metric_at(indicator.metric_id, now),
        )

    def _values_metric_increase(self, indicator, first, last):
        metric = indicator.metric_id
        now = SQL("s.period_start BETWEEN %s AND %s", first, last)
        before = SQL("s.period_start < %s", first)
        # Who came to the bank in the period had nothing here before.
        return SQL(
            """SELECT p.id, NULL::integer, %s - coalesce(%s, CASE WHEN p.credit_business_since >= %s
                                                        THEN 0 END)
                 FROM res_partner p WHERE p.is_credit_client AND p.active""",
            self._metric_at(metric, now),
            self._metric_at(metric, before),
            first,
        )

    def _values_new_clients(self, _indicator, first, last):
        return self._dated_clients("credit_business_since", first, last)

    def _values_first_credit(self, _indicator, first, last):
        return self._dated_clients("credit_first_date", first, last)

    def _dated_clients(self, field, first, last):
        return SQL(
            """SELECT p.id, NULL::integer, 1 FROM res_partner p
                WHERE p.is_credit_client AND p.%s BETWEEN %s AND %s""",
            SQL.identifier(field),
            first,
            last,
        )

    def _values_sme_won(self, _indicator, first, last):
        return self.env["credit.sme.win"]._wins(first, last)

    def _values_new_loans(self, _indicator, first, last):
        return SQL(
            """SELECT l.partner_id, NULL::integer, sum(l.amount) FROM credit_loan_payout l
                WHERE l.date BETWEEN %s AND %s GROUP BY l.partner_id""",
            first,
            last,
        )

    def _values_recorded(self, indicator, first, last):
        return SQL(
            """SELECT v.partner_id, NULL::integer, sum(v.value) FROM credit_indicator_value v
                WHERE v.indicator_id = %s AND v.date BETWEEN %s AND %s
             GROUP BY v.partner_id""",
            indicator.id,
            first,
            last,
        )
