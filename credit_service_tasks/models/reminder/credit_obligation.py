from odoo import api, fields, models
from odoo.tools import SQL

SLICE = 5000
# A duty whose period is over and whose successor has begun: nobody can do it any more, and
# one reminder per client and rule is enough. The missed duty stays in the ledger.
_SUPERSEDED = """(
    o.period_end < %(today)s AND (
        o.partner_id IS NOT NULL AND EXISTS (
            SELECT 1 FROM credit_obligation next
             WHERE next.partner_id = o.partner_id AND next.rule_id = o.rule_id
               AND next.period_start > o.period_start AND next.period_start <= %(today)s
        ) OR o.partner_id IS NULL AND EXISTS (
            SELECT 1 FROM credit_obligation next
             WHERE next.partner_id IS NULL AND next.rule_id = o.rule_id
               AND next.unit_id IS NOT DISTINCT FROM o.unit_id
               AND next.person_id IS NOT DISTINCT FROM o.person_id
               AND next.period_start > o.period_start AND next.period_start <= %(today)s
        )
    )
)"""
_MISSING = """
    INSERT INTO mail_activity (
        credit_obligation_id, activity_type_id, summary, date_deadline, user_id, user_tz,
        res_model_id, res_model, res_id, res_name, automated, active,
        create_uid, create_date, write_uid, write_date
    )
    SELECT o.id, COALESCE(kind.activity_type_id, %(type_id)s),
           COALESCE(rule.name->>person.lang, rule.name->>'en_US')
               || CASE WHEN o.required > 1 THEN ' × ' || o.required ELSE '' END,
           o.due_date, o.user_id, person.tz,
           CASE WHEN o.partner_id IS NOT NULL THEN %(model_id)s END,
           CASE WHEN o.partner_id IS NOT NULL THEN 'res.partner' END,
           o.partner_id, client.complete_name, true, true,
           %(uid)s, %(now)s, %(uid)s, %(now)s
      FROM credit_obligation o
      JOIN credit_duty_kind kind ON kind.id = o.kind_id
      JOIN credit_cadence_rule rule ON rule.id = o.rule_id
      JOIN res_users responsible ON responsible.id = o.user_id AND responsible.active
      JOIN res_partner person ON person.id = responsible.partner_id
 LEFT JOIN res_partner client ON client.id = o.partner_id
     WHERE o.id = ANY(%(ids)s) AND o.status IN ('open', 'overdue')
       AND o.period_start <= %(today)s AND NOT %(superseded)s
  ORDER BY o.id
ON CONFLICT (credit_obligation_id) WHERE active AND credit_obligation_id IS NOT NULL
DO NOTHING
 RETURNING id, user_id, res_id, date_deadline
"""
_FOLLOWERS = """
    WITH added AS (
        INSERT INTO mail_followers (res_model, res_id, partner_id)
        SELECT DISTINCT 'res.partner', a.res_id, u.partner_id
          FROM mail_activity a
          JOIN res_users u ON u.id = a.user_id
          JOIN res_partner p ON p.id = u.partner_id AND p.active
         WHERE a.id = ANY(%(ids)s) AND a.res_model = 'res.partner'
   ON CONFLICT DO NOTHING
     RETURNING id
    )
    INSERT INTO mail_followers_mail_message_subtype_rel
                (mail_followers_id, mail_message_subtype_id)
    SELECT added.id, subtype.id
      FROM added CROSS JOIN unnest(%(subtype_ids)s) AS subtype(id)
"""


class CreditObligation(models.Model):
    """Reminders: native activities that follow the ledger, made and closed set by set.

    An activity is only the reminder: whatever happens to it, the duty stays, and the next
    run makes a new one. As Odoo's own ``create`` does, the responsible follows the client
    and the tray counts; unlike it, no message is sent per activity, but one digest a day.
    """

    _inherit = "credit.obligation"

    @api.model
    def _remind(self, obligation_ids):
        """Make the reminders of duties what they should be; safe to repeat.

        Open duties whose period has begun and whose responsible is there get one, due when
        the duty is due, until the next period's takes its place. It follows the
        responsible. The person may do it earlier, but not put it off beyond the due date.
        Others close.

        :param obligation_ids: ids of the duties
        """
        obligation_ids = list(obligation_ids)
        if not obligation_ids:
            return
        self._close_reminders(obligation_ids)
        self._follow_responsible(obligation_ids)
        types = self.env.ref("credit_service_tasks.activity_type_duty")
        self.env.cr.execute(
            SQL(
                _MISSING,
                ids=obligation_ids,
                type_id=types.id,
                model_id=self.env["ir.model"]._get_id("res.partner"),
                uid=self.env.uid,
                now=fields.Datetime.now(),
                today=self.env.company._credit_today(),
                superseded=self._superseded_sql(),
            )
        )
        rows = self.env.cr.fetchall()
        if rows:
            self._subscribe_responsible([row[0] for row in rows])
            self._count_in_tray(rows)
        self.env["mail.activity"].invalidate_model(flush=False)

    @api.model
    def _superseded_sql(self):
        return SQL(_SUPERSEDED, today=self.env.company._credit_today())

    @api.model
    def _subscribe_responsible(self, activity_ids):
        subtypes = self.env["mail.message.subtype"].sudo().default_subtypes("res.partner")[0]
        self.env.cr.execute(SQL(_FOLLOWERS, ids=activity_ids, subtype_ids=subtypes.ids))
        self.env["mail.followers"].invalidate_model(flush=False)

    @api.model
    def _count_in_tray(self, rows, sign=1):
        """Tell the trays of the people how many activities came (or went) that are due."""
        today = fields.Date.today()
        counts = {}
        for _id, user_id, _res_id, deadline in rows:
            if user_id and deadline <= today:
                counts[user_id] = counts.get(user_id, 0) + 1
        key = "activity_created" if sign > 0 else "activity_deleted"
        for user in self.env["res.users"].sudo().browse(counts):
            user._bus_send(
                "mail.activity/updated", {key: True, "count_diff": sign * counts[user.id]}
            )

    @api.model
    def _close_reminders(self, obligation_ids):
        """Close the reminders of duties that are no longer owed, or by nobody."""
        self.flush_model(["status", "user_id"])
        self.env["mail.activity"].flush_model()
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """UPDATE mail_activity a
                      SET active = false, date_done = %(now)s::date, write_date = %(now)s,
                          write_uid = %(uid)s
                     FROM credit_obligation o
                    WHERE o.id = a.credit_obligation_id AND a.active
                      AND o.id = ANY(%(ids)s) AND o.status NOT IN ('open', 'overdue')
                RETURNING a.id, a.user_id, a.res_id, a.date_deadline""",
                now=now,
                uid=self.env.uid,
                ids=list(obligation_ids),
            )
        )
        closed = self.env.cr.fetchall()
        # Nobody's reminder is no reminder; it comes back with the next responsible.
        self.env.cr.execute(
            SQL(
                """DELETE FROM mail_activity a USING credit_obligation o
                    WHERE o.id = a.credit_obligation_id AND a.active AND o.id = ANY(%(ids)s)
                      AND (o.user_id IS NULL OR %(superseded)s OR NOT EXISTS (
                              SELECT 1 FROM res_users u WHERE u.id = o.user_id AND u.active
                          ))
                RETURNING a.id, a.user_id, a.res_id, a.date_deadline""",
                ids=list(obligation_ids),
                superseded=self._superseded_sql(),
            )
        )
        closed += self.env.cr.fetchall()
        if closed:
            self.env["mail.activity"].invalidate_model(flush=False)
            self._count_in_tray(closed, sign=-1)

    @api.model
    def _follow_responsible(self, obligation_ids):
        """Hand reminders over to who holds the duty now, and keep them before the due date."""
        self.env.cr.execute(
            SQL(
                """WITH old AS MATERIALIZED (
                       SELECT a.id, a.user_id, a.res_id, a.date_deadline
                         FROM mail_activity a
                         JOIN credit_obligation o ON o.id = a.credit_obligation_id
                        WHERE a.active AND o.id = ANY(%(ids)s)
                          AND (a.user_id IS DISTINCT FROM o.user_id
                               OR a.date_deadline > o.due_date)
                          FOR UPDATE OF a
                   )
                   UPDATE mail_activity a
                      SET user_id = o.user_id, user_tz = p.tz,
                          date_deadline = LEAST(a.date_deadline, o.due_date),
                          write_date = %(now)s, write_uid = %(uid)s
                     FROM old, credit_obligation o, res_users u, res_partner p
                    WHERE a.id = old.id AND o.id = a.credit_obligation_id
                      AND u.id = o.user_id AND p.id = u.partner_id
                RETURNING a.id, old.user_id, old.res_id, old.date_deadline,
                          a.user_id, a.date_deadline""",
                ids=list(obligation_ids),
                now=fields.Datetime.now(),
                uid=self.env.uid,
            )
        )
        rows = self.env.cr.fetchall()
        if rows:
            self._subscribe_responsible([row[0] for row in rows])
            self._count_in_tray([row[:4] for row in rows], sign=-1)
            self._count_in_tray([(row[0], row[4], row[2], row[5]) for row in rows])
            self.env["mail.activity"].invalidate_model(flush=False)

    @api.model
    def _reminders_due(self, after_id, limit):
        """Return ids of duties whose reminder is not what it should be, from an id on."""
        self.env.cr.execute(
            SQL(
                """SELECT o.id FROM credit_obligation o
                     JOIN res_users u ON u.id = o.user_id AND u.active
                LEFT JOIN mail_activity a ON a.credit_obligation_id = o.id AND a.active
                    WHERE o.id > %(after)s AND o.status IN ('open', 'overdue')
                      AND o.period_start <= %(today)s AND NOT %(superseded)s
                      AND (a.id IS NULL OR a.user_id IS DISTINCT FROM o.user_id
                           OR a.date_deadline > o.due_date)
                 UNION
                   SELECT o.id FROM mail_activity a
                     JOIN credit_obligation o ON o.id = a.credit_obligation_id
                LEFT JOIN res_users u ON u.id = o.user_id AND u.active
                    WHERE a.active AND o.id > %(after)s
                      AND (o.status NOT IN ('open', 'overdue') OR u.id IS NULL
                           OR %(superseded)s)
                 ORDER BY 1 LIMIT %(limit)s""",
                after=after_id,
                today=self.env.company._credit_today(),
                superseded=self._superseded_sql(),
                limit=limit,
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]

    @api.model
    def _cron_remind(self):
        """Put right whatever reminders are missing or stale, slice by slice."""
        self.flush_model()
        self.env["mail.activity"].flush_model()
        after_id = 0
        while obligation_ids := self._reminders_due(after_id, SLICE):
            self._remind(obligation_ids)
            after_id = obligation_ids[-1]
            left = self.env["ir.cron"]._commit_progress(len(obligation_ids))
            if self.env.context.get("cron_id") and not left:
                break
