from odoo import fields, models

from odoo.addons.credit_client_tiering.fields import Figure


class CreditIndicatorValue(models.Model):
    """A value of an indicator for one client and day, from a system or a person.

    For what the guide leaves undefined: the bank says what an effective account is
    by supplying it.
    """

    _name = "credit.indicator.value"
    _description = "Recorded Value"
    _order = "date desc, id desc"
    _rec_name = "indicator_id"

    indicator_id = fields.Many2one(
        "credit.indicator",
        required=True,
        index=True,
        domain=[("source", "=", "recorded")],
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        domain=[("is_credit_client", "=", True)],
        ondelete="cascade",
    )
    date = fields.Date(required=True, default=lambda self: self.env.company._credit_today())
    value = Figure(required=True)
    source = fields.Char(
        required=True, default=lambda self: self.env._("entered by %s", self.env.user.name)
    )

    _once = models.UniqueIndex(
        "(indicator_id, partner_id, date)", "This value is recorded already."
    )
