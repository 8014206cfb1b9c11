from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .departments import DEPARTMENTS, GROUPS


class CreditStandIn(models.Model):
    """A dated authorisation to decide in somebody's place; both names are kept."""

    _name = "credit.stand.in"
    _inherit = ["credit.internal.thread"]
    _description = "Stand-in"
    _order = "date_from desc, id desc"
    _rec_name = "stand_in_id"

    user_id = fields.Many2one(
        "res.users", string="Reviewer", required=True, index=True, ondelete="restrict"
    )
    stand_in_id = fields.Many2one(
        "res.users", string="Stand-in", required=True, index=True, ondelete="restrict"
    )
    department = fields.Selection(DEPARTMENTS, required=True)
    date_from = fields.Date(required=True, default=lambda self: self.env.company._credit_today())
    date_to = fields.Date(required=True, help="Last day of the authorisation.")
    reason = fields.Char(required=True)

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "An authorisation cannot end before it begins."
    )

    @api.constrains("user_id", "stand_in_id", "department")
    def _check_people(self):
        for row in self:
            if row.user_id == row.stand_in_id:
                raise ValidationError(self.env._("Nobody stands in for himself."))
            if not row.user_id.has_group(GROUPS[row.department]):
                raise ValidationError(
                    self.env._(
                        "%s is no reviewer of the department and cannot authorise a "
                        "stand-in for it.",
                        row.user_id.name,
                    )
                )
            if not row.stand_in_id.has_group("credit_client_tiering.group_head_office"):
                raise ValidationError(
                    self.env._("%s does not belong to the head office.", row.stand_in_id.name)
                )

    @api.model
    def _effective_for(self, user):
        """Return the authorisations by which ``user`` may decide today."""
        today = self.env.company._credit_today()
        # sudo: everybody may know in whose place he decides.
        return self.sudo().search(
            [
                ("stand_in_id", "=", user.id),
                ("date_from", "<=", today),
                ("date_to", ">=", today),
            ]
        )
