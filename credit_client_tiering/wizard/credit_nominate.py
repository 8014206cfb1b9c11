from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.assessment.credit_tier_card import evidence_values
from ..models.listing.departments import GROUPS
from ..models.policy.tiers import HEAD_OFFICE_TIERS, TIERS


class CreditNominate(models.TransientModel):
    """Nominate one or many clients for a list, seeing what the rule suggests."""

    _name = "credit.nominate"
    _description = "Nominate"

    partner_ids = fields.Many2many(
        "res.partner",
        string="Clients",
        required=True,
        domain=[("is_credit_client", "=", True)],
    )
    tier = fields.Selection(
        TIERS + [("off", "Off the lists"), ("suggested", "What the rule suggests for each")],
        string="To list",
        required=True,
        default="suggested",
    )
    justification = fields.Text(
        help="Why; a move the rule does not suggest needs it.",
    )
    special = fields.Boolean("Special recognition")
    special_reason = fields.Text("Reason of the recognition")
    special_until = fields.Date("Recognised until")
    partner_count = fields.Integer(compute="_compute_verdict")
    verdict = fields.Char("The rule's verdict", compute="_compute_verdict")
    agrees = fields.Boolean(compute="_compute_verdict")
    effect = fields.Char("What happens then", compute="_compute_verdict")
    evidence_card = fields.Html(
        "Facts that go with it", compute="_compute_evidence_card", sanitize=False
    )
    needs_reason = fields.Boolean(compute="_compute_verdict")
    pending_note = fields.Char(compute="_compute_pending")
    pending_id = fields.Many2one("credit.nomination", compute="_compute_pending")
    nothing_left = fields.Boolean(compute="_compute_pending")
    may_submit = fields.Boolean(compute="_compute_may_submit")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        context = self.env.context
        if context.get("active_model") == "res.partner" and not values.get("partner_ids"):
            values["partner_ids"] = [fields.Command.set(context.get("active_ids") or [])]
        return values

    @api.depends("partner_ids", "tier", "special")
    def _compute_verdict(self):
        for wizard in self:
            clients = wizard.partner_ids
            targets = {client: wizard._code(client) for client in clients}
            agreeing = [c for c, code in targets.items() if code == c.credit_suggested]
            wizard.partner_count = len(clients)
            wizard.agrees = len(agreeing) == len(clients)
            wizard.effect = wizard._effect(targets)
            # What the institution settles itself takes effect at once, so it says why.
            # A recognition has a reason of its own.
            wizard.needs_reason = not wizard.special and not (
                wizard.agrees and wizard._needs_head_office(targets)
            )
            if len(clients) == 1:
                wizard.verdict = wizard._verdict_on(clients)
            elif wizard.agrees:
                wizard.verdict = self.env._("The rule suggests every one of these moves.")
            else:
                wizard.verdict = self.env._(
                    "The rule suggests %(agreeing)s of these %(all)s moves; the others "
                    "need the justification.",
                    agreeing=len(agreeing),
                    all=len(clients),
                )

    def _verdict_on(self, client):
        client = client._origin
        words = dict(client._fields["credit_suggested"]._description_selection(self.env))
        suggested = words.get(client.credit_suggested) or self.env._("nothing")
        code = self._code(client)
        if code == client.credit_suggested:
            return self.env._("The rule suggests this: %s.", suggested)
        headline = client.credit_assessment_id._headline({})
        against = headline.stands_against(code) if headline and code else ""
        if against:
            return self.env._(
                "The rule suggests “%(suggested)s”. Against “%(list)s”: %(reason)s.",
                suggested=suggested,
                list=words.get(code, ""),
                reason=against,
            )
        return self.env._("The rule suggests “%s”.", suggested)

    @api.depends_context("lang")
    @api.depends("partner_ids")
    def _compute_evidence_card(self):
        for wizard in self:
            client = wizard.partner_ids._origin
            explained = len(client) == 1 and client.credit_assessment_id and client.credit_explain()
            wizard.evidence_card = explained and self.env["ir.qweb"]._render(
                "credit_client_tiering.assessment_explanation",
                evidence_values(self.env, explained),
            )

    def _needs_head_office(self, targets):
        """Return whether every move is one that both departments decide."""
        return all({code, c.credit_tier} & HEAD_OFFICE_TIERS for c, code in targets.items())

    def _effect(self, targets):
        if not targets:
            return ""
        if self._needs_head_office(targets):
            return self.env._(
                "Corporate Finance and Credit Management decide; until both have "
                "approved, the client stays where it is (T-S-L3, L-9)."
            )
        if not any({code, c.credit_tier} & HEAD_OFFICE_TIERS for c, code in targets.items()):
            return self.env._(
                "The institution settles this itself: it takes effect when submitted (L-7)."
            )
        return self.env._(
            "Moves between basic and potential take effect when submitted (L-7); those "
            "to or from strategic and quality wait for both departments (L-9)."
        )

    @api.depends("partner_ids")
    def _compute_pending(self):
        for wizard in self:
            pending = wizard.partner_ids._origin.credit_open_nomination_id
            wizard.pending_id = pending[:1]
            wizard.nothing_left = bool(pending) and len(pending) == len(wizard.partner_ids)
            wizard.pending_note = pending._summary() if pending else False

    @api.depends_context("uid")
    @api.depends("special")
    def _compute_may_submit(self):
        user = self.env.user
        head = user.has_group("credit_client_tiering.group_corporate_head")
        reviewer = any(user.has_group(group) for group in GROUPS.values())
        for wizard in self:
            wizard.may_submit = reviewer if wizard.special else head

    def _code(self, client):
        """Return the code of the client's target list; False: off the lists."""
        if self.tier == "suggested":
            return client.credit_suggested if client.credit_suggested in dict(TIERS) else False
        return self.tier if self.tier in dict(TIERS) else False

    # ACTIONS

    def action_prepare(self):
        """Create the nominations as drafts, for a head to submit."""
        nominations = self._nominate()
        return self._done(self.env._("Prepared: %s", self._names(nominations)))

    def action_submit(self):
        """Create the nominations and submit them.

        :raises AccessError: below head of the corporate line
        :raises UserError, ValidationError: as of the nomination itself
        Clauses L-5 to L-9.
        """
        nominations = self._nominate()
        nominations.action_submit()
        return self._done(self.env._("Submitted: %s", self._names(nominations)))

    def action_open_pending(self):
        """Open the nomination that is in the way."""
        self.ensure_one()
        return self.pending_id._action_open()

    def _nominate(self):
        self.ensure_one()
        clients = self.partner_ids - self.partner_ids.credit_open_nomination_id.partner_id
        if not clients:
            raise UserError(self.pending_note or self.env._("Choose the clients to be nominated."))
        if self.tier == "suggested":
            self._check_suggestions(clients)
        return self.env["credit.nomination"].create(
            [
                {
                    "partner_id": client.id,
                    "tier": self._code(client),
                    "justification": self.justification,
                    "special": self.special,
                    "special_reason": self.special_reason,
                    "special_until": self.special_until,
                }
                for client in clients
            ]
        )

    def _check_suggestions(self, clients):
        """Refuse to guess where the rule leaves the choice to people."""
        open_questions = clients.filtered(lambda c: c.credit_suggested == "undecided")
        if open_questions:
            raise UserError(
                self.env._(
                    "The rule suggests no list for %s. Take the client out, or choose the "
                    "list yourself.",
                    ", ".join(open_questions[:10].mapped("display_name")),
                )
            )

    def _names(self, nominations):
        names = ", ".join(nominations[:3].partner_id.mapped("display_name"))
        if len(nominations) > 3:
            return self.env._("%(names)s and %(more)s more", names=names, more=len(nominations) - 3)
        return names

    def _done(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
