from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..policy.tiers import TIERS
from .credit_nomination import OPEN_STATES

# Held by this module alone: a context that comes by RPC can never contain it.
_CLOSING = object()


class CreditDeclaration(models.Model):
    """A window in which institutions sort their clients and declare them together.

    The batch of an institution is submitted between the first and the last day
    (L-5, L-6). A single nomination needs no window (L-4), so what is left over
    when it closes goes on by itself: nothing pending is lost.
    """

    _name = "credit.declaration"
    _inherit = ["credit.internal.thread"]
    _description = "Declaration Window"
    _order = "date_from desc, id desc"

    name = fields.Char(required=True)
    institution_id = fields.Many2one(
        "crm.team",
        index="btree_not_null",
        ondelete="restrict",
        help="With the units below it. Empty: the whole bank.",
    )
    scope = fields.Char("Open to", compute="_compute_scope")
    date_from = fields.Date("First day", required=True)
    date_to = fields.Date("Last day", required=True)
    closed_on = fields.Date("Closed early on", readonly=True, copy=False)
    note = fields.Text("What is expected")
    state = fields.Selection(
        [("planned", "Planned"), ("open", "Open"), ("closed", "No longer open")],
        compute="_compute_state",
        search="_search_state",
    )
    nomination_ids = fields.One2many("credit.nomination", "declaration_id", string="Nominations")
    line_count = fields.Integer("Clients", compute="_compute_counts")
    draft_count = fields.Integer("Not submitted", compute="_compute_counts")
    waiting_count = fields.Integer("Waiting for the head office", compute="_compute_counts")
    confirmed_count = fields.Integer("Confirmed", compute="_compute_counts")
    progress = fields.Float("Decided (%)", compute="_compute_counts")

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A window cannot close before it opens."
    )

    @api.depends("institution_id.name")
    def _compute_scope(self):
        for window in self:
            # sudo: a unit may not see the one above it, for all of which it is open.
            window.scope = window.sudo().institution_id.name or self.env._("The whole bank")

    @api.depends("date_from", "date_to", "closed_on")
    def _compute_state(self):
        today = self.env.company._credit_today()
        for window in self:
            window.state = "open"
            if window.closed_on or not window.date_to or window.date_to < today:
                window.state = "closed"
            elif window.date_from > today:
                window.state = "planned"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env.company._credit_today()
        running = Domain("closed_on", "=", False) & Domain("date_to", ">=", today)
        states = {
            "planned": running & Domain("date_from", ">", today),
            "open": running & Domain("date_from", "<=", today),
            "closed": ~running,
        }
        return Domain.OR(states[state] for state in value if state in states)

    @api.depends("nomination_ids.state")
    def _compute_counts(self):
        rows = self.env["credit.nomination"]._read_group(
            [("declaration_id", "in", self.ids)], ["declaration_id", "state"], ["__count"]
        )
        counts = {}
        for window, state, count in rows:
            counts.setdefault(window.id, {})[state] = count
        for window in self:
            by_state = counts.get(window.id, {})
            window.line_count = total = sum(by_state.values())
            window.draft_count = by_state.get("draft", 0) + by_state.get("returned", 0)
            window.waiting_count = by_state.get("submitted", 0)
            window.confirmed_count = by_state.get("confirmed", 0)
            pending = window.draft_count + window.waiting_count
            window.progress = 100.0 * (total - pending) / total if total else 0.0

    # ORM

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals.pop("closed_on", None)
        return super().create(vals_list)

    def write(self, vals):
        if "closed_on" in vals and self.env.context.get("credit_closing") is not _CLOSING:
            raise AccessError(self.env._("A window is closed early with its button."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_empty_only(self):
        for window in self.sudo():  # also nominations the user may not see
            if window.nomination_ids:
                raise UserError(
                    self.env._("“%s” has nominations and is kept; close it instead.", window.name)
                )

    # BUSINESS

    def action_collect(self):
        """Draft a nomination for every client that should enter or rise (L-5).

        Of the user's clients in the window's institution: those the rule suggests
        a higher list for, without an open nomination, and not refused on the very
        same facts (A16).

        :return: the drafts
        :raises AccessError: not of an institution
        :raises UserError: the window is closed
        """
        self.ensure_one()
        self.check_access("read")
        self.env["credit.nomination"].check_access("create")
        if self.state == "closed":
            raise UserError(self._closed_message())
        suggested = [tier for tier, _name in TIERS]
        domain = Domain(
            [
                ("is_credit_client", "=", True),
                ("credit_drift", "in", ("entry", "upgrade")),
                ("credit_suggested", "in", suggested),
            ]
        )
        if self.institution_id:
            domain &= Domain("credit_institution_id", "child_of", self.institution_id.id)
        clients = self.env["res.partner"].search(domain)
        nominations = self.env["credit.nomination"].sudo()  # whoever opened them
        known = nominations.search(
            [("partner_id", "in", clients.ids), ("state", "in", (*OPEN_STATES, "refused"))]
        )
        taken = set()
        for nomination in known:
            client = nomination.partner_id
            same = nomination.tier == client.credit_suggested
            refused = same and nomination.assessment_id == client.credit_assessment_id
            if nomination.state in OPEN_STATES or refused:
                taken.add(client.id)
        return self.env["credit.nomination"].create(
            [
                {
                    "partner_id": client.id,
                    "tier": client.credit_suggested,
                    "declaration_id": self.id,
                }
                for client in clients
                if client.id not in taken
            ]
        )

    def action_submit(self):
        """Submit the user's lines of the window together.

        All or none: what keeps a line from being submitted is told for every line.

        :return: the nominations submitted
        :raises AccessError: below head of the corporate line
        :raises UserError: outside the window, nothing to submit, or lines that cannot be
        Clauses L-5, L-6, T-S-L2.
        """
        self.ensure_one()
        self.check_access("read")
        if self.state != "open":
            raise UserError(self._closed_message())
        lines = self.env["credit.nomination"].search(
            [
                ("declaration_id", "=", self.id),
                ("state", "in", ("draft", "returned")),
                ("special", "=", False),
            ]
        )
        lines._check_may_submit()
        if not lines:
            raise UserError(
                self.env._("“%s” has no nomination of yours left to submit.", self.name)
            )
        problems = []
        for line in lines:
            try:
                line._check_submittable()
            except (UserError, ValidationError) as error:
                problems.append(str(error))
        if problems:
            raise UserError("\n".join(problems[:20]))
        lines.action_submit()
        return lines

    def action_close(self):
        """Close a window before its last day; what is left over goes on by itself.

        :raises AccessError: not a list administrator
        :raises UserError: closed already
        """
        self.check_access("write")
        for window in self:
            if window.state == "closed":
                raise UserError(window._closed_message())
        self.with_context(credit_closing=_CLOSING).write(
            {"closed_on": self.env.company._credit_today()}
        )
        self._message_log_batch(
            {
                window.id: self.env._(
                    "Closed. %(drafts)s nominations not submitted stay with their institutions "
                    "and can be submitted one by one; %(waiting)s wait for the head office.",
                    drafts=window.draft_count,
                    waiting=window.waiting_count,
                )
                for window in self
            }
        )
        return True

    def _closed_message(self):
        self.ensure_one()
        return self.env._(
            "“%(window)s” takes batches from %(first)s to %(last)s only; a single nomination "
            "can be submitted at any time (L-4).",
            window=self.name,
            first=self.date_from,
            last=self.closed_on or self.date_to,
        )


class CreditNomination(models.Model):
    _inherit = "credit.nomination"

    @api.constrains("declaration_id")
    def _check_declaration(self):
        for window, nominations in self.grouped("declaration_id").items():
            if not window:
                continue
            if window.state == "closed":
                raise ValidationError(window._closed_message())
            if window.institution_id:
                units = self.env["crm.team"].sudo()
                units = units.search([("id", "child_of", window.institution_id.id)])
                outside = nominations.filtered(
                    lambda n, units=units: n.partner_id.credit_institution_id not in units
                )
                if outside:
                    raise ValidationError(
                        self.env._(
                            "%(client)s does not belong to %(institution)s, for which "
                            "“%(window)s” is open.",
                            client=outside[0].partner_id.display_name,
                            institution=window.institution_id.name,
                            window=window.name,
                        )
                    )
