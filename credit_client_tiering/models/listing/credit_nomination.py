from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from ...collision import collisions_retried
from ..policy.tiers import HEAD_OFFICE_TIERS, TIERS

# Held by this module alone: a context that comes by RPC can never contain it.
_MOVING = object()

# Open for the institution to work on; everything else moves by the methods below.
DRAFT_FIELDS = frozenset({"tier", "justification", "special", "special_reason", "special_until"})
OPEN_STATES = ("draft", "submitted", "returned")


class CreditNomination(models.Model):
    """A proposal to put a client on a list, move it or take it off (L-5 to L-9).

    The evidence is frozen when the institution submits; two head-office
    departments decide on strategic and quality (A29, A30), the institution
    itself on basic and potential (L-7). Nothing here changes a list except the
    last decision that is needed.
    """

    _name = "credit.nomination"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Nomination"
    _order = "id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_credit_client", "=", True)],
    )
    institution_id = fields.Many2one(
        "crm.team", index="btree_not_null", readonly=True, ondelete="restrict"
    )
    tier_from = fields.Selection(TIERS, string="From list", readonly=True)
    tier = fields.Selection(TIERS, string="To list", help="Empty: off the lists altogether.")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Waiting for the head office"),
            ("returned", "Returned"),
            ("confirmed", "Confirmed"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
    )
    justification = fields.Text(help="Why; a move the rule does not suggest needs it.")
    special = fields.Boolean(
        "Special recognition",
        help="Strategic by recognition of the head office alone (T-S-5, A10).",
    )
    special_reason = fields.Text("Reason of the recognition")
    special_until = fields.Date("Recognised until")
    nominated_by = fields.Many2one("res.users", readonly=True, copy=False)
    submitted_at = fields.Datetime(readonly=True, copy=False)
    round = fields.Integer(readonly=True, copy=False, help="How many times it was submitted.")
    suggested = fields.Char(
        "Suggested at submission",
        readonly=True,
        copy=False,
        help="What the rule said when the nomination was submitted.",
    )
    agrees = fields.Boolean(
        "Agrees with the rule",
        readonly=True,
        copy=False,
        help="The rule suggested this very list when the nomination was submitted.",
    )
    assessment_id = fields.Many2one(
        "credit.assessment",
        string="Submitted on",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The assessment, with its facts, that the nomination rests on.",
    )
    evidence = fields.Json(readonly=True, copy=False)
    decision_ids = fields.One2many(
        "credit.nomination.decision", "nomination_id", string="Decisions"
    )
    finance_approved = fields.Boolean("Corporate Finance approved", readonly=True, copy=False)
    credit_approved = fields.Boolean("Credit Management approved", readonly=True, copy=False)
    closed_at = fields.Datetime(readonly=True, copy=False)
    automatic = fields.Boolean(
        readonly=True, copy=False, help="Opened by the first credit itself (T-P-A)."
    )

    _one_open = models.UniqueIndex(
        "(partner_id) WHERE state IN ('draft', 'submitted', 'returned')",
        "There already is an open nomination for the client.",
    )

    # ORM

    @api.model_create_multi
    def create(self, vals_list):
        """Propose moves of clients between the lists, as drafts.

        :param list[dict] vals_list: ``partner_id`` (id), ``tier`` (code, or False
            for off the lists), ``justification`` (text)
        :raises AccessError: not the caller's client
        :raises ValidationError: there already is an open nomination
        Clauses L-5, T-S-L2.
        """
        moving = self._is_moving()
        for vals in vals_list:
            if not moving:
                forged = set(vals) - DRAFT_FIELDS - {"partner_id"}
                for name in forged:
                    vals.pop(name)
        # The index looks at states: those written before must be there first.
        self.flush_model(["state"])
        nominations = super().create(vals_list)
        for nomination in nominations:
            client = nomination.partner_id
            client.check_access("read")
            if not client.is_credit_client:
                raise ValidationError(
                    self.env._("%s is not marked as a credit client.", client.display_name)
                )
        return nominations

    def write(self, vals):
        if not self._is_moving():
            native = {n for n in vals if n.startswith(("message_", "activity_"))}
            touched = set(vals) - native
            if touched - DRAFT_FIELDS:
                raise AccessError(
                    self.env._("A nomination moves by submitting, deciding and withdrawing it.")
                )
            for nomination in self if touched else ():
                if nomination.state not in ("draft", "returned"):
                    raise UserError(
                        self.env._(
                            "The nomination of %s has been submitted; withdraw it first, or "
                            "wait until it is returned.",
                            nomination.partner_id.display_name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_before_submission_only(self):
        for nomination in self:
            if nomination.round:
                raise UserError(
                    self.env._(
                        "The nomination of %s has been before the head office and is kept.",
                        nomination.partner_id.display_name,
                    )
                )

    def _is_moving(self):
        return self.env.context.get("credit_moving") is _MOVING

    def _moving(self):
        """Return the records open for writing; whoever calls has checked the right."""
        # sudo: states and frozen evidence are read-only for everybody.
        return self.sudo().with_context(credit_moving=_MOVING)

    # BUSINESS: the institution

    def action_submit(self):
        """Submit to the head office, or settle what the institution decides itself.

        Basic and potential take effect at once (L-7); strategic and quality, and
        leaving those lists, wait for both departments (L-6, A28 to A30).

        :raises AccessError: a client manager (the corporate head submits)
        :raises UserError: nothing to move, or the client cannot be on that list
        :raises ValidationError: justification missing
        """
        self._check_may_submit()
        self._lock()
        for nomination in self:
            nomination._check_submittable()
        now = fields.Datetime.now()
        for nomination in self._moving():
            client = nomination.partner_id
            nomination.write(
                {
                    "state": "submitted",
                    "round": nomination.round + 1,
                    "institution_id": client.credit_institution_id.id,
                    "tier_from": client.credit_tier,
                    "nominated_by": self.env.uid,
                    "submitted_at": now,
                    "suggested": client.credit_suggested,
                    "agrees": client.credit_suggested == nomination.tier,
                    "assessment_id": client.credit_assessment_id.id,
                    "evidence": nomination._evidence(),
                    "finance_approved": False,
                    "credit_approved": False,
                }
            )
        settled = self.filtered(lambda n: not n._needs_head_office())
        settled._confirm("institution")
        return True

    def action_withdraw(self):
        """Withdraw nominations that are not decided yet."""
        self._check_may_submit()
        self._lock()
        for nomination in self:
            if nomination.state not in OPEN_STATES:
                raise UserError(nomination._closed_message())
        self._moving().write({"state": "withdrawn", "closed_at": fields.Datetime.now()})
        return True

    def _check_may_submit(self):
        if self.env.su or self.env.user.has_group("credit_client_tiering.group_corporate_head"):
            self.check_access("write")
            return
        raise AccessError(
            self.env._(
                "%s may prepare a nomination; the head of the corporate line, a deputy "
                "president or the president of the institution submits it (T-S-L2, L-7).",
                self.env.user.name,
            )
        )

    def _check_submittable(self):
        self.ensure_one()
        client = self.partner_id
        name = client.display_name
        if self.state not in ("draft", "returned"):
            raise UserError(self.env._("The nomination of %s is already on its way.", name))
        if self.tier == client.credit_tier:
            raise UserError(self.env._("%s already is on that list.", name))
        if self.tier == "basic" and client.credit_state != "active":
            raise UserError(
                self.env._("%s has no credit in effect; basic is for credit clients (A22).", name)
            )
        if self.tier == "potential" and client.credit_state == "active":
            raise UserError(
                self.env._("%s has credit; potential clients have none yet (T-P-1a).", name)
            )
        if client.credit_suggested != self.tier and not (self.justification or "").strip():
            raise ValidationError(
                self.env._(
                    "%s: the rule does not suggest this move, so say in the justification "
                    "why it should be made.",
                    name,
                )
            )
        if self.special and not (self.special_reason and self.special_until):
            raise ValidationError(
                self.env._("%s: a special recognition needs a reason and an end (A10).", name)
            )

    def _needs_head_office(self):
        self.ensure_one()
        return bool({self.tier, self.tier_from} & HEAD_OFFICE_TIERS)

    def _evidence(self):
        """Return the explanation of the current assessment, as it is now."""
        self.ensure_one()
        assessment = self.partner_id.credit_assessment_id
        if not assessment:
            return False
        answer = assessment.explain()
        return _plain(answer)

    # BUSINESS: effects

    def _confirm(self, origin):
        """Change the lists as nominated; for the last decision that was needed."""
        if not self:
            return
        lists = self.env["credit.membership"]
        for tier, nominations in self.grouped("tier").items():
            partners = nominations.partner_id.sudo()
            reason = self.env._("Nomination confirmed")
            if tier:
                by_client = {n.partner_id.id: n.id for n in nominations}
                lists._enter(partners, tier, origin, reason, nominations=by_client)
            else:
                lists._leave(partners, "removed", reason)
        self._moving().write({"state": "confirmed", "closed_at": fields.Datetime.now()})
        self._tell_clients()

    def _tell_clients(self):
        """Leave the move in the client's chatter; as a note, so nobody gets mail."""
        names = dict(self._fields["tier"]._description_selection(self.env))
        off = self.env._("no list")
        bodies = {
            n.partner_id.id: self.env._(
                "Moved from %(before)s to %(after)s; nominated by %(who)s.",
                before=names.get(n.tier_from, off),
                after=names.get(n.tier, off),
                who=n.nominated_by.name or self.env._("the system"),
            )
            for n in self.sudo()
        }
        # sudo: the note documents a decision that has been taken.
        self.partner_id.sudo()._message_log_batch(bodies)

    def _lock(self):
        """Wait for whoever works on these nominations; then see what they did."""
        self.flush_recordset()
        self.env.execute_query(
            SQL(
                "SELECT id FROM credit_nomination WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
                list(self.ids),
            )
        )
        self.invalidate_recordset()

    def _closed_message(self):
        self.ensure_one()
        states = dict(self._fields["state"]._description_selection(self.env))
        return self.env._(
            "The nomination of %(client)s is closed: %(state)s.",
            client=self.partner_id.display_name,
            state=states[self.state],
        )

    @api.model
    def _declare(self, partner, tier):
        """Open a declaration for the institution; one that is open already stays.

        For the event of the first credit itself (T-P-A, A25): it goes straight to
        the head office, in the name of the institution.
        """
        # sudo: nobody in particular opens it.
        nominations = self._moving()
        pending = nominations.search(
            [("partner_id", "=", partner.id), ("state", "in", OPEN_STATES)]
        )
        if pending:
            return self.browse(pending.ids)
        with collisions_retried():
            nomination = nominations.create(
                {
                    "partner_id": partner.id,
                    "tier": tier,
                    "tier_from": partner.credit_tier,
                    "institution_id": partner.credit_institution_id.id,
                    "automatic": True,
                    "state": "submitted",
                    "round": 1,
                    "submitted_at": fields.Datetime.now(),
                    "suggested": partner.credit_suggested,
                    "agrees": partner.credit_suggested == tier,
                    "assessment_id": partner.credit_assessment_id.id,
                }
            )
            nomination.evidence = nomination._evidence()
            nomination.flush_recordset()
        return self.browse(nomination.ids)


def _plain(value):
    """Return ``value`` with dates as text, so that it can be kept as JSON."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
