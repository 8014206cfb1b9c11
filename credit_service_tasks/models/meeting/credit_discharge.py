from odoo import api, fields, models
from odoo.tools import SQL


class CreditDischarge(models.Model):
    """Duties of institutions and persons, discharged by other records than contacts."""

    _inherit = "credit.discharge"

    meeting_id = fields.Many2one("credit.meeting", index="btree_not_null", ondelete="restrict")
    week_bulletin_id = fields.Many2one(
        "credit.week.bulletin",
        string="Weekly bulletin",
        index="btree_not_null",
        ondelete="restrict",
    )
    fund_bulletin_id = fields.Many2one(
        "credit.fund.bulletin",
        string="Large-funds bulletin",
        index="btree_not_null",
        ondelete="restrict",
    )

    _once_per_meeting = models.UniqueIndex(
        "(obligation_id, meeting_id) WHERE meeting_id IS NOT NULL",
        "The meeting already discharges this duty.",
    )
    _once_per_week_bulletin = models.UniqueIndex(
        "(obligation_id, week_bulletin_id) WHERE week_bulletin_id IS NOT NULL",
        "The bulletin already discharges this duty.",
    )
    _once_per_fund_bulletin = models.UniqueIndex(
        "(obligation_id, fund_bulletin_id) WHERE fund_bulletin_id IS NOT NULL",
        "The bulletin already discharges this duty.",
    )

    @api.model
    def _sources(self):
        """Return per field the SELECT of what its records did for duties ``o``.

        Columns: source_id, obligation_id, date, entered_at, user_id, late.
        """
        zone = self.env.company.resource_calendar_id.tz or "Asia/Shanghai"
        return {
            "meeting_id": SQL(
                """SELECT m.id AS source_id, o.id AS obligation_id, m.date,
                          m.held_at AS entered_at, m.chair_id AS user_id,
                          COALESCE(m.is_late_entry, FALSE) AS late
                     FROM credit_meeting m
                     JOIN credit_meeting_type_rel r ON r.credit_meeting_id = m.id
                     JOIN credit_meeting_type t ON t.id = r.credit_meeting_type_id
                     JOIN credit_obligation o
                       ON o.kind_id = t.kind_id AND o.unit_id = m.institution_id
                      AND m.date BETWEEN o.period_start AND o.period_end
                    WHERE m.state = 'held' AND %s""",
                self.env["credit.meeting"]._holders_present(),
            ),
            "week_bulletin_id": SQL(
                """SELECT b.id AS source_id, o.id AS obligation_id, b.day AS date,
                          b.published_at AS entered_at, b.published_by_id AS user_id,
                          FALSE AS late
                     FROM (SELECT w.*, (w.published_at AT TIME ZONE 'UTC'
                                        AT TIME ZONE %s)::date AS day
                             FROM credit_week_bulletin w WHERE w.state = 'published') b
                     JOIN credit_duty_kind k ON k.code = 'week_bulletin'
                     JOIN credit_obligation o
                       ON o.kind_id = k.id AND o.unit_id = b.institution_id
                      AND b.day BETWEEN o.period_start AND o.period_end""",
                zone,
            ),
            # Drawn up from the movements of the day, whenever the extract comes.
            "fund_bulletin_id": SQL(
                """SELECT b.id AS source_id, o.id AS obligation_id, b.day AS date,
                          b.create_date AS entered_at, NULL::int AS user_id, FALSE AS late
                     FROM credit_fund_bulletin b
                     JOIN credit_duty_kind k ON k.code = 'fund_bulletin'
                     JOIN credit_obligation o
                       ON o.kind_id = k.id AND o.unit_id = b.institution_id
                      AND b.day BETWEEN o.period_start AND o.period_end"""
            ),
        }

    @api.model
    def _discharge_by(self, name, source_ids=None, obligation_ids=None):
        """Discharge the duties that records of one kind fulfil; safe to repeat.

        :param name: the field that names them, a key of :meth:`_sources`
        :param source_ids: only these records; None: all
        :param obligation_ids: only these duties; None: all
        :return: sorted ids of the duties discharged anew
        """
        conditions = [SQL("o.status NOT IN ('waived', 'ended')")]
        if source_ids is not None:
            conditions.append(SQL("s.source_id = ANY(%s)", list(source_ids)))
        if obligation_ids is not None:
            conditions.append(SQL("o.id = ANY(%s)", list(obligation_ids)))
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """WITH found AS MATERIALIZED (
                       SELECT s.* FROM (%(source)s) s
                         JOIN credit_obligation o ON o.id = s.obligation_id
                        WHERE %(conditions)s AND NOT EXISTS (
                              SELECT FROM credit_discharge d
                               WHERE d.obligation_id = s.obligation_id
                                 AND d.%(name)s = s.source_id)
                   ), locked AS MATERIALIZED (
                       SELECT id FROM credit_obligation
                        WHERE id IN (SELECT obligation_id FROM found)
                     ORDER BY id FOR NO KEY UPDATE
                   )
                   INSERT INTO credit_discharge (
                       obligation_id, %(name)s, date, entered_at, user_id, is_late_entry,
                       create_uid, create_date, write_uid, write_date)
                   SELECT locked.id, f.source_id, f.date, f.entered_at, f.user_id, f.late,
                          %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                     FROM locked JOIN found f ON f.obligation_id = locked.id
              ON CONFLICT DO NOTHING
                RETURNING obligation_id""",
                source=self._sources()[name],
                conditions=SQL(" AND ").join(conditions),
                name=SQL.identifier(name),
                uid=self.env.uid,
            )
        )
        found = sorted({row[0] for row in rows})
        if found:
            self.invalidate_model(flush=False)
            duties = self.env["credit.obligation"]
            duties._settle(found)
            duties._close_reminders(found)
            duties.invalidate_model(flush=False)
        return found
