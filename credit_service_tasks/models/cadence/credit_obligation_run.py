import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.credit_client_tiering.engine.facts import (
    no_restriction,
    restrict_to,
    restrict_to_range,
)

from ...engine import ledger
from ...engine.duties import Instance
from ...engine.marks import context, news
from ...engine.periods import Calendar, between
from ...engine.population import IMPORTANT_TIERS, Population

_logger = logging.getLogger(__name__)

SLICE = 50_000
# With news of fewer clients than this only they are worked out, else the whole slice.
FEW = 5_000
# More clients at once than this are left to the run that follows.
AT_ONCE = 2_000
# Days around today whose working days are counted: the longest period and some.
HORIZON = timedelta(days=400)


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
            return self._bring_up_clients(day, restrict_to(client_ids), client_ids)
        touched = self._bring_up_clients(day, no_restriction)
        touched += self._bring_up_rest(day)
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
        while bounds := self._next_slice(last):
            first, last, size = bounds
            self._retried(lambda a=first, b=last: self._bring_up_range(day, a, b))
            parameters.set_param(key, f"{day.isoformat()}:{last}")
            remaining = self.env["res.partner"].search_count(
                [("is_credit_client", "=", True), ("id", ">", last)]
            )
            if not self.env["ir.cron"]._commit_progress(size, remaining=remaining):
                return
        self._retried(lambda: self._bring_up_rest(day))
        self._retried(lambda: self._complete(day))
        parameters.set_param(key, "")
        self.env["ir.cron"]._commit_progress(0, remaining=0)

    def _retried(self, work, times=5):
        """Do ``work``; repeat it when another transaction was faster."""
        for left in reversed(range(times)):
            try:
                result = work()
                self.env.flush_all()
                return result
            except OperationalError:
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
                if not left:
                    raise

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

    def _bring_up_range(self, day, first, last):
        """Bring up a range of clients; one with broken data stops no other."""
        try:
            with self.env.cr.savepoint():
                self._bring_up_clients(day, restrict_to_range(first, last))
        except OperationalError:
            raise  # the database wants the whole transaction again
        except Exception as error:
            if first == last:
                _logger.warning("The duties of client %s cannot be kept: %s", first, error)
                self.env["credit.run.problem"]._report(day, error, partner_id=first)
                return
            middle = (first + last) // 2
            self._bring_up_range(day, first, middle)
            self._bring_up_range(day, middle + 1, last)

    def _bring_up_clients(self, day, restrict, client_ids=None):
        """Bring up the duties towards clients that meet ``restrict``; return touched ids."""
        instances, populations, calendar, rules = self._instances("client", day)
        if not instances:
            return []
        # A slice of clients times its rules is sorted in memory, not on disk.
        self.env.cr.execute(SQL("SET LOCAL work_mem = '64MB'"))
        targets = self._target_clients()
        rows = self.env.execute_query(
            news(
                context(instances, rules, calendar, day),
                instances,
                populations,
                day,
                restrict,
                targets,
            )
        )
        # Periods that ended since the last run are looked through to the end, whatever the
        # marks say; so are clients somebody named.
        if client_ids is None and not any(i.over for i in instances):
            if not rows:
                return []
            if len(rows) < FEW:
                restrict = restrict_to([row[0] for row in rows])
        touched = self._bring_up("client", instances, populations, calendar, day, restrict, targets)
        if client_ids is not None and touched:
            self._settle(touched, day)
            self._pace(day, touched)
        return touched

    def _bring_up_rest(self, day):
        """Bring up what is not kept client by client: other subjects, dates, people."""
        touched = []
        steps = {
            "institutions": lambda: self._bring_up_others("institution", day),
            "persons": lambda: self._bring_up_others("person", day),
            "rules": lambda: self._end_without_rule(day),
            "people": lambda: self._follow(day),
            "settle": lambda: self._settle(day=day),
            "pace": lambda: self._pace(day),
            "escalation": lambda: self._escalate(day),
        }
        for name, step in steps.items():
            try:
                with self.env.cr.savepoint():
                    touched += step()
            except OperationalError:
                raise
            except Exception as error:
                _logger.exception("Step %s of the ledger's run failed", name)
                self.env["credit.run.problem"]._report(day, error, step=name)
        return touched

    def _complete(self, day):
        """Note that the ledger is complete up to ``day``."""
        company = self.env.company.sudo()  # sudo: the run's own mark
        if not company.credit_ledger_until or company.credit_ledger_until < day:
            company.credit_ledger_until = day
        self.env["credit.run.problem"]._resolve(day)

    def _bring_up_others(self, subject, day):
        """Bring up the duties of institutions or of persons; return touched ids."""
        instances, populations, calendar, _rules = self._instances(subject, day)
        if not instances:
            return []
        return self._bring_up(
            subject,
            instances,
            populations,
            calendar,
            day,
            no_restriction,
            self._target_clients(),
        )

    def _bring_up(self, subject, instances, populations, calendar, day, restrict, targets):
        rows = self.env.execute_query(
            ledger.bring_up(
                subject, instances, populations, calendar, day, self.env.uid, restrict, targets
            )
        )
        self.invalidate_model(flush=False)
        new = [row[1] for row in rows if row[0] == "new"]
        changed = [row[1] for row in rows if row[0] == "changed"]
        if changed:
            self._settle(changed, day)
        if new:
            self._on_new(new)
        return new + changed

    def _pace(self, day, obligation_ids=None):
        """Set latest safe dates: of everybody, or of those who owe some duties."""
        whose = SQL("TRUE")
        if obligation_ids is not None:
            whose = SQL(
                "o.user_id IN (SELECT user_id FROM credit_obligation WHERE id = ANY(%s))",
                list(obligation_ids),
            )
        return self._write_ledger(ledger.pace(self._calendar(day), whose))

    def _end_without_rule(self, day):
        instances = [
            i for s in ("client", "institution", "person") for i in self._instances(s, day)[0]
        ]
        return self._write_ledger(ledger.end_without_rule(instances, day, SQL("TRUE")))

    def _follow(self, day):
        # sudo: archived rules too; their overdue duties still have a responsible.
        rules = self.env["credit.cadence.rule"].sudo().with_context(active_test=False)
        rule_ids = rules.search([]).ids
        return self._write_ledger(ledger.follow(day, self._since(day), rule_ids, no_restriction))

    def _escalate(self, day):
        steps = self.env["credit.escalation.step"]._limits(day, self._calendar(day))
        return self._write_ledger(ledger.escalate(steps))

    def _write_ledger(self, statement):
        ids = [row[0] for row in self.env.execute_query(statement)]
        self.invalidate_model(flush=False)
        return ids

    # WHAT IS IN FORCE

    def _since(self, day):
        """Return the day from which periods are kept: the last complete run's."""
        until = self.env.company.sudo().credit_ledger_until
        return min(until, day) if until else day

    def _calendar(self, day, first=None):
        """Return the :class:`Calendar` around ``day``, from ``first`` if that is earlier."""
        start = min(first or day, day - HORIZON)
        end = day + HORIZON
        # sudo: the calendar is the same for everybody.
        days = self.env["credit.working.day"].sudo()
        return Calendar(start, end, days._list(start, end))

    def _instances(self, subject, day):
        """Return the rules in force per period, their populations, the calendar, the rules."""
        # sudo: which rules are in force does not depend on who asks.
        rules = self.env["credit.cadence.rule"].sudo().search([("subject", "=", subject)])
        chosen = self.env["credit.reading"]._chosen_options()
        rules = rules.filtered(lambda r: r._under_readings(chosen))
        begun = self.env.company.sudo().credit_ledger_start or day
        since = self._since(day)
        flags = self._flags()
        calendar = self._calendar(day, since - HORIZON)
        populations, instances = [], []
        for rule in rules:
            population = self._population(rule, flags)
            number = -1
            if population:
                if population not in populations:
                    populations.append(population)
                number = populations.index(population)
            for start, end in between(rule.period, since, day):
                due = calendar.last_working(start, end)
                seen_from, seen_to = max(start, begun), min(end, day)
                if not due or seen_from > seen_to or not rule._begins_on(start):
                    continue  # A37: a period without a working day creates no duty
                instances.append(
                    Instance(
                        n=len(instances),
                        rule_id=rule.id,
                        population=number,
                        role=rule.role or None,
                        needs_manager=bool(rule.role) and population == Population(),
                        own_holder=not rule.institution_kind_ids,
                        kinds=rule.institution_kind_ids.ids,
                        guideline_tier=rule.guideline_tier
                        if rule.guideline_option_id in chosen
                        else None,
                        start=start,
                        end=end,
                        due=due,
                        seen_from=seen_from,
                        seen_to=seen_to,
                        days=calendar.count(start, end),
                        after=calendar.before(end + timedelta(days=1)),
                        over=end < day,
                    )
                )
        return instances, populations, calendar, rules

    def _flags(self):
        """Return the ids of the types that make a client important (A32), if the bank says so."""
        if self.env["credit.reading"]._chosen("A32") == "named":
            return ()
        flag = self.env.ref(
            "credit_service_tasks.designation_type_important_client", raise_if_not_found=False
        )
        return (flag.id,) if flag else ()

    def _population(self, rule, flags):
        """Return the :class:`Population` of a rule, None when it speaks of no clients."""
        tiers = (rule.tier,) if rule.tier else IMPORTANT_TIERS if rule.important else ()
        population = Population(
            tiers=tiers,
            flags=flags if rule.important and not rule.tier else (),
            any_of=tuple(sorted(rule.designation_type_ids.ids)),
            none_of=tuple(sorted(rule.excluded_type_ids.ids)),
            target=rule.target_client,
        )
        if population == Population() and rule.subject != "client" and not rule.role:
            return None
        return population
