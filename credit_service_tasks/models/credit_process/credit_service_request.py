from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CreditServiceRequest(models.Model):
    """The head office's part in a review belongs to an application (S-S-3d)."""

    _inherit = "credit.service.request"

    _guard_open = frozenset({"application_id"})

    application_id = fields.Many2one(
        "credit.application",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('partner_id', '=', partner_id), ('state', 'in', ('papers', 'running'))]",
    )

    @api.constrains("application_id", "partner_id")
    def _check_application(self):
        for request in self:
            if request.application_id and request.application_id.partner_id != request.partner_id:
                raise ValidationError(self.env._("The application belongs to another client."))


class CreditApplication(models.Model):
    _inherit = "credit.application"

    service_request_ids = fields.One2many(
        "credit.service.request", "application_id", string="Head office and policy tools"
    )
