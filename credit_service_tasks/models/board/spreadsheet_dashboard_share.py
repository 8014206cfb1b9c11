from odoo import api, models
from odoo.exceptions import ValidationError


class SpreadsheetDashboardShare(models.Model):
    """Odoo shares a board as a copy that anybody with the link reads, without a login."""

    _inherit = "spreadsheet.dashboard.share"

    @api.constrains("dashboard_id")
    def _check_credit_board(self):
        ours = self.env.ref("credit_service_tasks.dashboard_group_credit", False)
        for share in self:
            # sudo: which group a board is in is no secret.
            if ours and share.dashboard_id.sudo().dashboard_group_id == ours:
                raise ValidationError(
                    self.env._(
                        "“%(board)s” is not shared to the web: it shows data of clients. Who may "
                        "see it opens it with an own login.",
                        board=share.dashboard_id.sudo().name,
                    )
                )
