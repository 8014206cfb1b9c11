from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import float_compare

from odoo.addons.credit_client_tiering.fields import Figure

from .credit_lpr import TERMS
from .credit_pricing_rule import COMPARISONS, KINDS, ROUTES

DEGREES = [("high", "High"), ("fair", "Fair"), ("low", "Low")]
RATE_DIGITS = 4


class CreditPricingRequest(models.Model):
    """A request for a price better than the usual one (S-S-5, S-Q-5, S-B-4c).

    The route follows from the rate, the last prime rate published when it was
    submitted, the client's list and whether its branch is designated.
    """

    _name = "credit.pricing.request"
    _inherit = ["credit.request.mixin"]
    _description = "Pricing Request"
    _order = "channel_rank, id desc"

    _decision_field = "pricing_request_id"
    _guard_open = frozenset(
        {
            "partner_id",
            "kind",
            "reason",
            "amount",
            "term_months",
            "lpr_term",
            "rate",
            "usual_price",
            "wanted_price",
            "product_name",
            "quote",
            "concession_bp",
            "credit_standing",
            "loyalty",
            "contribution",
            "degrees_note",
            "benefit",
            "benefit_amount",
            "given_amount",
            "valid_until",
        }
    )

    kind = fields.Selection(KINDS, string="Price", required=True, default="loan_rate")
    amount = Figure(help="Of the loan, deposit or product, in yuan.")
    valid_until = fields.Date("Valid until")
    # A loan rate, against the prime rate.
    term_months = fields.Integer("Term (months)")
    lpr_term = fields.Selection(
        TERMS,
        string="Prime rate of the term",
        help="The matching term of the loan prime rate.",
    )
    rate = fields.Float("Rate asked for (%)", digits=(8, RATE_DIGITS))
    # A fee, an exchange rate, a deposit rate.
    usual_price = fields.Char("Usual price")
    wanted_price = fields.Char("Price asked for")
    # A wealth product's yield, against the quote of Financial Markets.
    product_name = fields.Char("Product")
    quote = fields.Float("Normal quote (%)", digits=(8, RATE_DIGITS))
    concession_bp = fields.Float("Better by (bp)", digits=(8, 2))
    # The three degrees (S-Q-0b, S-Q-5).
    credit_standing = fields.Selection(DEGREES)
    loyalty = fields.Selection(DEGREES)
    contribution = fields.Selection(DEGREES, string="Overall contribution")
    degrees_note = fields.Text("Grounds of the judgements")
    benefit = fields.Text(
        "What the bank gains", help="Benefit first: what the client brings in return."
    )
    benefit_amount = Figure("Gained a year", help="Estimate, in yuan.")
    given_amount = Figure("Given up a year", help="Estimate, in yuan.")
    benefit_net = Figure("Net benefit a year", compute="_compute_benefit_net")
    # Frozen at submission.
    lpr_rate = Figure("Prime rate used (%)", readonly=True, copy=False)
    lpr_date = fields.Date("Prime rate published on", readonly=True, copy=False)
    comparison = fields.Selection(COMPARISONS, readonly=True, copy=False)
    route = fields.Selection(ROUTES, readonly=True, copy=False)
    route_institution_id = fields.Many2one(
        "crm.team",
        string="Decided in",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    rule_name = fields.Char("By the rule", readonly=True, copy=False)
    clause = fields.Char(readonly=True, copy=False)
    below_standard = fields.Boolean(
        "Below the usual band", readonly=True, copy=False, help="Of a yield concession (A49)."
    )
    decision_ids = fields.One2many("credit.request.decision", "pricing_request_id", "Decisions")
    # Before submission: what would be used, so that nobody is surprised.
    forecast = fields.Char(compute="_compute_forecast")

    @api.depends("benefit_amount", "given_amount")
    def _compute_benefit_net(self):
        for request in self:
            request.benefit_net = (request.benefit_amount or 0) - (request.given_amount or 0)

    @api.depends("kind", "lpr_term", "rate", "concession_bp", "partner_id", "state")
    @api.depends_context("lang")
    def _compute_forecast(self):
        for request in self:
            request.forecast = False
            if request.state not in ("draft", "returned") or not request.partner_id:
                continue
            try:
                request.forecast = request._forecast_text()
            except UserError as problem:
                request.forecast = str(problem)

    def _forecast_text(self):
        # Of a new record: nothing is stored, the rule is only looked up.
        client = self.partner_id._origin
        trial = self.new(
            {name: self[name] for name in ("kind", "lpr_term", "rate", "concession_bp")}
            | {"tier": client.credit_tier, "partner_id": client.id}
        )
        if self.kind == "loan_rate" and not (self.lpr_term and self.rate):
            return False
        found = trial._route(client.credit_institution_id)
        routes = dict(self._fields["route"]._description_selection(self.env))
        return self.env._(
            "Will be decided by: %(route)s (%(posts)s); %(clause)s",
            route=routes[found["route"]],
            posts=", ".join(found["rule"].post_ids.mapped("name")),
            clause=found["clause"],
        )

    def _subject(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        kind = kinds.get(self.kind, "")
        if self.kind == "loan_rate" and self.rate:
            return f"{kind} {self.rate:g} %"
        if self.kind == "wealth_yield" and self.concession_bp:
            return f"{kind} +{self.concession_bp:g} bp"
        return kind

    # Submission

    def _prepare_submission(self):
        self._check_complete()
        found = self._route(self.institution_id)
        rule = found.pop("rule")
        if rule.needs_degrees:
            self._check_degrees()
        return {
            **found,
            "post_ids": [fields.Command.set(rule.post_ids.ids)],
            "evidence": self._price_evidence(rule, found),
        }

    def _route(self, institution):
        """Return the route of the price asked for and what it was found with.

        :return: dict of the frozen fields and ``rule``
        :raises UserError: no rule covers it, or no prime rate is known
        Clauses S-S-5a to S-S-5c, S-Q-5, S-B-4b, S-B-4c.
        """
        self.ensure_one()
        day = self.env.company._credit_today()
        answer = {"lpr_rate": False, "lpr_date": False, "comparison": False}
        if self.kind == "loan_rate":
            lpr = self.env["credit.lpr"]._latest(self.lpr_term, day)
            sign = float_compare(self.rate, lpr.rate, precision_digits=RATE_DIGITS)
            comparison = ("equal", "above", "below")[sign]
            answer.update(lpr_rate=lpr.rate, lpr_date=lpr.date, comparison=comparison)
        designated = self.env["credit.rate.authority"]._institution_for(institution, day)
        rule = self.env["credit.pricing.rule"]._for_request(
            self, answer["comparison"], designated, day
        )
        if not rule:
            raise UserError(self._no_rule_message())
        decides = designated if rule.route == "branch" else institution
        if rule.route in ("head_office", "separate"):
            decides = self._head_office(institution) or institution
        answer.update(
            rule=rule,
            route=rule.route,
            rule_name=rule.name,
            clause=rule.clause,
            route_institution_id=decides.id,
            below_standard=self.kind == "wealth_yield"
            and self.concession_bp < rule.bp_standard_from,
        )
        return answer

    @api.model
    def _head_office(self, institution):
        """Return the head office above an institution, or any there is."""
        # sudo: the tree of institutions is no secret.
        teams = self.env["crm.team"].sudo()
        kind = ("institution_kind_id.is_head_office", "=", True)
        above = teams.search([kind, ("id", "parent_of", institution.ids)], limit=1)
        return above or teams.search([kind], limit=1)

    def _no_rule_message(self):
        tiers = dict(self._fields["tier"]._description_selection(self.env))
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return self.env._(
            "No rule of the pricing authority covers this: %(kind)s for a client on the list "
            "“%(tier)s”. The guide gives such clients no concession of this kind.",
            kind=kinds.get(self.kind, ""),
            tier=tiers.get(self.tier) or self.env._("on no list"),
        )

    def _check_complete(self):
        self.ensure_one()
        missing = [name for name in self._needed_fields() if not self[name]]
        if missing:
            labels = [self._fields[n]._description_string(self.env) for n in missing]
            raise ValidationError(
                self.env._(
                    "%(request)s: missing %(fields)s.",
                    request=self.display_name,
                    fields=", ".join(labels),
                )
            )
        if self.concession_bp < 0 or self.rate < 0:
            raise ValidationError(self.env._("A price cannot be negative."))

    def _needed_fields(self):
        by_kind = {
            "loan_rate": ["amount", "term_months", "lpr_term", "rate"],
            "wealth_yield": ["product_name", "quote", "concession_bp"],
        }
        return [*by_kind.get(self.kind, ["usual_price", "wanted_price"]), "reason"]

    def _check_degrees(self):
        if not (self.credit_standing and self.loyalty and self.contribution and self.benefit):
            raise ValidationError(
                self.env._(
                    "%s: judge credit standing, loyalty and overall contribution, and say what "
                    "the bank gains: quality clients are priced by the three degrees, benefit "
                    "first (S-Q-5).",
                    self.display_name,
                )
            )

    def _deciding_institution(self):
        return self.route_institution_id or self.institution_id

    def _seat_of_user(self):
        """A designated branch decides itself; whoever stands above it does not."""
        seat = super()._seat_of_user()
        if not seat or self.route != "branch":
            return seat
        # sudo: who holds a post is no secret.
        people = self.env.user | seat[1]
        here = self.sudo().route_institution_id.crm_team_member_ids.filtered("active")
        return (
            seat if here.filtered(lambda m: m.user_id in people and m.post_id == seat[0]) else None
        )
