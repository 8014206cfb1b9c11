from odoo import fields, models


class CreditInterest(models.Model):
    """A hobby that staff and people of clients share, and the circle around it (M-6, A57)."""

    _name = "credit.interest"
    _description = "Interest Circle"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    user_id = fields.Many2one("res.users", string="Led by", index="btree_not_null")
    user_ids = fields.Many2many("res.users", "credit_interest_user_rel", string="From the bank")
    contact_ids = fields.Many2many(
        "res.partner",
        "credit_interest_contact_rel",
        "interest_id",
        "partner_id",
        string="People of clients",
        domain=[("is_company", "=", False)],
    )
    note = fields.Text("Meets when and where")
    active = fields.Boolean(default=True)

    _name_unique = models.UniqueIndex("(name)", "There already is such a circle.")
