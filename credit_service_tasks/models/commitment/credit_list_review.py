from odoo import fields, models


class CreditListReview(models.Model):
    """The yearly review is told which promises were not kept (R-M-8b, L-3)."""

    _inherit = "credit.list.review"

    def _add_lines(self):
        result = super()._add_lines()
        lines = self.line_ids
        promises = self.env["credit.commitment"]._to_review(lines.partner_id.ids, unmet=True)
        for line in lines:
            if unmet := promises.get(line.partner_id):
                line.write({"promise_evidence": unmet._frozen(), "unmet_count": len(unmet)})
        return result


class CreditListReviewLine(models.Model):
    _inherit = "credit.list.review.line"

    # As they stood when the review opened; a later figure changes nothing here.
    promise_evidence = fields.Json(readonly=True, copy=False)
    unmet_count = fields.Integer("Promises not kept", readonly=True, copy=False, aggregator="sum")
    unmet_promises = fields.Char(
        compute="_compute_unmet_promises",
        help="What the client promised in return for credit and did not keep in every month, "
        "as it stood when the review opened.",
    )

    def _compute_unmet_promises(self):
        commitments = self.env["credit.commitment"]
        for line in self:
            line.unmet_promises = commitments._in_a_line(line.promise_evidence) or False
