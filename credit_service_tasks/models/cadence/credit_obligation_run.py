import logging
import random
import time
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.credit_client_tiering.engine.facts import (
    no_restriction,
    restrict_to,
    restrict_to_range,
)

from ...engine import ledger
from ...engine.marks import context, news

_logger = logging.getLogger(__name__)

SLICE = 50_000
# With news of fewer clients than this only they are worked out, else the whole slice.
FEW = 5_000
# How often a slice is tried again when another transaction was faster.
COLLISIONS = 10
# What fell due longer ago is history: it stays overdue in every report, but is handed to
# nobody and shown to nobody any more. A bound of the nightly work, no rule of the guide.
HISTORY = timedelta(days=120)
# More clients at once than this are left to the run that follows.
AT_ONCE = 2_000


class CreditObligation(models.Model):
    """How the ledger is kept: what the rules ask on a day, written set by set.

    A duty is a function of dated facts (lists, designations, rules, calendar), never
    of when the run happened: a run that is repeated, late or cut off gives the same.
    """

    _inherit = "credit.obligation"

    # FOR THE OTHER ROOMS

    @api.model
    def _generate(self, day=None, client_ids=None):
        """Bring the ledger up to ``day``: duties that are missing, ended, of other people.

        :param day: date (default: the bank's today)
        :param client_ids: ids of the clients concerned; None for the whole book, with
            the duties of institutions and persons
        :return: ids of the duties that are new or changed
        """
        day = day or self.env.company._credit_today()
        self.env.flush_all()
        if client_ids is not None:
            if not client_ids:
                return []
            return self._bring_up_clients(self._plan(day), restrict_to(client_ids), client_ids)
        plan = self._plan(day)
        touched = self._bring_up_clients(plan, no_restriction)
        touched += self._bring_up_rest(plan)
        self._complete(day)
        return touched

    @api.model
    def _settle(self, obligation_ids=None, day=None):
        """Recompute done, status and ``done_on`` of duties from their discharges.

        :param obligation_ids: ids; None for all that the calendar or a waiver may settle
        :return: ids of the duties that changed
        """
        day = day or self.env.company._credit_today()
        self.env.flush_all()
        if obligation_ids is None:
            which = ledger.unsettled(day)
        else:
            which = SQL("o.id = ANY(%s)", list(obligation_ids))
        return self._write_ledger(ledger.settle(which, day))

    @api.model
    def _open_for(self, partner_ids, day):
        """Return the duties of clients that something done on ``day`` may discharge.

        Those whose period contains ``day``, also when they are done already: what was
        done more than once is on record too.
        """
        # sudo: who contacts a client discharges whoever's duty it is.
        return self.sudo().search(
            [
                ("partner_id", "in", list(partner_ids)),
                ("period_start", "<=", day),
                ("period_end", ">=", day),
                ("status", "in", ("open", "overdue", "done", "late")),
            ]
        )

    @api.model
    def _on_new(self, obligation_ids):
        """Called with the ids of duties that just arose, within the same transaction."""

    @api.model
    def _target_clients(self):
        """Return the SELECT ``(partner_id, days)`` of the project library's targets.

        ``days``: the days (``datemultirange``) on which a client is a target. Nobody
        keeps a library yet.
        """
        return SQL("SELECT NULL::int AS partner_id, NULL::datemultirange AS days WHERE FALSE")

    @api.model
    def _soon(self, client_ids=None):
        """Note that the ledger must follow a change: at the end of the transaction.

        :param client_ids: ids of the clients concerned; None: leave it to the run, at once
        """
        if client_ids is None:
            cron = self.env.ref("credit_service_tasks.ir_cron_ledger", raise_if_not_found=False)
            if cron:
                cron.sudo()._trigger()  # sudo: whoever may change a rule sets off the run
            return
        waiting = self.env.cr.precommit.data.setdefault("credit.obligation", set())
        if not waiting:
            self.env.cr.precommit.add(self.sudo()._keep_up)  # sudo: the engine writes
        waiting.update(client_ids)

    def _keep_up(self):
        """Before the commit: bring up the clients that changed; fail nobody's work."""
        client_ids = self.env.cr.precommit.data.pop("credit.obligation", set())
        if len(client_ids) > AT_ONCE:
            self._soon()
            return
        try:
            with self.env.cr.savepoint():
                self._generate(client_ids=sorted(client_ids))
        except OperationalError:
            raise  # the database wants the whole transaction again
        except Exception:
            _logger.exception("The ledger could not follow clients %s", sorted(client_ids))
            self._soon()

    # THE RUN

    @api.model
    def _cron_keep_ledger(self):
        """Nightly, and soon after rules or posts changed: bring the whole ledger up.

        Each slice is committed, so a run that is cut off goes on where it stopped. Two
        runs at once do no harm: whoever loses a collision repeats its slice.
        """
        day = self.env.company._credit_today()
        parameters = self.env["ir.config_parameter"].sudo()
        key = "credit_service_tasks.run_position"
        stamp, _sep, position = parameters.get_param(key, "").partition(":")
        last = int(position or 0) if stamp == day.isoformat() else 0
        self.env.flush_all()
        plan = self._plan(day)
        while bounds := self._next_slice(last):
            first, last, size = bounds
            self._retried(self._keep_slice, plan, first, last, key)
            remaining = self.env["res.partner"].search_count(
                [("is_credit_client", "=", True), ("id", ">", last)]
            )
            if not self.env["ir.cron"]._commit_progress(size, remaining=remaining):
                return
        self._retried(self._keep_rest, plan, key)
        self.env["ir.cron"]._commit_progress(0, remaining=0)

    def _keep_slice(self, plan, first, last, key):
        self._bring_up_range(plan, first, last)
        position = f"{plan.day.isoformat()}:{last}"
        self.env["ir.config_parameter"].sudo().set_param(key, position)

    def _keep_rest(self, plan, key):
        self._bring_up_rest(plan)
        self._complete(plan.day)
        self.env["ir.config_parameter"].sudo().set_param(key, "")

    def _retried(self, work, *args):
        """Do ``work``; repeat it when another transaction was faster."""
        for left in reversed(range(COLLISIONS)):
            try:
                work(*args)
                self.env.flush_all()
                return
            except OperationalError:
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
                if not left:
                    raise
                time.sleep(random.uniform(0.05, 0.5))

    def _next_slice(self, last):
        """Return first id, last id and size of the next slice of clients after ``last``."""
        rows = self.env.execute_query(
            SQL(
                """SELECT min(id), max(id), count(*) FROM (
                       SELECT id FROM res_partner
                        WHERE is_credit_client AND id > %s ORDER BY id LIMIT %s) slice""",
                last,
                SLICE,
            )
        )
        return rows[0] if rows[0][2] else None

    def _bring_up_range(self, plan, first, last):
        """Bring up a range of clients; one with broken data stops no other."""
        try:
            with self.env.cr.savepoint():
                self._bring_up_clients(plan, restrict_to_range(first, last))
        except OperationalError:
            raise  # the database wants the whole transaction again
        except Exception as error:
            if first == last:
                _logger.warning("The duties of client %s cannot be kept: %s", first, error)
                self.env["credit.run.problem"]._report(plan.day, error, partner_id=first)
                return
            middle = (first + last) // 2
            self._bring_up_range(plan, first, middle)
            self._bring_up_range(plan, middle + 1, last)

    def _bring_up_clients(self, plan, restrict, client_ids=None):
        """Bring up the duties towards clients that meet ``restrict``; return touched ids."""
        instances, populations = plan.subjects["client"]
        if not instances:
            return []
        # A slice of clients times its rules is sorted in memory, not on disk.
        self.env.cr.execute(SQL("SET LOCAL work_mem = '64MB'"))
        rows = self.env.execute_query(
            news(context(plan), instances, populations, plan.day, restrict, self._target_clients())
        )
        # Periods that ended since the last run are looked through to the end, whatever the
        # marks say; so are clients somebody named.
        if client_ids is None and not any(i.over for i in instances):
            if not rows:
                return []
            if len(rows) < FEW:
                restrict = restrict_to([row[0] for row in rows])
        touched = self._bring_up("client", plan, restrict)
        if client_ids is not None and touched:
            self._settle(touched, plan.day)
            self._pace(plan.calendar, touched)
        return touched

    def _bring_up_rest(self, plan):
        """Bring up what is not kept client by client: other subjects, dates, people."""
        touched = []
        steps = {
            "institutions": lambda: self._bring_up("institution", plan),
            "persons": lambda: self._bring_up("person", plan),
            "rules": lambda: self._end_without_rule(plan),
            "people": lambda: self._follow(plan),
            "settle": lambda: self._settle(day=plan.day),
            "pace": lambda: self._pace(plan.calendar),
            "escalation": lambda: self._escalate(plan),
        }
        for name, step in steps.items():
            try:
                with self.env.cr.savepoint():
                    touched += step()
            except OperationalError:
                raise
            except Exception as error:
                _logger.exception("Step %s of the ledger's run failed", name)
                self.env["credit.run.problem"]._report(plan.day, error, step=name)
        return touched

    def _complete(self, day):
        """Note that the ledger is complete up to ``day``."""
        company = self.env.company.sudo()  # sudo: the run's own mark
        if not company.credit_ledger_until or company.credit_ledger_until < day:
            company.credit_ledger_until = day
        self.env["credit.run.problem"]._resolve(day)

    def _bring_up(self, subject, plan, restrict=no_restriction):
        instances, populations = plan.subjects[subject]
        if not instances:
            return []
        rows = self.env.execute_query(
            ledger.bring_up(
                subject,
                instances,
                populations,
                plan.calendar,
                plan.day,
                self.env.uid,
                restrict,
                self._target_clients(),
            )
        )
        self.invalidate_model(flush=False)
        new = [row[1] for row in rows if row[0] == "new"]
        changed = [row[1] for row in rows if row[0] == "changed"]
        if changed:
            self._settle(changed, plan.day)
        if new:
            self._on_new(new)
        return new + changed

    def _pace(self, calendar, obligation_ids=None):
        """Set latest safe dates: of everybody, or of those who owe some duties."""
        whose = SQL("TRUE")
        if obligation_ids is not None:
            whose = SQL(
                "o.user_id IN (SELECT user_id FROM credit_obligation WHERE id = ANY(%s))",
                list(obligation_ids),
            )
        return self._write_ledger(ledger.pace(calendar, whose))

    def _end_without_rule(self, plan):
        instances = [i for found, _populations in plan.subjects.values() for i in found]
        return self._write_ledger(ledger.end_without_rule(instances, plan.day, SQL("TRUE")))

    def _follow(self, plan):
        # sudo: archived rules too; their overdue duties still have a responsible.
        rules = self.env["credit.cadence.rule"].sudo().with_context(active_test=False)
        rule_ids = rules.search(Domain.TRUE).ids
        since = plan.day - HISTORY
        return self._write_ledger(
            ledger.follow(plan.day, since, plan.since, rule_ids, no_restriction)
        )

    def _escalate(self, plan):
        steps = self.env["credit.escalation.step"]._limits(plan.day, plan.calendar)
        return self._write_ledger(ledger.escalate(steps, plan.day - HISTORY))

    def _write_ledger(self, statement):
        ids = [row[0] for row in self.env.execute_query(statement)]
        self.invalidate_model(flush=False)
        return ids
