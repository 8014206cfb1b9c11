from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.credit_client_tiering.models.bank.res_partner import VIEWERS

from ...engine.holders import holders_sql, serving_sql
from .credit_team_band import PLANS


class ResPartner(models.Model):
    """The service team as people read it."""

    _inherit = "res.partner"

    credit_team_gap_text = fields.Char(
        "What is missing", compute="_compute_credit_team_gap_text", groups=VIEWERS
    )
    credit_team_required = fields.Char(
        "Managers required", compute="_compute_credit_team_required", groups=VIEWERS
    )
    credit_plan_required = fields.Selection(
        PLANS, string="Service plan", compute="_compute_credit_team_required", groups=VIEWERS
    )
    credit_leader_ids = fields.Many2many(
        "res.users",
        string="Leading officers",
        compute="_compute_credit_leader_ids",
        groups=VIEWERS,
        help="Named in the team, or holding a post that leads clients of this list.",
    )
    # Beside the native field, which other views of the form move about.
    credit_a_user_id = fields.Many2one(related="user_id", string="A manager", groups=VIEWERS)
    credit_b1_user_id = fields.Many2one(
        "res.users", string="B1 manager", compute="_compute_credit_managers", groups=VIEWERS
    )
    credit_b2_user_id = fields.Many2one(
        "res.users", string="B2 manager", compute="_compute_credit_managers", groups=VIEWERS
    )
    credit_cover_user_ids = fields.Many2many(
        "res.users",
        string="Standing in",
        compute="_compute_credit_managers",
        groups=VIEWERS,
        help="Cover for a manager who is on leave today.",
    )

    @api.depends("credit_team_gap")
    @api.depends_context("lang")
    def _compute_credit_team_gap_text(self):
        for partner in self:
            codes = partner._credit_gap_codes()
            partner.credit_team_gap_text = " · ".join(self._credit_gap_word(c) for c in codes)

    @api.model
    def _credit_gap_word(self, code):
        words = {
            "no_institution": self.env._("No institution"),
            "no_a": self.env._("No A manager"),
            "no_b1": self.env._("No B1 manager"),
            "no_b2": self.env._("No B2 manager"),
            "no_cover": self.env._("On leave without cover"),
            "no_lead": self.env._("No leading officer"),
            "no_head_office": self.env._("Nobody from the head office"),
            "no_branch_leader": self.env._("No branch leader"),
            "no_branch_group": self.env._("No group at branch level"),
            "no_figure": self.env._("Current exposure unknown"),
            "no_limits": self.env._("No limits for the institution"),
        }
        return words[code]

    @api.depends("credit_band_id", "credit_tier")
    def _compute_credit_team_required(self):
        day = self.env.company._credit_today()
        model = self.env["credit.team.requirement"]
        by_tier = {tier: model._in_force(day, tier) for tier in set(self.mapped("credit_tier"))}
        for partner in self:
            roles = partner._credit_required_roles(by_tier[partner.credit_tier])
            partner.credit_team_required = " + ".join(roles)
            partner.credit_plan_required = partner.credit_band_id.sudo().plan

    def _credit_required_roles(self, requirements=None):
        """Return the manager roles the client must have: ``["A", "B1", "B2"]`` or fewer.

        Band by exposure and list together, unless A45 is read otherwise.
        """
        self.ensure_one()
        if requirements is None:
            day = self.env.company._credit_today()
            requirements = self.env["credit.team.requirement"]._in_force(day, self.credit_tier)
        # sudo: limits are no secret.
        band = self.credit_band_id.sudo()
        replaced = any(requirements.mapped("dedicated")) and (
            self.env["credit.reading"]._chosen("A45") == "replaces"
        )
        by_list = set(requirements.mapped("role"))
        return [
            role.upper()
            for role in ("a", "b1", "b2")
            if role in by_list or (band[f"needs_{role}"] and not replaced)
        ]

    @api.depends("credit_member_ids.date_to", "credit_tier", "credit_institution_id")
    def _compute_credit_leader_ids(self):
        day = self.env.company._credit_today()
        requirements = self.env["credit.team.requirement"]
        for name in ("crm.team.member", "crm.team", "res.users", "credit.absence"):
            self.env[name].flush_model()
        holders = {}
        for team_id, post_id, user_id in self.env.execute_query(
            SQL(
                "SELECT * FROM (%s) h WHERE h.institution_id = ANY(%s)",
                holders_sql(day),
                self.credit_institution_id.ids,
            )
        ):
            holders[team_id, post_id] = user_id
        for partner in self:
            users = partner.credit_member_ids.filtered(
                lambda m: m.role == "leader" and not m.date_to
            ).user_id
            leading = requirements._in_force(day, partner.credit_tier).filtered("by_post")
            ids = [
                holders.get((partner.credit_institution_id.id, post.id))
                for post in leading.post_ids.sorted("sequence")
            ]
            partner.credit_leader_ids = users | users.browse(dict.fromkeys(filter(None, ids)))

    @api.depends("credit_member_ids.date_to", "credit_member_ids.covers_id")
    def _compute_credit_managers(self):
        day = self.env.company._credit_today()
        for partner in self:
            rows = partner.credit_member_ids
            current = rows.filtered(lambda m: not m.date_to and not m.covers_id)
            partner.credit_b1_user_id = current.filtered(lambda m: m.role == "b1")[:1].user_id
            partner.credit_b2_user_id = current.filtered(lambda m: m.role == "b2")[:1].user_id
            partner.credit_cover_user_ids = rows.filtered(
                lambda m: (
                    not m.covers_id.date_to
                    and m.covers_id
                    and m.date_from <= day
                    and (not m.date_to or m.date_to >= day)
                )
            ).user_id

    def _credit_team_on(self, day):
        """Return who serves these clients on ``day``, cover in place of the absent.

        :return: dict of client id to dict of role (``a``, ``b1``, ``b2``) to user, and
            ``leaders`` to users named as leading officers
        """
        self.env["credit.service.member"].flush_model()
        self.env["res.users"].flush_model()
        users = self.env["res.users"]
        team = {i: {"leaders": users} for i in self.ids}
        for partner_id, role, user_id, _member in self.env.execute_query(
            SQL("SELECT * FROM (%s) s WHERE s.partner_id = ANY(%s)", serving_sql(day), self.ids)
        ):
            if role == "leader":
                team[partner_id]["leaders"] |= users.browse(user_id)
            else:
                team[partner_id][role] = users.browse(user_id)
        return team

    def action_credit_team_proposal(self):
        """Propose people for what is missing in the teams of these clients."""
        return self.env["credit.team.proposal"]._open_for_gaps(self)
