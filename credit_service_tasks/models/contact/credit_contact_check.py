from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# Each check selects (report_id, detail) of reports submitted from a moment on. They look
# at what was typed, never at where people are.
_CHECKS = {
    "copied_text": """
        SELECT r.id, count(*) || ''
          FROM credit_contact_report r
          JOIN credit_contact_report twin
            ON twin.user_id = r.user_id AND twin.id <> r.id AND twin.state = 'submitted'
           AND md5(lower(regexp_replace(twin.outcome, '\\s+', '', 'g')))
             = md5(lower(regexp_replace(r.outcome, '\\s+', '', 'g')))
         WHERE r.state = 'submitted' AND r.submitted_at >= %(since)s
           AND length(regexp_replace(r.outcome, '\\s+', '', 'g')) >= %(threshold)s
      GROUP BY r.id""",
    "same_minute": """
        SELECT id, total || ''
          FROM (SELECT r.id, count(*) OVER (
                           PARTITION BY r.user_id, date_trunc('minute', r.submitted_at)
                       ) AS total
                  FROM credit_contact_report r
                 WHERE r.state = 'submitted' AND r.submitted_at >= %(since)s) batch
         WHERE total >= %(threshold)s""",
    "before_start": """
        SELECT r.id, NULL
          FROM credit_contact_report r
          JOIN calendar_event e ON e.id = r.event_id
         WHERE r.state = 'submitted' AND r.submitted_at >= %(since)s
           AND r.submitted_at < e.start AND %(threshold)s IS NOT NULL""",
    "overlapping": """
        SELECT DISTINCT r.id, NULL
          FROM credit_contact_report r
          JOIN calendar_event e ON e.id = r.event_id
          JOIN credit_contact_participant w ON w.report_id = r.id
          JOIN credit_contact_participant w2 ON w2.user_id = w.user_id AND w2.report_id <> r.id
          JOIN credit_contact_report r2
            ON r2.id = w2.report_id AND r2.state = 'submitted' AND r2.partner_id <> r.partner_id
          JOIN calendar_event e2 ON e2.id = r2.event_id AND e2.id <> e.id
         WHERE r.state = 'submitted' AND r.submitted_at >= %(since)s
           AND e.start < e2.stop AND e2.start < e.stop AND %(threshold)s IS NOT NULL""",
    "many_places": """
        SELECT r.id, max(day.places) || ''
          FROM (SELECT w.user_id, r.date, count(DISTINCT p.city) AS places
                  FROM credit_contact_report r
                  JOIN credit_contact_channel c ON c.id = r.channel_id AND c.code = 'visit'
                  JOIN credit_contact_participant w ON w.report_id = r.id
                  JOIN res_partner p ON p.id = r.partner_id
                 WHERE r.state = 'submitted' AND r.date >= (%(since)s)::date - 31
              GROUP BY w.user_id, r.date) day
          JOIN credit_contact_participant w ON w.user_id = day.user_id
          JOIN credit_contact_report r ON r.id = w.report_id AND r.date = day.date
          JOIN credit_contact_channel c ON c.id = r.channel_id AND c.code = 'visit'
         WHERE day.places >= %(threshold)s AND r.state = 'submitted'
           AND r.submitted_at >= %(since)s
      GROUP BY r.id""",
    "no_next_step": """
        SELECT r.id, NULL
          FROM credit_contact_report r
          JOIN credit_contact_channel c ON c.id = r.channel_id AND c.code = 'visit'
         WHERE r.state = 'submitted' AND r.submitted_at >= %(since)s
           AND COALESCE(r.next_step, '') = '' AND %(threshold)s IS NOT NULL""",
}


class CreditContactCheck(models.Model):
    """A question worth asking about a report, with the threshold it asks from."""

    _name = "credit.contact.check"
    _description = "Plausibility Check"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Selection(
        [
            ("copied_text", "Copied text"),
            ("same_minute", "Many in one minute"),
            ("before_start", "Reported before it began"),
            ("overlapping", "Two visits at once"),
            ("many_places", "Many places on one day"),
            ("no_next_step", "Visit without a next step"),
        ],
        required=True,
    )
    sequence = fields.Integer(default=10)
    threshold = fields.Integer(
        default=1,
        help="Copied text: from how many characters. Many in one minute: from how many "
        "reports. Many places: from how many. Ours, not the guide's.",
    )
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "There already is this check.")

    @api.model
    def _run(self, since):
        """Note what is worth asking about reports submitted since a moment; repeatable."""
        for name in ("credit.contact.report", "credit.contact.participant", "calendar.event"):
            self.env[name].flush_model()
        for check in self.search(Domain.TRUE):
            self.env.cr.execute(
                SQL(
                    """INSERT INTO credit_contact_finding (
                           report_id, check_id, detail,
                           create_uid, create_date, write_uid, write_date
                       )
                       SELECT found.report_id, %(check_id)s, found.detail,
                              %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                         FROM (%(found)s) found(report_id, detail)
                  ON CONFLICT DO NOTHING""",
                    check_id=check.id,
                    uid=self.env.uid,
                    found=SQL(_CHECKS[check.code], since=since, threshold=check.threshold),
                )
            )
        self.env["credit.contact.finding"].invalidate_model(flush=False)
