from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.credit_client_tiering.fields import Figure
from odoo.addons.credit_client_tiering.models.bank.res_partner import VIEWERS
from odoo.addons.credit_client_tiering.models.fact.res_partner import hold_assessment

from .credit_team_band import BANDS
from .gaps import GAPS
from .team_sql import COLUMNS, refresh

_HELD = hold_assessment()["credit_assessment_held"]

# What a team must look like hangs on these; the tiering tells of figures and lists.
TEAM_FIELDS = frozenset(
    {
        "is_credit_client",
        "active",
        "parent_id",
        "is_company",
        "credit_institution_id",
        "credit_first_date",
        "credit_end_date",
    }
)
# The models whose rows the statement reads.
READ_MODELS = (
    "res.partner",
    "res.users",
    "crm.team",
    "crm.team.member",
    "credit.absence",
    "credit.metric.snapshot",
    "credit.institution.kind",
    "credit.service.member",
    "credit.team.band",
    "credit.team.requirement",
)
# Readings on teams: who chooses another option changes every team.
TEAM_READINGS = ("A42", "A43", "A45")


class ResPartner(models.Model):
    """Who serves the client, who should, and what is missing."""

    _inherit = "res.partner"

    credit_member_ids = fields.One2many(
        "credit.service.member", "partner_id", string="Service team", groups=VIEWERS
    )
    credit_handover_line_ids = fields.One2many(
        "credit.handover.line", "partner_id", string="Handovers", groups=VIEWERS
    )
    credit_band = fields.Selection(
        BANDS,
        string="Team band",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=VIEWERS,
        help="By current exposure and institution (R-1 to R-3). Empty: no credit in "
        "effect, or the exposure is not known well enough.",
    )
    credit_band_id = fields.Many2one(
        "credit.team.band", string="Band applied", readonly=True, copy=False, groups=VIEWERS
    )
    credit_exposure_current = Figure(
        "Current exposure",
        readonly=True,
        copy=False,
        groups=VIEWERS,
        help="The latest figure reported, in yuan.",
    )
    credit_exposure_as_of = fields.Date(
        "Current exposure as of", readonly=True, copy=False, groups=VIEWERS
    )
    credit_exposure_measure = Figure(
        "Exposure that counts",
        readonly=True,
        copy=False,
        groups=VIEWERS,
        help="What the team band is measured on: the whole group's current exposure when "
        "the client belongs to one (A42), in yuan.",
    )
    credit_exposure_partial = fields.Boolean(
        "Incomplete",
        readonly=True,
        copy=False,
        groups=VIEWERS,
        help="A member of the group has no figure: the sum is at least this much.",
    )
    credit_team_gap = fields.Char(
        "Gap codes",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=VIEWERS,
        help="What is missing in the service team, as codes between commas.",
    )

    # ORM

    @api.model_create_multi
    def create(self, vals_list):
        members = self.env["credit.service.member"]
        for vals in vals_list:
            if vals.get("user_id") and vals.get("is_credit_client"):
                institution = self.env["crm.team"].browse(vals.get("credit_institution_id"))
                # Whoever brings a new client may keep it; a head may change that.
                if vals["user_id"] != self.env.uid:
                    members._check_may_settle(institution, vals.get("name"))
        partners = super().create(vals_list)
        clients = partners.sudo().filtered("is_credit_client")
        if clients:
            members._follow_salespeople(clients)
            self._credit_refresh_or_wait(clients.ids)
        return partners

    def write(self, vals):
        members = self.env["credit.service.member"]
        follow = {"user_id", "is_credit_client"} & set(vals) and not members._is_settling()
        concerned = TEAM_FIELDS & set(vals)
        if not follow and not concerned:
            return super().write(vals)
        # sudo: also people who may not see credit fields edit companies.
        before = self.sudo().filtered("is_credit_client")
        if "user_id" in vals and follow:
            for client in before:
                if client.user_id.id != (vals["user_id"] or False):
                    members._check_may_settle(
                        client.credit_institution_id, client.display_name, client.user_id
                    )
        groups = before.credit_group_id.ids if concerned else []
        result = super().write(vals)
        clients = before | self.sudo().filtered("is_credit_client")
        if follow:
            members._follow_salespeople(clients)
        if concerned and clients:
            self._credit_refresh_or_wait(clients.ids, groups)
        return result

    @api.model
    def _refuse_engine_fields(self, vals):
        forged = set(COLUMNS) & set(vals)
        if forged:
            labels = [self._fields[n].get_description(self.env)["string"] for n in sorted(forged)]
            raise AccessError(
                self.env._(
                    "%(fields)s follow from the figures, the lists and the team; they "
                    "cannot be entered.",
                    fields=", ".join(labels),
                )
            )
        return super()._refuse_engine_fields(vals)

    # BUSINESS

    @api.model
    def _credit_refresh_or_wait(self, client_ids, group_ids=()):
        """Refresh now; or, while many are written, when they are assessed together."""
        if self.env.context.get("credit_assessment_held") is not _HELD:
            self._credit_refresh_teams(client_ids, group_ids)
            return
        waiting = self.env.cr.precommit.data.setdefault("credit_teams_waiting", (set(), set()))
        waiting[0].update(client_ids)
        waiting[1].update(group_ids)

    @api.model
    def _credit_refresh_teams(self, client_ids=None, group_ids=()):
        """Find band and gaps of clients anew and store what changed.

        :param client_ids: ids of clients; None: the whole book. Their whole groups are
            looked at, since a member's band hangs on the others.
        :param group_ids: further groups, such as one that a client has just left
        :return: ids of the clients that changed
        """
        groups = None
        for name in READ_MODELS:
            self.env[name].flush_model()
        if client_ids is not None:
            if not client_ids and not group_ids:
                return []
            # sudo: an engine; members of a group may belong to other institutions.
            clients = self.sudo().browse(client_ids)
            groups = {p.credit_group_id.id or p.id for p in clients} | set(group_ids)
        chosen = self.env["credit.reading"]._chosen
        rows = self.env.execute_query(
            refresh(
                self.env.company._credit_today(),
                {code: chosen(code) for code in TEAM_READINGS},
                groups,
            )
        )
        changed = self.browse([row[0] for row in rows])
        changed.invalidate_recordset(COLUMNS, flush=False)
        return changed.ids

    @api.model
    def _cron_credit_refresh_teams(self):
        """Nightly: limits come into force, leave ends, people were archived elsewhere."""
        self._credit_refresh_teams()

    def _credit_gap_codes(self):
        """Return the codes of what is missing (:data:`GAPS`), in reading order."""
        self.ensure_one()
        found = set((self.credit_team_gap or "").split(","))
        return [code for code, _name in GAPS if code in found]

    def _credit_check_may_settle(self):
        """Refuse whoever may not settle who serves these clients."""
        members = self.env["credit.service.member"]
        if self.env.su or self.env.user.has_group("credit_client_tiering.group_list_admin"):
            return
        headed = self.env["crm.team"]._credit_headed_by(self.env.user)
        # sudo: the refusal names client and institution that the caller gave.
        for client in self.sudo():
            if client.credit_institution_id not in headed:
                members.with_env(self.env)._check_may_settle(
                    client.credit_institution_id, client.display_name
                )

    def _credit_team_changed(self, note=True):
        """Follow a change of the teams of these clients: salesperson, gaps, chatter.

        Duties follow as well: other rooms extend this.
        """
        members = self.env["credit.service.member"]
        rows = members._settled().search(
            [
                ("partner_id", "in", self.ids),
                ("role", "=", "a"),
                ("date_to", "=", False),
                ("covers_id", "=", False),
            ]
        )
        manager = {row.partner_id.id: row.user_id.id for row in rows}
        # sudo: the right to settle the team was checked; the salesperson is part of it.
        clients = members._settled().partner_id.browse(self.ids)
        clients = clients.filtered("is_credit_client")
        for user_id, theirs in clients.grouped(lambda c: manager.get(c.id, False)).items():
            theirs.filtered(lambda c, u=user_id: c.user_id.id != u).write({"user_id": user_id})
        self._credit_refresh_teams(self.ids)
        if note:
            self._credit_note_team()

    def _credit_note_team(self):
        """Leave the team in the client's chatter; as a note, so nobody gets mail."""
        today = self.env.company._credit_today()
        team = self._credit_team_on(today)
        who = self.env.user.name
        bodies = {}
        for client in self.sudo():
            people = ", ".join(
                f"{role.upper()} {user.name}"
                for role, user in sorted(team[client.id].items())
                if role != "leaders"
            )
            bodies[client.id] = self.env._(
                "Service team settled by %(who)s: %(people)s",
                who=who,
                people=people or self.env._("nobody"),
            )
        # sudo: the note documents what was settled.
        self.sudo()._message_log_batch(bodies)
