from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.credit_client_tiering.models.policy.tiers import TIERS

from .credit_service_package import CHANNEL_RANK, CHANNELS

OUTCOMES = [("approve", "Approved"), ("refuse", "Refused"), ("return", "Returned")]
STATE_AFTER = {"approve": "approved", "refuse": "refused", "return": "returned"}


class CreditRequestMixin(models.AbstractModel):
    """A request of an institution for a client: decided by a post, four eyes.

    When it is submitted, the facts and the rule it rests on are frozen, and so are
    the posts that decide; a later change of the configuration moves nothing.
    """

    _name = "credit.request.mixin"
    _inherit = ["credit.guard.mixin", "credit.internal.thread", "mail.activity.mixin"]
    _description = "Request for a Client"

    # Where the concrete model's decisions are kept.
    _decision_field = None

    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("is_credit_client", "=", True)],
    )
    reason = fields.Text(help="Why the client should have it.")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Waiting for a decision"),
            ("returned", "Returned"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
    )
    institution_id = fields.Many2one(
        "crm.team", index="btree_not_null", readonly=True, copy=False, ondelete="restrict"
    )
    tier = fields.Selection(TIERS, string="List when submitted", readonly=True, copy=False)
    # Frozen like the list: green and VIP channels go first in this queue, too (S-S-3, S-Q-3a).
    channel = fields.Selection(CHANNELS, readonly=True, copy=False)
    channel_rank = fields.Integer(
        readonly=True, copy=False, default=len(CHANNELS), aggregator=None, index=True
    )
    post_ids = fields.Many2many(
        "credit.post",
        string="Decided by",
        readonly=True,
        copy=False,
        help="Who decides, by the rule in force when it was submitted.",
    )
    requested_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    submitted_at = fields.Datetime(readonly=True, copy=False)
    round = fields.Integer(readonly=True, copy=False, help="How many times it was submitted.")
    evidence = fields.Json(readonly=True, copy=False)
    closed_at = fields.Datetime(readonly=True, copy=False)
    may_decide = fields.Boolean(compute="_compute_may_decide")

    @api.depends("partner_id")
    def _compute_display_name(self):
        for request in self:
            parts = (request.partner_id.display_name, request._subject())
            request.display_name = " · ".join(part for part in parts if part)

    @api.depends_context("uid")
    @api.depends("state", "post_ids", "requested_by_id")
    def _compute_may_decide(self):
        for request in self:
            request.may_decide = request.state == "submitted" and bool(
                request._seat_of_user() and self.env.user != request.requested_by_id
            )

    # Hooks of the concrete models

    def _subject(self):
        """Hook: what is asked for, in a few words."""
        raise NotImplementedError

    def _prepare_submission(self):
        """Hook: check and return the values frozen at submission.

        Must contain ``post_ids`` and may add to ``evidence``.
        """
        raise NotImplementedError

    def _deciding_institution(self):
        """Hook: the institution in which, or above which, the post must be held."""
        return self.institution_id

    # ORM

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create(vals_list)
        for request in requests:
            request.partner_id.check_access("read")
            if not request.partner_id.sudo().is_credit_client:
                raise ValidationError(
                    self.env._(
                        "%s is not marked as a credit client.", request.partner_id.display_name
                    )
                )
            request._engine().write(request._queue())
        return requests

    def _queue(self):
        """Return the channel of the client as of today, and where it stands in the queue."""
        self.ensure_one()
        day = self.env.company._credit_today()
        # sudo: what a list is entitled to is configuration.
        packages = self.env["credit.service.package"].sudo()
        channel = packages._in_force(self.partner_id.sudo().credit_tier, day).channel or "normal"
        return {"channel": channel, "channel_rank": CHANNEL_RANK[channel]}

    def _guard_editable(self, touched):
        for request in self:
            if request.state not in ("draft", "returned"):
                raise UserError(
                    self.env._(
                        "“%s” has been submitted; withdraw it first, or wait until it is returned.",
                        request.display_name,
                    )
                )

    def _guard_deletable(self):
        for request in self:
            if request.round:
                raise UserError(
                    self.env._("“%s” has been submitted once and is kept.", request.display_name)
                )

    # BUSINESS

    def action_submit(self):
        """Freeze the facts and put the requests before whoever decides.

        :raises AccessError: not the caller's client
        :raises UserError: the client is not entitled to it, or no rule covers it
        :raises ValidationError: something the decision needs is missing
        """
        self.check_access("write")
        self._lock()
        for request in self:
            if request.state not in ("draft", "returned"):
                raise UserError(self.env._("“%s” is already on its way.", request.display_name))
            values = {
                "institution_id": request.partner_id.credit_institution_id.id,
                "tier": request.partner_id.credit_tier,
                **request._queue(),
            }
            request._engine().write(values)
            more = request._prepare_submission()
            facts = request._facts()
            facts.update(more.pop("evidence", {}))
            request._engine().write(
                {
                    **more,
                    "state": "submitted",
                    "round": request.round + 1,
                    "requested_by_id": self.env.uid,
                    "submitted_at": fields.Datetime.now(),
                    "evidence": facts,
                }
            )
            request._ask_deciders()
        return True

    def action_withdraw(self):
        """Take back requests that are not decided yet."""
        self.check_access("write")
        self._lock()
        for request in self:
            if request.state not in ("draft", "submitted", "returned"):
                raise UserError(request._closed_message())
        self._engine().write({"state": "withdrawn", "closed_at": fields.Datetime.now()})
        self._engine().activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def action_decide(self, outcome, reason=""):
        """Decide on requests by virtue of a post.

        :param str outcome: ``approve``, ``refuse`` or ``return``
        :param str reason: needed for a refusal and a return
        :raises AccessError: not the post, or four eyes
        :raises UserError: not waiting for a decision
        :raises ValidationError: reason missing
        """
        if outcome not in STATE_AFTER:
            raise ValidationError(self.env._("Unknown decision: %s", outcome))
        self.check_access("read")
        self._lock()
        now = fields.Datetime.now()
        rows = []
        for request in self:
            if request.state != "submitted":
                raise UserError(request._closed_message())
            post, principal = request._check_may_decide()
            text = (reason or "").strip()
            if outcome != "approve" and not text:
                raise ValidationError(
                    self.env._(
                        "%s: say why. A refusal and a return need a reason.",
                        request.display_name,
                    )
                )
            rows.append(
                {
                    self._decision_field: request.id,
                    "partner_id": request.partner_id.id,
                    "round": request.round,
                    "outcome": outcome,
                    "reason": text,
                    "user_id": self.env.uid,
                    "on_behalf_of_id": principal.id,
                    "post_id": post.id,
                    "decided_at": now,
                    "evidence": request.evidence,
                }
            )
        self.env["credit.request.decision"]._engine().create(rows)
        closed = now if outcome != "return" else False
        self._engine().write({"state": STATE_AFTER[outcome], "closed_at": closed})
        self._engine().activity_unlink(["mail.mail_activity_data_todo"])
        self._tell_requester(outcome, reason)
        return True

    # Checks

    def _seat_of_user(self):
        """Return the post and the principal by which the user may decide, or nothing."""
        self.ensure_one()
        posts = self.sudo().post_ids
        members = self._holders_of(posts, self._deciding_institution())
        own = members.filtered(lambda m: m.user_id == self.env.user)
        if own:
            return own[0].post_id, self.env["res.users"]
        principal = self._stands_in_for(posts)
        seat = members.filtered(lambda m: m.user_id == principal)[:1]
        return (seat.post_id, principal) if seat else None

    def _check_may_decide(self):
        self.ensure_one()
        seat = self._seat_of_user()
        if not seat:
            raise AccessError(
                self.env._(
                    "%(user)s does not decide on “%(request)s”: that is for %(posts)s of "
                    "%(institution)s or above.",
                    user=self.env.user.name,
                    request=self.display_name,
                    posts=", ".join(self.sudo().post_ids.mapped("name")),
                    institution=self._deciding_institution().sudo().name or "",
                )
            )
        if self.requested_by_id & (self.env.user | seat[1]):
            raise AccessError(
                self.env._(
                    "%(user)s asked for “%(request)s” and cannot decide on it as well (four eyes).",
                    user=self.requested_by_id.name,
                    request=self.display_name,
                )
            )
        return seat

    def _closed_message(self):
        self.ensure_one()
        states = dict(self._fields["state"]._description_selection(self.env))
        return self.env._(
            "“%(request)s” is not waiting for a decision: %(state)s.",
            request=self.display_name,
            state=states[self.state],
        )

    # Notices

    def _ask_deciders(self):
        """Put the request on the list of one holder of the post, the nearest."""
        members = self._holders_of(self.sudo().post_ids, self._deciding_institution())
        members = members.filtered(lambda m: m.user_id != self.requested_by_id)
        if members:
            reader = self.with_context(lang=members[0].user_id.lang).env
            self._engine().activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=self.env.company._credit_today(),
                summary=reader._("Decide on a request"),
                user_id=members[0].user_id.id,
            )

    def _tell_requester(self, outcome, reason):
        words = dict(
            self.env["credit.request.decision"]._fields["outcome"]._description_selection(self.env)
        )
        for request in self._engine():
            request.message_post(
                body=f"{words[outcome]}: {(reason or '').strip()}".rstrip(": "),
                partner_ids=request.requested_by_id.partner_id.ids,
                message_type="notification",
                subtype_xmlid="mail.mt_note",
            )
