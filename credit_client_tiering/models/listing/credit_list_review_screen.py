from odoo import models


class CreditListReview(models.Model):
    """What the screens of a review offer beside its own buttons."""

    _inherit = "credit.list.review"

    def action_keep_aligned(self):
        """Answer for every client whose list and facts agree that it stays.

        :raises AccessError: not the caller's institution
        Clauses L-3, L-8.
        """
        self.check_access("write")
        self.line_ids.filtered(lambda line: line.drift == "aligned" and not line.answer).write(
            {"answer": "keep"}
        )
        return True

    def action_lines(self):
        """Open the clients under review in a list of their own."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_client_tiering.credit_list_review_line_action"
        )
        return {
            **action,
            "domain": [("review_id", "in", self.ids)],
            "context": {"search_default_pending": 1},
        }
