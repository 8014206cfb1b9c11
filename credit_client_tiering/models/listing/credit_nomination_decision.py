from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools.misc import format_datetime

from .departments import DEPARTMENTS

# Held by this module alone: a context that comes by RPC can never contain it.
_DECIDING = object()


class CreditNominationDecision(models.Model):
    """What one department decided on one nomination, and on what; never changed."""

    _name = "credit.nomination.decision"
    _description = "Decision on a Nomination"
    _order = "id"
    _rec_name = "nomination_id"

    nomination_id = fields.Many2one(
        "credit.nomination", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        related="nomination_id.partner_id", store=True, index=True, string="Client"
    )
    round = fields.Integer(required=True)
    department = fields.Selection(DEPARTMENTS, required=True)
    outcome = fields.Selection(
        [("approve", "Approved"), ("refuse", "Refused"), ("return", "Returned")],
        required=True,
    )
    reason = fields.Text()
    user_id = fields.Many2one("res.users", string="Decided by", required=True)
    on_behalf_of_id = fields.Many2one("res.users", string="Standing in for")
    decided_at = fields.Datetime(required=True)
    tier = fields.Char("List nominated for")
    suggested = fields.Char("Suggested when decided")
    assessment_id = fields.Many2one(
        "credit.assessment",
        string="Decided on",
        index="btree_not_null",
        ondelete="restrict",
    )

    _one_per_department = models.UniqueIndex(
        "(nomination_id, round, department)",
        "The department has already decided on this nomination.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_deciding()
        return super().create(vals_list)

    def write(self, vals):
        self._check_deciding()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self._kept_message())

    def _check_deciding(self):
        if self.env.context.get("credit_deciding") is not _DECIDING:
            raise AccessError(self._kept_message())

    def _kept_message(self):
        return self.env._(
            "Decisions are taken with the buttons of the nomination; they cannot be "
            "entered, changed or deleted."
        )

    @api.model
    def _deciding(self):
        # sudo: decisions are read-only for everybody; the caller has been checked.
        return self.sudo().with_context(credit_deciding=_DECIDING)

    # The trail of a client

    def _trail(self):
        self.ensure_one()
        department = dict(self._fields["department"]._description_selection(self.env))
        outcome = dict(self._fields["outcome"]._description_selection(self.env))
        icons = {
            "approve": "fa-check text-success",
            "refuse": "fa-times text-danger",
            "return": "fa-reply text-warning",
        }
        return {
            "when": (self.decided_at.timestamp(), 1, self.id),
            "on": format_datetime(self.env, self.decided_at, dt_format="short"),
            "icon": icons[self.outcome],
            "what": self.env._(
                "%(department)s: %(outcome)s by %(who)s",
                department=department[self.department],
                outcome=outcome[self.outcome],
                who=self._names(),
            ),
            "why": self.reason or "",
        }

    def _names(self):
        """Return who decided, and in whose place."""
        self.ensure_one()
        # sudo: the names of those who decided are part of the decision.
        who, principal = self.user_id.sudo().name, self.on_behalf_of_id.sudo().name
        if principal:
            return self.env._(
                "%(who)s, standing in for %(principal)s", who=who, principal=principal
            )
        return who
