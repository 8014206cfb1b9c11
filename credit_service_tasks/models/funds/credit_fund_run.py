from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

ADMIN = "credit_client_tiering.group_list_admin"
SLICE = 20_000


class CreditFundRun(models.Model):
    """One evening's look at the movements: rhythms, alerts, tasks, bulletins.

    Goes through the clients in slices; each slice is committed with the position,
    so an interrupted run goes on where it stopped, and the same day twice adds
    nothing.
    """

    _name = "credit.fund.run"
    _description = "Large-Funds Run"
    _order = "day desc"
    _rec_name = "day"

    day = fields.Date(required=True, readonly=True)
    state = fields.Selection(
        [("running", "Running"), ("done", "Done")], required=True, default="running", readonly=True
    )
    position = fields.Integer(readonly=True, aggregator=None, help="Last client looked at.")
    alert_count = fields.Integer("Tasks", readonly=True)
    quiet_count = fields.Integer("Quiet", readonly=True)
    done_at = fields.Datetime(readonly=True)

    _once = models.UniqueIndex("(day)", "The day was looked at already.")

    @api.model
    def _latest_day(self):
        rows = self.env.execute_query(SQL("SELECT max(date) FROM credit_fund_movement"))
        return rows[0][0]

    @api.model
    def _cron_run(self):
        """Evening: the latest day with movements, or today for planned payments alone."""
        today = self.env.company._credit_today()
        latest = self._latest_day()
        days = {today}
        if latest and not self.search_count([("day", "=", latest), ("state", "=", "done")]):
            days.add(latest)
        cron = self.env["ir.cron"]
        for day in sorted(days):
            run = self._of(day, again=day == today)
            cron._commit_progress(remaining=1)
            while run._next_slice():
                if not cron._commit_progress(1, remaining=1):
                    return
            cron._commit_progress(1)

    @api.model
    def _of(self, day, again=False):
        """Return the run of a day; ``again`` begins anew, which finds only what is new."""
        run = self.search([("day", "=", day)]) or self.create({"day": day})
        if again and run.state == "done":
            run.write({"state": "running", "position": 0})
        return run

    def action_run_again(self):
        """Look at the day once more, after a correction of its movements.

        :return: True
        :raises AccessError: the caller is no list administrator
        """
        self.ensure_one()
        if not self.env.su and not self.env.user.has_group(ADMIN):
            raise AccessError(
                self.env._(
                    "Only a list administrator may start a run; you (%s) are not one.",
                    self.env.user.name,
                )
            )
        run = self.sudo()  # checked above
        run.write({"state": "running", "position": 0})
        run._run_all()
        return True

    def _run_all(self, size=SLICE):
        while self._next_slice(size):
            pass

    def _next_slice(self, size=SLICE):
        """Do the next slice of clients; return whether there is more to do."""
        self.ensure_one()
        if not self.try_lock_for_update():
            raise UserError(self.env._("The run of %s is under way already.", self.day))
        for model in ("credit.planned.payment", "res.partner", "credit.fund.rule"):
            self.env[model].flush_model()
        self.flush_recordset()
        rows = self.env.execute_query(
            SQL(
                """SELECT max(id) FROM (SELECT id FROM res_partner
                    WHERE is_credit_client AND id > %s ORDER BY id LIMIT %s) s""",
                self.position,
                size,
            )
        )
        last = rows[0][0]
        if not last:
            self._finish()
            return False
        clients = SQL("m.partner_id > %s AND m.partner_id <= %s", self.position, last)
        self._learn(clients)
        found = self._judge_outflows(clients) + self._judge_payments(clients)
        alerts = self.env["credit.fund.alert"]
        alerts.invalidate_model(flush=False)
        alerts.browse(row[0] for row in found if row[1] == "open")._remind()
        opened = sum(row[1] == "open" for row in found)
        self.write(
            {
                "position": last,
                "alert_count": self.alert_count + opened,
                "quiet_count": self.quiet_count + len(found) - opened,
            }
        )
        return True

    def _finish(self):
        self.env["credit.fund.bulletin"]._draw_up(self.day)
        self.write({"state": "done", "done_at": fields.Datetime.now()})

    def _rules(self):
        rules = self.env["credit.fund.rule"].search(Domain.TRUE)
        return {rule.code: rule for rule in rules}

    def _learn(self, clients):
        """Learn the rhythms of the clients anew."""
        rules = self._rules()
        floors = [r.threshold for code, r in rules.items() if code != "bulletin"]
        if not floors:
            return
        rhythms = self.env["credit.fund.rhythm"]
        tolerance = self.env["credit.threshold"]._value("rhythm_tolerance")
        self.env.cr.execute(SQL("DELETE FROM credit_fund_rhythm m WHERE %s", clients))
        self.env.cr.execute(
            SQL(
                """INSERT INTO credit_fund_rhythm (partner_id, kind_id, day, usual_amount, times,
                                                   last_on)
                   %s""",
                rhythms._learning(self.day, min(floors), tolerance, clients),
            )
        )
        rhythms.invalidate_model(flush=False)

    def _judge_outflows(self, clients):
        """Outflows of the day that neither plan nor rhythm explains; return (id, state)."""
        rule = self._rules().get("unusual_outflow")
        if not rule:
            return []
        tolerance = self.env["credit.threshold"]._value("rhythm_tolerance")
        outflows = SQL(
            """SELECT m.partner_id, m.date, NULL::integer AS payment_id, -sum(m.amount) AS amount,
                      max(m.purpose) AS purpose,
                      coalesce((SELECT sum(t.amount) FROM credit_planned_payment t
                        WHERE t.partner_id = m.partner_id AND t.value_date = m.date
                          AND t.direction = 'out' AND t.state = 'planned'), 0)
                          * %(factor)s >= -sum(m.amount) AS registered
                 FROM credit_fund_movement m
                WHERE m.date = %(day)s AND m.amount < 0 AND %(bank)s AND %(clients)s
             GROUP BY m.partner_id, m.date
               HAVING %(reached)s""",
            factor=1 + tolerance / 100,
            day=self.day,
            bank=SQL("m.cross_bank") if rule.cross_bank_only else SQL("TRUE"),
            clients=clients,
            reached=rule._reached(SQL("-sum(m.amount)")),
        )
        return self._raise(rule, outflows, self._next_working_day(self.day))

    def _judge_payments(self, clients):
        """Planned payments after the day that call for a task; return (id, state)."""
        rule = self._rules().get("planned_outflow")
        if not rule:
            return []
        payments = SQL(
            """SELECT m.partner_id, m.value_date AS date, m.id AS payment_id, m.amount, m.purpose,
                      FALSE AS registered
                 FROM credit_planned_payment m
                WHERE m.value_date > %(day)s AND m.direction = 'out' AND m.state = 'planned'
                  AND %(bank)s AND %(clients)s AND %(reached)s""",
            day=self.day,
            bank=SQL("m.cross_bank") if rule.cross_bank_only else SQL("TRUE"),
            clients=clients,
            reached=rule._reached(SQL("m.amount")),
        )
        return self._raise(rule, payments, None)

    def _raise(self, rule, candidates, due):
        rhythms = self.env["credit.fund.rhythm"]
        usual = rhythms._usual(
            SQL("c.partner_id"), SQL("c.date"), SQL("c.amount"), SQL("c.purpose")
        )
        return self.env.execute_query(
            SQL(
                """
                INSERT INTO credit_fund_alert (
                    rule_id, clause, partner_id, institution_id, payment_id, date, amount,
                    threshold, user_id, due_date, rhythm_kind_id, rhythm_times, quiet_reason, state,
                    create_uid, create_date, write_uid, write_date)
                SELECT %(rule)s, %(clause)s, c.partner_id, p.credit_institution_id, c.payment_id,
                       c.date, c.amount, %(threshold)s,
                       coalesce(p.user_id, h.user_id),
                       coalesce(%(due)s::date, w.day),
                       r.kind_id, r.times,
                       q.reason, CASE WHEN q.reason IS NULL THEN 'open' ELSE 'quiet' END,
                       %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM (%(candidates)s) c
                  JOIN res_partner p ON p.id = c.partner_id AND p.is_credit_client
             LEFT JOIN credit_fund_rhythm r ON r.id = %(usual)s
            CROSS JOIN LATERAL (SELECT CASE
                           WHEN c.registered THEN 'registered'
                           WHEN r.id IS NOT NULL AND %(quiet)s THEN 'usual' END AS reason) q
            CROSS JOIN LATERAL (SELECT greatest(max(d.day), %(today)s::date) AS day
                      FROM unnest(%(days)s::date[]) d(day) WHERE d.day < c.date) w
             LEFT JOIN LATERAL (
                       SELECT m.user_id FROM crm_team i
                         JOIN crm_team u ON i.parent_path LIKE u.parent_path || '%%'
                         JOIN crm_team_member m ON m.crm_team_id = u.id AND m.active
                         JOIN credit_post s ON s.id = m.post_id AND s.code = 'corporate_head'
                        WHERE i.id = p.credit_institution_id
                     ORDER BY length(u.parent_path) DESC, m.id LIMIT 1) h ON TRUE
           ON CONFLICT (rule_id, partner_id, date, COALESCE(payment_id, 0)) DO NOTHING
             RETURNING id, state
                """,
                rule=rule.id,
                clause=rule.clause,
                threshold=rule.threshold,
                due=due,
                uid=self.env.uid,
                candidates=candidates,
                usual=usual,
                quiet=rule.quiet_when_usual,
                today=self.env.company._credit_today(),
                days=self._working_days_ahead(),
            )
        )

    # WORKING DAYS: the bank's calendar where the ledger has it, Monday to Friday before.

    def _working_days_ahead(self):
        first = self.env.company._credit_today()
        last = first + timedelta(days=400)
        calendar = self.env.get("credit.working.day")
        if calendar is not None:
            return calendar._list(first, last)
        days = (first + timedelta(days=i) for i in range((last - first).days))
        return [day for day in days if day.weekday() < 5]

    def _next_working_day(self, day):
        return next(d for d in self._working_days_ahead() if d > day)
