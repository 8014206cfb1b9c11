from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from odoo.tools.misc import format_date, formatLang

from odoo.addons.credit_client_tiering.fields import Figure


class CreditCareGift(models.Model):
    """A small gift to a client: what, worth how much, within which limit (M-1a, A57)."""

    _name = "credit.care.gift"
    _inherit = ["credit.guard.mixin", "credit.internal.thread"]
    _description = "Gift"
    _order = "date desc, id desc"
    _guard_open = frozenset(
        {"line_id", "partner_id", "date", "name", "value", "receiver", "reason"}
    )

    name = fields.Char("Gift", required=True)
    line_id = fields.Many2one(
        "credit.care.line", string="Festival round", index="btree_not_null", ondelete="restrict"
    )
    round_id = fields.Many2one(
        related="line_id.round_id", store=True, index="btree_not_null", string="Round"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        domain=[("is_credit_client", "=", True)],
        ondelete="restrict",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    institution_id = fields.Many2one(related="partner_id.credit_institution_id")
    date = fields.Date(required=True, default=lambda self: self.env.company._credit_today())
    value = Figure("Gift value", required=True, help="In yuan.")
    receiver = fields.Char(help="Who receives it.")
    reason = fields.Char("Reason for more", help="Why it should exceed the limit.")
    user_id = fields.Many2one(
        "res.users",
        string="Noted by",
        readonly=True,
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("asked", "Approval asked"),
            ("approved", "Approved"),
            ("given", "Given"),
            ("refused", "Refused"),
        ],
        required=True,
        default="draft",
        readonly=True,
        index=True,
        tracking=True,
    )
    limit_applied = Figure(readonly=True, help="The limit per client and year when it was given.")
    given_before = Figure(readonly=True, help="Given to the client in the year before this one.")
    asked_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, ondelete="restrict", index="btree_not_null"
    )
    approved_by_id = fields.Many2one(
        "res.users", readonly=True, ondelete="restrict", index="btree_not_null"
    )

    _positive = models.Constraint("CHECK (value > 0)", "Say what the gift is worth.")

    @api.depends("line_id")
    def _compute_partner_id(self):
        for gift in self:
            gift.partner_id = gift.line_id.partner_id or gift.partner_id

    @api.model_create_multi
    def create(self, vals_list):
        gifts = super().create(vals_list)
        for gift in gifts:
            gift.partner_id.check_access("read")
        gifts._check_belongs()
        return gifts

    def _check_belongs(self):
        for gift in self:
            if gift.line_id and gift.line_id.partner_id != gift.partner_id:
                raise UserError(self.env._("The line of the round is of another client."))

    def write(self, vals):
        result = super().write(vals)
        if {"line_id", "partner_id"} & set(vals):
            self._check_belongs()
        return result

    def _guard_editable(self, touched):
        for gift in self:
            if gift.state != "draft":
                raise UserError(
                    self.env._("“%s” was decided on or given, and stays as it is.", gift.name)
                )

    def _guard_deletable(self):
        if any(gift.state not in ("draft",) for gift in self):
            raise UserError(self.env._("Gifts that were given or decided on are kept."))

    # LIMIT AND BUDGET

    def _given_in_year(self):
        """Return what the client was given in the calendar year, without this gift (yuan)."""
        self.ensure_one()
        year = self.date.year
        # sudo: the limit is the client's, whoever of the bank gave something.
        [(total,)] = self.sudo()._read_group(
            [
                ("partner_id", "=", self.partner_id.id),
                ("state", "=", "given"),
                ("date", ">=", f"{year}-01-01"),
                ("date", "<=", f"{year}-12-31"),
                ("id", "!=", self.id),
            ],
            [],
            ["value:sum"],
        )
        return total or 0.0

    def _obstacles(self):
        """Return why the gift needs an approval, as sentences."""
        self.ensure_one()
        limit, money = self.env.company.sudo().credit_gift_limit, self._money
        found = []
        before = self._given_in_year()
        # Compared to the cent: sums of binary floats would miss the limit itself.
        if limit is not False and round(before + self.value - limit, 2) > 0:
            found.append(
                self.env._(
                    "%(client)s was given gifts of %(before)s yuan in %(year)s; with this one of "
                    "%(value)s yuan the bank's limit of %(limit)s yuan per client and year is "
                    "exceeded.",
                    client=self.partner_id.display_name,
                    before=money(before),
                    year=str(self.date.year),
                    value=money(self.value),
                    limit=money(limit),
                )
            )
        care = self.round_id.sudo()
        if (
            care
            and care.budget is not False
            and round(care.spent + self.value - care.budget, 2) > 0
        ):
            found.append(
                self.env._(
                    "The round has given %(spent)s of its budget of %(budget)s yuan.",
                    spent=money(care.spent),
                    budget=money(care.budget),
                )
            )
        return found

    def _money(self, amount):
        return formatLang(self.env, amount, digits=2)

    def _approvers(self):
        posts = self.env.company.sudo().credit_gift_approver_post_ids
        return self._holders_of(posts, self.partner_id.sudo().credit_institution_id)

    def _approver_text(self):
        posts = self.env.company.sudo().credit_gift_approver_post_ids
        names = ", ".join(self._approvers().user_id.mapped("name"))
        if not posts:
            return self.env._("The bank has not said who may approve more; it is refused.")
        return self.env._(
            "More may be approved by: %(posts)s (%(names)s). Give a reason and ask.",
            posts=", ".join(posts.mapped("name")),
            names=names or "–",
        )

    def _queue_up(self):
        """Make whoever gives to the same client or round at once begin anew after us."""
        self.ensure_one()
        # Touched and not only locked: a waiting transaction would add up what it saw before.
        for record in (self.partner_id, self.round_id):
            if record:
                self.env.cr.execute(
                    SQL(
                        "UPDATE %s SET id = id WHERE id = %s",
                        SQL.identifier(record._table),
                        record.id,
                    )
                )

    # ACTIONS

    def action_give(self):
        """Note that gifts were given, within the limit and the budget or approved.

        :return: True
        :raises UserError: over the limit of the client and year or the round's budget
        Clauses M-1a, A57.
        """
        self.check_access("write")
        for gift in self:
            # Whoever gives to the same client, or of the same budget, waits here.
            gift._queue_up()
            gift._lock()
            if gift.state not in ("draft", "approved"):
                raise UserError(self.env._("“%s” was given or decided on.", gift.name))
            if gift.date > self.env.company._credit_today():
                # Else a date in the next year would leave this year's limit untouched.
                raise UserError(
                    self.env._(
                        "“%(gift)s” is dated %(day)s, which lies ahead: note a gift when it is "
                        "given.",
                        gift=gift.name,
                        day=format_date(self.env, gift.date),
                    )
                )
            obstacles = gift._obstacles()
            if obstacles and gift.state != "approved":
                raise UserError("\n".join([*obstacles, gift._approver_text()]))
            gift._engine().write(
                {
                    "state": "given",
                    "limit_applied": self.env.company.sudo().credit_gift_limit,
                    "given_before": gift._given_in_year(),
                }
            )
        return True

    def action_ask(self):
        """Ask for an approval beyond the limit.

        :return: True
        """
        self.check_access("write")
        self._lock()
        for gift in self:
            if gift.state != "draft":
                raise UserError(self.env._("“%s” was given or decided on.", gift.name))
            if not (gift.reason or "").strip():
                raise UserError(self.env._("“%s”: give the reason for more.", gift.name))
            if not gift._approvers():
                raise UserError(gift._approver_text())
        self._engine().write({"state": "asked", "asked_by_id": self.env.uid})
        return True

    def action_approve(self):
        """Approve gifts beyond the limit; four eyes.

        :return: True
        :raises AccessError: not the post, or the caller's own gift
        """
        return self._decide("approved")

    def action_refuse(self):
        """Refuse gifts beyond the limit.

        :return: True
        """
        return self._decide("refused")

    def _decide(self, state):
        self.check_access("read")
        self._lock()
        for gift in self:
            if gift.state != "asked":
                raise UserError(self.env._("No approval is asked for “%s”.", gift.name))
            own = gift.user_id | gift.asked_by_id
            if self.env.user in own or self.env.user not in gift._approvers().user_id:
                raise AccessError(
                    self.env._(
                        "%(user)s cannot decide on “%(gift)s”. %(who)s Nobody decides on their "
                        "own gift.",
                        user=self.env.user.name,
                        gift=gift.name,
                        who=gift._approver_text(),
                    )
                )
        self._engine().write({"state": state, "approved_by_id": self.env.uid})
        return True
