from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .credit_service_member import MANAGER_ROLES


class CreditAbsence(models.Model):
    """Leave of a person, and who stands in: the duties go to the cover while it lasts."""

    _name = "credit.absence"
    _inherit = ["credit.internal.thread", "mail.activity.mixin"]
    _description = "Leave and Cover"
    _order = "date_from desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        string="On leave",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    cover_id = fields.Many2one(
        "res.users",
        string="Covered by",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Empty: nobody yet; the duties stay with the absent person and show as such.",
    )
    date_from = fields.Date(
        required=True, tracking=True, default=lambda self: self.env.company._credit_today()
    )
    date_to = fields.Date("Last day", required=True, tracking=True)
    reason = fields.Char()
    member_ids = fields.One2many("credit.service.member", "absence_id", string="Clients covered")
    client_count = fields.Integer("Clients", compute="_compute_client_count")
    state = fields.Selection(
        [("planned", "Planned"), ("running", "Running"), ("over", "Over")],
        compute="_compute_state",
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "Leave cannot end before it begins."
    )
    _somebody_else = models.Constraint(
        "CHECK (cover_id <> user_id)", "Nobody stands in for himself."
    )

    @api.depends("member_ids")
    def _compute_client_count(self):
        for absence in self:
            absence.client_count = len(absence.member_ids.partner_id)

    @api.depends("date_from", "date_to")
    def _compute_state(self):
        today = self.env.company._credit_today()
        for absence in self:
            if absence.date_from and absence.date_from > today:
                absence.state = "planned"
            else:
                over = absence.date_to and absence.date_to < today
                absence.state = "over" if over else "running"

    @api.constrains("user_id", "date_from", "date_to")
    def _check_once(self):
        for absence in self:
            if self.sudo().search_count(
                [
                    ("user_id", "=", absence.user_id.id),
                    ("id", "!=", absence.id),
                    ("date_from", "<=", absence.date_to),
                    ("date_to", ">=", absence.date_from),
                ]
            ):
                raise ValidationError(
                    self.env._("%s is on leave at that time already.", absence.user_id.name)
                )

    @api.constrains("cover_id", "date_from", "date_to")
    def _check_cover_is_there(self):
        for absence in self.filtered("cover_id"):
            away = self.sudo().search(
                [
                    ("user_id", "=", absence.cover_id.id),
                    ("date_from", "<=", absence.date_to),
                    ("date_to", ">=", absence.date_from),
                ],
                limit=1,
            )
            if away or not absence.cover_id.active:
                raise ValidationError(
                    self.env._("%s cannot stand in: not there at that time.", absence.cover_id.name)
                )

    # ORM

    @api.model_create_multi
    def create(self, vals_list):
        """Record leave; the cover takes the manager roles of the absent person.

        :raises AccessError: not head of an institution of the person, nor list
            administrator
        """
        absences = super().create(vals_list)
        absences._check_may_arrange()
        absences._renew_covers()
        absences._follow_cover()
        return absences

    def write(self, vals):
        self._check_may_arrange()
        if "user_id" in vals:
            raise UserError(self.env._("Leave belongs to one person; record another one."))
        result = super().write(vals)
        if {"cover_id", "date_from", "date_to"} & set(vals):
            self._renew_covers()
            self._follow_cover()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_planned_only(self):
        self._check_may_arrange()
        if self.filtered(lambda a: a.state != "planned"):
            raise UserError(self.env._("Leave that has begun is kept; end it instead."))
        rows = self.env["credit.service.member"]._settled().search([("absence_id", "in", self.ids)])
        rows._remove_planned()

    def action_end(self):
        """End leave today: the person is back tomorrow."""
        today = self.env.company._credit_today()
        for absence in self:
            if absence.state != "running":
                raise UserError(self.env._("%s is not on leave today.", absence.user_id.name))
            absence.date_to = today
        return True

    def _check_may_arrange(self):
        if self.env.su or self.env.user.has_group("credit_client_tiering.group_list_admin"):
            return
        headed = self.env["crm.team"]._credit_headed_by(self.env.user)
        for absence in self:
            # sudo: which institution a colleague belongs to is no secret.
            if not absence.user_id.sudo().crm_team_ids & headed.sudo():
                raise AccessError(
                    self.env._(
                        "%(user)s cannot arrange cover for %(absent)s; the head of the "
                        "corporate line of the institution or above does, or a list "
                        "administrator.",
                        user=self.env.user.name,
                        absent=absence.user_id.name,
                    )
                )

    # BUSINESS

    def _follow_cover(self):
        """Ask the heads for cover where nobody stands in; the gaps of the clients follow."""
        today = self.env.company._credit_today()
        # sudo: an engine; whoever records the leave may not give activities to a head above.
        for absence in self.sudo():
            if absence.cover_id or absence.date_to < today:
                absence.activity_unlink(["mail.mail_activity_data_todo"])
                continue
            seats = absence.user_id.crm_team_member_ids.filtered(lambda s: s.active and s.post_id)
            for head in seats.crm_team_id.mapped(
                lambda t, u=absence.user_id: t._credit_heads_but(u)[:1]
            ):
                due = max(absence.date_from, today)
                asked = absence.activity_ids.filtered(lambda a, h=head: a.user_id == h)
                if asked:
                    asked.date_deadline = due
                    continue
                reader = self.with_context(lang=head.lang).env
                absence.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=due,
                    summary=reader._("Nobody stands in for %s", absence.user_id.name),
                    user_id=head.id,
                )
        rows = (
            self.env["credit.service.member"]
            ._settled()
            .search([("user_id", "in", self.user_id.ids), ("date_to", "=", False)])
        )
        self.env["res.partner"]._credit_refresh_teams(rows.partner_id.ids)

    @api.model
    def _cover_gone(self, user):
        """Open leave again that somebody covered who no longer works here."""
        # sudo: an engine, whoever archived the user.
        today = self.env.company._credit_today()
        self.sudo().search([("cover_id", "=", user.id), ("date_to", ">=", today)]).write(
            {"cover_id": False}
        )

    def _renew_covers(self):
        """Let the cover rows follow what the leave says now."""
        today = self.env.company._credit_today()
        members = self.env["credit.service.member"]._settled()
        for absence in self:
            rows = members.search([("absence_id", "=", absence.id)])
            stale = rows.filtered(lambda r, a=absence: r.user_id != a.cover_id)
            stale.filtered(lambda r: r.date_from > today)._remove_planned()
            for row in stale.exists():
                if row.date_to >= today:
                    row.write({"date_to": max(row.date_from, today)})
            current = rows.exists() - stale
            current.filtered(lambda r: not r.covers_id.date_to).write({"date_to": absence.date_to})
            if absence.cover_id and absence.date_to >= today:
                absence._cover(
                    members.search(
                        [
                            ("user_id", "=", absence.user_id.id),
                            ("role", "in", MANAGER_ROLES),
                            ("date_to", "=", False),
                            ("covers_id", "=", False),
                            ("id", "not in", current.covers_id.ids),
                        ]
                    )
                )

    def _cover(self, rows):
        """Open the cover's rows for what the absent person serves."""
        self.ensure_one()
        today = self.env.company._credit_today()
        begin = self.date_from if self.state == "planned" else max(self.date_from, today)
        self.env["credit.service.member"]._settled().create(
            [
                {
                    "partner_id": row.partner_id.id,
                    "user_id": self.cover_id.id,
                    "role": row.role,
                    "covers_id": row.id,
                    "absence_id": self.id,
                    "date_from": max(begin, row.date_from),
                    "date_to": max(self.date_to, row.date_from),
                }
                for row in rows
            ]
        )

    @api.model
    def _cover_new(self, members):
        """Cover clients given to somebody who is on leave or about to be."""
        today = self.env.company._credit_today()
        mine = members.filtered(lambda m: not m.covers_id and not m.date_to and m.role != "leader")
        # sudo: an engine, whoever settled the team.
        absences = self.sudo().search(
            [
                ("user_id", "in", mine.user_id.ids),
                ("date_to", ">=", today),
                ("cover_id", "!=", False),
            ]
        )
        for absence in absences:
            absence._cover(mine.filtered(lambda m, a=absence: m.user_id == a.user_id))
