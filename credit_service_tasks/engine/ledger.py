"""The statements that write the ledger. Each is idempotent: run again, it writes nothing."""

import json

from odoo.tools import SQL

from .answering import ANSWER_POST, ANSWER_USER, answer_joins, answering
from .duties import calendar_cte, eligible, instances_cte
from .holders import holders_sql

SUBJECT_COLUMNS = {
    "client": SQL.identifier("partner_id"),
    "institution": SQL.identifier("unit_id"),
    "person": SQL.identifier("person_id"),
}
# What of a quota a period owes that began before its subject came under the rule.
_REQUIRED = SQL(
    """CASE WHEN w.days_left <= 0 THEN 0
            WHEN c.first_day <= i."start" OR w.days_left >= i.days OR r.part_period = 'full'
                THEN r.quota
            WHEN r.part_period = 'round'
                THEN (2 * r.quota * w.days_left + i.days) / (2 * i.days)
            WHEN r.part_period = 'up'
                THEN (r.quota * w.days_left + i.days - 1) / i.days
            WHEN r.part_period = 'down' THEN r.quota * w.days_left / i.days
            ELSE 0 END"""
)


def bring_up(subject, instances, populations, calendar, day, uid, restrict, targets):
    """Return the statement that makes the ledger what it should be on ``day``.

    Adds missing duties; ends those whose client no longer meets the rule; opens ended
    ones again when it does; follows the people, and while the period runs also the
    quota and the due date. Returns rows ``(what, id)``, ``new`` or ``changed``.
    """
    stretch = (min(i.start for i in instances), max(i.seen_to for i in instances))
    rule_ids = sorted({i.rule_id for i in instances})
    key = SUBJECT_COLUMNS[subject]
    parts = [
        instances_cte(instances),
        calendar_cte(calendar),
        *answering(day, rule_ids, restrict, any(i.role for i in instances)),
        *eligible(subject, populations, stretch, restrict, targets),
        SQL(
            """desired AS MATERIALIZED (
                SELECT c.*, q.required,
                       COALESCE(c.tier = i.guideline_tier, FALSE) AS guideline
                  FROM candidate c
                  JOIN instance i ON i.n = c.n
                  JOIN credit_cadence_rule r ON r.id = i.rule_id
                  JOIN calendar k ON k.day = c.first_day
                 CROSS JOIN LATERAL (SELECT i.after - k.before AS days_left) w
                 CROSS JOIN LATERAL (SELECT %s AS required) q
                 WHERE q.required > 0)""",
            _REQUIRED,
        ),
        SQL(
            """ledger AS MATERIALIZED (
                SELECT i.n, o.id, o.%(key)s AS key, o.status, o.user_id, o.post_id,
                       o.institution_id, o.tier, o.guideline, o.required, o.due_date, o.since
                  FROM credit_obligation o
                  JOIN instance i ON i.rule_id = o.rule_id AND i."start" = o.period_start
                 WHERE o.%(key)s IS NOT NULL AND %(restriction)s)""",
            key=key,
            restriction=restrict("o", "partner_id") if subject == "client" else SQL("TRUE"),
        ),
        SQL("inserted AS (%s)", _insert(key, day, uid, calendar.working)),
        SQL("changed AS (%s)", _update(key, day, uid)),
    ]
    return SQL(
        "WITH %s SELECT 'new', id FROM inserted UNION ALL SELECT 'changed', id FROM changed",
        SQL(", ").join(parts),
    )


def _insert(key, day, uid, working):
    return SQL(
        """INSERT INTO credit_obligation (
               rule_id, kind_id, clause, partner_id, unit_id, person_id, institution_id,
               user_id, post_id, tier, period, period_start, period_end, quota, required, done,
               due_date, latest_safe_date, status, guideline, since, ended_on, ended_reason,
               escalation_level, create_uid, create_date, write_uid, write_date)
           SELECT r.id, r.kind_id, r.clause, d.partner_id, d.unit_id, d.person_id,
                  d.institution_id, d.user_id, d.post_id, d.tier, r.period, i."start", i."end",
                  r.quota, d.required, 0, i.due,
                  CASE WHEN d.live AND (i.due >= %(day)s OR d.guideline) THEN %(safe)s
                       ELSE i.due END,
                  CASE WHEN NOT d.live THEN 'ended'
                       WHEN i.due < %(day)s AND NOT d.guideline THEN 'overdue'
                       ELSE 'open' END,
                  d.guideline, d.first_day, CASE WHEN NOT d.live THEN d.left_on END,
                  CASE WHEN NOT d.live THEN 'left' END, 0,
                  %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
             FROM (SELECT d.*, l.id IS NOT NULL AS known,
                          ceil(sum(d.required) FILTER (WHERE d.live AND NOT d.guideline) OVER (
                              PARTITION BY d.user_id, k.id ORDER BY i.due
                          )::numeric / CASE WHEN d.user_id IS NOT NULL THEN k.per_day END)::int
                              AS load
                     FROM desired d
                     JOIN instance i ON i.n = d.n
                     JOIN credit_cadence_rule r ON r.id = i.rule_id
                LEFT JOIN credit_duty_kind k ON k.id = r.kind_id AND k.per_day > 0
                LEFT JOIN ledger l ON l.n = d.n AND l.key = d.%(key)s) d
             JOIN instance i ON i.n = d.n
             JOIN credit_cadence_rule r ON r.id = i.rule_id
            WHERE NOT d.known
      ON CONFLICT DO NOTHING
        RETURNING id""",
        key=key,
        day=day,
        uid=uid,
        safe=safe_day(SQL("i.due"), SQL("d.first_day"), SQL("d.load"), SQL("i.after"), working),
    )


def safe_day(due, since, load, index, working):
    """Return the SQL of the latest safe date.

    :param load: in working days, all that falls due by then; NULL: takes no planning
    :param index: the place of the due date among the ``working`` days
    """
    return SQL(
        "CASE WHEN %(load)s IS NULL THEN %(due)s ELSE"
        " greatest(%(since)s, (%(working)s::date[])[%(index)s - %(load)s + 1]) END",
        load=load,
        due=due,
        since=since,
        working=working,
        index=index,
    )


def _update(key, day, uid):
    return SQL(
        """UPDATE credit_obligation o
              SET user_id = CASE WHEN c.live THEN c.user_id ELSE o.user_id END,
                  post_id = CASE WHEN c.live THEN c.post_id ELSE o.post_id END,
                  institution_id = CASE WHEN c.live THEN c.institution_id
                                        ELSE o.institution_id END,
                  tier = CASE WHEN c.live THEN c.tier ELSE o.tier END,
                  guideline = CASE WHEN c.live THEN c.guideline ELSE o.guideline END,
                  required = CASE WHEN c.moving THEN c.required ELSE o.required END,
                  due_date = CASE WHEN c.moving THEN c.due ELSE o.due_date END,
                  since = CASE WHEN c.moving THEN c.first_day ELSE o.since END,
                  latest_safe_date = CASE WHEN NOT c.live THEN o.due_date
                                          WHEN c.moving AND c.due <> o.due_date THEN c.due
                                          ELSE o.latest_safe_date END,
                  ended_on = CASE WHEN c.live THEN NULL ELSE c.ended_on END,
                  ended_reason = CASE WHEN c.live THEN NULL ELSE 'left' END,
                  status = CASE WHEN NOT c.live THEN 'ended'
                                WHEN CASE WHEN c.moving THEN c.due ELSE o.due_date END < %(day)s
                                     AND NOT c.guideline THEN 'overdue'
                                ELSE 'open' END,
                  write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC'
             FROM (SELECT l.id, COALESCE(d.live, FALSE) AS live,
                          COALESCE(d.live, FALSE) AND NOT i."over" AS moving,
                          d.user_id, d.post_id, d.institution_id, d.tier,
                          COALESCE(d.guideline, FALSE) AS guideline, d.required, i.due,
                          d.first_day, COALESCE(d.left_on, i.seen_to) AS ended_on
                     FROM ledger l
                     JOIN instance i ON i.n = l.n
                LEFT JOIN desired d ON d.n = l.n AND d.%(key)s = l.key
                    WHERE (l.status = 'ended' AND d.live)
                       OR (l.status IN ('open', 'overdue') AND (
                           d.live IS NOT TRUE
                           OR (d.user_id, d.post_id, d.institution_id, d.tier, d.guideline)
                              IS DISTINCT FROM
                              (l.user_id, l.post_id, l.institution_id, l.tier, l.guideline)
                           OR (NOT i."over" AND (d.required, i.due, d.first_day)
                               IS DISTINCT FROM (l.required, l.due_date, l.since))))) c
            WHERE o.id = c.id
        RETURNING o.id""",
        key=key,
        day=day,
        uid=uid,
    )


def end_without_rule(instances, day, restriction):
    """Return the statement that ends running duties whose rule no longer is in force."""
    return SQL(
        """UPDATE credit_obligation o
              SET status = 'ended', ended_on = %(day)s, ended_reason = 'rule',
                  latest_safe_date = o.due_date
            WHERE o.status IN ('open', 'overdue')
              AND o.period_start <= %(day)s AND o.period_end >= %(day)s AND %(restriction)s
              AND NOT EXISTS (
                  SELECT FROM jsonb_to_recordset(%(known)s) AS i(rule_id int, "start" date)
                   WHERE i.rule_id = o.rule_id AND i."start" = o.period_start)
        RETURNING o.id""",
        day=day,
        restriction=restriction,
        known=json.dumps([{"rule_id": i.rule_id, "start": i.start.isoformat()} for i in instances]),
    )


def follow(day, since, before, rule_ids, restrict):
    """Return the statement by which overdue duties of earlier periods follow the people.

    What fell due before ``since`` stays with whoever missed it.
    """
    return SQL(
        """WITH %(parts)s
           UPDATE credit_obligation o
              SET user_id = c.user_id, post_id = c.post_id, institution_id = c.institution_id
             FROM (SELECT e.*, %(user)s AS user_id, %(post)s AS post_id
                     FROM (SELECT o.id, o.rule_id, o.partner_id, r.role,
                                  COALESCE(o.unit_id, p.credit_institution_id) AS institution_id
                             FROM credit_obligation o
                             JOIN credit_cadence_rule r ON r.id = o.rule_id
                        LEFT JOIN res_partner p ON p.id = o.partner_id
                            WHERE o.status IN ('open', 'overdue') AND o.person_id IS NULL
                              AND o.due_date >= %(since)s
                              AND o.period_end < %(before)s AND %(restriction)s) e
                   %(joins)s) c
            WHERE o.id = c.id
              AND (o.user_id, o.post_id, o.institution_id)
                  IS DISTINCT FROM (c.user_id, c.post_id, c.institution_id)
        RETURNING o.id""",
        parts=SQL(", ").join(answering(day, rule_ids, restrict)),
        user=ANSWER_USER,
        post=ANSWER_POST,
        joins=answer_joins(),
        since=since,
        before=before,
        restriction=restrict("o", "partner_id"),
    )


# An approved waiver of a duty ``o`` by its subject, its rule (whatever version) and its day.
WAIVES = SQL(
    """w.state = 'approved'
       AND w.partner_id IS NOT DISTINCT FROM o.partner_id
       AND w.unit_id IS NOT DISTINCT FROM o.unit_id
       AND w.person_id IS NOT DISTINCT FROM o.person_id
       AND o.due_date BETWEEN w.date_from AND w.date_to
       AND (w.rule_id IS NULL OR EXISTS (
            SELECT FROM credit_cadence_rule a, credit_cadence_rule b
             WHERE a.id = w.rule_id AND b.id = o.rule_id
               AND COALESCE(a.origin_id, a.id) = COALESCE(b.origin_id, b.id)))"""
)


def settle(which, day):
    """Return the statement that brings done, status and waiver of duties up to date.

    :param which: SQL condition on ``o``
    Two reports of one day are one time. A visit on the weekend after the last working
    day still lies in the period: in time is what was done by the period's end and
    reported in time; overdue what is not done after the due date. Only what is open has
    a latest safe date before the due date.
    """
    return SQL(
        """UPDATE credit_obligation o
              SET done = s.done, done_on = s.done_on, status = s.status,
                  waiver_id = s.waiver_id, ended_on = s.ended_on,
                  ended_reason = s.ended_reason,
                  latest_safe_date = CASE WHEN s.status IN ('overdue', 'ended') THEN o.due_date
                                          ELSE o.latest_safe_date END
             FROM (SELECT o.id, COALESCE(x.done, 0) AS done, x.done_on,
                          CASE WHEN x.done_on IS NULL AND o.ended_on IS NULL THEN w.id
                           END AS waiver_id,
                          COALESCE(o.ended_on, lapsed.day) AS ended_on,
                          COALESCE(o.ended_reason, lapsed.reason) AS ended_reason,
                          CASE WHEN x.done_on <= o.period_end AND NOT x.is_late THEN 'done'
                               WHEN x.done_on IS NOT NULL THEN 'late'
                               WHEN o.ended_on IS NOT NULL THEN 'ended'
                               WHEN w.id IS NOT NULL THEN 'waived'
                               WHEN lapsed.day IS NOT NULL THEN 'ended'
                               WHEN o.due_date < %(day)s AND NOT o.guideline THEN 'overdue'
                               ELSE 'open' END AS status
                     FROM credit_obligation o
                LEFT JOIN LATERAL (
                          SELECT count(*)::int AS done,
                                 CASE WHEN count(*) >= o.required
                                      THEN max(d.date) FILTER (WHERE d.nth <= o.required)
                                 END AS done_on,
                                 bool_or(d.late) FILTER (WHERE d.nth <= o.required) AS is_late
                            FROM (SELECT d.date, bool_and(COALESCE(d.is_late_entry, FALSE)) AS late,
                                         row_number() OVER (ORDER BY
                                             bool_and(COALESCE(d.is_late_entry, FALSE)), d.date
                                         ) AS nth
                                    FROM credit_discharge d
                                   WHERE d.obligation_id = o.id GROUP BY d.date) d) x ON TRUE
                LEFT JOIN LATERAL (
                          SELECT w.id FROM credit_waiver w
                           WHERE %(waives)s ORDER BY w.id LIMIT 1) w ON TRUE
                LEFT JOIN LATERAL (
                          SELECT o.period_end + 1 AS day, 'guideline' AS reason
                           WHERE o.guideline AND o.period_end < %(day)s
                             AND x.done_on IS NULL AND w.id IS NULL) lapsed ON TRUE
                    WHERE %(which)s) s
            WHERE o.id = s.id
              AND (o.done, o.done_on, o.status, o.waiver_id)
                  IS DISTINCT FROM (s.done, s.done_on, s.status, s.waiver_id)
        RETURNING o.id""",
        day=day,
        waives=WAIVES,
        which=which,
    )


def unsettled(day):
    """Return the condition on ``o`` for duties that the calendar or a waiver may settle."""
    return SQL(
        """(o.status = 'open' AND (o.due_date < %(day)s OR o.period_end < %(day)s)
            AND (NOT o.guideline OR o.period_end < %(day)s))
           OR (o.status = 'overdue' AND (o.due_date >= %(day)s OR o.guideline))
           OR (o.status = 'waived' AND NOT EXISTS (
               SELECT FROM credit_waiver w WHERE w.id = o.waiver_id AND w.state = 'approved'))
           OR (o.status IN ('open', 'overdue') AND (
               EXISTS (SELECT FROM credit_discharge d WHERE d.obligation_id = o.id)
               OR EXISTS (SELECT FROM credit_waiver w WHERE %(waives)s)))""",
        day=day,
        waives=WAIVES,
    )


def pace(calendar, restriction):
    """Return the statement that sets the latest safe dates of open duties.

    Of a kind of which one person does so many a working day, all that fall due up to a
    day must have begun early enough; the others are safe until they are due. More than
    fits: from the first day on.
    """
    return SQL(
        """WITH %(calendar)s
           UPDATE credit_obligation o SET latest_safe_date = s.safe
             FROM (SELECT l.id, %(safe)s AS safe
                     FROM (SELECT o.id, o.due_date, o.since,
                                  ceil(sum(greatest(o.required - o.done, 0)) OVER (
                                      PARTITION BY o.user_id, o.kind_id ORDER BY o.due_date
                                  )::numeric / k.per_day)::int AS load
                             FROM credit_obligation o
                             JOIN credit_duty_kind k ON k.id = o.kind_id AND k.per_day > 0
                            WHERE o.status = 'open' AND o.user_id IS NOT NULL
                              AND NOT o.guideline AND %(restriction)s) l
                     JOIN calendar c ON c.day = l.due_date + 1) s
            WHERE o.id = s.id AND o.latest_safe_date IS DISTINCT FROM s.safe
        RETURNING o.id""",
        calendar=calendar_cte(calendar),
        safe=safe_day(
            SQL("l.due_date"), SQL("l.since"), SQL("l.load"), SQL("c.before"), calendar.working
        ),
        restriction=restriction,
    )


def escalate(steps, since):
    """Return the statement that raises duties to the highest step reached.

    Of duties missed one after the other only the last is shown, as overdue as the first
    of them: one line per client and rule, not one per week. What was done since ends
    the row. What fell due before ``since`` is history and shown to nobody.

    :param steps: list of dicts ``id``, ``level``, ``period`` (or None), ``recipient``,
        ``post_id`` (or None) and ``limit``: due on this date or before, the step is reached
    """
    key = SQL(
        "o.rule_id, COALESCE(o.partner_id, 0) AS client, COALESCE(o.unit_id, 0) AS unit,"
        " COALESCE(o.person_id, 0) AS person"
    )
    return SQL(
        """WITH holder AS MATERIALIZED (%(holders)s),
           good AS MATERIALIZED (
               SELECT %(key)s, max(o.period_start) AS period_start
                 FROM credit_obligation o
                WHERE o.status IN ('done', 'late', 'waived') AND o.due_date >= %(since)s
             GROUP BY 1, 2, 3, 4
           ), missed AS MATERIALIZED (
               SELECT %(key)s, min(o.due_date) AS due_date, max(o.period_start) AS period_start
                 FROM credit_obligation o
            LEFT JOIN good
                   ON good.rule_id = o.rule_id AND good.client = COALESCE(o.partner_id, 0)
                  AND good.unit = COALESCE(o.unit_id, 0)
                  AND good.person = COALESCE(o.person_id, 0)
                WHERE o.status = 'overdue' AND NOT o.guideline AND o.due_date >= %(since)s
                  AND (good.period_start IS NULL OR o.period_start > good.period_start)
             GROUP BY 1, 2, 3, 4
           )
           UPDATE credit_obligation o
              SET escalation_level = c.level, escalation_step_id = c.step_id,
                  escalated_to_id = c.user_id
             FROM (SELECT o.id, COALESCE(step.level, 0) AS level, step.id AS step_id,
                          CASE step.recipient
                               WHEN 'responsible' THEN COALESCE(o.user_id, superior.user_id)
                               WHEN 'superior' THEN COALESCE(superior.user_id, top.user_id)
                               WHEN 'post' THEN top.user_id END AS user_id
                     FROM credit_obligation o
                LEFT JOIN credit_post own ON own.id = o.post_id
                LEFT JOIN missed
                       ON missed.rule_id = o.rule_id AND missed.client = COALESCE(o.partner_id, 0)
                      AND missed.unit = COALESCE(o.unit_id, 0)
                      AND missed.person = COALESCE(o.person_id, 0)
                      AND missed.period_start = o.period_start AND o.status = 'overdue'
                LEFT JOIN LATERAL (
                          SELECT * FROM jsonb_to_recordset(%(steps)s) AS s(
                              id int, level int, period varchar, recipient varchar,
                              post_id int, "limit" date)
                           WHERE CASE WHEN o.status = 'overdue' THEN missed.due_date
                                      ELSE o.due_date END <= s."limit"
                             AND (s.period IS NULL OR s.period = o.period)
                        ORDER BY s.level DESC LIMIT 1) step ON TRUE
                LEFT JOIN LATERAL (
                          SELECT h.user_id
                            FROM holder h
                            JOIN credit_post post
                              ON post.id = h.post_id AND post.is_head_office IS NOT TRUE
                           WHERE h.institution_id = o.institution_id
                             AND (own.id IS NULL OR post.sequence < own.sequence)
                             AND h.user_id IS DISTINCT FROM o.user_id
                             AND step.recipient IN ('responsible', 'superior')
                        ORDER BY post.sequence DESC LIMIT 1) superior ON TRUE
                LEFT JOIN LATERAL (
                          SELECT h.user_id
                            FROM holder h
                            JOIN credit_post post ON post.id = h.post_id
                           WHERE h.institution_id = o.institution_id
                             AND CASE WHEN step.post_id IS NULL THEN post.is_head_office
                                      ELSE post.id = step.post_id END
                             AND step.recipient IN ('superior', 'post')
                        ORDER BY post.sequence LIMIT 1) top ON TRUE
                    WHERE o.status IN ('open', 'overdue') AND NOT o.guideline
                      AND (o.due_date BETWEEN %(since)s AND %(last)s
                           OR o.escalation_level > 0)) c
            WHERE o.id = c.id
              AND (o.escalation_level, o.escalation_step_id, o.escalated_to_id)
                  IS DISTINCT FROM (c.level, c.step_id, c.user_id)
        RETURNING o.id""",
        holders=holders_sql(),
        key=key,
        since=since,
        steps=json.dumps(steps, default=str),
        last=max((step["limit"] for step in steps), default=since),
    )
