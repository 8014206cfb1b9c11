from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..bank.res_partner import VIEWERS
from ..policy.tiers import TIERS
from .credit_nomination import OPEN_STATES
from .departments import GROUPS


class ResPartner(models.Model):
    """What a card of the board shows, computed for all cards of a column at once."""

    _inherit = "res.partner"

    credit_open_nomination_id = fields.Many2one(
        "credit.nomination",
        string="Open nomination",
        compute="_compute_credit_open_nomination_id",
        groups=VIEWERS,
    )
    credit_pending = fields.Char(
        "Decision pending",
        compute="_compute_credit_open_nomination_id",
        groups=VIEWERS,
        help="The list the client is nominated for, and who has to act.",
    )
    credit_review_due = fields.Date(
        "Review due",
        compute="_compute_credit_review_due",
        groups=VIEWERS,
        help="When the review of the client's list, open at its institution, is due (L-8).",
    )
    credit_review_overdue = fields.Boolean(compute="_compute_credit_review_due", groups=VIEWERS)

    def _group_expand_credit_tier(self, groups, domain):
        # On the board also the clients that nobody put on a list yet.
        tiers = super()._group_expand_credit_tier(groups, domain)
        return [False, *tiers] if self.env.context.get("credit_board") else tiers

    @api.depends_context("uid", "lang")
    @api.depends("credit_nomination_ids.state", "credit_nomination_ids.tier")
    def _compute_credit_open_nomination_id(self):
        found = self.env["credit.nomination"].search(
            [("partner_id", "in", self.ids), ("state", "in", OPEN_STATES)]
        )
        by_client = {n.partner_id.id: n for n in found}
        for partner in self:
            nomination = by_client.get(partner._origin.id, found.browse())
            partner.credit_open_nomination_id = nomination
            partner.credit_pending = (
                f"→ {nomination._target()}: {nomination.where}" if nomination else False
            )

    @api.depends_context("uid")
    @api.depends("credit_tier", "credit_institution_id")
    def _compute_credit_review_due(self):
        today = self.env.company._credit_today()
        reviews = self.env["credit.list.review"].search(
            [("institution_id", "in", self.credit_institution_id.ids), ("state", "=", "open")]
        )
        due = {(r.institution_id.id, r.tier): r.due_date for r in reviews}
        for partner in self:
            day = due.get((partner.credit_institution_id.id, partner.credit_tier), False)
            partner.credit_review_due = day
            partner.credit_review_overdue = bool(day and day < today)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        if field_name == "credit_exposure_prev_year" and not nulls.code:
            nulls = SQL("NULLS LAST")  # unknown is not the largest
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    # ACTIONS

    def action_credit_nominate(self, tier="suggested"):
        """Open the dialog that nominates clients for a list.

        :param str tier: code of the list, ``off`` for off the lists, ``suggested``
            for what the rule suggests for each client
        :return: the action to open
        :raises AccessError: not the caller's clients, or no right to nominate
        Clauses L-5, L-6, L-7.
        """
        self.check_access("read")
        special = self._credit_check_may_nominate(tier)
        if tier not in dict(TIERS) and tier != "off":
            tier = self._credit_next_tier() if len(self) == 1 else "suggested"
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Nominate"),
            "res_model": "credit.nominate",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_partner_ids": [fields.Command.set(self.ids)],
                "default_tier": tier,
                "default_special": special,
            },
        }

    def _credit_check_may_nominate(self, tier):
        """Return whether the caller nominates by special recognition (A10)."""
        user = self.env.user
        if self.env.su or user.has_group("credit_client_tiering.group_staff"):
            return False
        if tier == "strategic" and any(user.has_group(group) for group in GROUPS.values()):
            return True
        raise AccessError(
            self.env._(
                "%s cannot nominate. The institution does: its client managers prepare, "
                "and the head of the corporate line, a deputy president or the president "
                "submits (T-S-L2, L-7); reviewers of the head office recognise strategic "
                "clients (A10).",
                user.name,
            )
        )

    def _credit_next_tier(self):
        """Return the list the rule would move a client to; False: a person has to choose."""
        self.ensure_one()
        if self.credit_suggested in dict(TIERS) and self.credit_suggested != self.credit_tier:
            return self.credit_suggested
        return "off" if self.credit_suggested == "lost" and self.credit_tier else False

    def action_credit_open_nomination(self):
        """Open the nomination that waits for a decision.

        :raises AccessError: not the caller's client
        :raises UserError: none waits
        """
        self.ensure_one()
        self.check_access("read")
        return self.credit_open_nomination_id._action_open()
