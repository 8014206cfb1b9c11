from odoo import api, models
from odoo.tools import SQL


class CreditObligation(models.Model):
    """What was done decides how a duty stands."""

    _inherit = "credit.obligation"

    @api.model
    def _settle(self, obligation_ids):
        """Recompute what was done and the status of duties from their discharges.

        Distinct days count: two reports of one day are one time. Waived and ended
        duties stay what they are.

        :param obligation_ids: ids of the duties
        """
        if not obligation_ids:
            return
        self.flush_model()
        self.env["credit.discharge"].flush_model()
        self.env.cr.execute(
            SQL(
                """WITH day AS (
                    SELECT d.obligation_id, d.date, bool_and(d.is_late_entry) AS is_late,
                           row_number() OVER (
                               PARTITION BY d.obligation_id
                               ORDER BY bool_and(d.is_late_entry), d.date
                           ) AS nth
                      FROM credit_discharge d
                     WHERE d.obligation_id = ANY(%(ids)s)
                  GROUP BY d.obligation_id, d.date
                ), found AS (
                    SELECT o.id, count(day.nth)::int AS done,
                           max(day.date) FILTER (WHERE day.nth <= o.required) AS done_on,
                           bool_or(day.is_late) FILTER (WHERE day.nth <= o.required) AS is_late
                      FROM credit_obligation o
                 LEFT JOIN day ON day.obligation_id = o.id
                     WHERE o.id = ANY(%(ids)s)
                  GROUP BY o.id
                )
                UPDATE credit_obligation o
                   SET done = found.done,
                       done_on = CASE WHEN found.done >= o.required THEN found.done_on END,
                       status = CASE
                           WHEN o.status IN ('waived', 'ended') THEN o.status
                           WHEN found.done < o.required THEN
                               CASE WHEN o.due_date < %(today)s THEN 'overdue' ELSE 'open' END
                           WHEN found.is_late THEN 'late'
                           ELSE 'done'
                       END
                  FROM found
                 WHERE found.id = o.id""",
                ids=list(obligation_ids),
                today=self.env.company._credit_today(),
            )
        )
        self.browse(obligation_ids).invalidate_recordset(["done", "done_on", "status"], flush=False)

    @api.model
    def _on_new(self, obligation_ids):
        """Called with the ids of duties that just arose, within the same transaction."""
