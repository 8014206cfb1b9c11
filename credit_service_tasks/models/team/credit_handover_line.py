from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.credit_client_tiering.models.policy.tiers import TIERS

from .credit_handover import _HANDING

ENTERED = frozenset({"handover_id", "partner_id", "to_user_id"})


class CreditHandoverLine(models.Model):
    """One client of a handover, with what was open when it was proposed."""

    _name = "credit.handover.line"
    _description = "Client Handed Over"
    _order = "handover_id, joint_visit desc, id"
    _rec_name = "partner_id"

    handover_id = fields.Many2one("credit.handover", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_credit_client", "=", True)],
    )
    member_id = fields.Many2one(
        "credit.service.member",
        string="Row handed over",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    role = fields.Selection(related="member_id.role")
    to_user_id = fields.Many2one(
        "res.users",
        string="Receiver",
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: the receiver of the whole handover.",
    )
    tier = fields.Selection(TIERS, string="List", readonly=True)
    open_duties = fields.Integer("Open duties", readonly=True)
    packet = fields.Text("What is open", readonly=True)
    joint_visit = fields.Boolean(
        readonly=True,
        help="A strategic client is introduced to its new manager in person, by both.",
    )
    state = fields.Selection(
        [
            ("open", "Open"),
            ("done", "Taken over"),
            ("overtaken", "Settled otherwise"),
            ("dropped", "Called off"),
        ],
        required=True,
        default="open",
        readonly=True,
    )

    _once = models.UniqueIndex(
        "(member_id) WHERE state = 'open'", "The client is part of another handover already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not self._is_handing():
            vals_list = [
                self._with_member({n: v for n, v in vals.items() if n in ENTERED})
                for vals in vals_list
            ]
        self.flush_model(["state"])
        lines = super().create(vals_list)
        if not self._is_handing():
            lines._check_draft()
            lines.handover_id._freeze_parts()
        return lines

    def write(self, vals):
        if not self._is_handing():
            if set(vals) - {"to_user_id"}:
                raise UserError(self.env._("Of a client handed over only the receiver changes."))
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        self._check_draft()
        for line in self:
            if not line.handover_id.from_user_id.active:
                raise UserError(
                    self.env._(
                        "%(user)s no longer works here: %(client)s needs somebody.",
                        user=line.handover_id.from_user_id.name,
                        client=line.partner_id.display_name,
                    )
                )

    def _is_handing(self):
        return self.env.context.get("credit_handing") is _HANDING

    def _handing(self):
        """Return the records open for writing; whoever calls has checked the right."""
        # sudo: states and packets are read-only for everybody.
        return self.sudo().with_context(credit_handing=_HANDING)

    def _check_draft(self):
        handovers = self.handover_id
        handovers._check_may_settle()
        for row in handovers:
            if row.state != "draft":
                raise UserError(self.env._("%s is on its way already.", row.name))

    @api.model
    def _with_member(self, vals):
        """Find the row of the team that the client's line hands over."""
        handover = self.env["credit.handover"].browse(vals.get("handover_id"))
        client = self.env["res.partner"].browse(vals.get("partner_id"))
        member = handover._members_of(handover.from_user_id).filtered(
            lambda m: m.partner_id == client and m.role != "leader"
        )
        if not member:
            raise ValidationError(
                self.env._(
                    "%(user)s does not serve %(client)s.",
                    user=handover.from_user_id.name,
                    client=client.display_name,
                )
            )
        taken = self._handing().search(
            [("member_id", "=", member[:1].id), ("state", "=", "open")], limit=1
        )
        if taken:
            raise ValidationError(
                self.env._(
                    "%(client)s is part of the handover %(handover)s already.",
                    client=client.display_name,
                    handover=taken.handover_id.name,
                )
            )
        return {**vals, "member_id": member[:1].id}
