from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.i18n import format_list
from odoo.tools.misc import format_datetime

from ...fields import Figure
from ..assessment.credit_tier_card import evidence_values
from .credit_nomination import OPEN_STATES
from .departments import APPROVED_FLAG, DEPARTMENTS, GROUPS


class CreditNomination(models.Model):
    """What the screens of a nomination show, and the dialogs they open."""

    _inherit = "credit.nomination"

    where = fields.Char("Where it stands", compute="_compute_where")
    verdict = fields.Char("The rule's verdict", compute="_compute_verdict")
    rule_says = fields.Char("The rule says", compute="_compute_verdict")
    is_exception = fields.Boolean("Exception", compute="_compute_verdict")
    exposure = Figure(
        "Exposure of the previous year", related="partner_id.credit_exposure_prev_year"
    )
    # Our own templates with every value escaped, see the tier card.
    evidence_card = fields.Html("Facts at submission", compute="_compute_cards", sanitize=False)
    present_card = fields.Html("Facts today", compute="_compute_cards", sanitize=False)
    waiting_for_me = fields.Boolean(
        "Waiting for me",
        compute="_compute_waiting_for_me",
        search="_search_waiting_for_me",
        help="A department the reader decides for, also as a stand-in, has not approved yet.",
    )
    may_submit = fields.Boolean(compute="_compute_may_submit")
    is_open = fields.Boolean(compute="_compute_may_submit")

    @api.depends_context("lang")
    @api.depends("state", "finance_approved", "credit_approved")
    def _compute_where(self):
        states = dict(self._fields["state"]._description_selection(self.env))
        departments = self._department_names()
        for nomination in self:
            nomination.where = states.get(nomination.state)
            if nomination.state == "submitted":
                missing = [
                    departments[code]
                    for code, flag in APPROVED_FLAG.items()
                    if not nomination[flag]
                ]
                nomination.where = self.env._("waiting for %s", format_list(self.env, missing))

    @api.depends_context("lang")
    @api.depends("tier", "state", "suggested", "partner_id.credit_suggested")
    def _compute_verdict(self):
        words = self._outcome_names()
        for nomination in self:
            # sudo: who reads the nomination reads what the rule says about it.
            client = nomination.partner_id.sudo()
            submitted = nomination.round
            code = nomination.suggested if submitted else client.credit_suggested
            agrees = nomination.agrees if submitted else code == nomination.tier
            said = words.get(code, self.env._("nothing"))
            nomination.rule_says = said
            nomination.is_exception = not agrees
            if agrees:
                nomination.verdict = self.env._("The rule says the same: %s.", said)
            else:
                nomination.verdict = self.env._(
                    "The rule says “%(rule)s”, nominated is “%(list)s”: an exception.",
                    rule=said,
                    list=nomination._target(),
                )

    @api.depends_context("uid", "lang")
    @api.depends("evidence", "partner_id")
    def _compute_cards(self):
        for nomination in self:
            client = nomination.partner_id
            nomination.present_card = client and client._credit_tier_card(all_criteria=True)
            nomination.evidence_card = nomination.evidence and self.env["ir.qweb"]._render(
                "credit_client_tiering.assessment_explanation",
                evidence_values(self.env, nomination.evidence),
            )

    @api.depends_context("uid")
    @api.depends("state", "finance_approved", "credit_approved", "nominated_by")
    def _compute_waiting_for_me(self):
        flags = [APPROVED_FLAG[code] for code in self._departments_of_reader()]
        for nomination in self:
            nomination.waiting_for_me = (
                nomination.state == "submitted"
                and nomination.nominated_by != self.env.user
                and any(not nomination[flag] for flag in flags)
            )

    def _search_waiting_for_me(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        departments = [
            [(APPROVED_FLAG[code], "=", False)] for code in self._departments_of_reader()
        ]
        return fields.Domain.AND(
            [
                [("state", "=", "submitted"), ("nominated_by", "!=", self.env.uid)],
                fields.Domain.OR(departments),
            ]
        )

    @api.depends_context("uid")
    @api.depends("state", "special")
    def _compute_may_submit(self):
        user = self.env.user
        head = user.has_group("credit_client_tiering.group_corporate_head")
        reviewer = any(user.has_group(group) for group in GROUPS.values())
        for nomination in self:
            nomination.may_submit = reviewer if nomination.special else head
            nomination.is_open = nomination.state in OPEN_STATES

    # Words

    def _target(self):
        """Return the name of the list the client is nominated for."""
        self.ensure_one()
        names = dict(self._fields["tier"]._description_selection(self.env))
        return names.get(self.tier) or self.env._("off the lists")

    def _summary(self):
        """Return in one sentence which nominations are in the way of another one."""
        return self.env._(
            "Open nominations already, left out here: %s",
            ", ".join(f"{n.partner_id.display_name} → {n._target()} ({n.where})" for n in self[:5]),
        )

    @api.model
    def _outcome_names(self):
        clients = self.env["res.partner"]
        return dict(clients._fields["credit_suggested"]._description_selection(self.env))

    @api.model
    def _department_names(self):
        decisions = self.env["credit.nomination.decision"]
        return dict(decisions._fields["department"]._description_selection(self.env))

    @api.model
    def _departments_of_reader(self):
        """Return the departments the reader decides for.

        :return: dict of department code to the person stood in for (no record when
            the reader is a reviewer of the department)
        """
        user = self.env.user
        found = {s.department: s.user_id for s in self.env["credit.stand.in"]._effective_for(user)}
        for code, _name in DEPARTMENTS:
            if user.has_group(GROUPS[code]):
                found[code] = user.browse()
        return found

    # The trail of a client

    def _trail(self):
        """Return submission, and withdrawal, as events; a draft is none yet."""
        self.ensure_one()
        events = []
        if self.submitted_at:
            events.append(
                {
                    "when": (self.submitted_at.timestamp(), 0, self.id),
                    "on": format_datetime(self.env, self.submitted_at, dt_format="short"),
                    "icon": "fa-hand-o-up text-info",
                    "what": self.env._(
                        "Nominated for “%(list)s” by %(who)s. %(verdict)s",
                        list=self._target(),
                        who=self.nominated_by.sudo().name or self.env._("the system"),
                        verdict=self.verdict,
                    ),
                    "why": self.justification or "",
                }
            )
        if self.state == "withdrawn" and self.submitted_at:
            events.append(
                {
                    "when": (self.closed_at.timestamp(), 1, self.id),
                    "on": format_datetime(self.env, self.closed_at, dt_format="short"),
                    "icon": "fa-undo text-muted",
                    "what": self.env._("Nomination for “%s” withdrawn", self._target()),
                    "why": "",
                }
            )
        return events

    # ACTIONS

    def _action_open(self):
        if not self:
            raise UserError(self.env._("No nomination of the client is open any more."))
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Nomination"),
            "res_model": "credit.nomination",
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_approve(self):
        """Approve at once what agrees with the rule; otherwise ask for the reason.

        :return: True, or the dialog that asks
        :raises AccessError: neither reviewer nor stand-in; four eyes
        :raises UserError: several, and the rule did not suggest one of them
        Clauses T-S-L3, L-9.
        """
        if len(self) > 1:
            return self.action_approve_agreeing()
        departments = self._departments_of_reader()
        if len(departments) == 1 and self.agrees:
            return self.action_decide("approve", department=next(iter(departments)))
        return self._action_ask("approve", self.env._("Approve"))

    def action_return(self):
        """Ask for the reason to return nominations to the institution."""
        return self._action_ask("return", self.env._("Return to the institution"))

    def action_refuse(self):
        """Ask for the reason to refuse nominations."""
        return self._action_ask("refuse", self.env._("Refuse"))

    def _action_ask(self, outcome, title):
        self.check_access("read")
        if not self._departments_of_reader():
            self._department_of_user(False)  # says who decides
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "credit.decide",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_nomination_ids": [fields.Command.set(self.ids)],
                "default_outcome": outcome,
            },
        }
