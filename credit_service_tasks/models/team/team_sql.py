"""One statement finds band, measure and gaps of the service teams and stores what changed."""

from odoo.tools import SQL

from ...engine.holders import places_sql

COLUMNS = (
    "credit_band",
    "credit_band_id",
    "credit_exposure_current",
    "credit_exposure_as_of",
    "credit_exposure_measure",
    "credit_exposure_partial",
    "credit_team_gap",
)


def refresh(day, readings, group_ids=None):
    """Return the UPDATE of the team columns on clients; it returns the ids it changed.

    :param day: the bank's date
    :param dict readings: chosen options of A42, A43, A45
    :param group_ids: only clients of these groups (ids of the ultimate parents), whole
        groups, since a member's band hangs on the others; None: everybody
    Clauses R-1a to R-3c, R-0a, S-S-2a, S-Q-1a, S-B-1a, S-B-1b, S-P-1.
    """
    within = SQL("TRUE")
    if group_ids is not None:
        # Not COALESCE: the two parts have an index each.
        within = SQL(
            """(p.credit_group_id = ANY(%(ids)s)
                OR p.id = ANY(%(ids)s) AND p.credit_group_id IS NULL)""",
            ids=list(group_ids),
        )
    return SQL(
        """WITH bands AS (%(bands)s),
                wanted AS (%(wanted)s),
                places AS (%(places)s),
                limits AS (%(limits)s),
                client AS MATERIALIZED (%(client)s),
                candidate AS (%(candidate)s),
                held AS (%(held)s),
                away AS (%(away)s),
                named AS (%(named)s),
                posted AS (%(posted)s),
                need AS (%(need)s),
                result AS (%(result)s)
           UPDATE res_partner p
              SET %(assignments)s
             FROM res_partner old
        LEFT JOIN result ON result.id = old.id
            WHERE old.id = p.id AND %(within)s
              AND (result.id IS NOT NULL OR p.credit_team_gap IS NOT NULL
                   OR p.credit_band IS NOT NULL)
              AND (%(before)s) IS DISTINCT FROM (%(after)s)
        RETURNING p.id""",
        bands=_in_force("credit_team_band", day),
        wanted=_in_force("credit_team_requirement", day),
        places=places_sql(),
        limits=_limits(readings["A43"]),
        client=_client(day, readings["A42"], within),
        candidate=_candidate(),
        held=_held(),
        away=_away(day),
        named=_named(),
        posted=_posted(),
        need=_need(),
        result=_result(readings["A45"]),
        assignments=SQL(", ").join(
            SQL("%s = %s", SQL.identifier(c), SQL.identifier("result", c)) for c in COLUMNS
        ),
        before=SQL(", ").join(SQL.identifier("p", c) for c in COLUMNS),
        after=SQL(", ").join(SQL.identifier("result", c) for c in COLUMNS),
        within=within,
    )


def _in_force(table, day):
    return SQL(
        """SELECT * FROM %(table)s row
            WHERE row.active AND row.date_from <= %(day)s
              AND (row.date_to IS NULL OR row.date_to >= %(day)s)""",
        table=SQL.identifier(table),
        day=day,
    )


def _limits(reading):
    """Whose limits an institution follows: its own mapping, its kind's, its kind, or the
    fallback (A43)."""
    fallback = SQL("SELECT min(id) FROM credit_institution_kind WHERE is_limits_fallback")
    if reading == "no_rule":
        fallback = SQL("SELECT NULL::int")
    return SQL(
        """SELECT t.id AS institution_id, COALESCE(chosen.id, (%(fallback)s)) AS kind_id
             FROM crm_team t
        LEFT JOIN credit_institution_kind k ON k.id = t.institution_kind_id
        LEFT JOIN LATERAL (
                  SELECT x.id
                    FROM unnest(ARRAY[t.credit_limits_kind_id, k.limits_kind_id, k.id])
                         WITH ORDINALITY AS x(id, n)
                   WHERE x.id IN (SELECT institution_kind_id FROM bands)
                ORDER BY x.n LIMIT 1) chosen ON TRUE""",
        fallback=fallback,
    )


def _client(day, reading, within):
    """Credit clients with the exposure that counts for the band (A42).

    ``lacking``: somebody whose credit is in force has no figure, so the sum is only a
    lower bound. The latest figure is the one of the latest day it stands for.
    """
    together = SQL("group_id")
    if reading == "single":
        together = SQL("id")
    elif reading == "own_part":
        together = SQL("group_id, institution_id")
    return SQL(
        """SELECT c.*,
                  sum(c.exposure) OVER (PARTITION BY %(together)s) AS measure,
                  bool_or(c.in_credit AND c.exposure IS NULL)
                      OVER (PARTITION BY %(together)s) AS lacking,
                  c.in_credit OR c.exposure > 0 AS borrows,
                  c.in_credit OR c.exposure > 0 OR c.tier IS NOT NULL AS managed
             FROM (SELECT p.id, COALESCE(p.credit_group_id, p.id) AS group_id,
                          p.credit_institution_id AS institution_id, p.credit_tier AS tier,
                          (p.credit_first_date <= %(day)s
                           AND (p.credit_end_date IS NULL OR p.credit_end_date > %(day)s))
                              IS TRUE AS in_credit,
                          s.exposure_now AS exposure, s.stands_for
                     FROM res_partner p
                LEFT JOIN LATERAL (%(latest)s) s ON TRUE
                    WHERE p.is_credit_client AND p.active AND %(within)s) c""",
        day=day,
        together=together,
        latest=_latest(),
        within=within,
    )


def _latest():
    """The current exposure of the client ``p``: the figure that stands for the latest day."""
    return SQL(
        """SELECT f.exposure_now,
                  LEAST(f.as_of, (f.period_start
                        + ('1 ' || f.period_type)::interval)::date - 1) AS stands_for
             FROM credit_metric_snapshot f
            WHERE f.partner_id = p.id AND f.superseded_at IS NULL
              AND f.exposure_now IS NOT NULL
         ORDER BY stands_for DESC, f.id DESC LIMIT 1"""
    )


def stale_exposures(client_ids):
    """Return a SELECT of the ids of those clients whose current exposure has changed."""
    return SQL(
        """SELECT p.id
             FROM res_partner p
        LEFT JOIN LATERAL (%(latest)s) s ON TRUE
            WHERE p.id = ANY(%(ids)s) AND p.is_credit_client
              AND (p.credit_exposure_current, p.credit_exposure_as_of)
                  IS DISTINCT FROM (s.exposure_now, s.stands_for)""",
        latest=_latest(),
        ids=list(client_ids),
    )


def _candidate():
    """The bands a client can be in; one when the exposure is known.

    Strict below and inclusive above, to the cent (A03).
    """
    return SQL(
        """SELECT c.id, count(*) AS bands, min(b.id) AS band_id, min(b.band) AS band,
                  bool_and(COALESCE(b.needs_a, FALSE)) AS a,
                  bool_and(COALESCE(b.needs_b1, FALSE)) AS b1,
                  bool_and(COALESCE(b.needs_b2, FALSE)) AS b2
             FROM client c
             LEFT JOIN limits l ON l.institution_id = c.institution_id
             JOIN bands b
               ON b.institution_kind_id = COALESCE(l.kind_id, CASE WHEN l.institution_id IS NULL
                    THEN (SELECT min(id) FROM credit_institution_kind WHERE is_limits_fallback)
                    END)
              AND (b.exposure_up_to IS NULL OR c.measure IS NULL
                   OR c.measure <= b.exposure_up_to)
              AND (b.exposure_above IS NULL OR c.measure IS NULL OR c.lacking
                   OR c.measure > b.exposure_above)
            WHERE c.borrows
         GROUP BY c.id"""
    )


def _held():
    """Manager roles filled by somebody who is still there."""
    return SQL(
        """SELECT m.partner_id, bool_or(m.role = 'a') AS a, bool_or(m.role = 'b1') AS b1,
                  bool_or(m.role = 'b2') AS b2
             FROM credit_service_member m
             JOIN client c ON c.id = m.partner_id
             JOIN res_users u ON u.id = m.user_id AND u.active
            WHERE m.date_to IS NULL AND m.covers_id IS NULL
         GROUP BY m.partner_id"""
    )


def _away(day):
    """Clients with a manager on leave for whom nobody stands in on ``day``."""
    return SQL(
        """SELECT DISTINCT m.partner_id
             FROM credit_absence gone
             JOIN credit_service_member m ON m.user_id = gone.user_id
              AND m.date_to IS NULL AND m.covers_id IS NULL AND m.role <> 'leader'
            WHERE gone.date_from <= %(day)s AND gone.date_to >= %(day)s
              AND NOT EXISTS (
                  SELECT FROM credit_service_member cover
                    JOIN res_users u ON u.id = cover.user_id AND u.active
                   WHERE cover.covers_id = m.id AND cover.date_from <= %(day)s
                     AND (cover.date_to IS NULL OR cover.date_to >= %(day)s))""",
        day=day,
    )


def _named():
    """Requirements met by people named in the team."""
    return SQL(
        """SELECT DISTINCT m.partner_id, r.id AS requirement_id
             FROM credit_service_member m
             JOIN client c ON c.id = m.partner_id
             JOIN res_users u ON u.id = m.user_id AND u.active
             JOIN crm_team_member seat ON seat.user_id = u.id AND seat.active
             JOIN crm_team place ON place.id = seat.crm_team_id AND place.active
        LEFT JOIN credit_institution_kind k ON k.id = place.institution_kind_id
             JOIN wanted r ON r.side IS NOT NULL
            WHERE m.date_to IS NULL AND m.covers_id IS NULL
              AND CASE WHEN r.side = 'head_office' THEN k.is_head_office
                       ELSE k.is_head_office IS NOT TRUE OR place.id = c.institution_id END
              AND (NOT EXISTS (SELECT FROM credit_team_requirement_post_rel x
                                WHERE x.credit_team_requirement_id = r.id)
                   OR seat.post_id IN (SELECT x.credit_post_id
                                         FROM credit_team_requirement_post_rel x
                                        WHERE x.credit_team_requirement_id = r.id))"""
    )


def _posted():
    """Requirements met by whoever holds the post in the institution or above it.

    Not by the head office, unless it manages the client itself.
    """
    return SQL(
        """SELECT DISTINCT places.institution_id, r.id AS requirement_id
             FROM wanted r
             JOIN credit_team_requirement_post_rel x ON x.credit_team_requirement_id = r.id
             JOIN crm_team_member seat ON seat.post_id = x.credit_post_id AND seat.active
             JOIN res_users u ON u.id = seat.user_id AND u.active
             JOIN crm_team place ON place.id = seat.crm_team_id AND place.active
        LEFT JOIN credit_institution_kind k ON k.id = place.institution_kind_id
             JOIN places ON places.above_id = place.id
            WHERE r.by_post AND r.side = 'institution'
              AND (k.is_head_office IS NOT TRUE OR place.id = places.institution_id)"""
    )


def _need():
    """What the tier asks for: roles, and officers nobody provides."""
    return SQL(
        """SELECT c.id, bool_or(r.role = 'a') AS a, bool_or(r.role = 'b1') AS b1,
                  bool_or(r.role = 'b2') AS b2, bool_or(r.dedicated) AS dedicated,
                  string_agg(r.gap, ',' ORDER BY r.sequence, r.id)
                      FILTER (WHERE r.side IS NOT NULL AND n.requirement_id IS NULL
                                AND o.requirement_id IS NULL) AS unmet
             FROM client c
             JOIN wanted r ON r.tier IS NULL OR r.tier = c.tier
        LEFT JOIN named n ON n.partner_id = c.id AND n.requirement_id = r.id
        LEFT JOIN posted o
               ON o.institution_id = c.institution_id AND o.requirement_id = r.id
         GROUP BY c.id"""
    )


def _result(reading):
    # A45: cumulative, or the dedicated group in place of the A/B team.
    by_band = SQL("TRUE") if reading != "replaces" else SQL("need.dedicated IS NOT TRUE")
    roles = SQL(", ").join(
        SQL(
            """CASE WHEN (need.%(role)s OR (candidate.%(role)s AND %(by_band)s))
                     AND held.%(role)s IS NOT TRUE THEN %(gap)s END""",
            role=SQL.identifier(role),
            by_band=by_band,
            gap=f"no_{role}",
        )
        for role in ("a", "b1", "b2")
    )
    return SQL(
        """SELECT c.id,
                  CASE WHEN candidate.bands = 1 THEN candidate.band END AS credit_band,
                  CASE WHEN candidate.bands = 1 THEN candidate.band_id END AS credit_band_id,
                  c.exposure AS credit_exposure_current,
                  c.stands_for AS credit_exposure_as_of,
                  CASE WHEN c.borrows THEN c.measure END AS credit_exposure_measure,
                  (c.borrows AND c.lacking) IS TRUE AS credit_exposure_partial,
                  CASE WHEN c.managed THEN NULLIF(concat_ws(',',
                      CASE WHEN c.institution_id IS NULL THEN 'no_institution' END,
                      %(roles)s,
                      CASE WHEN away.partner_id IS NOT NULL THEN 'no_cover' END,
                      need.unmet,
                      CASE WHEN c.borrows AND (c.lacking OR c.measure IS NULL)
                            AND candidate.bands IS DISTINCT FROM 1 THEN 'no_figure'
                           WHEN c.borrows AND candidate.bands IS NULL THEN 'no_limits' END
                  ), '') END AS credit_team_gap
             FROM client c
        LEFT JOIN candidate ON candidate.id = c.id
        LEFT JOIN held ON held.partner_id = c.id
        LEFT JOIN away ON away.partner_id = c.id
        LEFT JOIN need ON need.id = c.id""",
        roles=roles,
    )
