from odoo import fields, models

ROLES = [
    ("a", "A manager"),
    ("b1", "B1 manager"),
    ("b2", "B2 manager"),
    ("leader", "Leading officer"),
]


class CreditServiceMember(models.Model):
    """A person who serves a client in a role, from a day to a day.

    The open A row is kept equal to the client's native salesperson. Leading
    officers are named only where they differ from the holders of the posts in the
    client's institution, or where the tier asks for people of the head office.
    """

    _name = "credit.service.member"
    _description = "Service Team Member"
    _order = "partner_id, role, date_from desc, id desc"
    _rec_name = "user_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_credit_client", "=", True)],
    )
    user_id = fields.Many2one("res.users", required=True, index=True, ondelete="restrict")
    role = fields.Selection(ROLES, required=True)
    post_id = fields.Many2one(
        "credit.post",
        index="btree_not_null",
        ondelete="restrict",
        help="For a leading officer: the post in whose capacity the client is served.",
    )
    date_from = fields.Date(required=True, default=lambda self: self.env.company._credit_today())
    date_to = fields.Date(help="Last day of service. Empty: still serving.")
    covers_id = fields.Many2one(
        "credit.service.member",
        string="Covers for",
        index="btree_not_null",
        ondelete="restrict",
        help="Set while this person stands in for another one of the team.",
    )

    _one_manager_per_role = models.UniqueIndex(
        "(partner_id, role) WHERE date_to IS NULL AND role <> 'leader' AND covers_id IS NULL",
        "The client already has a manager in this role.",
    )
    _one_leader_once = models.UniqueIndex(
        "(partner_id, user_id) WHERE date_to IS NULL AND role = 'leader'",
        "The officer already serves this client.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "Nobody can stop serving before starting.",
    )
