from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.credit_client_tiering.models.policy.tiers import TIERS

from .gaps import GAPS

SIDE_GAPS = [pair for pair in GAPS if pair[0].startswith(("no_lead", "no_head", "no_branch"))]


class CreditTeamRequirement(models.Model):
    """Who must be in a client's team because of its tier (S-S-2a, S-Q-1a, S-B-1, S-P-1).

    Comes on top of the band by exposure (A45): either a manager in a role, or an
    officer of the head office or of the institution.
    """

    _name = "credit.team.requirement"
    _inherit = ["mail.thread"]
    _description = "Team Requirement"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    clause = fields.Char(required=True, help="Clause ids of the guide, e.g. S-S-2a.")
    sequence = fields.Integer(default=10)
    tier = fields.Selection(
        TIERS, string="List", tracking=True, help="Clients on this list. Empty: every client."
    )
    role = fields.Selection(
        [("a", "A manager"), ("b1", "B1 manager"), ("b2", "B2 manager")],
        tracking=True,
        help="A manager in this role; or else an officer of a side.",
    )
    side = fields.Selection(
        [("head_office", "Head office"), ("institution", "Institution")],
        string="Officer of",
        tracking=True,
    )
    post_ids = fields.Many2many(
        "credit.post",
        "credit_team_requirement_post_rel",
        string="Holding the post",
        help="One of these posts. Empty: any person of that side.",
    )
    by_post = fields.Boolean(
        "Post suffices",
        tracking=True,
        help="Whoever holds the post in the client's institution, or in the nearest one "
        "above it, is in the team without being named.",
    )
    dedicated = fields.Boolean(
        "Dedicated group",
        help="Part of the group that, in one reading of A45, takes the place of the A/B team.",
    )
    gap = fields.Selection(SIDE_GAPS, string="Reported as")
    date_from = fields.Date("In force from", required=True, tracking=True)
    date_to = fields.Date("In force until", tracking=True)
    active = fields.Boolean(default=True)

    _one_kind = models.Constraint(
        "CHECK ((role IS NULL) <> (side IS NULL))",
        "A requirement names a role or a side, not both.",
    )
    _side_reported = models.Constraint(
        "CHECK (side IS NULL OR gap IS NOT NULL)",
        "Say as what the missing officer is to be reported.",
    )

    @api.constrains("by_post", "side", "post_ids")
    def _check_by_post(self):
        for row in self:
            if row.by_post and (row.side != "institution" or not row.post_ids):
                raise ValidationError(
                    self.env._(
                        "%s: only a post held in the institution can suffice by itself.", row.name
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        self.env["res.partner"]._credit_refresh_teams()
        return rows

    def write(self, vals):
        result = super().write(vals)
        self.env["res.partner"]._credit_refresh_teams()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["res.partner"]._credit_refresh_teams()
        return result

    @api.model
    def _in_force(self, day, tier):
        """Return what a client on the list ``tier`` requires on ``day``."""
        # sudo: what a team must look like is no secret.
        return self.sudo().search(
            [
                ("date_from", "<=", day),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", day),
                ("tier", "in", [False, tier] if tier else [False]),
            ]
        )
