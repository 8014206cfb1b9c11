from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ...collision import collisions_retried
from ..policy.tiers import HEAD_OFFICE_TIERS, TIERS

# Held by this module alone: a context that comes by RPC can never contain it.
_OPENING = object()

# Without an answer, or to be nominated and nobody did: neither may be lost (L-3).
PENDING = [
    "|",
    ("answer", "=", False),
    "&",
    ("answer", "=", "nominate"),
    ("nomination_id", "=", False),
]


class CreditListReview(models.Model):
    """The yearly review of one list of one institution (L-3, L-8, A28).

    Opened by the calendar with one line per member and per candidate; closed by
    the institution when every line has an answer.
    """

    _name = "credit.list.review"
    _inherit = ["credit.internal.thread", "mail.activity.mixin"]
    _description = "List Review"
    _order = "due_date desc, institution_id, id desc"
    _rec_names_search = ["institution_id"]

    # Not stored: the name of the list is in the reader's language.
    name = fields.Char(compute="_compute_name")
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

    overdue_noted = fields.Boolean(readonly=True)

    _one_open = models.UniqueIndex(
        "(institution_id, tier) WHERE state = 'open'",
        "The list is already under review.",
    )

    @api.depends_context("lang")
    @api.depends("institution_id.name", "tier", "due_date")
    def _compute_name(self):
        tiers = dict(self._fields["tier"]._description_selection(self.env))
        for review in self:
            year = review.due_date.year if review.due_date else ""
            review.name = f"{review.institution_id.name} – {tiers.get(review.tier)} {year}"

    @api.depends("line_ids.answer", "line_ids.nomination_id")
    def _compute_progress(self):
        lines = self.env["credit.list.review.line"]
        total = dict(lines._read_group([("review_id", "in", self.ids)], ["review_id"], ["__count"]))
        pending = dict(
            lines._read_group([("review_id", "in", self.ids), *PENDING], ["review_id"], ["__count"])
        )
        total, pending = (
            {review.id: count for review, count in found.items()} for found in (total, pending)
        )
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
        reviews = self._opening()
        values = []
        for institution, tier, first, closed in self._lists_to_review():
            if policy.review_scope == "institution" and tier in HEAD_OFFICE_TIERS:
                continue
            due = (closed or first) + relativedelta(months=policy.review_months)
            if due <= limit:
                values.append(
                    {
                        "institution_id": institution,
                        "tier": tier,
                        "due_date": due,
                        "opened_on": day,
                    }
                )
        with collisions_retried():
            opened = reviews.create(values)
            opened.flush_recordset()
        opened._add_lines()
        return self.browse(opened.ids)  # without the right to open

    @api.model
    def _lists_to_review(self):
        """Return (institution id, list, first entry, last review) without an open review."""
        for model in ("res.partner", "credit.membership", self._name):
            self.env[model].flush_model()
        return self.env.execute_query(
            SQL(
                """SELECT p.credit_institution_id, m.tier,
                          min(coalesce(m.listed_since, m.date_from)),
                          (SELECT max(r.closed_on) FROM credit_list_review r
                            WHERE r.state = 'closed' AND r.tier = m.tier
                              AND r.institution_id = p.credit_institution_id)
                     FROM credit_membership m
                     JOIN res_partner p ON p.id = m.partner_id
                    WHERE m.date_to IS NULL AND p.credit_institution_id IS NOT NULL
                      AND p.is_credit_client AND p.active
                      AND NOT EXISTS (
                          SELECT FROM credit_list_review r
                           WHERE r.state = 'open' AND r.tier = m.tier
                             AND r.institution_id = p.credit_institution_id)
                 GROUP BY p.credit_institution_id, m.tier
                 ORDER BY p.credit_institution_id, m.tier"""
            )
        )

    def _add_lines(self):
        """One line per member, per client that should be on the list, and per open question.

        Clients on no list that the rule leaves undecided, or cannot judge for missing
        data, are answered for with the list the institution may put them on itself:
        basic while they have credit (A21), else potential.
        """
        if not self:
            return
        self.flush_recordset()
        self.env.execute_query(
            SQL(
                """INSERT INTO credit_list_review_line (
                       review_id, partner_id, tier, suggested, drift, assessment_id,
                       create_uid, create_date, write_uid, write_date)
                SELECT r.id, p.id, p.credit_tier, p.credit_suggested, p.credit_drift,
                       p.credit_assessment_id,
                       %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM credit_list_review r
                  JOIN res_partner p ON p.credit_institution_id = r.institution_id
                 WHERE r.id = ANY(%(ids)s) AND p.is_credit_client AND p.active
                   AND (p.credit_tier = r.tier OR p.credit_suggested = r.tier
                        OR p.credit_tier IS NULL
                           AND p.credit_drift IN ('undecided', 'no_data')
                           AND r.tier = CASE p.credit_state WHEN 'active' THEN 'basic'
                                                            WHEN 'never' THEN 'potential' END)
              ORDER BY r.id, p.id
             RETURNING id""",
                ids=list(self.ids),
                uid=self.env.uid,
            )
        )
        self.invalidate_recordset(["line_ids", "line_count", "pending_count", "progress"])

    def _remind(self):
        """One task per open review for whoever answers for the list, and one note when late."""
        # sudo: the calendar reminds; nothing but reminders is written.
        reviews = self.sudo().search([("state", "=", "open")])
        answerable = reviews.institution_id._credit_answerable()
        kind = self.env.ref("credit_client_tiering.activity_type_review")
        tasks = self.env["mail.activity"].sudo()
        reminded = tasks.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", reviews.ids),
                ("activity_type_id", "=", kind.id),
            ]
        )
        # The daily digest tells them, not a mail per task.
        tasks.with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": review.id,
                    "activity_type_id": kind.id,
                    "summary": self.env._("Review the list"),
                    "date_deadline": review.due_date,
                    "user_id": answerable[review.institution_id.id].id,
                }
                for review in reviews.browse(set(reviews.ids) - set(reminded.mapped("res_id")))
            ]
        )
        late = reviews.filtered(lambda r: r.is_overdue and not r.overdue_noted)
        late._message_log_batch(
            {
                review.id: self.env._(
                    "Overdue since %(day)s: %(pending)s of %(total)s clients have no answer.",
                    day=review.due_date,
                    pending=review.pending_count,
                    total=review.line_count,
                )
                for review in late
            }
        )
        late._opening().write({"overdue_noted": True})

    def action_close(self):
        """Close the review; every client must have an answer.

        :raises AccessError: below head of the corporate line
        :raises UserError: clients without an answer, or to be nominated and not nominated
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
                        "%(count)s clients of “%(review)s” have no answer yet, or are to be "
                        "nominated and nobody has.",
                        count=review.pending_count,
                        review=review.name,
                    )
                )
        reviews = self._opening()
        reviews._follow_up()
        reviews.write(
            {
                "state": "closed",
                "closed_on": self.env.company._credit_today(),
                "closed_by_id": self.env.uid,
            }
        )
        reviews.activity_ids.action_feedback()
        return True

    def _follow_up(self):
        """Leave a task for every client whose data were asked for; closing loses none."""
        asked = self.line_ids.filtered(lambda line: line.answer == "ask")
        asked.partner_id._credit_ask(
            "credit_client_tiering.activity_type_data",
            self.env._("Get the data that were missing in the review of the list"),
        )
