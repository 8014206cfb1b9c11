from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL
from odoo.tools.misc import format_date

from ...collision import collisions_retried
from ...engine.store import drift, since
from ..assessment.credit_assessment import DERIVED_FIELDS
from ..policy.tiers import TIERS

# Held by this module alone: a context that comes by RPC can never contain it.
_DECIDED = object()


class CreditMembership(models.Model):
    """A client's stay on one of the four lists; the open row is its official tier.

    Rows are opened and closed by decisions and by events of the credit itself,
    never edited: history, and the tier as of any date, fall out of them.
    """

    _name = "credit.membership"
    _description = "List Membership"
    _order = "partner_id, date_from desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", string="Client", required=True, index=True, ondelete="cascade"
    )
    tier = fields.Selection(TIERS, required=True)
    institution_id = fields.Many2one("crm.team", index="btree_not_null", ondelete="restrict")
    date_from = fields.Date("On the list since", required=True)
    listed_since = fields.Date(
        "Stay began on",
        help="First day on the list, also under an institution that managed the client before.",
    )
    date_to = fields.Date("Left the list on")
    origin = fields.Selection(
        [
            ("institution", "Settled by the institution"),
            ("head_office", "Identified by the head office"),
            ("automatic", "Automatic, when credit began"),
            ("transfer", "Came with the client from another institution"),
        ],
        required=True,
    )
    leave_status = fields.Selection(
        [
            ("moved", "Moved to another list"),
            ("transferred", "Went to another institution"),
            ("lost", "Lost"),
            ("removed", "Removed"),
        ],
        string="Why it left",
    )
    reason = fields.Text()
    reason_left = fields.Text("Reason for leaving")
    nomination_id = fields.Many2one(
        "credit.nomination",
        index="btree_not_null",
        ondelete="restrict",
        help="The nomination whose confirmation opened the row.",
    )
    assessment_id = fields.Many2one(
        "credit.assessment",
        string="Decided on",
        index="btree_not_null",
        ondelete="restrict",
        help="The assessment, with its facts, that the entry rests on.",
    )

    special_until = fields.Date(
        "Recognised until",
        help="Last day of a special recognition by the head office (T-S-5, A10).",
    )

    _one_open_row = models.UniqueIndex(
        "(partner_id) WHERE date_to IS NULL", "The client already is on a list."
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A client cannot leave a list before it entered.",
    )

    # ORM: nobody writes memberships; the listing itself does, in SQL.

    @api.model_create_multi
    def create(self, vals_list):
        self._check_decided()
        return super().create(vals_list)

    def write(self, vals):
        self._check_decided()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._check_decided()

    def _check_decided(self):
        if self.env.context.get("credit_decided") is not _DECIDED:
            raise AccessError(
                self.env._(
                    "Clients enter and leave a list by a decision, not by editing the "
                    "list. Nominate the client instead (L-5 to L-9)."
                )
            )

    def _decided(self):
        """Return the rows open for writing; for the listing's own code only."""
        # sudo: memberships are read-only for everybody, decisions are checked
        # by whoever calls this.
        return self.sudo().with_context(credit_decided=_DECIDED)

    # BUSINESS: a batch of thousands is three statements, so these are SQL.

    @api.model
    def _enter(self, partners, tier, origin, reason="", day=None, nominations=None):
        """Put clients on a list from ``day`` on; they leave the ones they were on.

        :param dict nominations: per client id the nomination that was confirmed
        :return: the new rows
        """
        day = day or self.env.company._credit_today()
        ids = list(partners.ids)
        self._flush_lists()
        self._close(ids, "moved", reason, day)
        by_client = nominations or {}
        with collisions_retried():
            rows = self.env.execute_query(
                SQL(
                    """INSERT INTO credit_membership (
                           partner_id, tier, institution_id, date_from, listed_since, origin,
                           reason, assessment_id, nomination_id, special_until,
                           create_uid, create_date, write_uid, write_date)
                    SELECT p.id, %(tier)s, p.credit_institution_id, %(day)s, %(day)s,
                           %(origin)s, nullif(%(reason)s, ''), p.credit_assessment_id, n.id,
                           CASE WHEN n.special THEN n.special_until END,
                           %(uid)s, statement_timestamp() AT TIME ZONE 'UTC',
                           %(uid)s, statement_timestamp() AT TIME ZONE 'UTC'
                      FROM unnest(%(ids)s, %(nominations)s) AS wanted (id, nomination_id)
                      JOIN res_partner p ON p.id = wanted.id
                 LEFT JOIN credit_nomination n ON n.id = wanted.nomination_id
                  ORDER BY p.id
                 RETURNING id""",
                    tier=tier,
                    day=day,
                    origin=origin,
                    reason=reason or "",
                    uid=self.env.uid,
                    ids=ids,
                    nominations=SQL("%s::int[]", [by_client.get(i) for i in ids]),
                )
            )
        self._publish_for(ids)
        return self.browse(row[0] for row in rows)

    @api.model
    def _leave(self, partners, status, reason="", day=None):
        """Take clients off the lists they are on, if any; return the closed rows."""
        day = day or self.env.company._credit_today()
        self._flush_lists()
        rows = self._close(list(partners.ids), status, reason, day)
        if rows:
            self._publish_for(rows.partner_id.ids)
        return rows

    @api.model
    def _close(self, client_ids, status, reason, day):
        """Close the open rows of clients; what the clients show is not yet changed."""
        rows = self.env.execute_query(
            SQL(
                """UPDATE credit_membership
                      SET date_to = %(day)s, leave_status = %(status)s,
                          reason_left = nullif(%(reason)s, ''),
                          write_uid = %(uid)s, write_date = statement_timestamp() AT TIME ZONE 'UTC'
                    WHERE partner_id = ANY(%(ids)s) AND date_to IS NULL
                RETURNING id""",
                day=day,
                status=status,
                reason=reason or "",
                uid=self.env.uid,
                ids=client_ids,
            )
        )
        return self.browse(row[0] for row in rows)

    @api.model
    def _follow_institutions(self, restrict, day):
        """Keep each open row with the institution that manages its client (L-1).

        The stay goes on: the row under the former institution ends, and another
        begins under the new one. A row of today is corrected instead.

        :param restrict: see ``engine.facts``
        """
        moved = SQL(
            """SELECT m.id FROM credit_membership m JOIN res_partner p ON p.id = m.partner_id
                WHERE m.date_to IS NULL AND %s
                  AND m.institution_id IS DISTINCT FROM p.credit_institution_id""",
            restrict("p", "id"),
        )
        self.flush_model()
        ids = [row[0] for row in self.env.execute_query(moved)]
        if not ids:
            return
        self.env.execute_query(
            SQL(
                """UPDATE credit_membership m SET institution_id = p.credit_institution_id
                     FROM res_partner p
                    WHERE p.id = m.partner_id AND m.id = ANY(%s) AND m.date_from >= %s
                RETURNING m.id""",
                ids,
                day,
            )
        )
        left = self.env.execute_query(
            SQL(
                """UPDATE credit_membership
                      SET date_to = %(day)s, leave_status = 'transferred',
                          write_uid = %(uid)s, write_date = statement_timestamp() AT TIME ZONE 'UTC'
                    WHERE id = ANY(%(ids)s) AND date_from < %(day)s
                RETURNING id""",
                ids=ids,
                day=day,
                uid=self.env.uid,
            )
        )
        self.env.execute_query(
            SQL(
                """INSERT INTO credit_membership (
                       partner_id, tier, institution_id, date_from, listed_since, origin,
                       assessment_id, nomination_id, special_until,
                       create_uid, create_date, write_uid, write_date)
                SELECT m.partner_id, m.tier, p.credit_institution_id, %(day)s,
                       coalesce(m.listed_since, m.date_from), 'transfer',
                       m.assessment_id, m.nomination_id, m.special_until,
                       %(uid)s, statement_timestamp() AT TIME ZONE 'UTC',
                       %(uid)s, statement_timestamp() AT TIME ZONE 'UTC'
                  FROM credit_membership m JOIN res_partner p ON p.id = m.partner_id
                 WHERE m.id = ANY(%(ids)s)
             RETURNING id""",
                ids=[row[0] for row in left],
                day=day,
                uid=self.env.uid,
            )
        )
        self._forget()

    def _flush_lists(self):
        for model in ("res.partner", "credit.nomination", self._name):
            self.env[model].flush_model()

    @api.model
    def _publish_for(self, client_ids):
        """Show the open rows on the clients, and compare suggestions with them."""
        official = SQL(
            """SELECT c.id, m.tier, coalesce(m.listed_since, m.date_from) AS since
                 FROM res_partner c
            LEFT JOIN credit_membership m ON m.partner_id = c.id AND m.date_to IS NULL
                WHERE c.id = ANY(%s)""",
            list(client_ids),
        )
        compared = drift("p.credit_suggested", "m.tier", "p.credit_tier_verdicts")
        self.env.execute_query(
            SQL(
                """UPDATE res_partner p
                      SET credit_tier = m.tier, credit_tier_since = m.since,
                          credit_drift = d.drift, credit_drift_since = %(since)s
                     FROM (SELECT p.id, CASE WHEN p.credit_suggested IS NOT NULL
                                             THEN %(drift)s END AS drift
                             FROM res_partner p JOIN (%(official)s) m ON m.id = p.id) d
                     JOIN (%(official)s) m ON m.id = d.id
                    WHERE p.id = d.id
                RETURNING p.id""",
                drift=compared,
                official=official,
                since=since(SQL("d.drift"), self.env.company._credit_today()),
            )
        )
        self.env["res.partner"].browse(client_ids).invalidate_recordset(
            [
                "credit_tier",
                "credit_tier_since",
                "credit_drift",
                "credit_drift_since",
                *DERIVED_FIELDS,
            ],
            flush=False,
        )
        self._forget()
        # The lists are no fact of the rules, unless a policy reads A16 that way.
        policy = self.env["credit.policy"]._get_active_policy()
        if "credit_tier" in policy.criterion_ids.filtered("enabled").mapped("attribute"):
            self.env["credit.assessment"]._assess(list(client_ids))
        self._on_lists_changed(client_ids)

    def _forget(self):
        self.invalidate_model(flush=False)
        self.env["res.partner"].invalidate_model(["credit_membership_ids"], flush=False)

    @api.model
    def _lists_on(self, day):
        """Return the SELECT of each client's list at the end of a day."""
        self.flush_model()
        return SQL(
            """SELECT DISTINCT ON (partner_id) partner_id, tier, institution_id
                 FROM credit_membership
                WHERE date_from <= %(day)s AND (date_to IS NULL OR date_to > %(day)s)
             ORDER BY partner_id, date_from DESC, id DESC""",
            day=day,
        )

    @api.model
    def _on_lists_changed(self, client_ids):
        """Called once the clients show the lists they are on; for other addons."""

    # The trail of a client

    def _trail(self):
        """Return entering the list, and leaving it for good, as events."""
        self.ensure_one()
        tier = dict(self._fields["tier"]._description_selection(self.env))[self.tier]
        origin = dict(self._fields["origin"]._description_selection(self.env))[self.origin]
        events = [
            {
                "when": self._trail_moment(self.date_from, self.create_date, 2),
                "on": format_date(self.env, self.date_from),
                "icon": "fa-sign-in text-success",
                "what": self.env._("On the list “%(list)s”: %(origin)s", list=tier, origin=origin),
                "why": self.reason or "",
            }
        ]
        if self.date_to and self.leave_status != "moved":
            left = dict(self._fields["leave_status"]._description_selection(self.env))
            events.append(
                {
                    "when": self._trail_moment(self.date_to, self.write_date, 3),
                    "on": format_date(self.env, self.date_to),
                    "icon": "fa-sign-out text-danger",
                    "what": self.env._(
                        "Off the list “%(list)s”: %(why)s",
                        list=tier,
                        why=left.get(self.leave_status, ""),
                    ),
                    "why": self.reason_left or "",
                }
            )
        return events

    def _trail_moment(self, day, written, order):
        """Return what sorts a move of ``day`` among decisions, as (seconds, order, id)."""
        local = fields.Datetime.context_timestamp(self, written)
        if local.date() == day:
            # To the fraction of a second: after the decision that brought it about.
            return (written.timestamp(), order, self.id)
        return (fields.Datetime.to_datetime(day).timestamp(), order, self.id)
