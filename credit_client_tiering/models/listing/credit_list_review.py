from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...collision import collisions_retried
from ..policy.tiers import HEAD_OFFICE_TIERS, TIERS

# Held by this module alone: a context that comes by RPC can never contain it.
_OPENING = object()


class CreditListReview(models.Model):
    """The yearly review of one list of one institution (L-3, L-8, A28).

    Opened by the calendar with one line per member and per candidate; closed by
    the institution when every line has an answer.
    """

    _name = "credit.list.review"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "List Review"
    _order = "due_date desc, institution_id, id desc"

    name = fields.Char(compute="_compute_name", store=True)
    institution_id = fields.Many2one(
        "crm.team", required=True, index=True, readonly=True, ondelete="restrict"
    )
    tier = fields.Selection(TIERS, string="List", required=True, readonly=True)
    due_date = fields.Date(required=True, readonly=True)
    opened_on = fields.Date(readonly=True)
    closed_on = fields.Date(readonly=True)
    closed_by_id = fields.Many2one("res.users", string="Closed by", readonly=True)
    state = fields.Selection(
        [("open", "In review"), ("closed", "Closed")],
        required=True,
        default="open",
        readonly=True,
    )
    line_ids = fields.One2many("credit.list.review.line", "review_id", string="Clients")
    line_count = fields.Integer("Clients to review", compute="_compute_progress")
    pending_count = fields.Integer("Without an answer", compute="_compute_progress")
    progress = fields.Float("Answered (%)", compute="_compute_progress")
    is_overdue = fields.Boolean(
        "Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )

    _one_open = models.UniqueIndex(
        "(institution_id, tier) WHERE state = 'open'",
        "The list is already under review.",
    )

    @api.depends("institution_id.name", "tier", "due_date")
    def _compute_name(self):
        tiers = dict(self._fields["tier"]._description_selection(self.env))
        for review in self:
            year = review.due_date.year if review.due_date else ""
            review.name = f"{review.institution_id.name} – {tiers.get(review.tier)} {year}"

    @api.depends("line_ids.answer")
    def _compute_progress(self):
        rows = self.env["credit.list.review.line"]._read_group(
            [("review_id", "in", self.ids)], ["review_id", "answer"], ["__count"]
        )
        total, pending = {}, {}
        for review, answer, count in rows:
            total[review.id] = total.get(review.id, 0) + count
            if not answer:
                pending[review.id] = count
        for review in self:
            review.line_count = total.get(review.id, 0)
            review.pending_count = pending.get(review.id, 0)
            done = review.line_count - review.pending_count
            review.progress = 100.0 * done / review.line_count if review.line_count else 100.0

    @api.depends("state", "due_date")
    def _compute_is_overdue(self):
        today = self.env.company._credit_today()
        for review in self:
            review.is_overdue = review.state == "open" and review.due_date < today

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env.company._credit_today()
        overdue = [("state", "=", "open"), ("due_date", "<", today)]
        return overdue if True in value else ["!", "&", *overdue]

    # ORM: opened by the calendar, closed by the button.

    @api.model_create_multi
    def create(self, vals_list):
        self._check_opening()
        return super().create(vals_list)

    def write(self, vals):
        if set(vals) - {"line_ids"} and not all(
            n.startswith(("message_", "activity_")) for n in vals
        ):
            self._check_opening()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_by_the_calendar_only(self):
        self._check_opening()

    def _check_opening(self):
        if self.env.context.get("credit_opening") is not _OPENING:
            raise AccessError(
                self.env._("Reviews are opened by the calendar and closed with their button.")
            )

    def _opening(self):
        # sudo: reviews are read-only for everybody; whoever calls has checked.
        return self.sudo().with_context(credit_opening=_OPENING)

    # BUSINESS

    @api.model
    def _cron_open_due(self):
        """Open the reviews that come due, and remind of those that wait."""
        self._open_due()
        self._remind()

    @api.model
    def _open_due(self, day=None):
        """Open a review for every list of an institution that comes due by ``day``.

        A list is due a year (a figure of the policy) after its last review, or
        after its first member entered.
        """
        day = day or self.env.company._credit_today()
        policy = self.env["credit.policy"]._get_active_policy(day)
        if not policy.review_months:
            return self.browse()
        limit = day + timedelta(days=self.env.company.credit_review_lead_days)
        # sudo: the calendar opens reviews for every institution.
        members = self.env["credit.membership"].sudo()
        lists = members._read_group(
            [("date_to", "=", False), ("partner_id.credit_institution_id", "!=", False)],
            ["partner_id", "tier"],
            ["date_from:min"],
        )
        first = {}
        for partner, tier, since in lists:
            key = (partner.credit_institution_id, tier)
            first[key] = min(since, first.get(key, since))
        reviews = self._opening()
        last = {
            (institution, tier): closed
            for institution, tier, closed in reviews._read_group(
                [("state", "=", "closed")], ["institution_id", "tier"], ["closed_on:max"]
            )
        }
        running = {(r.institution_id, r.tier) for r in reviews.search([("state", "=", "open")])}
        opened = reviews.browse()
        for key in sorted(first, key=lambda k: (k[0].id, k[1])):
            institution, tier = key
            if policy.review_scope == "institution" and tier in HEAD_OFFICE_TIERS:
                continue
            due = (last.get(key) or first[key]) + relativedelta(months=policy.review_months)
            if key in running or due > limit:
                continue
            with collisions_retried():
                review = reviews.create(
                    {
                        "institution_id": institution.id,
                        "tier": tier,
                        "due_date": due,
                        "opened_on": day,
                    }
                )
                review.flush_recordset()
            review._add_lines()
            opened |= review
        return self.browse(opened.ids)  # without the right to open

    def _add_lines(self):
        """One line per member of the list, and per client that should be on it."""
        self.ensure_one()
        clients = (
            self.env["res.partner"]
            .sudo()
            .search(
                [
                    ("is_credit_client", "=", True),
                    ("credit_institution_id", "=", self.institution_id.id),
                    "|",
                    ("credit_tier", "=", self.tier),
                    ("credit_suggested", "=", self.tier),
                ]
            )
        )
        self.env["credit.list.review.line"].with_context(credit_opening=_OPENING).sudo().create(
            [
                {
                    "review_id": self.id,
                    "partner_id": client.id,
                    "tier": client.credit_tier,
                    "suggested": client.credit_suggested,
                    "drift": client.credit_drift,
                    "assessment_id": client.credit_assessment_id.id,
                }
                for client in clients
            ]
        )

    def _remind(self):
        """One reminder per open review, for the head of the institution's corporate line."""
        # sudo: the calendar reminds; nothing but the reminder is written.
        for review in self.sudo().search([("state", "=", "open")]):
            members = review.institution_id.crm_team_member_ids
            heads = members.filtered(
                lambda m: (
                    m.post_id.group_id
                    and self.env.ref("credit_client_tiering.group_corporate_head")
                    in m.post_id.group_id.all_implied_ids | m.post_id.group_id
                )
            )
            if heads and not review.activity_ids:
                review.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=review.due_date,
                    summary=self.env._("Review the list"),
                    user_id=heads[0].user_id.id,
                )

    def action_close(self):
        """Close the review; every client must have an answer.

        :raises AccessError: below head of the corporate line
        :raises UserError: clients without an answer
        Clauses L-3, L-8.
        """
        allowed = self.env.su or self.env.user.has_group(
            "credit_client_tiering.group_corporate_head"
        )
        if not allowed:
            raise AccessError(
                self.env._(
                    "%s cannot close a review; the head of the corporate line, a deputy "
                    "president or the president does.",
                    self.env.user.name,
                )
            )
        self.check_access("write")
        for review in self:
            if review.pending_count:
                raise UserError(
                    self.env._(
                        "%(count)s clients of “%(review)s” have no answer yet.",
                        count=review.pending_count,
                        review=review.name,
                    )
                )
        reviews = self._opening()
        reviews.write(
            {
                "state": "closed",
                "closed_on": self.env.company._credit_today(),
                "closed_by_id": self.env.uid,
            }
        )
        reviews.activity_ids.action_feedback()
        return True
