from odoo import fields, models

from odoo.addons.credit_client_tiering.models.bank.res_partner import VIEWERS


class ResPartner(models.Model):
    _inherit = "res.partner"

    credit_application_ids = fields.One2many(
        "credit.application", "partner_id", string="Credit applications", groups=VIEWERS
    )
    credit_paper_ids = fields.One2many(
        "credit.client.paper", "partner_id", string="Papers in the archive", groups=VIEWERS
    )
    credit_application_count = fields.Integer(
        "Open applications", compute="_compute_credit_application_count", groups=VIEWERS
    )

    def _compute_credit_application_count(self):
        counts = dict(
            self.env["credit.application"]._read_group(
                [("partner_id", "in", self.ids), ("state", "in", ("papers", "running"))],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.credit_application_count = counts.get(partner._origin, 0)

    def action_credit_applications(self):
        """Open the client's credit applications."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_service_tasks.credit_application_action"
        )
        action["domain"] = [("partner_id", "=", self.id)]
        action["context"] = {"default_partner_id": self.id, "search_default_open": 0}
        return action
