"""Whom the rules concern on a day, per period: the duties there should be."""

import json
from dataclasses import asdict, dataclass
from datetime import date

from odoo.tools import SQL

from .answering import ANSWER_POST, ANSWER_USER, answer_joins


@dataclass
class Instance:
    """A rule in one of its periods."""

    n: int  # its number in the statement: rows carry it instead of all the rest
    rule_id: int
    population: int  # number of the population; -1: the rule speaks of no clients
    role: str  # of the client's team, or None
    needs_manager: bool  # only clients somebody manages in the role
    own_holder: bool  # only institutions with a holder of their own
    kinds: list  # ids of institution kinds, for rules on institutions
    guideline_tier: str  # duties of this list are only a guideline
    start: date
    end: date
    due: date
    seen_from: date  # days outside do not count: before the ledger began …
    seen_to: date  # … or after today
    days: int  # working days of the period
    after: int  # working days of the stretch up to the end of the period
    over: bool  # the period has ended


def instances_cte(instances):
    rows = [asdict(instance) for instance in instances]
    return SQL(
        """instance AS MATERIALIZED (
            SELECT i.* FROM jsonb_to_recordset(%s) AS i(
                n int, rule_id int, population int, role varchar, needs_manager boolean,
                own_holder boolean, kinds int[], guideline_tier varchar, "start" date,
                "end" date, due date, seen_from date, seen_to date, days int, after int,
                "over" boolean))""",
        json.dumps(rows, default=str),
    )


def calendar_cte(calendar):
    days, before = calendar.table()
    return SQL(
        """calendar AS MATERIALIZED (
            SELECT * FROM unnest(%s::date[], %s::int[]) AS c(day, before))""",
        days,
        before,
    )


_NOBODY = SQL("SELECT 0 AS population, 0 AS partner_id, '{}'::datemultirange AS days WHERE FALSE")


def eligible(subject, populations, stretch, restrict, targets):
    """Return the CTEs that end in ``candidate``: who is concerned from when on.

    Columns: ``n`` of the instance, ``partner_id, unit_id, person_id, institution_id,
    user_id, post_id, tier, first_day, live, left_on``.
    """
    clients = SQL(" UNION ALL ").join(
        [
            SQL(
                "SELECT %s AS population, x.partner_id, x.days FROM (%s) x",
                number,
                population.select(*stretch, restrict, targets),
            )
            for number, population in enumerate(populations)
        ]
    )
    concerned = SQL(
        """concerned AS MATERIALIZED (
            SELECT e.n, e.partner_id, e.institution_id, e.tier, e.first_day, e.live, e.left_on,
                   %(user)s AS user_id, %(post)s AS post_id
              FROM (SELECT i.n, i.rule_id, i.role, p.id AS partner_id,
                           p.credit_institution_id AS institution_id, p.credit_tier AS tier,
                           CASE WHEN i.seen_from <@ x.days THEN i.seen_from
                                ELSE lower(x.days * datemultirange(
                                         daterange(i.seen_from, i.seen_to, '[]')))
                            END AS first_day,
                           i.seen_to <@ x.days AS live,
                           CASE WHEN NOT i.seen_to <@ x.days THEN upper(
                               x.days * datemultirange(daterange(i.seen_from, i.seen_to, '[]')))
                            END AS left_on
                      FROM (%(clients)s) x
                      JOIN instance i ON i.population = x.population
                      JOIN res_partner p
                        ON p.id = x.partner_id AND p.is_credit_client AND p.active) e
                %(joins)s
             WHERE e.first_day IS NOT NULL)""",
        user=ANSWER_USER,
        post=ANSWER_POST,
        clients=clients if populations else _NOBODY,
        joins=answer_joins(),
    )
    return [concerned, SQL("candidate AS (%s)", _CANDIDATES[subject])]


_CANDIDATES = {
    "client": SQL(
        """SELECT c.*, NULL::int AS unit_id, NULL::int AS person_id
             FROM concerned c JOIN instance i ON i.n = c.n
            WHERE NOT i.needs_manager OR c.user_id IS NOT NULL"""
    ),
    # An institution owes it when it has clients the rule speaks of; a rule that speaks of
    # no clients holds for institutions of its kinds, or for those with their own holder.
    "institution": SQL(
        """SELECT e.n, NULL::int AS partner_id, e.institution_id AS unit_id,
                  NULL::int AS person_id, e.institution_id, NULL::varchar AS tier,
                  e.first_day, e.live, e.left_on, %(user)s AS user_id, %(post)s AS post_id
             FROM (SELECT i.n, i.rule_id, i.role, c.institution_id, c.first_day, c.live,
                          c.left_on, NULL::int AS partner_id
                     FROM instance i
                     JOIN (SELECT n, institution_id, min(first_day) AS first_day,
                                  bool_or(live) AS live,
                                  CASE WHEN NOT bool_or(live) THEN max(left_on) END AS left_on
                             FROM concerned WHERE institution_id IS NOT NULL
                         GROUP BY n, institution_id) c ON c.n = i.n
                UNION ALL
                   SELECT i.n, i.rule_id, i.role, team.id, i.seen_from, TRUE, NULL::date,
                          NULL::int
                     FROM instance i
                     JOIN crm_team team ON team.active AND team.institution_kind_id IS NOT NULL
                    WHERE i.population = -1
                      AND (i.own_holder OR team.institution_kind_id = ANY(i.kinds))
                      AND (NOT i.own_holder OR EXISTS (
                           SELECT FROM crm_team_member m
                             JOIN rule_post x ON x.post_id = m.post_id AND x.rule_id = i.rule_id
                             JOIN res_users u ON u.id = m.user_id AND u.active
                            WHERE m.crm_team_id = team.id AND m.active))) e
               %(joins)s""",
        user=ANSWER_USER,
        post=ANSWER_POST,
        joins=answer_joins(),
    ),
    # A person owes it when answering for clients the rule speaks of; a rule that speaks of
    # no clients holds for every holder of its posts.
    "person": SQL(
        """SELECT c.n, NULL::int AS partner_id, NULL::int AS unit_id, c.user_id AS person_id,
                  own.crm_team_id AS institution_id, NULL::varchar AS tier, c.first_day,
                  c.live, c.left_on, c.user_id, c.post_id
             FROM (SELECT n, user_id, min(post_id) AS post_id, min(first_day) AS first_day,
                          bool_or(live) AS live,
                          CASE WHEN NOT bool_or(live) THEN max(left_on) END AS left_on
                     FROM concerned WHERE user_id IS NOT NULL
                 GROUP BY n, user_id
                UNION ALL
                   (SELECT DISTINCT ON (i.n, m.user_id)
                           i.n, m.user_id, m.post_id, i.seen_from, TRUE, NULL::date
                      FROM instance i
                      JOIN rule_post x ON x.rule_id = i.rule_id
                      JOIN crm_team_member m ON m.post_id = x.post_id AND m.active
                      JOIN crm_team t ON t.id = m.crm_team_id AND t.active
                      JOIN res_users u ON u.id = m.user_id AND u.active
                     WHERE i.population = -1
                  ORDER BY i.n, m.user_id, x.rank)) c
        LEFT JOIN (SELECT DISTINCT ON (m.user_id) m.user_id, m.crm_team_id
                     FROM crm_team_member m
                     JOIN crm_team t ON t.id = m.crm_team_id AND t.active
                    WHERE m.active AND m.post_id IS NOT NULL
                 ORDER BY m.user_id, m.id) own
               ON own.user_id = c.user_id"""
    ),
}
