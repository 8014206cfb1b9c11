from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


class CreditRetailCount(models.Model):
    """How many retail clients a manager looked after on a day, as reported.

    Credit clients are companies here, so retail portfolios are known as a number
    only: imported or typed, dated, never edited.
    """

    _name = "credit.retail.count"
    _description = "Retail Clients of a Manager"
    _order = "date desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users", string="Manager", required=True, index=True, ondelete="restrict"
    )
    date = fields.Date(
        "As of", required=True, default=lambda self: self.env.company._credit_today()
    )
    clients = fields.Integer("Retail clients", required=True)
    source = fields.Char(
        required=True, default=lambda self: self.env._("entered by %s", self.env.user.name)
    )

    _not_negative = models.Constraint("CHECK (clients >= 0)", "A number of clients is 0 or more.")

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        today = self.env.company._credit_today()
        user = self.env.user
        admin = self.env.su or user.has_group("credit_client_tiering.group_list_admin")
        headed = self.env["crm.team"]._credit_headed_by(user)
        for row in rows:
            if row.date > today:
                raise ValidationError(self.env._("%s lies in the future.", row.date))
            # sudo: which institution a colleague belongs to is no secret.
            if not admin and not row.user_id.sudo().crm_team_ids & headed.sudo():
                raise AccessError(
                    self.env._(
                        "%(user)s cannot report for %(manager)s; the head of the institution "
                        "or a list administrator does.",
                        user=user.name,
                        manager=row.user_id.name,
                    )
                )
        return rows

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("A reported number is kept; report a newer one."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A reported number is kept; report a newer one."))
