"""Who answers for a duty: the client's own manager, a named officer, or a post's holder."""

from odoo.tools import SQL

from .holders import holders_sql


def answering(day, rule_ids, restrict, roles=True):
    """Return the common table expressions that tell who answers, as a list.

    ``rule_post``: posts of the rules, highest first. ``post_answer``: per
    institution and rule the first post somebody holds there or above, and who.
    ``named``: per client and rule the leading officer named for the client.
    ``manager``: per client and role who serves; whoever covers comes first.

    :param roles: False: no rule asks for a manager, so none is looked up
    """
    serving = SQL("s.date_from <= %(day)s AND (s.date_to IS NULL OR s.date_to >= %(day)s)", day=day)
    return [
        SQL(
            """rule_post AS MATERIALIZED (
                SELECT x.credit_cadence_rule_id AS rule_id, x.credit_post_id AS post_id,
                       row_number() OVER (PARTITION BY x.credit_cadence_rule_id
                                          ORDER BY post.sequence, post.id) AS rank
                  FROM credit_cadence_rule_post_rel x
                  JOIN credit_post post ON post.id = x.credit_post_id
                 WHERE x.credit_cadence_rule_id = ANY(%s))""",
            list(rule_ids),
        ),
        SQL(
            """post_answer AS MATERIALIZED (
                SELECT DISTINCT ON (team.id, x.rule_id)
                       team.id AS institution_id, x.rule_id, x.post_id, holder.user_id
                  FROM crm_team team
                 CROSS JOIN rule_post x
             LEFT JOIN (%s) holder
                    ON holder.institution_id = team.id AND holder.post_id = x.post_id
              ORDER BY team.id, x.rule_id, holder.user_id IS NULL, x.rank)""",
            holders_sql(),
        ),
        SQL(
            """named AS MATERIALIZED (
                SELECT DISTINCT ON (s.partner_id, x.rule_id)
                       s.partner_id, x.rule_id, x.post_id, s.user_id
                  FROM credit_service_member s
                  JOIN rule_post x ON x.post_id = s.post_id
                  JOIN res_users u ON u.id = s.user_id AND u.active
                 WHERE s.role = 'leader' AND %s AND %s
              ORDER BY s.partner_id, x.rule_id, s.covers_id IS NULL, x.rank, s.id)""",
            serving,
            restrict("s", "partner_id"),
        ),
        SQL(
            """manager AS MATERIALIZED (
                SELECT DISTINCT ON (m.partner_id, m.role) m.partner_id, m.role, m.user_id
                  FROM (SELECT s.partner_id, s.role, s.user_id,
                               CASE WHEN s.covers_id IS NULL THEN 2 ELSE 1 END AS rank, s.id
                          FROM credit_service_member s
                         WHERE s.role <> 'leader' AND %s AND %s
                     UNION ALL
                        SELECT p.id, 'a', p.user_id, 3, 0
                          FROM res_partner p
                         WHERE p.is_credit_client AND p.user_id IS NOT NULL AND %s) m
                  JOIN res_users u ON u.id = m.user_id AND u.active
                 WHERE %s
              ORDER BY m.partner_id, m.role, m.rank, m.id)""",
            serving,
            restrict("s", "partner_id"),
            restrict("p", "id"),
            SQL("TRUE") if roles else SQL("FALSE"),
        ),
    ]


def answer_joins():
    """Return the joins that bring ``answer`` rows to ``e`` (rule, client, institution)."""
    return SQL(
        """LEFT JOIN named ON named.partner_id = e.partner_id AND named.rule_id = e.rule_id
           LEFT JOIN manager ON manager.partner_id = e.partner_id AND manager.role = e.role
           LEFT JOIN post_answer ON post_answer.institution_id = e.institution_id
                                AND post_answer.rule_id = e.rule_id
           LEFT JOIN rule_post first_post
                  ON first_post.rule_id = e.rule_id AND first_post.rank = 1"""
    )


# A rule with a role is answered by that manager alone; the post tells in which capacity.
ANSWER_USER = SQL(
    "CASE WHEN e.role IS NULL THEN COALESCE(named.user_id, post_answer.user_id)"
    " ELSE manager.user_id END"
)
ANSWER_POST = SQL(
    "CASE WHEN e.role IS NULL"
    " THEN COALESCE(named.post_id, post_answer.post_id, first_post.post_id)"
    " ELSE first_post.post_id END"
)
