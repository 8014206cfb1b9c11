from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class CreditRelation(models.Model):
    """A dated relation between two partners (S-P-3, K-2a, K-2b, R-M-9)."""

    _name = "credit.relation"
    _description = "Relation of a Client"
    _order = "partner_id, type_id, date_from desc, id"
    _rec_name = "other_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        domain=[("is_credit_client", "=", True)],
        ondelete="cascade",
    )
    type_id = fields.Many2one(
        "credit.relation.type", string="Relation", required=True, index=True, ondelete="restrict"
    )
    side = fields.Selection(related="type_id.side", store=True)
    other_id = fields.Many2one(
        "res.partner", string="The other", required=True, index=True, ondelete="cascade"
    )
    chain = fields.Selection(
        [
            ("industry", "Industry chain"),
            ("commercial", "Commercial chain"),
            ("trade", "Trade chain"),
        ]
    )
    date_from = fields.Date(
        "Since", required=True, default=lambda self: self.env.company._credit_today()
    )
    date_to = fields.Date("Until", help="Last day. Empty: still so.")
    note = fields.Char()

    _one_open = models.UniqueIndex(
        "(partner_id, other_id, type_id) WHERE date_to IS NULL", "This relation is on file already."
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)", "A relation cannot end before it began."
    )
    _not_itself = models.Constraint(
        "CHECK (partner_id <> other_id)", "A company has no relation to itself."
    )

    @api.constrains("partner_id")
    def _check_client(self):
        for relation in self:
            if not relation.partner_id.is_credit_client:
                raise ValidationError(
                    self.env._(
                        "%s is not marked as a credit client; start from the client.",
                        relation.partner_id.display_name,
                    )
                )

    @api.model
    def _live_domain(self):
        today = self.env.company._credit_today()
        return Domain("date_from", "<=", today) & (
            Domain("date_to", "=", False) | Domain("date_to", ">=", today)
        )

    def action_end(self):
        """End relations today.

        :return: True
        """
        self.check_access("write")
        self.write({"date_to": self.env.company._credit_today()})
        return True
