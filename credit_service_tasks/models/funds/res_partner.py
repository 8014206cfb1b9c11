from odoo import fields, models

from odoo.addons.credit_client_tiering.fields import Figure
from odoo.addons.credit_client_tiering.models.bank.res_partner import VIEWERS

from .credit_fund_return import TRENDS


class ResPartner(models.Model):
    """Whether the client's money comes back to the bank (R-M-7b)."""

    _inherit = "res.partner"

    credit_fund_return_latest = Figure(
        "Fund-return ratio (%)",
        compute="_compute_credit_fund_return",
        groups=VIEWERS,
        help="Inflow through the bank / sales revenue (A18), of the latest period reported. "
        "Empty: nobody reported it.",
    )
    credit_fund_return_period = fields.Char(
        "Of the period", compute="_compute_credit_fund_return", groups=VIEWERS
    )
    credit_fund_return_change = Figure(
        "Change (points)",
        compute="_compute_credit_fund_return",
        groups=VIEWERS,
        help="Against the period right before; empty if that one is unknown.",
    )
    credit_fund_return_trend = fields.Selection(
        TRENDS, string="Return of funds", compute="_compute_credit_fund_return", groups=VIEWERS
    )

    def _compute_credit_fund_return(self):
        latest = {}
        for row in self.env["credit.fund.return"].search(
            [("partner_id", "in", self.ids), ("is_latest", "=", True)]
        ):
            latest.setdefault(row.partner_id.id, row)  # the newest period comes first
        for partner in self:
            row = latest.get(partner.id)
            partner.credit_fund_return_latest = row.ratio if row else False
            partner.credit_fund_return_change = row.change if row else False
            partner.credit_fund_return_trend = row.trend if row else False
            partner.credit_fund_return_period = row.period_name if row else False

    def action_view_fund_return(self):
        """Open the trend of the client's fund-return ratio.

        :return: an action that opens a graph
        """
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_service_tasks.credit_fund_return_action"
        )
        action["domain"] = [("partner_id", "=", self.id)]
        action["context"] = {}
        action["view_mode"] = "graph,list"
        action["views"] = [(False, "graph"), (False, "list")]
        return action
