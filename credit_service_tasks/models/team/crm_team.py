from odoo import api, fields, models


class CrmTeam(models.Model):
    """An institution's limits, who heads it, and how its managers are loaded."""

    _inherit = "crm.team"

    credit_limits_kind_id = fields.Many2one(
        "credit.institution.kind",
        string="Team bands as",
        ondelete="restrict",
        help="The kind whose exposure limits this institution follows. Empty: as its own "
        "kind says (A43).",
    )
    credit_limits_mapped = fields.Boolean(
        "Limits settled",
        compute="_compute_credit_limits_mapped",
        search="_search_credit_limits_mapped",
        help="Not settled: neither the institution nor its kind has limits of its own; the "
        "lower ones of the prefecture branches apply meanwhile (A43).",
    )

    credit_manager_count = fields.Integer("Managers", compute="_compute_credit_caseload")
    credit_manager_clients = fields.Integer(
        "Clients of managers", compute="_compute_credit_caseload"
    )
    credit_caseload_average = fields.Float(
        "Clients per manager",
        compute="_compute_credit_caseload",
        digits=(16, 1),
        help="Corporate clients per manager, here and below; the guide's rule (R-5a, A46).",
    )
    credit_retail_average = fields.Float(
        "Retail clients per manager", compute="_compute_credit_caseload", digits=(16, 1)
    )
    credit_caseload_exceeded = fields.Boolean(
        "Average above the limit", compute="_compute_credit_caseload"
    )

    @api.depends("credit_limits_kind_id", "institution_kind_id.limits_kind_id")
    def _compute_credit_limits_mapped(self):
        kinds = self._credit_kinds_with_limits()
        for team in self:
            kind = team.institution_kind_id
            own = team.credit_limits_kind_id | kind.limits_kind_id | kind
            team.credit_limits_mapped = bool(own & kinds)

    def _search_credit_limits_mapped(self, operator, value):
        if operator != "in":
            return NotImplemented
        kinds = self._credit_kinds_with_limits()
        mapped = self.with_context(active_test=False).search(
            [
                "|",
                "|",
                ("credit_limits_kind_id", "in", kinds.ids),
                ("institution_kind_id.limits_kind_id", "in", kinds.ids),
                ("institution_kind_id", "in", kinds.ids),
            ]
        )
        return [("id", "in" if True in value else "not in", mapped.ids)]

    def _credit_kinds_with_limits(self):
        day = self.env.company._credit_today()
        # sudo: which limits are in force is no secret.
        bands = self.env["credit.team.band"].sudo()
        return bands.search(
            [("date_from", "<=", day), "|", ("date_to", "=", False), ("date_to", ">=", day)]
        ).institution_kind_id

    def write(self, vals):
        result = super().write(vals)
        if {"credit_limits_kind_id", "institution_kind_id", "parent_id", "active"} & set(vals):
            self._credit_refresh_clients()
        return result

    def _credit_refresh_clients(self):
        """Bring the gaps of clients of these institutions and those below up to date."""
        if not self:
            return
        teams = self.with_context(active_test=False).search([("id", "child_of", self.ids)])
        clients = self.env["res.partner"].sudo()
        ids = clients.search([("credit_institution_id", "in", teams.ids)]).ids
        clients._credit_refresh_teams(ids)

    @api.model
    def _credit_headed_by(self, user):
        """Return the institutions whose teams ``user`` may settle: where the user is
        head of the corporate line or above, and all below."""
        head = self.env.ref("credit_client_tiering.group_corporate_head")
        # sudo: one's own posts decide; people need not be able to read all posts.
        seats = user.sudo().crm_team_member_ids.filtered("active")
        heading = seats.filtered(lambda s: head in s.post_id.group_id.all_implied_ids)
        teams = self.sudo().with_context(active_test=False)
        return self.browse(teams.search([("id", "child_of", heading.crm_team_id.ids)]).ids)

    def _credit_heads(self):
        """Return who settles the team of a client of this institution: the holder of the
        lowest post that may, in the nearest institution upwards; else list administrators."""
        head = self.env.ref("credit_client_tiering.group_corporate_head")
        path = [int(i) for i in (self.parent_path or "").strip("/").split("/") if i]
        # sudo: duties find their people whoever triggers them.
        seats = self.env["crm.team.member"].sudo()
        for team_id in reversed(path):
            here = seats.search([("crm_team_id", "=", team_id), ("user_id.active", "=", True)])
            may = here.filtered(lambda s: head in s.post_id.group_id.all_implied_ids)
            if may:
                last = max(may.post_id.mapped("sequence"))
                return may.filtered(lambda s, last=last: s.post_id.sequence == last).user_id
        admins = self.env.ref("credit_client_tiering.group_list_admin").sudo().all_user_ids
        return admins.filtered(lambda u: u.active and u._is_internal())[:1]

    def _credit_heads_but(self, user):
        """Return who settles what ``user`` leaves here: the heads, or those above them."""
        team = self.sudo()
        while team:
            heads = team._credit_heads() - user
            if heads:
                return heads
            team = team.parent_id
        return self.env["res.users"]

    def _compute_credit_caseload(self):
        """Average caseload of the managers here and below (R-5a, R-5b, A46)."""
        limits = self.env["credit.caseload.limit"]._limits()
        rows = self.env["credit.caseload"]._read_group(
            [("post_id.manages_clients", "=", True), ("institution_id", "!=", False)],
            ["institution_id"],
            ["__count", "clients:sum", "retail:sum", "load:sum", "over_limit:bool_or"],
        )
        cap = self.env["credit.reading"]._chosen("A46") == "cap"
        for team in self:
            below = [row for row in rows if row[0].parent_path.startswith(team.parent_path or "-")]
            managers = sum(row[1] for row in below)
            corporate, retail, load = (sum(row[i] for row in below) for i in (2, 3, 4))
            team.credit_manager_count = managers
            team.credit_manager_clients = corporate
            team.credit_caseload_average = corporate / managers if managers else 0.0
            team.credit_retail_average = retail / managers if managers else 0.0
            if cap:
                team.credit_caseload_exceeded = any(row[5] for row in below)
            else:
                team.credit_caseload_exceeded = bool(managers) and limits._exceeded(
                    corporate / managers, retail / managers, load / managers
                )
