from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.credit_client_tiering.models.policy.tiers import TIERS

from ...engine.periods import bounds

PERIODS = [
    ("day", "Working day"),
    ("week", "Week (Monday to Sunday)"),
    ("month", "Month"),
    ("quarter", "Quarter"),
    ("half", "Half-year"),
    ("year", "Year"),
]

# What a rule says; frozen once duties refer to it.
MEANING = {
    "name",
    "code",
    "clause",
    "subject",
    "tier",
    "important",
    "designation_type_ids",
    "excluded_type_ids",
    "target_client",
    "post_ids",
    "role",
    "joint_post_ids",
    "institution_kind_ids",
    "kind_id",
    "channel_ids",
    "needs_person_in_charge",
    "quota",
    "period",
    "part_period",
    "guideline_option_id",
    "guideline_tier",
    "date_from",
}


class CreditCadenceRule(models.Model):
    """How often somebody owes something: a sentence of the guide as data."""

    _name = "credit.cadence.rule"
    _inherit = ["mail.thread"]
    _description = "Cadence Rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Stable key, one per version.")
    clause = fields.Char(required=True, help="Clause ids of the guide, e.g. S-S-1b.")
    sequence = fields.Integer(default=10)
    subject = fields.Selection(
        [
            ("client", "Each client"),
            ("institution", "Each institution"),
            ("person", "Each holder of the post"),
        ],
        required=True,
        default="client",
        help="What one duty of a period is about.",
    )
    tier = fields.Selection(TIERS, string="List", help="Clients on this list. Empty: any.")
    important = fields.Boolean(
        "Important clients",
        help="Strategic and quality clients and those flagged as important (A32).",
    )
    designation_type_ids = fields.Many2many(
        "credit.designation.type",
        "credit_cadence_rule_designation_rel",
        string="Only clients with one of",
    )
    excluded_type_ids = fields.Many2many(
        "credit.designation.type",
        "credit_cadence_rule_excluded_rel",
        string="Not clients with one of",
    )
    target_client = fields.Boolean(
        "Targets of the project library only",
        help="Clients that are targets of the month in the project library (A38).",
    )
    post_ids = fields.Many2many(
        "credit.post",
        "credit_cadence_rule_post_rel",
        string="Owed by",
        help="Holders of one of these posts; any of them fulfils it (A34).",
    )
    role = fields.Selection(
        [("a", "A manager"), ("b1", "B1 manager"), ("b2", "B2 manager")],
        string="Owed by the team's",
        help="Instead of a post: the client's own manager.",
    )
    joint_post_ids = fields.Many2many(
        "credit.post",
        "credit_cadence_rule_joint_post_rel",
        string="Together with",
        help="One of these must take part as well: a joint visit.",
    )
    kind_id = fields.Many2one("credit.duty.kind", required=True, index=True, ondelete="restrict")
    channel_ids = fields.Many2many(
        "credit.contact.channel",
        "credit_cadence_rule_channel_rel",
        string="Channels that count",
        help="Empty: every channel that makes the kind of duty.",
    )
    quota = fields.Integer("Times per period", required=True, default=1)
    period = fields.Selection(PERIODS, required=True)
    part_period = fields.Selection(
        [
            ("round", "Share of the working days, rounded"),
            ("up", "Share, rounded up: at least once"),
            ("down", "Share, rounded down"),
            ("full", "The whole quota"),
            ("next", "Nothing: from the next period on"),
        ],
        "When it begins within a period",
        required=True,
        default="round",
        help="What a client that comes under the rule after the period began owes for the "
        "rest of it. The guide is silent (A37). Rounded: a duty of once a period arises "
        "when at least half of its working days are left.",
    )
    institution_kind_ids = fields.Many2many(
        "credit.institution.kind",
        "credit_cadence_rule_kind_rel",
        string="Institutions of these kinds",
        help="For duties of institutions. Empty: every institution with its own holder of "
        "one of the posts.",
    )
    option_ids = fields.Many2many(
        "credit.reading.option",
        "credit_cadence_rule_option_rel",
        string="Under the reading",
        help="In force only while, of each reading named here, one of the options named here "
        "is chosen. Empty: always.",
    )
    guideline_option_id = fields.Many2one(
        "credit.reading.option",
        string="Guideline under the reading",
        index="btree_not_null",
        ondelete="restrict",
        help="While this reading is chosen, duties towards clients on the list beside are a "
        "guideline: kept, but never overdue and never escalated (A35).",
    )
    guideline_tier = fields.Selection(TIERS, string="Guideline for the list")
    date_from = fields.Date(
        "In force from", help="First day of a period. Empty: from the beginning."
    )
    date_to = fields.Date(
        "In force until", help="Periods that begin later follow another version, or none."
    )
    active = fields.Boolean(default=True)
    origin_id = fields.Many2one(
        "credit.cadence.rule",
        string="First version",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    is_in_force = fields.Boolean(
        "In force today",
        compute="_compute_is_in_force",
        search="_search_is_in_force",
        help="By its dates and under the chosen readings.",
    )
    is_frozen = fields.Boolean(compute="_compute_is_frozen")
    sentence = fields.Char("What it says", compute="_compute_sentence")

    _code_unique = models.UniqueIndex("(code)", "Another cadence rule already has this code.")
    _quota_positive = models.Constraint(
        "CHECK (quota > 0)", "A duty is owed at least once per period."
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_from IS NULL OR date_to >= date_from)",
        "A rule cannot end before it begins.",
    )

    # COMPUTES

    @api.depends("date_from", "date_to", "active", "option_ids", "period")
    def _compute_is_in_force(self):
        chosen = self.env["credit.reading"]._chosen_options()
        today = self.env.company._credit_today()
        for rule in self:
            start = bounds(rule.period, today)[0] if rule.period else today
            rule.is_in_force = (
                rule.active and rule._under_readings(chosen) and rule._begins_on(start)
            )

    def _search_is_in_force(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = {bool(v) for v in value}
        rules = self.with_context(active_test=False).search(Domain.TRUE)  # some dozens at most
        return [("id", "in", rules.filtered(lambda r: r.is_in_force in wanted).ids)]

    def _compute_is_frozen(self):
        # sudo: whether anybody's duty refers to the rule, not which.
        used = (
            self.env["credit.obligation"]
            .sudo()
            ._read_group([("rule_id", "in", self.ids)], ["rule_id"])
        )
        frozen = {rule.id for (rule,) in used}
        for rule in self:
            rule.is_frozen = rule.id in frozen

    @api.depends(
        "subject",
        "tier",
        "important",
        "designation_type_ids",
        "target_client",
        "post_ids",
        "role",
        "joint_post_ids",
        "kind_id",
        "quota",
        "period",
        "clause",
    )
    def _compute_sentence(self):
        roles = dict(self._fields["role"]._description_selection(self.env))
        tiers = dict(self._fields["tier"]._description_selection(self.env))
        periods = {
            "day": self.env._("working day"),
            "week": self.env._("week"),
            "month": self.env._("month"),
            "quarter": self.env._("quarter"),
            "half": self.env._("half-year"),
            "year": self.env._("year"),
        }
        for rule in self:
            who = roles[rule.role] if rule.role else " / ".join(rule.post_ids.mapped("name"))
            if rule.joint_post_ids:
                who = self.env._(
                    "%(who)s together with %(others)s",
                    who=who,
                    others=" / ".join(rule.joint_post_ids.mapped("name")),
                )
            rule.sentence = self.env._(
                "%(who)s: %(kind)s, %(whom)s, at least %(quota)s × per %(period)s (%(clause)s)",
                who=who,
                kind=rule.kind_id.name or "",
                whom=rule._whom(tiers),
                quota=rule.quota,
                period=periods.get(rule.period, ""),
                clause=rule.clause or "",
            )

    def _whom(self, tiers):
        """Return in words what a duty of the rule is about."""
        if self.tier:
            clients = self.env._("%s client", tiers[self.tier])
        elif self.important:
            clients = self.env._("important client")
        elif self.target_client:
            clients = self.env._("target client of the month")
        elif self.role:
            clients = self.env._("client managed")
        elif self.designation_type_ids or self.excluded_type_ids or self.subject == "client":
            clients = self.env._("client")
        else:
            return (
                self.env._("the institution")
                if self.subject == "institution"
                else self.env._("by each holder")
            )
        if self.designation_type_ids:
            clients = self.env._(
                "%(client)s (%(types)s)",
                client=clients,
                types=", ".join(self.designation_type_ids.mapped("name")),
            )
        if self.excluded_type_ids:
            clients = self.env._("other %s", clients)
        if self.subject == "client":
            return self.env._("each %s", clients)
        return self.env._("any %s, in total", clients)

    # WHAT IS IN FORCE

    def _under_readings(self, chosen):
        """Return whether the ``chosen`` options put the rule in force."""
        self.ensure_one()
        readings = self.option_ids.reading_id
        return readings <= (self.option_ids & chosen).reading_id

    def _begins_on(self, start):
        """Return whether a period that begins on ``start`` (date) follows this rule."""
        return (not self.date_from or self.date_from <= start) and (
            not self.date_to or self.date_to >= start
        )

    # VERSIONS

    @api.constrains("date_from", "period", "origin_id")
    def _check_begins_with_a_period(self):
        for rule in self:
            if rule.date_from and bounds(rule.period, rule.date_from)[0] != rule.date_from:
                raise ValidationError(
                    self.env._(
                        "“%(rule)s” cannot begin on %(day)s: a rule changes with a period, the "
                        "next one begins on %(next)s.",
                        rule=rule.name,
                        day=rule.date_from,
                        next=bounds(rule.period, rule.date_from)[1] + timedelta(days=1),
                    )
                )

    @api.constrains("subject", "post_ids", "role")
    def _check_somebody_owes(self):
        for rule in self:
            if not rule.post_ids and not rule.role:
                raise ValidationError(
                    self.env._("“%s” names nobody who owes the duty: choose posts.", rule.name)
                )
            if rule.role and rule.subject == "institution":
                raise ValidationError(
                    self.env._(
                        "“%s”: an institution has no A or B manager; choose posts.", rule.name
                    )
                )

    def action_new_version(self):
        """Make the version that follows this one, from the next period on.

        :return: the action that opens it
        """
        self.ensure_one()
        self.check_access("write")
        today = self.env.company._credit_today()
        start = bounds(self.period, max(today, self.date_from or today))[1] + timedelta(days=1)
        origin = self.origin_id or self
        versions = self.with_context(active_test=False).search_count(
            [("origin_id", "=", origin.id)]
        )
        following = self.copy(
            {
                "code": f"{origin.code}/{versions + 2}",
                "date_from": start,
                "date_to": False,
                "name": self.name,
            }
        )
        following.origin_id = origin
        self.date_to = following.date_from - timedelta(days=1)
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": following.id,
            "view_mode": "form",
        }

    def action_open_duties(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Duties"),
            "res_model": "credit.obligation",
            "view_mode": "list,pivot,graph,form",
            "domain": [("rule_id", "=", self.id)],
        }

    # ORM

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        self.env["credit.obligation"]._soon()
        return rules

    def write(self, vals):
        changed = MEANING & set(vals)
        if changed and not self._credit_is_loading():
            for rule in self.filtered("is_frozen"):
                labels = self.fields_get(sorted(changed), ["string"])
                raise UserError(
                    self.env._(
                        "Duties already refer to “%(rule)s”, so %(fields)s cannot be changed. "
                        "Make a new version; it takes over with the next period.",
                        rule=rule.name,
                        fields=", ".join(label["string"] for label in labels.values()),
                    )
                )
        result = super().write(vals)
        self.env["credit.obligation"]._soon()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        for rule in self.filtered("is_frozen"):
            raise UserError(
                self.env._(
                    "Duties refer to “%s”, so it cannot be deleted. Archive it, or let it end.",
                    rule.name,
                )
            )
        # The version before goes on.
        for rule in self.filtered(lambda r: r.origin_id and r.date_from):
            before = self.search(
                [
                    ("date_to", "=", rule.date_from - timedelta(days=1)),
                    "|",
                    ("id", "=", rule.origin_id.id),
                    ("origin_id", "=", rule.origin_id.id),
                ]
            )
            before.date_to = rule.date_to
