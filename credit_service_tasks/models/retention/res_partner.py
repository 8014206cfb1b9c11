from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.credit_client_tiering.models.bank.res_partner import VIEWERS


class ResPartner(models.Model):
    """Is the client at risk, and who looks after it (K-1)."""

    _inherit = "res.partner"

    credit_save_case_ids = fields.One2many(
        "credit.save.case", "partner_id", string="Save cases", groups=VIEWERS
    )
    credit_retention = fields.Selection(
        [("at_risk", "At risk"), ("lost", "Lost")],
        string="Retention",
        compute="_compute_credit_retention",
        search="_search_credit_retention",
        groups=VIEWERS,
        help="At risk: a case is open. Lost: the credit has ended (A27).",
    )

    @api.depends("credit_save_case_ids.state", "credit_save_case_ids.origin", "credit_state")
    def _compute_credit_retention(self):
        open_cases = self.env["credit.save.case"].search(
            [("partner_id", "in", self.ids), ("state", "=", "open"), ("origin", "!=", "lost")]
        )
        at_risk = open_cases.partner_id
        for partner in self:
            partner.credit_retention = (
                "at_risk"
                if partner._origin in at_risk
                else "lost"
                if partner.is_credit_client and partner.credit_state == "ended"
                else False
            )

    def _search_credit_retention(self, operator, value):
        if operator != "in":
            return NotImplemented
        cases = self.env["credit.save.case"].search(
            [("state", "=", "open"), ("origin", "!=", "lost")]
        )
        at_risk = Domain("id", "in", cases.partner_id.ids)
        lost = Domain("is_credit_client", "=", True) & Domain("credit_state", "=", "ended")
        found = Domain.FALSE
        if "at_risk" in value:
            found |= at_risk
        if "lost" in value:
            found |= lost & ~at_risk
        if False in value:
            found |= ~at_risk & ~lost
        return found

    def action_credit_mark_at_risk(self):
        """Open the save case of the client, or the form of a new one.

        :return: an action that opens a form
        """
        self.ensure_one()
        self.check_access("read")
        case = self.env["credit.save.case"].search(
            [("partner_id", "=", self.id), ("state", "=", "open")], limit=1
        )
        action = case.get_formview_action()
        if not case:
            action["context"] = {"default_partner_id": self.id}
            action["res_id"] = False
        return action
