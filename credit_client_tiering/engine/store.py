"""Write what changed: one statement assesses, keeps history and updates clients."""

from odoo.tools import SQL

from .facts import gather, no_restriction
from .verdict import LADDER, judge


def assess(plan, day, uid, restrict=no_restriction):
    """Return the statement that assesses clients and stores what changed.

    A client is skipped when neither its facts nor the policy changed since its
    current assessment: the fingerprint of the row of facts tells, before any
    criterion is evaluated. Returns the ids of the clients whose assessment is
    new.
    """
    changed = SQL(
        """SELECT f.* , hash_record_extended(f, %(policy)s) AS fingerprint
             FROM (%(facts)s) f""",
        policy=plan.policy_id,
        facts=gather(plan, day, restrict),
    )
    fresh = SQL(
        """SELECT c.* FROM (%(changed)s) c
             JOIN res_partner p ON p.id = c.partner_id
        LEFT JOIN credit_assessment a ON a.id = p.credit_assessment_id
            WHERE a.fingerprint IS DISTINCT FROM c.fingerprint
           OFFSET 0""",
        changed=changed,
    )
    compared = drift("s.suggested", "p.credit_tier", "s.tier_verdicts")
    return SQL(
        """WITH stored AS (
            INSERT INTO credit_assessment (
                partner_id, policy_id, as_of, credit_state, suggested, prospective,
                indicative, tier_verdicts, verdicts, facts, fingerprint,
                create_uid, create_date, write_uid, write_date)
            SELECT j.partner_id, %(policy)s, %(day)s, j.credit_state, j.suggested,
                   j.prospective, j.indicative, j.tier_verdicts, j.verdicts,
                   %(facts_json)s, j.fingerprint,
                   %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
              FROM (%(judged)s) j
         RETURNING id, partner_id, credit_state, suggested, prospective, indicative,
                   tier_verdicts)
        UPDATE res_partner p
           SET credit_assessment_id = s.id,
               credit_state = s.credit_state,
               credit_suggested = s.suggested,
               credit_prospective = s.prospective,
               credit_indicative = s.indicative,
               credit_tier_verdicts = s.tier_verdicts,
               credit_drift = %(drift)s,
               credit_drift_since = %(since)s
          FROM stored s
         WHERE s.partner_id = p.id
     RETURNING p.id""",
        policy=plan.policy_id,
        day=day,
        uid=uid,
        facts_json=_facts_json(plan),
        judged=judge(plan, fresh),
        drift=compared,
        since=since(compared, day),
    )


def refresh_drift(day, restrict=no_restriction):
    """Return the statement that compares suggestions with official tiers again."""
    expression = drift("p.credit_suggested", "p.credit_tier", "p.credit_tier_verdicts")
    return SQL(
        """UPDATE res_partner p
              SET credit_drift = %(drift)s, credit_drift_since = %(since)s
            WHERE p.is_credit_client AND p.credit_suggested IS NOT NULL
              AND %(restriction)s AND p.credit_drift IS DISTINCT FROM %(drift)s
        RETURNING p.id""",
        drift=expression,
        since=since(expression, day),
        restriction=restrict("p", "id"),
    )


def refresh_exposure(start, restrict=no_restriction):
    """Return the statement that puts the figure lists are sorted by on the clients.

    :param str start: first day of the previous year
    """
    return SQL(
        """UPDATE res_partner p
              SET credit_exposure_prev_year = known.exposure_avg
             FROM (SELECT c.id, s.exposure_avg
                     FROM res_partner c
                LEFT JOIN credit_metric_snapshot s
                       ON s.partner_id = c.id AND s.period_type = 'year'
                      AND s.period_start = %(start)s AND s.superseded_at IS NULL
                    WHERE c.is_credit_client AND %(restriction)s) known
            WHERE known.id = p.id
              AND p.credit_exposure_prev_year IS DISTINCT FROM known.exposure_avg
        RETURNING p.id""",
        start=start,
        restriction=restrict("c", "id"),
    )


def drift(suggested, official, verdicts):
    """Return the SQL that tells how a suggestion stands to the official tier.

    Missing data never makes somebody a downgrade risk: when the official tier's
    own verdict is unknown, there is no data to say so.
    """
    ladder = list(LADDER)
    return SQL(
        """(CASE WHEN %(suggested)s = 'lost' THEN 'lost'
                 WHEN %(suggested)s = %(official)s THEN 'aligned'
                 WHEN %(suggested)s = 'undecided' AND position('?' in %(verdicts)s) > 0
                     THEN 'no_data'
                 WHEN %(suggested)s = 'undecided' AND %(official)s IS NULL
                     THEN 'undecided'
                 WHEN %(suggested)s = 'not_listed' AND %(official)s IS NULL
                     THEN 'aligned'
                 WHEN %(official)s IS NULL THEN 'entry'
                 WHEN array_position(%(ladder)s, %(suggested)s)
                    < array_position(%(ladder)s, %(official)s) THEN 'upgrade'
                 WHEN substr(%(verdicts)s, array_position(%(ladder)s, %(official)s), 1)
                    = '?' THEN 'no_data'
                 WHEN %(suggested)s = 'undecided' THEN 'undecided'
                 ELSE 'downgrade' END)::varchar""",
        suggested=_column(suggested),
        official=_column(official),
        verdicts=_column(verdicts),
        ladder=SQL("%s::varchar[]", ladder),
    )


def since(compared, day):
    """Return the SQL of the day from which the client ``p`` stands as ``compared``."""
    return SQL(
        """(CASE WHEN p.credit_drift IS NOT DISTINCT FROM %s
                 THEN coalesce(p.credit_drift_since, %s) ELSE %s END)""",
        compared,
        SQL("%s::date", day),
        SQL("%s::date", day),
    )


def _column(dotted):
    return SQL.identifier(*dotted.split("."))


def _facts_json(plan):
    """Return the facts as JSON under their column names; unknown ones are left out."""
    from .facts import FIXED_COLUMNS

    names = [name for name, _type in FIXED_COLUMNS] + list(plan.columns)
    pairs = [SQL("%s, j.%s", name, SQL.identifier(name)) for name in names]
    # A function takes 100 arguments at most: 50 pairs a call.
    chunks = [
        SQL("jsonb_build_object(%s)", SQL(", ").join(pairs[i : i + 45]))
        for i in range(0, len(pairs), 45)
    ]
    return SQL("jsonb_strip_nulls(%s)", SQL(" || ").join(chunks))
