from odoo import fields, models

from odoo.addons.credit_client_tiering.fields import Figure


class CreditFundBulletinLine(models.Model):
    """A client whose net change of the day is large; copied, as it was known that evening."""

    _name = "credit.fund.bulletin.line"
    _description = "Line of a Large-Funds Bulletin"
    _order = "bulletin_id, net, id"
    _rec_name = "partner_id"
    _log_access = False

    bulletin_id = fields.Many2one(
        "credit.fund.bulletin", required=True, index=True, readonly=True, ondelete="cascade"
    )
    day = fields.Date(related="bulletin_id.day")
    partner_id = fields.Many2one(
        "res.partner", string="Client", index=True, readonly=True, ondelete="cascade"
    )
    institution_id = fields.Many2one(
        "crm.team", index="btree_not_null", readonly=True, ondelete="restrict"
    )
    user_id = fields.Many2one("res.users", string="Manager", readonly=True, ondelete="restrict")
    net = Figure("Net change", readonly=True)
    inflow = Figure("Came in", readonly=True)
    outflow = Figure("Went out", readonly=True)
    balance = Figure(readonly=True)
    large_account = fields.Boolean(readonly=True)
    bank_managed = fields.Boolean("Bank-managed account", readonly=True)
