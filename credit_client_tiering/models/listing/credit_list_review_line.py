from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..policy.tiers import DRIFTS, OUTCOMES, TIERS
from .credit_list_review import _OPENING
from .credit_nomination import OPEN_STATES


class CreditListReviewLine(models.Model):
    """One client under review, with what was known when the review opened."""

    _name = "credit.list.review.line"
    _description = "Client under Review"
    _order = "review_id, drift, id"
    _rec_name = "partner_id"

    review_id = fields.Many2one(
        "credit.list.review", required=True, index=True, readonly=True, ondelete="cascade"
    )
    review_state = fields.Selection(related="review_id.state", string="State of the review")
    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    tier = fields.Selection(TIERS, string="Present list", readonly=True)
    suggested = fields.Selection(OUTCOMES, readonly=True)
    drift = fields.Selection(DRIFTS, readonly=True)
    why = fields.Char(
        "Grounds",
        compute="_compute_why",
        help="What spoke for the suggestion, or against the list, when the review opened.",
    )
    assessment_id = fields.Many2one(
        "credit.assessment", index="btree_not_null", readonly=True, ondelete="restrict"
    )
    answer = fields.Selection(
        [("keep", "Stays as it is"), ("nominate", "To be nominated"), ("ask", "Data asked for")]
    )
    note = fields.Char()
    nomination_id = fields.Many2one(
        "credit.nomination", index="btree_not_null", readonly=True, ondelete="set null"
    )

    _one_line_per_client = models.UniqueIndex(
        "(review_id, partner_id)", "The client already is in the review."
    )

    @api.depends_context("lang")
    @api.depends("assessment_id", "drift", "tier", "suggested")
    def _compute_why(self):
        plans = {}
        for line in self:
            headline = line.assessment_id._headline(plans)
            line.why = headline.explains(line.drift, line.tier, line.suggested) if headline else ""

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("credit_opening") is not _OPENING:
            raise AccessError(self.env._("The calendar puts clients into a review."))
        return super().create(vals_list)

    def write(self, vals):
        opening = self.env.context.get("credit_opening") is _OPENING
        if not opening and set(vals) - {"answer", "note"}:
            raise AccessError(
                self.env._("What was known when the review opened cannot be changed.")
            )
        for line in self:
            if line.review_state == "closed":
                raise UserError(
                    self.env._("“%s” is closed and kept as it is.", line.review_id.name)
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Clients under review are kept; answer them instead."))

    def action_nominate(self):
        """Open a nomination for the suggested list and remember it as the answer.

        :return: action that opens the nomination
        :raises UserError: nominated from here already
        """
        self.ensure_one()
        self.check_access("write")
        suggested = self.partner_id.credit_suggested
        if self.nomination_id:
            raise UserError(
                self.env._("%s has been nominated from here already.", self.partner_id.display_name)
            )
        nominations = self.env["credit.nomination"]
        # One that is open already is the answer, too.
        nomination = nominations.search(
            [("partner_id", "=", self.partner_id.id), ("state", "in", OPEN_STATES)], limit=1
        ) or nominations.create(
            {
                "partner_id": self.partner_id.id,
                "tier": suggested if suggested in dict(TIERS) else False,
            }
        )
        self.with_context(credit_opening=_OPENING).write(
            {"answer": "nominate", "nomination_id": nomination.id}
        )
        return nomination._action_open()

    def action_open_nomination(self):
        """Open the nomination that answers for the client."""
        self.ensure_one()
        return self.nomination_id._action_open()

    def action_keep(self):
        """Answer that the clients stay as they are."""
        self.write({"answer": "keep"})
        return True
