from odoo import models
from odoo.tools import SQL

# Who answers for an institution's lists, the nearest first (T-S-L2, L-7).
ANSWERABLE = ("group_corporate_head", "group_deputy_president", "group_president")


class CrmTeam(models.Model):
    """Who answers for the lists of an institution."""

    _inherit = "crm.team"

    def _credit_answerable(self):
        """Return per institution id the user who answers for its lists.

        The head of the corporate line, else a deputy, else the president; of the
        institution itself, else of the nearest one above; at last a list
        administrator, so that nothing is addressed to nobody.
        """
        self.env["crm.team.member"].flush_model()
        self.flush_model()
        groups = [self.env.ref(f"credit_client_tiering.{name}").id for name in ANSWERABLE]
        rows = self.env.execute_query(
            SQL(
                """WITH RECURSIVE above AS (
                       SELECT id AS start, id, parent_id, 0 AS distance
                         FROM crm_team WHERE id = ANY(%(ids)s)
                    UNION ALL
                       SELECT above.start, t.id, t.parent_id, above.distance + 1
                         FROM crm_team t JOIN above ON t.id = above.parent_id)
                SELECT DISTINCT ON (above.start) above.start, m.user_id
                  FROM above
                  JOIN crm_team_member m ON m.crm_team_id = above.id AND m.active
                  JOIN res_users u ON u.id = m.user_id AND u.active
                  JOIN credit_post post ON post.id = m.post_id
                  JOIN unnest(%(groups)s) WITH ORDINALITY held (id, rank)
                    ON held.id = post.group_id
              ORDER BY above.start, above.distance, held.rank, m.id""",
                ids=list(self.ids),
                groups=groups,
            )
        )
        found = dict(rows)
        users = self.env["res.users"].sudo()  # only told who it is
        missing = set(self.ids) - set(found)
        if missing:
            fallback = self._credit_list_keeper().id
            found.update(dict.fromkeys(missing, fallback))
        return {team: users.browse(user) for team, user in found.items()}

    def _credit_list_keeper(self):
        """Return a list administrator: who has the post, else who has the right."""
        users = self.env.ref("credit_client_tiering.group_list_admin").sudo().all_user_ids
        people = users.filtered("active").sorted("id")
        posted = people.filtered(
            lambda u: "list_admin" in u.crm_team_member_ids.post_id.mapped("code")
        )
        return (posted or people)[:1]
