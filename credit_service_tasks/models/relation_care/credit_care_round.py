from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.credit_client_tiering.fields import Figure

from ...engine.population import IMPORTANT_TIERS

HEADS = ("credit_client_tiering.group_corporate_head", "credit_client_tiering.group_president")


class CreditCareRound(models.Model):
    """A festival in an institution: its important clients, each greeted by somebody.

    Rounds are opened by people; no festival makes tasks by itself (A57).
    """

    _name = "credit.care.round"
    _inherit = ["credit.guard.mixin", "credit.internal.thread"]
    _description = "Festival Care Round"
    _order = "date desc, id desc"
    _guard_open = frozenset(
        {
            "festival_id",
            "institution_id",
            "date",
            "start_date",
            "user_id",
            "budget",
            "line_ids",
            "note",
        }
    )

    festival_id = fields.Many2one(
        "credit.care.festival", required=True, index=True, ondelete="restrict"
    )
    institution_id = fields.Many2one(
        "crm.team",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user.crm_team_ids[:1],
    )
    date = fields.Date(
        "Festival day",
        compute="_compute_date",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="From the library; correct it, or enter it when the library does not know it.",
    )
    start_date = fields.Date(
        "Greet from",
        required=True,
        default=lambda self: self.env.company._credit_today(),
        help="Contacts reported from this day on count.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Led by",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    budget = Figure("Gift budget", help="In yuan. Empty: not set.")
    spent = fields.Float("Given", compute="_compute_progress", digits=0)
    state = fields.Selection(
        [("draft", "Draft"), ("open", "Under way"), ("closed", "Closed")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    line_ids = fields.One2many("credit.care.line", "round_id", string="Clients")
    line_count = fields.Integer("Clients to greet", compute="_compute_progress")
    done_count = fields.Integer("Greeted", compute="_compute_progress")
    progress = fields.Float(compute="_compute_progress")
    note = fields.Text()

    _one_round = models.UniqueIndex(
        "(festival_id, institution_id, date)", "The institution has a round for this festival."
    )
    _in_order = models.Constraint(
        "CHECK (start_date <= date)", "Greeting begins on or before the festival."
    )
    _budget_not_negative = models.Constraint("CHECK (budget >= 0)", "A budget is not negative.")

    @api.depends("festival_id")
    def _compute_date(self):
        for care in self:
            care.date = care.festival_id.next_date or care.date

    @api.depends("festival_id", "date", "institution_id")
    def _compute_display_name(self):
        for care in self:
            care.display_name = " ".join(
                filter(
                    None,
                    (
                        care.festival_id.name,
                        str(care.date.year) if care.date else "",
                        care.institution_id.name,
                    ),
                )
            )

    @api.depends("line_ids.state", "line_ids.gift_ids.state", "line_ids.gift_ids.value")
    def _compute_progress(self):
        counts = {
            (care, state): count
            for care, state, count in self.env["credit.care.line"]._read_group(
                [("round_id", "in", self.ids)], ["round_id", "state"], ["__count"]
            )
        }
        spent = dict(
            self.env["credit.care.gift"]._read_group(
                [("round_id", "in", self.ids), ("state", "=", "given")],
                ["round_id"],
                ["value:sum"],
            )
        )
        for care in self:
            origin = care._origin
            done = counts.get((origin, "done"), 0)
            total = done + counts.get((origin, "todo"), 0)
            care.line_count, care.done_count = total, done
            care.progress = 100.0 * done / total if total else 0.0
            care.spent = spent.get(origin, 0.0)

    # ORM: rounds are led by heads and presidents; the state follows from the buttons.

    @api.model_create_multi
    def create(self, vals_list):
        self._check_may_lead()
        return super().create(vals_list)

    def _guard_editable(self, touched):
        self._check_may_lead()
        if any(care.state == "closed" for care in self):
            raise UserError(self.env._("The round is closed."))

    def _guard_deletable(self):
        self._check_may_lead()
        if any(care.state != "draft" for care in self):
            raise UserError(self.env._("A round that was opened is kept."))

    def _check_may_lead(self):
        if not self.env.su and not any(self.env.user.has_group(group) for group in HEADS):
            raise AccessError(
                self.env._(
                    "Festival rounds are led by the head of the line or a president (R-P-1e); "
                    "you (%s) are neither.",
                    self.env.user.name,
                )
            )

    # ACTIONS

    def action_open(self):
        """Draw the important clients of the institution and open the round.

        :return: True
        :raises UserError: no important client, or not a draft
        Clauses R-P-1e, M-1a, A32.
        """
        self.check_access("write")
        self._check_may_lead()
        self._lock()
        for care in self:
            if care.state != "draft":
                raise UserError(self.env._("%s is open already.", care.display_name))
            care._draw_lines()
            if not care.line_ids:
                raise UserError(
                    self.env._(
                        "%s has no important clients: none on the strategic or quality list and "
                        "none flagged as important.",
                        care.institution_id.name,
                    )
                )
        self._engine().state = "open"
        return True

    def action_draw(self):
        """Add important clients that came since the round was opened.

        :return: True
        """
        self.check_access("write")
        self._check_may_lead()
        for care in self:
            if care.state != "open":
                raise UserError(self.env._("%s is not under way.", care.display_name))
            care._draw_lines()
        return True

    def action_close(self):
        """Close rounds: every client was greeted, or it is said why not.

        :return: True
        """
        self.check_access("write")
        self._check_may_lead()
        self._lock()
        for care in self:
            left = care.line_ids.filtered(lambda line: line.state == "todo")
            if care.state != "open":
                raise UserError(self.env._("%s is not under way.", care.display_name))
            if left:
                raise UserError(
                    self.env._(
                        "%(round)s: %(count)s clients have not been greeted: %(clients)s. "
                        "Greet them, or leave them out with a reason.",
                        round=care.display_name,
                        count=len(left),
                        clients=", ".join(left[:5].partner_id.mapped("name")),
                    )
                )
        self._engine().state = "closed"
        return True

    def action_view_lines(self):
        """Open the clients of the round as a list."""
        self.check_access("read")
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_service_tasks.credit_care_line_action"
        )
        action["domain"] = [("round_id", "=", self.id)]
        action["context"] = {}
        return action

    @api.model
    def _important_domain(self, institution, day):
        """Clients of an institution on the upper lists, or flagged as important (A32)."""
        important = Domain("credit_tier", "in", IMPORTANT_TIERS)
        flag = self.env.ref(
            "credit_service_tasks.designation_type_important_client", raise_if_not_found=False
        )
        if flag:
            designations = self.env["credit.designation"]
            flagged = designations.search(
                Domain(designations._effective_domain(day))
                & Domain("type_id", "=", flag.id)
                & Domain("partner_id.credit_institution_id", "child_of", institution.id)
            )
            important |= Domain("id", "in", flagged.partner_id.ids)
        return (
            Domain("is_credit_client", "=", True)
            & Domain("credit_institution_id", "child_of", institution.id)
            & important
        )

    def _draw_lines(self):
        self.ensure_one()
        clients = self.env["res.partner"].search(
            self._important_domain(
                self.institution_id, min(self.date, self.env.company._credit_today())
            )
        )
        self.env["credit.care.line"].create(
            [
                {
                    "round_id": self.id,
                    "partner_id": client.id,
                    "user_id": (client.user_id or self.user_id).id,
                }
                for client in clients - self.line_ids.partner_id
            ]
        )
