from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..policy.tiers import HEAD_OFFICE_TIERS, TIERS
from .credit_nomination import OPEN_STATES
from .departments import GROUPS

LADDER = [tier for tier, _name in TIERS]


class CreditNomination(models.Model):
    """Submitting and withdrawing: what the institution does with its proposals."""

    _inherit = "credit.nomination"

    def action_submit(self):
        """Submit to the head office, or settle what the institution decides itself.

        Basic and potential take effect at once (L-7); strategic and quality, and
        leaving those lists, wait for both departments (L-6, A28 to A30).

        :raises AccessError: a client manager (the corporate head submits); a special
            recognition by anybody but a reviewer of the head office
        :raises UserError: nothing to move, or the client cannot be on that list
        :raises ValidationError: justification missing
        """
        self._check_may_submit()
        self._lock()
        for nomination in self:
            nomination._check_submittable()
        now = fields.Datetime.now()
        today = self.env.company._credit_today()
        evidence = self._evidence()
        for nomination in self._moving():
            client = nomination.partner_id
            agrees = client.credit_suggested == nomination.tier
            nomination.write(
                {
                    "state": "submitted",
                    "round": nomination.round + 1,
                    "institution_id": client.credit_institution_id.id,
                    "tier_from": client.credit_tier,
                    "nominated_by": self.env.uid,
                    "submitted_at": now,
                    "suggested": client.credit_suggested,
                    "agrees": agrees and not nomination._grace_until(today),
                    "assessment_id": client.credit_assessment_id.id,
                    "evidence": evidence[nomination.id],
                    "finance_approved": False,
                    "credit_approved": False,
                }
            )
        settled = self.filtered(lambda n: not n._needs_head_office())
        settled._confirm("institution")
        return True

    def action_withdraw(self):
        """Withdraw nominations that are not decided yet.

        :raises AccessError: whoever may not submit them
        :raises UserError: decided already
        """
        self._check_may_submit()
        self._lock()
        for nomination in self:
            if nomination.state not in OPEN_STATES:
                raise UserError(nomination._closed_message())
        self._moving().write({"state": "withdrawn", "closed_at": fields.Datetime.now()})
        return True

    def _check_may_submit(self):
        if self.env.su:
            return
        special = self.filtered("special")
        if special and not any(self.env.user.has_group(group) for group in GROUPS.values()):
            special._check_recogniser()
        declared = self - special
        head = self.env.user.has_group("credit_client_tiering.group_corporate_head")
        if (declared or not self) and not head:
            raise AccessError(
                self.env._(
                    "%s may prepare a nomination; the head of the corporate line, a deputy "
                    "president or the president of the institution submits it (T-S-L2, L-7).",
                    self.env.user.name,
                )
            )
        self.check_access("write")

    def _check_submittable(self):
        self.ensure_one()
        client = self.partner_id
        name = client.display_name
        if self.state not in ("draft", "returned"):
            raise UserError(self.env._("The nomination of %s is already on its way.", name))
        if self.tier == client.credit_tier and not self.special:
            raise UserError(self.env._("%s already is on that list.", name))
        if self.tier == "basic" and client.credit_state != "active":
            raise UserError(
                self.env._("%s has no credit in effect; basic is for credit clients (A22).", name)
            )
        if self.tier == "potential" and client.credit_state == "active":
            raise UserError(
                self.env._("%s has credit; potential clients have none yet (T-P-1a).", name)
            )
        self._check_justified()
        self._check_recognition()

    def _check_justified(self):
        if self.special or (self.justification or "").strip():
            return
        name = self.partner_id.display_name
        if self.partner_id.credit_suggested != self.tier:
            raise ValidationError(
                self.env._(
                    "%s: the rule does not suggest this move, so say in the justification "
                    "why it should be made.",
                    name,
                )
            )
        grace = self._grace_until(self.env.company._credit_today())
        if grace:
            raise ValidationError(
                self.env._(
                    "%(client)s has until %(day)s to meet its list again (A28); say in the "
                    "justification why it should leave earlier.",
                    client=name,
                    day=grace,
                )
            )

    def _check_recognition(self):
        if not self.special:
            return
        name = self.partner_id.display_name
        if not ((self.special_reason or "").strip() and self.special_until):
            raise ValidationError(
                self.env._("%s: a special recognition needs a reason and an end (A10).", name)
            )
        if self.special_until <= self.env.company._credit_today():
            raise ValidationError(
                self.env._(
                    "%(client)s: a recognition until %(day)s would be over already (A10).",
                    client=name,
                    day=self.special_until,
                )
            )

    def _grace_until(self, today):
        """Return the last day of grace if this is a downgrade within it, else False.

        The days of grace are a setting of the company; the guide names none (A28).
        """
        self.ensure_one()
        days = self.env.company.credit_downgrade_grace_days
        client = self.partner_id.sudo()
        down = client.credit_tier and (
            not self.tier or LADDER.index(self.tier) > LADDER.index(client.credit_tier)
        )
        if not (days and down and client.credit_drift == "downgrade"):
            return False
        until = (client.credit_drift_since or today) + timedelta(days=days)
        return until if until >= today else False

    def _needs_head_office(self):
        self.ensure_one()
        return bool({self.tier, self.tier_from} & HEAD_OFFICE_TIERS)

    def _evidence(self):
        """Return per nomination the explanation of the current assessment, as it is now."""
        assessments = self.partner_id.credit_assessment_id
        explained = {key: _plain(answer) for key, answer in assessments._explain_all().items()}
        return {n.id: explained.get(n.partner_id.credit_assessment_id.id, False) for n in self}


def _plain(value):
    """Return ``value`` with dates as text, so that it can be kept as JSON."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
