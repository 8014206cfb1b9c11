from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from odoo.addons.credit_client_tiering.collision import collisions_retried

ROLES = [
    ("a", "A manager"),
    ("b1", "B1 manager"),
    ("b2", "B2 manager"),
    ("leader", "Leading officer"),
]
MANAGER_ROLES = ("a", "b1", "b2")

# Held by this package alone: a context that comes by RPC can never contain it.
_SETTLING = object()

# What a person states; the rest is written by the settling itself.
ENTERED = frozenset(
    {"partner_id", "user_id", "role", "post_id", "date_from", "date_to", "covers_id", "reason"}
)


class CreditServiceMember(models.Model):
    """A person who serves a client in a role, from a day to a day.

    The open A row is kept equal to the client's native salesperson. Leading
    officers are named only where they differ from the holders of the posts in the
    client's institution, or where the tier asks for people of the head office.

    Rows are history: a successor closes the row of the predecessor, nobody edits it.
    """

    _name = "credit.service.member"
    _description = "Service Team Member"
    _order = "partner_id, role, date_from desc, id desc"
    _rec_name = "user_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_credit_client", "=", True)],
    )
    institution_id = fields.Many2one(related="partner_id.credit_institution_id")
    tier = fields.Selection(related="partner_id.credit_tier", string="List")
    user_id = fields.Many2one("res.users", required=True, index=True, ondelete="restrict")
    role = fields.Selection(ROLES, required=True)
    post_id = fields.Many2one(
        "credit.post",
        index="btree_not_null",
        ondelete="restrict",
        help="For a leading officer: the post in whose capacity the client is served.",
    )
    date_from = fields.Date(required=True, default=lambda self: self.env.company._credit_today())
    date_to = fields.Date(help="Last day of service. Empty: still serving.")
    covers_id = fields.Many2one(
        "credit.service.member",
        string="Covers for",
        index="btree_not_null",
        ondelete="restrict",
        help="Set while this person stands in for another one of the team.",
    )
    covered_by_ids = fields.One2many("credit.service.member", "covers_id", string="Covered by")
    reason = fields.Char(help="Why this person: who knows the client and its business (R-4b).")
    grace_until = fields.Date(
        readonly=True,
        copy=False,
        help="After a handover: until this day nothing that came due before is escalated.",
    )
    handover_id = fields.Many2one(
        "credit.handover",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    absence_id = fields.Many2one(
        "credit.absence",
        string="Leave",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    _one_manager_per_role = models.UniqueIndex(
        "(partner_id, role) WHERE date_to IS NULL AND role <> 'leader' AND covers_id IS NULL",
        "The client already has a manager in this role.",
    )
    _one_leader_once = models.UniqueIndex(
        "(partner_id, user_id) WHERE date_to IS NULL AND role = 'leader'",
        "The officer already serves this client.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "Nobody can stop serving before starting.",
    )

    # ORM

    @api.model_create_multi
    def create(self, vals_list):
        """Name people for clients; who held the role before is closed, not overwritten.

        :param list[dict] vals_list: ``partner_id``, ``user_id`` (ids), ``role`` (``a``,
            ``b1``, ``b2``, ``leader``), ``date_from`` (default: today), ``reason``; for
            a stay that is over ``date_to``; for a cover ``covers_id``
        :raises AccessError: not head of the client's institution or above, nor list
            administrator
        :raises ValidationError: a person twice in one team, a day in the future
        Clauses R-0a, R-1c, R-2c, R-3b, R-4b, S-S-2a.
        """
        settling = self._is_settling()
        today = self.env.company._credit_today()
        prepared = []
        for vals in vals_list:
            if not settling:
                vals = {name: value for name, value in vals.items() if name in ENTERED}
            prepared.append({"date_from": today, **vals})
        if not settling:
            clients = self.env["res.partner"].browse([v.get("partner_id") for v in prepared])
            clients.exists()._credit_check_may_settle()
        self._close_predecessors(prepared)
        with collisions_retried():
            members = super().create(prepared)
            members.flush_recordset()
        if not settling:
            members._check_new(today)
        self.env["credit.absence"]._cover_new(members)
        members.partner_id._credit_team_changed(note=not settling or bool(members.handover_id))
        return members

    def write(self, vals):
        if self._is_settling():
            return super().write(vals)
        if set(vals) - {"date_to", "reason"}:
            raise UserError(
                self.env._(
                    "Who served whom is kept as it was. Name another person instead: the "
                    "row of %s is closed then and stays on file.",
                    self[:1].user_id.name,
                )
            )
        self.partner_id._credit_check_may_settle()
        if "date_to" in vals:
            self._check_ending(fields.Date.to_date(vals["date_to"]))
        result = super().write(vals)
        if "date_to" in vals:
            # Whoever stood in for somebody who no longer serves stands in for nobody.
            covers = self._settled().search(
                [("covers_id", "in", self.ids), ("date_to", ">", vals["date_to"])]
            ) | self._settled().search([("covers_id", "in", self.ids), ("date_to", "=", False)])
            self._leave_handovers()
            for cover in covers:
                cover.date_to = max(cover.date_from, fields.Date.to_date(vals["date_to"]))
            self.partner_id._credit_team_changed()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if self._is_settling():
            return
        raise UserError(
            self.env._(
                "%s served the client; that is kept. End the service instead.",
                self[:1].user_id.name,
            )
        )

    def action_end(self):
        """End the service today; what is missing then shows as a gap."""
        self.filtered(lambda m: not m.date_to).write({"date_to": self.env.company._credit_today()})
        return True

    # BUSINESS

    def _is_settling(self):
        return self.env.context.get("credit_settling") is _SETTLING

    @api.model
    def _settled(self):
        """Return the model open for writing; whoever calls has checked the right."""
        # sudo: history is closed and opened by the settling itself.
        return self.sudo().with_context(credit_settling=_SETTLING)

    @api.model
    def _check_may_settle(self, institution, client_name, predecessor=None):
        """Refuse whoever is neither head of the institution or above nor list administrator."""
        user = self.env.user
        if self.env.su or user.has_group("credit_client_tiering.group_list_admin"):
            return
        if institution and institution in self.env["crm.team"]._credit_headed_by(user):
            return
        raise AccessError(
            self.env._(
                "%(user)s cannot settle who serves %(client)s. The head of the corporate "
                "line, a deputy president or the president of %(institution)s does, or a "
                "list administrator (R-0a).",
                user=user.name,
                client=client_name or self.env._("a new client"),
                institution=institution.sudo().name or self.env._("the client's institution"),
            )
        )

    @api.model
    def _close_predecessors(self, vals_list):
        """Close the open rows that ``vals_list`` succeeds.

        The predecessor's last day is the day before; the same day, when it began only
        then. Whoever moves to another role of the team leaves the one held before.
        """
        entering = [
            vals
            for vals in vals_list
            if vals.get("role") in MANAGER_ROLES
            and not vals.get("covers_id")
            and not vals.get("date_to")
        ]
        pairs = [(vals.get("partner_id"), vals["role"]) for vals in entering]
        if len(set(pairs)) < len(pairs):
            raise ValidationError(self.env._("A client has one manager in a role, not two."))
        if not entering:
            return
        rows = self._settled().search(
            [
                ("partner_id", "in", [pair[0] for pair in pairs]),
                ("role", "in", MANAGER_ROLES),
                ("date_to", "=", False),
                ("covers_id", "=", False),
            ]
        )
        by_client = rows.grouped("partner_id")
        for vals in entering:
            day = fields.Date.to_date(vals["date_from"])
            client = rows.partner_id.browse(vals.get("partner_id"))
            for row in by_client.get(client, rows.browse()):
                if row.role != vals["role"] and row.user_id.id != vals.get("user_id"):
                    continue
                if row.role == vals["role"] and row.user_id.id == vals.get("user_id"):
                    raise ValidationError(
                        self.env._(
                            "%(user)s already is the %(role)s of %(client)s.",
                            user=row.user_id.name,
                            role=row._role_word(),
                            client=row.partner_id.display_name,
                        )
                    )
                if day < row.date_from:
                    raise ValidationError(
                        self.env._(
                            "%(client)s: the successor cannot begin on %(day)s, before "
                            "%(user)s did on %(since)s.",
                            client=row.partner_id.display_name,
                            day=day,
                            user=row.user_id.name,
                            since=row.date_from,
                        )
                    )
                row._close(max(row.date_from, day - timedelta(days=1)))
        rows.flush_recordset()

    def _close(self, day):
        """Close rows on their last day ``day``, and whoever stands in for them."""
        rows = self._settled().browse(self.ids)
        rows.write({"date_to": day})
        rows._leave_handovers()
        for cover in rows.covered_by_ids:
            if not cover.date_to or cover.date_to > day:
                cover.write({"date_to": max(cover.date_from, day)})

    def _leave_handovers(self):
        """What is settled otherwise is not handed over any more."""
        lines = self.env["credit.handover.line"]._handing()
        lines = lines.search([("member_id", "in", self.ids), ("state", "=", "open")])
        lines.write({"state": "overtaken"})
        lines.handover_id._cancel_empty()

    def _remove_planned(self):
        """Drop cover rows that have not begun: there is no history to keep."""
        partners = self.partner_id
        self._settled().browse(self.ids).unlink()
        partners._credit_team_changed(note=False)

    def _check_new(self, today):
        for member in self:
            if member.date_from > today and not member.covers_id:
                raise ValidationError(
                    self.env._("%s: nobody serves from a day in the future.", member._label())
                )
            if not member.date_to and not member.user_id.active:
                raise ValidationError(
                    self.env._("%s: the person no longer works here.", member._label())
                )
            if not member.partner_id.is_credit_client:
                raise ValidationError(
                    self.env._(
                        "%s is not marked as a credit client.", member.partner_id.display_name
                    )
                )
            if member.date_to and not member.covers_id:
                member._check_past(today)
            covered = member.covers_id
            if covered and (
                covered.partner_id != member.partner_id
                or covered.role != member.role
                or covered.user_id == member.user_id
                or covered.covers_id
            ):
                raise ValidationError(
                    self.env._(
                        "%s: a cover stands in for another person of the same team, in the "
                        "same role.",
                        member._label(),
                    )
                )

    def _check_past(self, today):
        """A stay entered afterwards is over, and nobody else held the role meanwhile."""
        self.ensure_one()
        if self.date_to > today:
            raise ValidationError(self.env._("%s: service ends today or has ended.", self._label()))
        if self.role == "leader":
            return
        others = self.search_count(
            [
                ("partner_id", "=", self.partner_id.id),
                ("role", "=", self.role),
                ("covers_id", "=", False),
                ("id", "!=", self.id),
                ("date_from", "<", self.date_to),
                "|",
                ("date_to", "=", False),
                ("date_to", ">", self.date_from),
            ]
        )
        if others:
            raise ValidationError(
                self.env._("%s: somebody else held the role at that time.", self._label())
            )

    def _check_ending(self, day):
        today = self.env.company._credit_today()
        for member in self:
            if not day or (member.date_to and not member.covers_id):
                raise UserError(
                    self.env._(
                        "%s: the service has ended; name the person anew to let it begin again.",
                        member._label(),
                    )
                )
            if day > today and not member.covers_id:
                raise ValidationError(
                    self.env._("%s: service ends today or has ended.", member._label())
                )

    def _role_word(self):
        return dict(self._fields["role"]._description_selection(self.env))[self.role]

    def _label(self):
        self.ensure_one()
        return f"{self.partner_id.display_name}, {self.user_id.name} ({self._role_word()})"

    # BUSINESS: the native salesperson

    @api.model
    def _follow_salespeople(self, clients):
        """Open and close A rows so that they equal the clients' native salespeople."""
        today = self.env.company._credit_today()
        rows = self._settled().search(
            [
                ("partner_id", "in", clients.ids),
                ("role", "=", "a"),
                ("date_to", "=", False),
                ("covers_id", "=", False),
            ]
        )
        current = {row.partner_id.id: row for row in rows}
        opened = []
        ended = self.browse()
        for client in clients:
            wanted = client.user_id.id if client.is_credit_client else False
            row = current.get(client.id)
            if wanted and (not row or row.user_id.id != wanted):
                opened.append(
                    {
                        "partner_id": client.id,
                        "user_id": wanted,
                        "role": "a",
                        "date_from": max(today, row.date_from) if row else today,
                    }
                )
            elif row and not wanted:
                ended |= row
        if ended:
            ended._close(today)
            ended.partner_id._credit_team_changed(note=False)
        self._settled().create(opened)

    @api.model
    def _adopt_salespeople(self):
        """Take the salespeople of an existing book as its A managers, in one statement.

        Since when they serve nobody recorded, so they serve from today.
        """
        self.env["res.partner"].flush_model()
        self.flush_model()
        self.env.execute_query(
            SQL(
                """INSERT INTO credit_service_member (
                       partner_id, user_id, role, date_from,
                       create_uid, create_date, write_uid, write_date)
                   SELECT p.id, p.user_id, 'a', %(today)s,
                          %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                     FROM res_partner p
                    WHERE p.is_credit_client AND p.user_id IS NOT NULL
                   ON CONFLICT DO NOTHING
                   RETURNING id""",
                today=self.env.company._credit_today(),
                uid=self.env.uid,
            )
        )
        self.env["res.partner"].invalidate_model(["credit_member_ids"])
        self.env["res.partner"]._credit_refresh_teams()
