from odoo import api, models
from odoo.tools import SQL

# Rows of (report_id, partner_id, institution_id, date, channel_id, in_charge): a report
# is about its client and about those it names besides.
_CONTACTS = """
    SELECT r.id AS report_id, subject.partner_id, subject.institution_id, r.date, r.channel_id,
           COALESCE(r.met_in_charge, false) AS in_charge
      FROM credit_contact_report r
CROSS JOIN LATERAL (
               SELECT r.partner_id, r.institution_id
                UNION
               SELECT also.res_partner_id, client.credit_institution_id
                 FROM credit_contact_report_client_rel also
                 JOIN res_partner client ON client.id = also.res_partner_id
                WHERE also.credit_contact_report_id = r.id
           ) subject
     WHERE r.state = 'submitted' AND %s
"""
_PRESENT = """
    SELECT w.report_id, w.user_id
      FROM credit_contact_participant w
      JOIN contact c ON c.report_id = w.report_id
"""
_HELD = """
    SELECT w.report_id, w.user_id, held.post_id, held.institution_path AS path,
           COALESCE(held.is_head_office, false) AS is_head_office
      FROM credit_contact_participant w
      JOIN credit_contact_position held ON held.participant_id = w.id
      JOIN contact c ON c.report_id = w.report_id
"""

# One row per contact and duty of its client whose period it falls in, with every
# condition told apart: the preview says which one fails.
#
# Who may discharge: the responsible; a holder of one of the rule's posts in the client's
# institution or above it; the team's manager in the rule's role or a leading officer named
# with such a post; and who covers for one of them on that day.
_VERDICTS = """
WITH contact AS MATERIALIZED (%(contacts)s),
     present AS MATERIALIZED (SELECT DISTINCT report_id, user_id FROM (%(present)s) p),
     held AS MATERIALIZED (%(held)s),
     pair AS MATERIALIZED (
    SELECT c.report_id, c.partner_id, c.date, c.channel_id, o.id AS obligation_id, o.rule_id,
           o.user_id AS responsible_id, rule.role, team.parent_path AS path,
           client.user_id AS salesperson_id,
           (channel.kind_id = o.kind_id OR EXISTS (
               SELECT 1 FROM credit_duty_kind_fulfils_rel f
                WHERE f.kind_id = channel.kind_id AND f.fulfilled_id = o.kind_id
                  -- unless the bank reads A36 so that each counts for itself only
                  AND NOT EXISTS (
                          SELECT 1 FROM credit_reading reading
                            JOIN credit_reading_option chosen
                              ON chosen.id = reading.chosen_option_id
                           WHERE reading.code = 'A36' AND chosen.code = 'separate'
                      )
           )) AS kind_ok,
           (NOT EXISTS (
               SELECT 1 FROM credit_cadence_rule_channel_rel x
                WHERE x.credit_cadence_rule_id = o.rule_id
           ) OR EXISTS (
               SELECT 1 FROM credit_cadence_rule_channel_rel x
                WHERE x.credit_cadence_rule_id = o.rule_id
                  AND x.credit_contact_channel_id = c.channel_id
           )) AS channel_ok,
           (c.in_charge OR NOT COALESCE(rule.needs_person_in_charge, false)) AS in_charge_ok
      FROM contact c
      JOIN credit_obligation o
        ON o.partner_id = c.partner_id AND c.date BETWEEN o.period_start AND o.period_end
       AND o.status NOT IN ('waived', 'ended') AND %(duties)s
      JOIN credit_duty_kind kind ON kind.id = o.kind_id AND kind.discharged_by_contact
      JOIN credit_cadence_rule rule ON rule.id = o.rule_id
      JOIN credit_contact_channel channel ON channel.id = c.channel_id
      JOIN res_partner client ON client.id = c.partner_id
 LEFT JOIN crm_team team
        ON team.id = COALESCE(c.institution_id, client.credit_institution_id)
),
     serving AS MATERIALIZED (
    -- the team on that day, a cover under the role and post of the one covered
    SELECT DISTINCT p.report_id, p.partner_id, m.user_id,
           COALESCE(covered.role, m.role) AS role,
           COALESCE(covered.post_id, m.post_id) AS post_id
      FROM (SELECT DISTINCT report_id, partner_id, date FROM pair) p
      JOIN credit_service_member m
        ON m.partner_id = p.partner_id AND m.date_from <= p.date
       AND (m.date_to IS NULL OR m.date_to >= p.date)
 LEFT JOIN credit_service_member covered ON covered.id = m.covers_id
),
     owner AS MATERIALIZED (
    SELECT p.report_id, p.obligation_id, w.user_id
      FROM pair p
      JOIN present w ON w.report_id = p.report_id
     WHERE w.user_id = p.responsible_id
        OR EXISTS (
               SELECT 1 FROM held
                 JOIN credit_cadence_rule_post_rel asked
                   ON asked.credit_cadence_rule_id = p.rule_id
                  AND asked.credit_post_id = held.post_id
                WHERE held.report_id = p.report_id AND held.user_id = w.user_id
                  AND (held.is_head_office OR starts_with(p.path, held.path))
           )
        OR EXISTS (
               SELECT 1 FROM serving s
                WHERE s.report_id = p.report_id AND s.partner_id = p.partner_id
                  AND s.user_id = w.user_id
                  AND (s.role = p.role OR EXISTS (
                          SELECT 1 FROM credit_cadence_rule_post_rel asked
                           WHERE asked.credit_cadence_rule_id = p.rule_id
                             AND asked.credit_post_id = s.post_id
                      ))
           )
        -- a client whose team is not entered yet still has its salesperson
        OR (p.role = 'a' AND w.user_id = p.salesperson_id AND NOT EXISTS (
               SELECT 1 FROM serving s
                WHERE s.report_id = p.report_id AND s.partner_id = p.partner_id
                  AND s.role = 'a'
           ))
),
     joined AS MATERIALIZED (
    SELECT p.report_id, p.obligation_id, held.user_id
      FROM pair p
      JOIN held ON held.report_id = p.report_id
       AND (held.is_head_office OR starts_with(p.path, held.path))
      JOIN credit_cadence_rule_joint_post_rel asked
        ON asked.credit_cadence_rule_id = p.rule_id AND asked.credit_post_id = held.post_id
     UNION
    SELECT p.report_id, p.obligation_id, s.user_id
      FROM pair p
      JOIN serving s ON s.report_id = p.report_id AND s.partner_id = p.partner_id
      JOIN present w ON w.report_id = p.report_id AND w.user_id = s.user_id
      JOIN credit_cadence_rule_joint_post_rel asked
        ON asked.credit_cadence_rule_id = p.rule_id AND asked.credit_post_id = s.post_id
)
SELECT p.report_id, p.obligation_id, p.kind_ok, p.channel_ok, p.in_charge_ok,
       (SELECT owner.user_id FROM owner
         WHERE owner.report_id = p.report_id AND owner.obligation_id = p.obligation_id
      ORDER BY (owner.user_id = p.responsible_id) DESC NULLS LAST, owner.user_id
         LIMIT 1) AS owner_id,
       -- two people: nobody is a joint visit by himself
       (NOT EXISTS (
           SELECT 1 FROM credit_cadence_rule_joint_post_rel asked
            WHERE asked.credit_cadence_rule_id = p.rule_id
       ) OR EXISTS (
           SELECT 1 FROM owner
             JOIN joined ON joined.report_id = owner.report_id
              AND joined.obligation_id = owner.obligation_id
              AND joined.user_id <> owner.user_id
            WHERE owner.report_id = p.report_id AND owner.obligation_id = p.obligation_id
       )) AS joint_ok
  FROM pair p
"""


def verdicts_sql(contacts, present=None, held=None, duties=None):
    """Return the SELECT that judges contacts against the duties of their clients.

    :param contacts: SQL of (report_id, partner_id, institution_id, date, channel_id,
        in_charge)
    :param present: SQL of (report_id, user_id); may refer to ``contact``
    :param held: SQL of (report_id, user_id, post_id, path, is_head_office); likewise
    :param duties: SQL condition on the duty ``o``
    :return: SQL of (report_id, obligation_id, kind_ok, channel_ok, in_charge_ok,
        owner_id, joint_ok)
    """
    return SQL(
        _VERDICTS,
        contacts=contacts,
        present=present or SQL(_PRESENT),
        held=held or SQL(_HELD),
        duties=duties or SQL("true"),
    )


class CreditContactReport(models.Model):
    """One report discharges every duty it qualifies for.

    Same client, day in the period of the duty, a channel of the right kind, people of the
    right posts. A subsidiary that is a credit client has duties of its own: a contact with
    it counts for it, and for the parent only when the report names both. Contacts with
    people and units of a client are contacts with the client.
    """

    _inherit = "credit.contact.report"

    @api.model
    def _discharge(self, report_ids=None, date_from=None, date_to=None, obligation_ids=None):
        """Discharge the duties that submitted reports qualify for; safe to repeat.

        Also finds duties that arose after the report was entered, so the nightly run
        calls it for the periods it generated.

        :param report_ids: only these reports; None: all of the dates given
        :param date_from: only contacts from this day on
        :param date_to: only contacts up to this day
        :param obligation_ids: only these duties, and so contacts of their periods
        :return: sorted ids of the duties discharged anew
        """
        conditions = [SQL("true")]
        if report_ids is not None:
            conditions.append(SQL("r.id = ANY(%s)", list(report_ids)))
        if date_from:
            conditions.append(SQL("r.date >= %s", date_from))
        if date_to:
            conditions.append(SQL("r.date <= %s", date_to))
        duties = SQL("true")
        if obligation_ids is not None:
            if not obligation_ids:
                return []
            duties = SQL("o.id = ANY(%s)", list(obligation_ids))
            conditions.append(
                SQL(
                    """r.date BETWEEN
                       (SELECT min(o.period_start) FROM credit_obligation o WHERE %(duties)s)
                   AND (SELECT max(o.period_end) FROM credit_obligation o WHERE %(duties)s)""",
                    duties=duties,
                )
            )
        for name in (
            "credit.contact.report",
            "credit.contact.participant",
            "credit.obligation",
            "credit.discharge",
            "credit.service.member",
            "credit.cadence.rule",
            "res.partner",
        ):
            self.env[name].flush_model()
        contacts = SQL(_CONTACTS, SQL(" AND ").join(conditions))
        # Locked in the order of their ids, so that two reports at once neither miss each
        # other's discharge nor block each other for good: the second one is tried again.
        self.env.cr.execute(
            SQL(
                """WITH found AS MATERIALIZED (
                       SELECT * FROM (%(verdicts)s) v
                        WHERE kind_ok AND channel_ok AND in_charge_ok AND joint_ok
                          AND owner_id IS NOT NULL
                          AND NOT EXISTS (
                              SELECT 1 FROM credit_discharge d
                               WHERE d.obligation_id = v.obligation_id
                                 AND d.report_id = v.report_id
                          )
                   ), locked AS MATERIALIZED (
                       SELECT id FROM credit_obligation
                        WHERE id IN (SELECT obligation_id FROM found)
                     ORDER BY id FOR NO KEY UPDATE
                   )
                   INSERT INTO credit_discharge (
                       obligation_id, report_id, date, entered_at, user_id, is_late_entry,
                       create_uid, create_date, write_uid, write_date
                   )
                   SELECT locked.id, r.id, r.date, r.submitted_at, found.owner_id,
                          COALESCE(r.is_late_entry, false),
                          %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                     FROM locked
                     JOIN found ON found.obligation_id = locked.id
                     JOIN credit_contact_report r ON r.id = found.report_id
              ON CONFLICT DO NOTHING
                RETURNING obligation_id""",
                verdicts=verdicts_sql(contacts, duties=duties),
                uid=self.env.uid,
            )
        )
        obligation_ids = sorted({row[0] for row in self.env.cr.fetchall()})
        self._after_discharge(obligation_ids)
        return obligation_ids

    def _undischarge(self):
        """Take back what reports discharged; return the ids of the duties concerned."""
        discharges = self.env["credit.discharge"]._ledger().search([("report_id", "in", self.ids)])
        obligation_ids = discharges.obligation_id.sorted("id").ids
        self.env.cr.execute(
            SQL(
                "SELECT 1 FROM credit_obligation WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
                obligation_ids,
            )
        )
        discharges.unlink()
        self._after_discharge(obligation_ids)
        return obligation_ids

    @api.model
    def _after_discharge(self, obligation_ids):
        if not obligation_ids:
            return
        duties = self.env["credit.obligation"]
        self.env["credit.discharge"].invalidate_model(flush=False)
        self.invalidate_model(["discharge_ids"], flush=False)
        duties._settle(obligation_ids)
        duties._close_reminders(obligation_ids)
        duties.invalidate_model(flush=False)
