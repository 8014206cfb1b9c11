"""Who answers for a post in an institution: the nearest holder upwards in the tree."""

from odoo.tools import SQL


def places_sql():
    """Return a SELECT of (institution_id, above_id, depth): institutions and those above.

    Every institution is above itself; the deepest row is the institution's own.
    """
    return SQL(
        """SELECT team.id AS institution_id, step.id::int AS above_id, step.depth
             FROM crm_team team
       CROSS JOIN LATERAL unnest(string_to_array(rtrim(team.parent_path, '/'), '/'))
                  WITH ORDINALITY AS step(id, depth)"""
    )


def holders_sql(day=None):
    """Return a SELECT of (institution_id, post_id, user_id), one row per pair.

    Of every institution and post that somebody holds there or above: a holder of the
    institution itself, else of the nearest one above it; among several the one
    appointed first (lowest member id). Archived users, appointments and institutions
    hold nothing. The caller flushes ``crm.team.member``, ``crm.team``, ``res.users``
    and ``credit.absence`` (``execute_query`` does not know what is inside).

    :param day: with a date, a holder on leave that day is replaced by the cover
    """
    user, absence = SQL("member.user_id"), SQL()
    if day:
        user = SQL("COALESCE(away.cover_id, member.user_id)")
        absence = SQL("LEFT JOIN (%s) away ON away.user_id = member.user_id", absent_sql(day))
    return SQL(
        """SELECT DISTINCT ON (place.institution_id, member.post_id)
                  place.institution_id, member.post_id, %(user)s AS user_id
             FROM (%(places)s) place
             JOIN crm_team above ON above.id = place.above_id AND above.active
             JOIN crm_team_member member
               ON member.crm_team_id = above.id AND member.active
              AND member.post_id IS NOT NULL
             JOIN res_users holder ON holder.id = member.user_id AND holder.active
                  %(absence)s
         ORDER BY place.institution_id, member.post_id, place.depth DESC, member.id""",
        user=user,
        places=places_sql(),
        absence=absence,
    )


def absent_sql(day):
    """Return a SELECT of (user_id, cover_id): who is on leave on ``day``, covered by whom."""
    return SQL(
        """SELECT DISTINCT ON (gone.user_id) gone.user_id, gone.cover_id
             FROM credit_absence gone
             JOIN res_users cover ON cover.id = gone.cover_id AND cover.active
            WHERE gone.date_from <= %(day)s AND gone.date_to >= %(day)s
         ORDER BY gone.user_id, gone.id DESC""",
        day=day,
    )


def serving_sql(day):
    """Return a SELECT of (partner_id, role, user_id, member_id): who serves on ``day``.

    One row per client and manager role (a, b1, b2), and one per leading officer;
    while somebody is on leave, the cover stands in the row. ``member_id`` is the row
    of the person covered for. The caller flushes ``credit.service.member``.
    """
    return SQL(
        """SELECT DISTINCT ON (own.partner_id, own.role,
                               CASE WHEN own.role = 'leader' THEN own.user_id END)
                  own.partner_id, own.role, COALESCE(cover.user_id, own.user_id) AS user_id,
                  own.id AS member_id
             FROM credit_service_member own
             JOIN res_users person ON person.id = own.user_id AND person.active
        LEFT JOIN credit_service_member cover
               ON cover.covers_id = own.id AND cover.date_from <= %(day)s
              AND (cover.date_to IS NULL OR cover.date_to >= %(day)s)
              AND EXISTS (SELECT FROM res_users u WHERE u.id = cover.user_id AND u.active)
            WHERE own.covers_id IS NULL AND own.date_from <= %(day)s
              AND (own.date_to IS NULL OR own.date_to >= %(day)s)
         ORDER BY own.partner_id, own.role,
                  CASE WHEN own.role = 'leader' THEN own.user_id END,
                  own.date_from DESC, own.id DESC, cover.id DESC""",
        day=day,
    )
