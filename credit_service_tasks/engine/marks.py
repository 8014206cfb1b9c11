"""Which clients have news: a mark per client tells, before any duty is worked out."""

import hashlib

from odoo.tools import SQL

from .answering import answering


def context(plan):
    """Return what holds for every client alike, as a short text.

    Today itself is no part of it: on a day without news nothing differs.
    """
    running = [i for i in plan.subjects["client"][0] if not i.over]
    parts = [
        (
            i.rule_id,
            i.population,
            i.role,
            i.needs_manager,
            i.guideline_tier,
            i.start,
            i.end,
            i.due,
            i.days,
            i.seen_from,
        )
        for i in running
    ]
    first = min((i.start for i in running), default=plan.day)
    last = max((i.end for i in running), default=plan.day)
    working = [day.toordinal() for day in plan.calendar.working if first <= day <= last]
    return hashlib.sha256(repr((parts, working, plan.rules)).encode()).hexdigest()


def news(context_text, instances, populations, day, restrict, targets):
    """Return the statement that renews the marks and returns the ids of clients with news.

    A mark covers the days on which the client is one the rules speak of, its list and
    institution, and everybody who may answer.
    """
    first = min(i.start for i in instances)
    rule_ids = sorted({i.rule_id for i in instances})
    clients = SQL(" UNION ALL ").join(
        [
            SQL(
                """SELECT %(number)s AS population, x.partner_id,
                          x.days * datemultirange(daterange(%(first)s, %(day)s, '[]'))
                          + CASE WHEN %(day)s::date <@ x.days
                                 THEN datemultirange(daterange(%(day)s, NULL))
                                 ELSE '{}' END AS days
                     FROM (%(population)s) x""",
                number=number,
                first=first,
                day=day,
                population=population.select(first, day, restrict, targets),
            )
            for number, population in enumerate(populations)
        ]
    )
    return SQL(
        """WITH %(parts)s, stay AS (
               SELECT c.partner_id,
                      sum(hash_multirange_extended(c.days, c.population)) AS mark
                 FROM (%(clients)s) c WHERE NOT isempty(c.days)
             GROUP BY c.partner_id
           ), place AS (
               SELECT institution_id,
                      sum(hash_record_extended(a, 0)) AS mark
                 FROM post_answer a GROUP BY institution_id
           ), people AS (
               SELECT partner_id, sum(mark) AS mark
                 FROM (SELECT partner_id, hash_record_extended(n, 0) AS mark FROM named n
                    UNION ALL
                       SELECT partner_id, hash_record_extended(m, 0) FROM manager m) a
             GROUP BY partner_id
           ), state AS MATERIALIZED (
               SELECT p.id AS partner_id,
                      hash_record_extended(ROW(%(context)s::text, stay.mark, place.mark,
                          people.mark, p.credit_tier, p.credit_institution_id), 0) AS mark
                 FROM stay
                 JOIN res_partner p
                   ON p.id = stay.partner_id AND p.is_credit_client AND p.active
            LEFT JOIN place ON place.institution_id = p.credit_institution_id
            LEFT JOIN people ON people.partner_id = p.id
           ), known AS MATERIALIZED (
               SELECT m.id, m.partner_id, m.mark
                 FROM credit_ledger_mark m WHERE %(restriction)s
           ), fresh AS (
               INSERT INTO credit_ledger_mark (partner_id, mark)
               SELECT s.partner_id, s.mark
                 FROM state s LEFT JOIN known k USING (partner_id)
                WHERE k.mark IS DISTINCT FROM s.mark
          ON CONFLICT (partner_id) DO UPDATE SET mark = EXCLUDED.mark
            RETURNING partner_id
           ), gone AS (
               DELETE FROM credit_ledger_mark m USING known k
                WHERE m.id = k.id
                  AND NOT EXISTS (SELECT FROM state s WHERE s.partner_id = k.partner_id)
            RETURNING m.partner_id
           )
           SELECT partner_id FROM fresh UNION ALL SELECT partner_id FROM gone""",
        parts=SQL(", ").join(answering(day, rule_ids, restrict, any(i.role for i in instances))),
        clients=clients,
        context=context_text,
        restriction=restrict("m", "partner_id"),
    )
