from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.exceptions import UserError

from .credit_target import MONTHS

BELOW = {"year": "quarter", "quarter": "month"}


class CreditTarget(models.Model):
    """The same target over time: a year in quarters, a quarter in months (R-P-3c)."""

    _inherit = "credit.target"

    def action_spread(self):
        """Spread targets over the next shorter period: year to quarters, quarter to months.

        Equal shares to the cent, or to the whole piece; the last stretch takes the
        remainder. Stretches that are there stay as somebody set them, the others share
        what they leave.

        :return: an action that opens the stretches
        :raises UserError: a month, a level (which does not add up over time), or the
            stretches there exceed the target
        :raises AccessError: the target of another institution
        """
        self.check_access("write")
        for target in self:
            target._spread()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_service_tasks.credit_target_action"
        )
        action["domain"] = [("whole_id", "in", self.ids)]
        action["context"] = {}
        return action

    def _spread(self):
        self.ensure_one()
        name = self.display_name
        if self.period not in BELOW:
            raise UserError(self.env._("“%s” is of a month and not spread any further.", name))
        if self.indicator_id.source == "metric_level":
            raise UserError(
                self.env._(
                    "“%s” is a level at the end of the period: levels do not add up over time.",
                    name,
                )
            )
        period = BELOW[self.period]
        starts = [
            self.period_start + relativedelta(months=months)
            for months in range(0, MONTHS[self.period], MONTHS[period])
        ]
        same = [
            ("indicator_id", "=", self.indicator_id.id),
            ("level", "=", self.level),
            ("institution_id", "=", self.institution_id.id),
            ("user_id", "=", self.user_id.id),
            ("partner_id", "=", self.partner_id.id),
            ("period", "=", period),
            ("period_start", "in", starts),
        ]
        there = self.search(same)
        there.filtered(lambda t: not t.whole_id).whole_id = self
        left = round((self.amount or 0) - sum(t.amount or 0 for t in there), 2)
        open_starts = [day for day in starts if day not in there.mapped("period_start")]
        if left < 0 or (left and not open_starts):
            raise UserError(
                self.env._(
                    "“%(target)s”: the stretches add up to %(sum)s, the target is %(amount)s. "
                    "Change them first.",
                    target=name,
                    sum=f"{sum(t.amount or 0 for t in there):,.2f}",
                    amount=f"{self.amount:,.2f}",
                )
            )
        self.create(
            [
                {
                    "whole_id": self.id,
                    "indicator_id": self.indicator_id.id,
                    "period": period,
                    "period_start": day,
                    "level": self.level,
                    "institution_id": self.institution_id.id,
                    "user_id": self.user_id.id,
                    "partner_id": self.partner_id.id,
                    "amount": share,
                }
                for day, share in zip(
                    open_starts, self._shares(left, len(open_starts)), strict=True
                )
            ]
        )

    def _shares(self, amount, count):
        """Return equal shares of an amount; the last one takes the remainder."""
        if not count:
            return []
        step = 100 if self.unit == "yuan" else 1
        share = int(round(amount * step, 2)) // count / step
        return [share] * (count - 1) + [round(amount - share * (count - 1), 2)]

    def _check_stretches(self):
        """Refuse or note that the stretches do not add up, as the indicator says."""
        self.ensure_one()
        if not self.stretch_difference:
            return
        message = self.env._(
            "“%(target)s”: over time the stretches add up to %(stretches)s, the target is "
            "%(amount)s (difference %(difference)s).",
            target=self.display_name,
            stretches=f"{self.stretches:,.2f}",
            amount=f"{self.amount:,.2f}",
            difference=f"{self.stretch_difference:+,.2f}",
        )
        if self.indicator_id.difference == "refuse":
            raise UserError(message)
        self._message_log(body=message)
