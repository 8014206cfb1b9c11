from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

READ_MODELS = (
    "credit.result.rule",
    "credit.business.score",
    "credit.metric.snapshot",
    "credit.month.close",
    "credit.obligation",
    "credit.profile.note",
    "credit.project.target",
    "credit.uplift",
    "crm.lead",
    "crm.team",
    "crm.team.member",
    "res.partner",
    "res.users",
)
# Results of the person, whatever the institution; all others are the institution's and of
# those below it.
PERSONAL = frozenset({"log", "archive", "uplift"})
# Counted in our own books: none is zero. Whatever is imported or entered is unknown then.
COUNTED = frozenset({"library", "plan", "uplift"})
# Known for the day of drawing alone: when the period is over, its last drawing stands.
MOMENTARY = frozenset({"archive"})
KEPT = ("post_id",)
RENEWED = (
    *KEPT,
    "value",
    "extra",
    "unknown_count",
    "required_value",
    "verdict",
    "before",
    "as_of",
)


class CreditResultCheck(models.Model):
    """Drawing the results: one statement per rule and period, however many people."""

    _inherit = "credit.result.check"

    @api.model
    def _cron_draw(self):
        """Nightly: the running period and the one before it."""
        work = self._prepare_drawing()
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(work))
        for rule, start in work:
            self._draw(rule, start)
            if not cron._commit_progress(1):
                return

    @api.model
    def _draw_all(self):
        """Do the same in one transaction: nothing is committed."""
        for rule, start in self._prepare_drawing():
            self._draw(rule, start)

    @api.model
    def _prepare_drawing(self):
        """Freeze what is over; return the (rule, first day) to be drawn."""
        today = self.env.company._credit_today()
        last_month = today.replace(day=1) - relativedelta(months=1)
        self.env["credit.project.snapshot"]._take(last_month)
        self._freeze(today)
        return [
            (rule, start)
            for rule in self.env["credit.result.rule"].search([])
            for start in self._starts(rule.period, today)
        ]

    @api.model
    def _starts(self, period, today):
        """Return the first days of the period before and of the running one."""
        months = 3 if period == "quarter" else 1
        start = today.replace(month=(today.month - 1) // months * months + 1, day=1)
        return [start - relativedelta(months=months), start]

    @api.model
    def _freeze(self, today):
        """Make final what is older than the period before, or whose month was closed."""
        self.flush_model()
        month, quarter = (self._starts(period, today)[0] for period in ("month", "quarter"))
        self.env.cr.execute(
            SQL(
                """UPDATE credit_result_check c SET state = 'frozen'
                    WHERE c.state <> 'frozen'
                      AND (c.period_start < CASE c.period WHEN 'month' THEN %(month)s::date
                                                 ELSE %(quarter)s::date END
                           OR c.period = 'month' AND EXISTS (
                                SELECT FROM credit_month_close m
                                 WHERE m.institution_id = c.institution_id
                                   AND m.month = c.period_start))""",
                month=month,
                quarter=quarter,
            )
        )
        self.invalidate_model(["state"], flush=False)

    @api.model
    def _draw(self, rule, start):
        """Draw a rule's results of the period that begins on ``start``; final ones stay."""
        for name in READ_MODELS:
            self.env[name].flush_model()
        self.flush_model()
        today = self.env.company._credit_today()
        length = relativedelta(months=3 if rule.period == "quarter" else 1)
        following = start + length
        over = following <= today
        values = getattr(self, f"_values_{rule.figure}")(start, following)
        self.env.cr.execute(
            SQL(
                """
                WITH value(institution_id, user_id, value, extra, unknown, required, verdict)
                         AS MATERIALIZED (%(values)s),
                holder AS (%(holders)s),
                result AS (%(results)s)
                INSERT INTO credit_result_check AS c (
                       rule_id, clause, sequence, figure, institution_id, post_id, user_id,
                       period, period_start, value, extra, unknown_count, required_value, verdict,
                       before, state, as_of, create_uid, create_date, write_uid, write_date)
                SELECT %(rule)s, %(clause)s, %(sequence)s, %(figure)s, r.institution_id, r.post_id,
                       r.user_id, %(period)s, %(start)s, coalesce(r.value, %(none)s), r.extra,
                       coalesce(r.unknown, 0),
                       r.required, coalesce(r.verdict, %(nothing)s), b.value, %(state)s, %(today)s,
                       %(uid)s, now() AT TIME ZONE 'utc', %(uid)s, now() AT TIME ZONE 'utc'
                  FROM result r
             LEFT JOIN credit_result_check b ON b.rule_id = %(rule)s AND b.user_id = r.user_id
                   AND b.institution_id = r.institution_id AND b.period_start = %(previous)s
                ON CONFLICT (rule_id, institution_id, user_id, period_start) DO UPDATE
                   SET %(renewed)s, state = excluded.state, write_date = excluded.write_date
                 WHERE c.state <> 'frozen'
                """,
                values=values,
                holders=self._holders(rule),
                results=self._results(rule),
                renewed=SQL(", ").join(
                    SQL("%(name)s = excluded.%(name)s", name=SQL.identifier(name))
                    for name in (RENEWED if not over or rule.figure not in MOMENTARY else KEPT)
                ),
                rule=rule.id,
                clause=rule.clause,
                sequence=rule.sequence,
                figure=rule.figure,
                period=rule.period,
                start=start,
                previous=start - length,
                nothing="nothing" if rule.figure in COUNTED else "unknown",
                none=SQL("0::numeric") if rule.figure in COUNTED else SQL("NULL::numeric"),
                state="open" if over else "running",
                today=today,
                uid=self.env.uid,
            )
        )
        self.invalidate_model(flush=False)

    def _holders(self, rule):
        """Return SQL of the people who hold a post of the rule, one row per place."""
        once = SQL("m.user_id") if rule.figure in PERSONAL else SQL("m.user_id, m.crm_team_id")
        return SQL(
            """SELECT DISTINCT ON (%(once)s) m.user_id, m.crm_team_id AS institution_id,
                      m.post_id, t.parent_path
                 FROM crm_team_member m
                 JOIN crm_team t ON t.id = m.crm_team_id AND t.active
                 JOIN res_users u ON u.id = m.user_id AND u.active
                WHERE m.active AND m.post_id = ANY(%(posts)s)
             ORDER BY %(once)s, m.id""",
            once=once,
            posts=rule.post_ids.ids,
        )

    def _results(self, rule):
        """Return SQL that gives each holder the value: own, or of the institutions below."""
        if rule.figure in PERSONAL:
            return SQL(
                """SELECT h.*, v.value, v.extra, v.unknown, v.required, v.verdict
                     FROM holder h LEFT JOIN value v ON v.user_id = h.user_id"""
            )
        if rule.figure == "score":
            return SQL(
                """SELECT h.*, v.value, v.extra, v.unknown, v.required, v.verdict
                     FROM holder h LEFT JOIN value v ON v.institution_id = h.institution_id"""
            )
        return SQL(
            """SELECT h.*, s.*, CASE WHEN s.value IS NULL OR (s.value = 0 AND %(count)s) THEN NULL
                                     WHEN s.extra > 0 AND %(short)s THEN 'short'
                                     ELSE 'there' END AS verdict
                 FROM holder h
            LEFT JOIN LATERAL (
                      SELECT sum(v.value) AS value, sum(v.extra) AS extra,
                             sum(v.unknown)::integer AS unknown, sum(v.required) AS required
                        FROM value v
                        JOIN crm_team t ON t.id = v.institution_id
                       WHERE t.parent_path LIKE h.parent_path || '%%') s ON TRUE""",
            count=rule.figure in COUNTED,
            short=rule.figure == "plan",
        )

    # Each returns SQL of (institution or NULL, person or NULL, value, extra, clients without a
    # figure, required, verdict or NULL) for the period [start, following).

    def _values_library(self, start, following):
        """The frozen library of a month that is over, the present one while it runs."""
        if following <= self.env.company._credit_today():
            return SQL(
                """SELECT institution_id, NULL::integer, count(*)::numeric,
                          count(*) FILTER (WHERE is_stale)::numeric, 0, NULL::numeric,
                          NULL::varchar
                     FROM credit_project_snapshot WHERE month = %s AND institution_id IS NOT NULL
                 GROUP BY institution_id""",
                start,
            )
        overdue = self.env["crm.lead"]._follow_up_overdue_domain()
        stale = self.env["crm.lead"].sudo()._search(overdue).subselect()
        return SQL(
            """SELECT l.team_id, NULL::integer, count(*)::numeric,
                      count(*) FILTER (WHERE l.id IN %s)::numeric, 0, NULL::numeric,
                      NULL::varchar
                 FROM crm_lead l
                WHERE l.is_credit_project AND l.active AND l.won_status = 'pending'
                  AND l.team_id IS NOT NULL
             GROUP BY l.team_id""",
            stale,
        )

    def _values_deposits(self, start, _following):
        """Deposits of the month as imported; a client nobody reported is unknown."""
        return SQL(
            """SELECT p.credit_institution_id, NULL::integer, sum(s.deposit_now), NULL::numeric,
                      count(*) FILTER (WHERE s.deposit_now IS NULL)::integer, NULL::numeric,
                      NULL::varchar
                 FROM res_partner p
            LEFT JOIN credit_metric_snapshot s ON s.partner_id = p.id
                  AND s.period_type = 'month' AND s.period_start = %s
                  AND s.superseded_at IS NULL
                WHERE p.is_credit_client AND p.active AND p.credit_institution_id IS NOT NULL
             GROUP BY p.credit_institution_id""",
            start,
        )

    def _values_score(self, start, _following):
        return SQL(
            """SELECT institution_id, NULL::integer, score, full_score, 0, NULL::numeric, 'there'
                 FROM credit_business_score WHERE quarter = %s""",
            start,
        )

    def _values_plan(self, start, _following):
        """The targets fixed for the month against those the guide asks of each manager."""
        return SQL(
            """SELECT institution_id, NULL::integer, sum(targets)::numeric, sum(missing)::numeric,
                      0, sum(required)::numeric, NULL::varchar
                 FROM (%s) m WHERE month = %s GROUP BY institution_id""",
            self.env["credit.project.month"]._table_query,
            start,
        )

    def _values_funds(self, start, _following):
        return SQL(
            """SELECT institution_id, NULL::integer, sum(net), sum(inflow), 0, NULL::numeric,
                      NULL::varchar
                 FROM credit_fund_month WHERE month = %s AND institution_id IS NOT NULL
             GROUP BY institution_id""",
            start,
        )

    def _values_log(self, start, following):
        """Logs handed in, of those due so far; the late ones too."""
        return SQL(
            """SELECT NULL::integer, o.user_id,
                      round(100.0 * count(*) FILTER (WHERE o.status IN ('done', 'late'))
                            / count(*), 1),
                      count(*)::numeric, 0, 100::numeric,
                      CASE WHEN bool_or(o.status = 'overdue') THEN 'short' ELSE 'there' END
                 FROM credit_obligation o
                 JOIN credit_cadence_rule r ON r.id = o.rule_id
                 JOIN credit_duty_kind k ON k.id = r.kind_id AND k.code = 'work_log'
                WHERE o.due_date >= %s AND o.due_date < %s
                  AND o.status IN ('done', 'late', 'overdue')
             GROUP BY o.user_id""",
            start,
            following,
        )

    def _values_archive(self, _start, following):
        """How complete the archives of the person's clients are, on the average.

        Of a month that is over nobody can say any more how complete they were.
        """
        if following <= self.env.company._credit_today():
            return SQL(
                """SELECT NULL::integer, NULL::integer, NULL::numeric, NULL::numeric, 0,
                          NULL::numeric, NULL::varchar WHERE FALSE"""
            )
        return SQL(
            """SELECT NULL::integer, a.user_id, round(avg(a.percent)::numeric, 1),
                      count(*)::numeric, 0, 100::numeric,
                      CASE WHEN avg(a.percent) < 100 THEN 'short' ELSE 'there' END
                 FROM (%s) a WHERE a.user_id IS NOT NULL GROUP BY a.user_id""",
            self.env["credit.client.archive"]._table_query,
        )

    def _values_uplift(self, start, following):
        """Entries of the ledger that were open in the period, and goals reached in it."""
        return SQL(
            """SELECT NULL::integer, u.user_id, count(*)::numeric,
                      count(*) FILTER (WHERE u.state = 'reached' AND u.ended >= %(start)s
                                         AND u.ended < %(following)s)::numeric,
                      0, NULL::numeric, 'there'
                 FROM (SELECT *, coalesce(closed_on, write_date::date) AS ended
                         FROM credit_uplift) u
                WHERE u.create_date < %(following)s
                  AND (u.state = 'open' OR u.ended >= %(start)s)
             GROUP BY u.user_id""",
            start=start,
            following=following,
        )
