"""Who answers for a post in an institution: the nearest holder upwards in the tree."""

from odoo.tools import SQL


def holders_sql():
    """Return a SELECT of (institution_id, post_id, user_id), one row per pair.

    Of every institution and post that somebody holds there or above: a holder of the
    institution itself, else of the nearest one above it; among several the one
    appointed first (lowest member id). Archived users, appointments and institutions
    hold nothing. The caller flushes ``crm.team.member``, ``crm.team`` and
    ``res.users`` (``execute_query`` does not know what is inside).
    """
    return SQL(
        """SELECT DISTINCT ON (place.institution_id, member.post_id)
                  place.institution_id, member.post_id, member.user_id
             FROM (SELECT team.id AS institution_id, step.id::int AS holder_team_id,
                          step.depth
                     FROM crm_team team
               CROSS JOIN LATERAL unnest(
                              string_to_array(rtrim(team.parent_path, '/'), '/')
                          ) WITH ORDINALITY AS step(id, depth)
                  ) place
             JOIN crm_team above ON above.id = place.holder_team_id AND above.active
             JOIN crm_team_member member
               ON member.crm_team_id = above.id AND member.active
              AND member.post_id IS NOT NULL
             JOIN res_users holder ON holder.id = member.user_id AND holder.active
         ORDER BY place.institution_id, member.post_id, place.depth DESC, member.id"""
    )
