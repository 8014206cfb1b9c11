from odoo import fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .departments import APPROVED_FLAG, GROUPS


class CreditNomination(models.Model):
    """Deciding on nominations: two departments, in any order (A29)."""

    _inherit = "credit.nomination"

    def action_decide(self, outcome, reason="", department=False):
        """Decide on nominations in the name of a department.

        :param str outcome: ``approve``, ``refuse`` or ``return``
        :param str reason: needed unless approving what the rule suggests
        :param str department: ``corporate_finance`` or ``credit_management``; may be
            left out by whoever belongs to one, or stands in for one
        :raises AccessError: neither reviewer nor stand-in; four eyes
        :raises UserError: not waiting for the department; several are approved and the
            rule did not suggest one of them
        :raises ValidationError: reason missing
        Clauses T-S-L3, L-9.
        """
        if outcome not in dict(self.env["credit.nomination.decision"]._fields["outcome"].selection):
            raise ValidationError(self.env._("Unknown decision: %s", outcome))
        department, principal = self._department_of_user(department)
        self.check_access("read")
        if outcome == "approve" and len(self) > 1:
            self._check_all_agree()
        self._lock()
        flag = APPROVED_FLAG[department]
        rows = []
        now = fields.Datetime.now()
        deciders = self._deciders()
        for nomination in self:
            nomination._check_decidable(flag)
            nomination._check_four_eyes(deciders.get(nomination.id, {}), department, principal)
            nomination._check_reason(outcome, reason)
            if outcome == "approve":
                nomination._check_still_client()
            rows.append(
                {
                    "nomination_id": nomination.id,
                    "round": nomination.round,
                    "department": department,
                    "outcome": outcome,
                    "reason": (reason or "").strip(),
                    "user_id": self.env.uid,
                    "on_behalf_of_id": principal.id,
                    "decided_at": now,
                    "tier": nomination.tier,
                    "suggested": nomination.partner_id.sudo().credit_suggested,
                    "assessment_id": nomination.partner_id.sudo().credit_assessment_id.id,
                }
            )
        self.env["credit.nomination.decision"]._deciding().create(rows)
        getattr(self, f"_on_{outcome}")(flag)
        return True

    def action_approve_agreeing(self, department=False):
        """Approve in bulk what agrees with the rule; the exceptions one by one.

        :param str department: as of ``action_decide``
        :raises UserError: a nomination the rule did not suggest is among them
        """
        self._check_all_agree()
        return self.action_decide("approve", department=department)

    def _check_all_agree(self):
        exceptions = self.filtered(lambda n: not n.agrees)
        if exceptions:
            raise UserError(
                self.env._(
                    "%(count)s nominations do not follow the rule's suggestion and need a "
                    "decision of their own: %(clients)s",
                    count=len(exceptions),
                    clients=", ".join(exceptions[:10].partner_id.mapped("display_name")),
                )
            )

    def _on_approve(self, flag):
        self._moving().write({flag: True})
        policy = self.env["credit.policy"]._get_active_policy()
        either = policy.head_office_rule == "either"
        ready = self.filtered(lambda n: either or (n.finance_approved and n.credit_approved))
        ready._confirm("head_office")

    def _on_refuse(self, flag):
        self._moving().write({"state": "refused", "closed_at": fields.Datetime.now()})
        self._tell_institution("refused")

    def _on_return(self, flag):
        self._moving().write({"state": "returned"})
        self._tell_institution("returned")

    # Checks

    def _department_of_user(self, department):
        """Return the department the user decides for, and whom it stands in for."""
        user = self.env.user
        nobody = self.env["res.users"]
        own = [d for d, group in GROUPS.items() if user.has_group(group)]
        stands_in = self.env["credit.stand.in"]._effective_for(user)
        if department:
            if department in own:
                return department, nobody
            principal = stands_in.filtered(lambda s: s.department == department)[:1]
            if principal:
                return department, principal.user_id
        elif len(own) == 1:
            return own[0], nobody
        elif not own and len(stands_in) == 1:
            return stands_in.department, stands_in.user_id
        raise AccessError(
            self.env._(
                "%s does not review for this department, nor stands in for anybody who "
                "does: strategic and quality clients are identified by Corporate Finance "
                "and Credit Management (T-S-L3, L-9).",
                user.name,
            )
        )

    def _deciders(self):
        """Return per nomination and department who decided in this round."""
        found = {}
        for decision in self.sudo().decision_ids:
            if decision.round == decision.nomination_id.round:
                people = decision.user_id | decision.on_behalf_of_id
                found.setdefault(decision.nomination_id.id, {})[decision.department] = people
        return found

    def _check_decidable(self, flag):
        self.ensure_one()
        if self.state != "submitted":
            raise UserError(self._closed_message())
        if self[flag]:
            raise UserError(
                self.env._(
                    "The department has already approved the nomination of %s.",
                    self.partner_id.display_name,
                )
            )

    def _check_four_eyes(self, deciders, department, principal):
        self.ensure_one()
        people = self.env.user | principal
        nominators = self._nominators()
        if nominators & people:
            raise AccessError(
                self.env._(
                    "%s nominated this client and cannot decide on it as well (four eyes).",
                    (nominators & people)[0].name,
                )
            )
        for other, decided in deciders.items():
            if other != department and decided & people:
                raise AccessError(
                    self.env._(
                        "%s already decided for the other department; each department "
                        "decides by people of its own (four eyes).",
                        (decided & people)[0].name,
                    )
                )

    def _check_still_client(self):
        """Refuse to list a client whose credit ended since it was nominated (A27)."""
        client = self.partner_id.sudo()
        ended = client.credit_state == "ended" and self.assessment_id.credit_state != "ended"
        if self.tier and ended:
            raise UserError(
                self.env._(
                    "The credit of %s ended after it was nominated; refuse the nomination, or "
                    "return it to the institution (A27).",
                    client.display_name,
                )
            )

    def _nominators(self):
        """Return who nominated: drafting is, too, but the credit opens some by itself."""
        return self.nominated_by if self.automatic else self.nominated_by | self.create_uid

    def _check_reason(self, outcome, reason):
        self.ensure_one()
        if (reason or "").strip() or (outcome == "approve" and self.agrees):
            return
        raise ValidationError(
            self.env._(
                "%s: say why. A refusal, a return and an approval against the rule's "
                "suggestion need a reason.",
                self.partner_id.display_name,
            )
        )
