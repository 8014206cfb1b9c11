from dataclasses import dataclass
from datetime import date, timedelta

from odoo import models
from odoo.fields import Domain

from ...engine.duties import Instance
from ...engine.periods import Calendar, between
from ...engine.population import IMPORTANT_TIERS, Population

# Days around today whose working days are counted: the longest period and some.
HORIZON = timedelta(days=400)


@dataclass
class Plan:
    """What a run needs to know, read once: plain values, whatever happens meanwhile."""

    day: date
    since: date  # periods that contain a day from here on are kept
    calendar: Calendar
    rules: list  # what the rules in force say, for the marks
    subjects: dict  # per subject its instances and populations


class CreditObligation(models.Model):
    """Which rules are in force in which periods, and whom they speak of."""

    _inherit = "credit.obligation"

    def _plan(self, day):
        """Return the :class:`Plan` of a run on ``day``."""
        company = self.env.company.sudo()  # sudo: the run's own marks
        until = company.credit_ledger_until
        since = min(until, day) if until else day
        begun = company.credit_ledger_start or day
        # sudo: which rules are in force, and on which days people work, is the same for all.
        calendar = self._calendar(since - HORIZON, day + HORIZON)
        readings = self.env["credit.reading"]
        chosen = readings._chosen_options()
        rules = self.env["credit.cadence.rule"].sudo().search(Domain.TRUE)
        rules = rules.filtered(lambda r: r._under_readings(chosen))
        flags = self._flags(chosen)
        subjects = {subject: ([], []) for subject in ("client", "institution", "person")}
        for rule in rules:
            instances, populations = subjects[rule.subject]
            population = self._population(rule, flags)
            if population and population not in populations:
                populations.append(population)
            for start, end in between(rule.period, since, day):
                due = calendar.last_working(start, end)
                seen_from, seen_to = max(start, begun), min(end, day)
                if not due or seen_from > seen_to or not rule._begins_on(start):
                    continue  # A37: a period without a working day creates no duty
                lenient = rule.guideline_option_id and rule.guideline_option_id in chosen
                instances.append(
                    Instance(
                        n=len(instances),
                        rule_id=rule.id,
                        population=populations.index(population) if population else -1,
                        role=rule.role or None,
                        needs_manager=bool(rule.role) and population == Population(),
                        own_holder=not rule.institution_kind_ids,
                        kinds=rule.institution_kind_ids.ids,
                        guideline_tier=rule.guideline_tier if lenient else None,
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
        said = [(r.id, r.quota, r.part_period, r.kind_id.id, r.post_ids.ids) for r in rules]
        return Plan(day, since, calendar, said, subjects)

    def _calendar(self, start, end):
        """Return the :class:`Calendar` from ``start`` to ``end``."""
        # sudo: the calendar is the same for everybody.
        days = self.env["credit.working.day"].sudo()
        return Calendar(start, end, days._list(start, end))

    def _flags(self, chosen):
        """Return the ids of the types that make a client important, if any do (A32)."""
        if "named" in chosen.filtered(lambda o: o.reading_id.code == "A32").mapped("code"):
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
