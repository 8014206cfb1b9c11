from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

# Held by this package alone: a context that comes by RPC can never contain it.
_HANDING = object()

ENTERED = frozenset({"from_user_id", "to_user_id", "institution_id", "reason", "line_ids"})
STATES = [
    ("draft", "To be assigned"),
    ("proposed", "Waiting for the receiver"),
    ("accepted", "Accepted"),
    ("cancelled", "Cancelled"),
]


class CreditHandover(models.Model):
    """Clients pass from one manager to another, with everything that is open.

    A head assigns, the receiver accepts or refuses with a reason; only acceptance
    changes the team. Clocks go on, with a grace period for what came due before.
    """

    _name = "credit.handover"
    _inherit = ["credit.internal.thread", "mail.activity.mixin"]
    _description = "Handover of Clients"
    _order = "id desc"

    name = fields.Char(compute="_compute_name")
    from_user_id = fields.Many2one(
        "res.users",
        string="From",
        required=True,
        index=True,
        ondelete="restrict",
        context={"active_test": False},
    )
    to_user_id = fields.Many2one(
        "res.users",
        string="To",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="For every client below that names nobody else.",
    )
    institution_id = fields.Many2one(
        "crm.team",
        index="btree_not_null",
        ondelete="restrict",
        help="The institution whose clients pass; its head assigns.",
    )
    cause = fields.Selection(
        [
            ("arranged", "Arranged"),
            ("balance", "To balance caseloads"),
            ("left", "Left the institution"),
            ("archived", "Left the bank"),
        ],
        required=True,
        default="arranged",
        readonly=True,
    )
    reason = fields.Text()
    state = fields.Selection(
        STATES,
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    line_ids = fields.One2many("credit.handover.line", "handover_id", string="Clients")
    client_count = fields.Integer("Number of clients", compute="_compute_counts")
    duty_count = fields.Integer("Open duties", compute="_compute_counts")
    joint_visit_count = fields.Integer("Joint visits", compute="_compute_counts")
    proposed_by = fields.Many2one("res.users", readonly=True, copy=False)
    proposed_at = fields.Datetime(readonly=True, copy=False)
    decided_at = fields.Datetime(readonly=True, copy=False)
    refusal = fields.Text("Why it was refused", readonly=True, copy=False)
    grace_until = fields.Date(
        readonly=True, copy=False, help="Clocks go on; until this day nothing is escalated."
    )
    may_settle = fields.Boolean(compute="_compute_may")
    may_accept = fields.Boolean(compute="_compute_may")

    @api.depends("from_user_id.name", "to_user_id.name")
    def _compute_name(self):
        for row in self:
            row.name = f"{row.from_user_id.name or ''} → {row.to_user_id.name or '?'}"

    @api.depends("name")
    def _compute_display_name(self):
        for row in self:
            row.display_name = row.name

    @api.depends("line_ids.open_duties", "line_ids.joint_visit")
    def _compute_counts(self):
        for row in self:
            row.client_count = len(row.line_ids.partner_id)
            row.duty_count = sum(row.line_ids.mapped("open_duties"))
            row.joint_visit_count = len(row.line_ids.filtered("joint_visit"))

    @api.depends("state", "to_user_id", "institution_id")
    @api.depends_context("uid")
    def _compute_may(self):
        admin = self.env.user.has_group("credit_client_tiering.group_list_admin")
        headed = self.env["crm.team"]._credit_headed_by(self.env.user)
        for row in self:
            row.may_settle = admin or row.institution_id in headed
            row.may_accept = row.state == "proposed" and row.to_user_id == self.env.user

    # ORM

    @api.model_create_multi
    def create(self, vals_list):
        """Prepare handovers.

        :param list[dict] vals_list: ``from_user_id``, ``to_user_id``,
            ``institution_id`` (ids), ``reason``, ``line_ids``
        :raises AccessError: not head of the institution or above, nor list administrator
        """
        handing = self._is_handing()
        if not handing:
            vals_list = [{n: v for n, v in vals.items() if n in ENTERED} for vals in vals_list]
        rows = super().create(vals_list)
        if not handing:
            rows._check_may_settle()
        return rows

    def write(self, vals):
        if not self._is_handing():
            native = {n for n in vals if n.startswith(("message_", "activity_"))}
            if set(vals) - native:
                self._check_may_settle()
                if set(vals) - native - ENTERED or self.filtered(lambda h: h.state != "draft"):
                    raise UserError(
                        self.env._(
                            "%s: a handover moves by assigning, accepting and refusing it.",
                            self[:1].name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Handovers are kept; cancel this one instead."))

    def _is_handing(self):
        return self.env.context.get("credit_handing") is _HANDING

    def _handing(self):
        """Return the records open for writing; whoever calls has checked the right."""
        # sudo: states are read-only for everybody.
        return self.sudo().with_context(credit_handing=_HANDING)

    def _check_may_settle(self):
        user = self.env.user
        if self.env.su or user.has_group("credit_client_tiering.group_list_admin"):
            return
        headed = self.env["crm.team"]._credit_headed_by(user)
        for row in self:
            institutions = row.institution_id | row.line_ids.sudo().partner_id.mapped(
                "credit_institution_id"
            ).with_env(self.env)
            if not institutions or institutions - headed:
                raise AccessError(
                    self.env._(
                        "%(user)s cannot hand over clients of %(institution)s; the head of "
                        "the corporate line there or above does, or a list administrator.",
                        user=user.name,
                        institution=(institutions - headed)[:1].sudo().name
                        or self.env._("no institution"),
                    )
                )

    # BUSINESS: the head

    def action_fill(self):
        """List every client the person serves in the institution, with what is open."""
        self._check_may_settle()
        for row in self.filtered(lambda h: h.state == "draft"):
            row._add_members(row._members_of(row.from_user_id, row.institution_id))
        return True

    def action_propose(self):
        """Ask the receivers; a packet for several of them is split, one each.

        Clients without a receiver stay behind, to be assigned.
        """
        self._check_may_settle()
        for row in self:
            if row.state != "draft":
                raise UserError(self.env._("%s is on its way already.", row.name))
            waiting = row.line_ids.filtered(lambda li: li.state == "open")
            by_receiver = waiting.grouped(lambda li, h=row: li.to_user_id or h.to_user_id)
            receivers = [user for user in by_receiver if user]
            if not receivers:
                raise UserError(
                    self.env._("%s: say who receives the clients.", row.from_user_id.name)
                )
            for user in receivers:
                if user == row.from_user_id or not user.active:
                    raise ValidationError(self.env._("%s cannot receive these clients.", user.name))
            for number, user in enumerate(receivers):
                packet = row
                if number or len(by_receiver) > len(receivers) or len(receivers) > 1:
                    packet = row._split(by_receiver[user], user)
                packet._propose(user)
            row._cancel_empty()
        return True

    def _cancel_empty(self):
        """Close drafts in which nothing is left to be assigned."""
        for row in self._handing():
            if row.state == "draft" and not row.line_ids.filtered(lambda li: li.state == "open"):
                row.write({"state": "cancelled", "decided_at": fields.Datetime.now()})
                row.activity_unlink(["mail.mail_activity_data_todo"])

    def _split(self, lines, user):
        packet = self._handing().create(
            {
                "from_user_id": self.from_user_id.id,
                "to_user_id": user.id,
                "institution_id": self.institution_id.id,
                "cause": self.cause,
                "reason": self.reason,
            }
        )
        lines.with_env(packet.env).write({"handover_id": packet.id})
        return self.browse(packet.id)

    def _propose(self, user):
        self._freeze_parts()
        self._handing().write(
            {
                "state": "proposed",
                "to_user_id": user.id,
                "proposed_by": self.env.uid,
                "proposed_at": fields.Datetime.now(),
                "refusal": False,
            }
        )
        self._handing().activity_unlink(["mail.mail_activity_data_todo"])
        reader = self.with_context(lang=user.lang).env
        self._ask(user, reader._("Accept or refuse the handover"))

    def action_cancel(self):
        """Call a handover off; not when the clients would be left without a manager."""
        self._check_may_settle()
        for row in self:
            if row.state not in ("draft", "proposed"):
                raise UserError(self.env._("%s is closed.", row.name))
            if not row.from_user_id.active and row.line_ids.filtered(
                lambda li: li.state == "open" and not li.member_id.date_to
            ):
                raise UserError(
                    self.env._(
                        "%s no longer works here: these clients need somebody. Assign the "
                        "handover instead.",
                        row.from_user_id.name,
                    )
                )
        self.line_ids._handing().write({"state": "dropped"})
        self._handing().write({"state": "cancelled", "decided_at": fields.Datetime.now()})
        self._handing().activity_unlink(["mail.mail_activity_data_todo"])
        return True

    # BUSINESS: the receiver

    def action_accept(self):
        """Take the clients over: the team changes now, the clocks go on.

        :raises AccessError: somebody else than the receiver
        :raises UserError: not waiting any more
        """
        self._lock()
        today = self.env.company._credit_today()
        grace = today + timedelta(days=max(self.env.company.credit_handover_grace_days, 0))
        for row in self:
            row._check_receiver()
            row._freeze_parts()
            row._take_work()
            row._take_over(today, grace)
            row._handing().write(
                {
                    "state": "accepted",
                    "decided_at": fields.Datetime.now(),
                    "grace_until": grace,
                }
            )
            row._handing().activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def _take_over(self, today, grace):
        self.ensure_one()
        lines = self.line_ids.filtered(lambda li: li.state == "open")
        # sudo: the head settled it, the receiver agreed.
        members = self.env["credit.service.member"]._settled()
        members.create(
            [
                {
                    "partner_id": line.partner_id.id,
                    "user_id": self.to_user_id.id,
                    "role": line.role,
                    "date_from": today,
                    "reason": self.reason,
                    "grace_until": grace,
                    "handover_id": self.id,
                }
                for line in lines
                if line.member_id.user_id != self.to_user_id
            ]
        )
        lines._handing().write({"state": "done"})
        reader = self.with_context(lang=self.to_user_id.lang).env
        for line in lines.filtered("joint_visit"):
            line.partner_id.sudo().activity_schedule(
                "mail.mail_activity_data_meeting",
                date_deadline=grace,
                summary=reader._("Joint introduction visit"),
                note=reader._(
                    "%(from_user)s introduces %(to_user)s.",
                    from_user=self.from_user_id.name,
                    to_user=self.to_user_id.name,
                ),
                user_id=self.to_user_id.id,
            )

    def action_refuse(self):
        """Ask the receiver for the reason."""
        self.ensure_one()
        self._check_receiver()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse the handover"),
            "res_model": "credit.handover.refusal",
            "view_mode": "form",
            "target": "new",
            "context": {"default_handover_id": self.id},
        }

    def _refuse(self, reason):
        """Return the packet to the head, with the receiver's reason."""
        self._lock()
        for row in self:
            row._check_receiver()
            if not (reason or "").strip():
                raise ValidationError(self.env._("Say why you refuse."))
            receiver = row.to_user_id
            handing = row._handing()
            handing.line_ids.filtered(lambda li, u=receiver: li.to_user_id == u).write(
                {"to_user_id": False}
            )
            handing.write({"state": "draft", "to_user_id": False, "refusal": reason})
            handing._message_log(
                body=self.env._("%(who)s refused: %(reason)s", who=receiver.name, reason=reason)
            )
            handing.activity_unlink(["mail.mail_activity_data_todo"])
            row._tell_heads()

    def _check_receiver(self):
        for row in self:
            if row.state != "proposed":
                raise UserError(self.env._("%s is not waiting for anybody any more.", row.name))
            if not self.env.su and row.to_user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "%(receiver)s accepts or refuses this handover, not %(user)s.",
                        receiver=row.to_user_id.name,
                        user=self.env.user.name,
                    )
                )

    def _lock(self):
        """Wait for whoever works on these handovers; then see what they did."""
        self.flush_recordset()
        self.env.execute_query(
            SQL(
                "SELECT id FROM credit_handover WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
                list(self.ids),
            )
        )
        self.invalidate_recordset()
