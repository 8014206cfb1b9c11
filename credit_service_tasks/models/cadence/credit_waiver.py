from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from ...engine.ledger import WAIVES

# Held by this module alone: a context that comes by RPC can never contain it.
_DECIDING = object()
DECIDED = {"state", "requested_by_id", "approver_id", "decided_at", "decision_note"}


class CreditWaiver(models.Model):
    """An exemption from duties: asked for, granted by somebody else, with an end.

    Waived duties stay in the ledger and in every report, outside the denominator.
    """

    _name = "credit.waiver"
    _inherit = ["credit.internal.thread", "mail.activity.mixin"]
    _description = "Waiver"
    _order = "date_from desc, id desc"

    name = fields.Char(compute="_compute_name")
    type_id = fields.Many2one(
        "credit.waiver.type", required=True, index=True, ondelete="restrict", tracking=True
    )
    reason = fields.Text(required=True, help="Why the duty cannot or should not be done.")
    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        index="btree_not_null",
        ondelete="cascade",
        domain=[("is_credit_client", "=", True)],
    )
    unit_id = fields.Many2one(
        "crm.team",
        string="About the institution",
        index="btree_not_null",
        ondelete="restrict",
    )
    person_id = fields.Many2one(
        "res.users", string="About the person", index="btree_not_null", ondelete="restrict"
    )
    institution_id = fields.Many2one(
        "crm.team",
        compute="_compute_institution_id",
        store=True,
        compute_sudo=True,  # the asker may not read the whole tree
        index="btree_not_null",
        ondelete="restrict",
    )
    rule_id = fields.Many2one(
        "credit.cadence.rule",
        string="Duties of the rule",
        index="btree_not_null",
        ondelete="restrict",
        help="Of whatever version. Empty: every duty towards the client.",
    )
    date_from = fields.Date(
        "Duties due from",
        required=True,
        default=lambda self: self.env.company._credit_today(),
        tracking=True,
    )
    date_to = fields.Date("Duties due until", required=True, tracking=True)
    state = fields.Selection(
        [
            ("requested", "Asked for"),
            ("approved", "Granted"),
            ("refused", "Refused"),
            ("revoked", "Revoked"),
        ],
        required=True,
        default="requested",
        readonly=True,
        copy=False,
        tracking=True,
    )
    requested_by_id = fields.Many2one(
        "res.users",
        string="Asked for by",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        readonly=True,
        copy=False,
    )
    approver_id = fields.Many2one(
        "res.users",
        string="Decided by",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        copy=False,
    )
    decided_at = fields.Datetime(readonly=True, copy=False)
    decision_note = fields.Char(readonly=True, copy=False)
    duty_ids = fields.One2many("credit.obligation", "waiver_id", string="Duties waived")
    duty_count = fields.Integer("Duties", compute="_compute_duty_count")
    may_decide = fields.Boolean(compute="_compute_may_decide")
    obstacle = fields.Char("Why you cannot decide", compute="_compute_may_decide")

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A waiver cannot end before it begins."
    )
    _one_subject = models.Constraint(
        "CHECK (num_nonnulls(partner_id, unit_id, person_id) = 1)",
        "A waiver is about one client, one institution or one person.",
    )

    @api.depends("type_id", "partner_id", "unit_id", "person_id")
    def _compute_name(self):
        for waiver in self:
            subject = waiver.partner_id or waiver.unit_id or waiver.person_id
            waiver.name = " – ".join(filter(None, (waiver.type_id.name, subject.display_name)))

    @api.depends("partner_id.credit_institution_id", "unit_id", "person_id")
    def _compute_institution_id(self):
        for waiver in self:
            waiver.institution_id = (
                waiver.partner_id.credit_institution_id
                or waiver.unit_id
                or waiver.person_id.crm_team_member_ids.filtered("post_id")[:1].crm_team_id
            )

    def _compute_duty_count(self):
        counts = dict(
            self.env["credit.obligation"]._read_group(
                [("waiver_id", "in", self.ids)], ["waiver_id"], ["__count"]
            )
        )
        for waiver in self:
            waiver.duty_count = counts.get(waiver, 0)

    @api.depends_context("uid")
    @api.depends("state", "type_id", "institution_id", "requested_by_id")
    def _compute_may_decide(self):
        for waiver in self:
            waiver.obstacle = waiver._obstacle(self.env.user)
            waiver.may_decide = not waiver.obstacle

    # WHO MAY

    def _obstacle(self, user):
        """Return why ``user`` may not decide on the waiver, or False."""
        self.ensure_one()
        waiver = self.sudo()  # sudo: posts and duties are looked up to check the right
        if user == waiver.requested_by_id:
            return self.env._("%s asked for the waiver and cannot decide on it as well.", user.name)
        if user in waiver._affected().user_id or user == waiver.person_id:
            return self.env._("%s owes the duty and cannot excuse himself.", user.name)
        posts = waiver.type_id.approver_post_ids
        members = user.sudo().crm_team_member_ids.filtered(
            lambda m: m.active and m.post_id in posts
        )
        ancestors = (waiver.institution_id.parent_path or "").split("/")
        if not any(str(member.crm_team_id.id) in ancestors for member in members):
            return self.env._(
                "%(user)s cannot decide on a waiver of the type “%(type)s” for "
                "%(institution)s; a holder of one of these posts there or above it can: "
                "%(posts)s.",
                user=user.name,
                type=waiver.type_id.name,
                institution=waiver.institution_id.name or self.env._("no institution"),
                posts=", ".join(posts.mapped("name")),
            )
        return False

    def _affected(self):
        """Return the duties in the ledger that the waiver speaks of."""
        self.ensure_one()
        self.flush_recordset()
        self.env["credit.obligation"].flush_model()
        condition = SQL(
            """SELECT o.id FROM credit_obligation o
                 JOIN (SELECT id, partner_id, unit_id, person_id, rule_id, date_from, date_to,
                              'approved' AS state FROM credit_waiver WHERE id = %s) w ON TRUE
                WHERE o.status IN ('open', 'overdue', 'waived') AND %s""",
            self.id,
            WAIVES,
        )
        rows = self.env.execute_query(condition)
        return self.env["credit.obligation"].sudo().browse([row[0] for row in rows])

    # ACTIONS

    def action_approve(self, note=""):
        """Grant waivers; the duties concerned are waived at once.

        :param str note: optional, kept
        :raises AccessError: the asker, who owes the duty, or without the post
        :raises UserError: already decided
        """
        self._decide("approved", note)
        return True

    def action_refuse(self, note=""):
        """Refuse waivers; the duties stay."""
        self._decide("refused", note)
        return True

    def action_revoke(self, note=""):
        """Take granted waivers back; the duties stand as if there had been none."""
        self._decide("revoked", note, before="approved")
        return True

    def _decide(self, state, note, before="requested"):
        self.check_access("read")
        for waiver in self:
            if waiver.state != before:
                states = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "“%(waiver)s” is %(state)s already.",
                        waiver=waiver.name,
                        state=states[waiver.state],
                    )
                )
            obstacle = waiver._obstacle(self.env.user)
            if obstacle:
                raise AccessError(obstacle)
        affected = self.env["credit.obligation"]
        for waiver in self:
            affected |= waiver._affected()
        # sudo: the right was checked above; nobody writes decisions directly.
        self.sudo().with_context(credit_waiver_deciding=_DECIDING).write(
            {
                "state": state,
                "approver_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
                "decision_note": note if isinstance(note, str) else "",
            }
        )
        self.env["credit.obligation"]._settle(affected.ids)

    def action_open_duties(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Duties waived"),
            "res_model": "credit.obligation",
            "view_mode": "list,form",
            "domain": [("id", "in", self._affected().ids)],
        }

    # ORM

    @api.constrains("partner_id")
    def _check_client(self):
        for waiver in self.sudo():
            if waiver.partner_id and not waiver.partner_id.is_credit_client:
                raise ValidationError(
                    self.env._("%s is not a credit client.", waiver.partner_id.display_name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            for decided in DECIDED:
                vals.pop(decided, None)
        return super().create(vals_list)

    def write(self, vals):
        deciding = self.env.context.get("credit_waiver_deciding") is _DECIDING
        if DECIDED & set(vals) and not deciding:
            raise AccessError(
                self.env._("Waivers are granted, refused and revoked with the buttons.")
            )
        kept = {
            "type_id",
            "reason",
            "partner_id",
            "unit_id",
            "person_id",
            "rule_id",
            "date_from",
            "date_to",
        }
        if kept & set(vals) and not deciding:
            for waiver in self:
                if waiver.state != "requested":
                    raise UserError(
                        self.env._(
                            "“%s” has been decided and stays as it was decided. Ask for "
                            "another one.",
                            waiver.name,
                        )
                    )
                if waiver.requested_by_id != self.env.user and not self.env.su:
                    raise AccessError(
                        self.env._(
                            "Only %s, who asked for the waiver, can change it.",
                            waiver.requested_by_id.name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_undecided(self):
        for waiver in self:
            if waiver.state != "requested":
                raise UserError(self.env._("“%s” has been decided and stays on file.", waiver.name))
            if waiver.requested_by_id != self.env.user and not self.env.su:
                raise AccessError(
                    self.env._(
                        "Only %s, who asked for the waiver, can take it back; who disagrees "
                        "refuses it.",
                        waiver.requested_by_id.name,
                    )
                )
