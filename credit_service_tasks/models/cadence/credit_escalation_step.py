from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .credit_cadence_rule import PERIODS


class CreditEscalationStep(models.Model):
    """When a duty that is not done is shown to whom: the ladder, as data."""

    _name = "credit.escalation.step"
    _description = "Escalation Step"
    _order = "level, id"

    name = fields.Char(required=True, translate=True)
    level = fields.Integer(required=True, default=1, aggregator=None)
    days = fields.Integer(
        "Working days after the due date",
        required=True,
        help="Negative: before it. The guide names no days; these are the bank's own.",
    )
    period = fields.Selection(PERIODS, "Only duties per", help="Empty: of every period.")
    recipient = fields.Selection(
        [
            ("responsible", "The responsible person"),
            ("superior", "The next post above"),
            ("post", "The holder of a post"),
        ],
        "Shown to",
        required=True,
        default="responsible",
    )
    post_id = fields.Many2one(
        "credit.post",
        index="btree_not_null",
        ondelete="restrict",
        help="For the holder of a post. Empty: the first post of the head office.",
    )
    active = fields.Boolean(default=True)

    _level_positive = models.Constraint(
        "CHECK (level > 0)", "Level 0 means that nothing is escalated."
    )

    @api.model
    def _limits(self, day, calendar):
        """Return the steps with the due date up to which each is reached on ``day``."""
        # sudo: the ladder is the same for everybody.
        steps = self.sudo().search(Domain.TRUE)
        return [
            {
                "id": step.id,
                "level": step.level,
                "period": step.period or None,
                "recipient": step.recipient,
                "post_id": step.post_id.id or None,
                "limit": self._limit(step.days, day, calendar),
            }
            for step in steps
        ]

    @api.model
    def _limit(self, days, day, calendar):
        """Return the last due date of which ``day`` is ``days`` working days away."""
        upto = calendar.before(day + timedelta(days=1))  # working days up to today
        if days > 0:
            # as many working days lie after the due date, today included
            index = upto - days
            return calendar.working[index] - timedelta(days=1) if index >= 0 else calendar.first
        index = upto - days
        working = calendar.working
        return working[index] - timedelta(days=1) if index < len(working) else calendar.last
