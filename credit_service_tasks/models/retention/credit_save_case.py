from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from odoo.tools.misc import format_date

from odoo.addons.credit_client_tiering.fields import Figure

HEADS = ("credit_client_tiering.group_corporate_head", "credit_client_tiering.group_president")
# What was saved has an amount; what was lost, or was at no risk, has none.
SAVED = ("kept", "partly", "won_back")
OUTCOMES = [
    ("kept", "Kept"),
    ("partly", "Kept in part"),
    ("lost", "Lost"),
    ("won_back", "Won back"),
    ("no_risk", "There was no risk"),
]


class CreditSaveCase(models.Model):
    """A client that may leave or has left: who does what until when (K-1a to K-1c).

    Opening a case is the flag "at risk"; one is open per client.
    """

    _name = "credit.save.case"
    _inherit = ["credit.guard.mixin", "credit.internal.thread", "mail.activity.mixin"]
    _description = "Save Case"
    _order = "state desc, contact_by, id"
    _guard_open = frozenset(
        {
            "partner_id",
            "user_id",
            "reason_ids",
            "explanation",
            "plan",
            "contact_by",
            "amount_at_risk",
            "outcome",
            "amount_saved",
            "result",
        }
    )

    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        domain=[("is_credit_client", "=", True)],
        ondelete="restrict",
    )
    institution_id = fields.Many2one(related="partner_id.credit_institution_id")
    tier = fields.Selection(related="partner_id.credit_tier", string="List")
    origin = fields.Selection(
        [
            ("person", "Seen by a person"),
            ("hint", "Hint from figures"),
            ("lost", "Credit has ended (A27)"),
        ],
        required=True,
        default="person",
        readonly=True,
        copy=False,
    )
    reason_ids = fields.Many2many("credit.risk.reason", string="Reasons")
    playbook = fields.Text("What the bank does then", compute="_compute_playbook")
    explanation = fields.Text("What was noticed")
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    plan = fields.Text(help="Measures to keep or win back the client.")
    opened_on = fields.Date(
        readonly=True, copy=False, default=lambda self: self.env.company._credit_today()
    )
    opened_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    contact_by = fields.Date(
        help="The bank's days for the first contact, if it has set them; else your own date."
    )
    contacted_on = fields.Date(
        "First contact", compute="_compute_contacted_on", help="By the contact reports."
    )
    is_late = fields.Boolean(compute="_compute_contacted_on", search="_search_is_late")
    amount_at_risk = Figure("Amount at risk", help="Deposits or business in question, in yuan.")
    amount_saved = Figure("Amount saved", help="In yuan. Empty: not known.")
    outcome = fields.Selection(OUTCOMES, tracking=True)
    result = fields.Text("What came of it")
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    closed_on = fields.Date(readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    hint_ids = fields.One2many("credit.retention.hint", "case_id", string="Hints")

    _one_open = models.UniqueIndex(
        "(partner_id) WHERE state = 'open'", "There already is an open case on this client."
    )
    _saved_not_negative = models.Constraint(
        "CHECK (amount_saved >= 0 AND amount_at_risk >= 0)", "Amounts cannot be negative."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Mark clients as at risk.

        :param list[dict] vals_list: ``partner_id`` (id), ``reason_ids``, ``explanation``,
            ``plan``, ``contact_by`` (date), ``amount_at_risk`` (yuan)
        :raises UserError: no reason given, or no credit client
        Clauses K-1a, K-1b, A59.
        """
        self._check_none_open([vals.get("partner_id") for vals in vals_list])
        cases = super().create(vals_list)
        for case in cases:
            case.partner_id.check_access("read")
            if not case.partner_id.is_credit_client:
                raise UserError(
                    self.env._("%s is not marked as a credit client.", case.partner_id.display_name)
                )
            if not case.reason_ids and not (case.explanation or "").strip():
                raise UserError(
                    self.env._(
                        "%s: say why the client may leave: a reason of the list or your own words.",
                        case.partner_id.display_name,
                    )
                )
            values = {"opened_by_id": self.env.uid}
            due = self._due_from(case.opened_on)
            # An earlier day of one's own stands, a later one does not.
            if due and not (case.contact_by and case.contact_by <= due):
                values["contact_by"] = due
            case._engine().write(values)
        return cases

    @api.model
    def _check_none_open(self, partner_ids):
        # sudo: who looks after the client already, whoever may see that case.
        found = self.sudo().search(
            [("partner_id", "in", [i for i in partner_ids if i]), ("state", "=", "open")], limit=1
        )
        if found and not self._is_engine():
            self.env["res.partner"].browse(found.partner_id.id).check_access("read")
            raise UserError(
                self.env._(
                    "%(client)s has an open case already, since %(day)s; %(owner)s looks after it.",
                    client=found.partner_id.display_name,
                    day=found.opened_on,
                    owner=found.user_id.name or "–",
                )
            )

    @api.model
    def _due_from(self, day):
        """Return the day by which contact is due, or False when the bank set no limit."""
        days = self.env.company.credit_save_contact_days
        if not days:
            return False
        # The bank's own working calendar, which knows make-up days.
        ahead = self.env["credit.working.day"]._list(day, fields.Date.add(day, days=days * 3 + 20))
        ahead = [d for d in ahead if d > day]
        return ahead[days - 1] if len(ahead) >= days else False

    @api.depends("partner_id", "opened_on")
    def _compute_display_name(self):
        for case in self:
            case.display_name = f"{case.partner_id.name or ''} {case.opened_on or ''}"

    @api.depends("partner_id")
    def _compute_user_id(self):
        for case in self:
            case.user_id = case.user_id or case.partner_id.user_id or self.env.user

    @api.depends("reason_ids")
    def _compute_playbook(self):
        for case in self:
            texts = [f"{r.name}: {r.playbook}" for r in case.reason_ids if r.playbook]
            case.playbook = "\n".join(texts)

    @api.depends("partner_id", "opened_on", "contact_by", "state")
    def _compute_contacted_on(self):
        today = self.env.company._credit_today()
        firsts = {}
        if self.ids:
            # The earliest report per case: its own start counts, not the client's first.
            self.flush_model(["partner_id", "opened_on"])
            self.env["credit.contact.report"].flush_model(["partner_id", "date", "state"])
            firsts = dict(
                self.env.execute_query(
                    SQL(
                        """SELECT c.id, min(r.date) FROM credit_save_case c
                             JOIN credit_contact_report r ON r.partner_id = c.partner_id
                              AND r.state = 'submitted' AND r.date >= c.opened_on
                            WHERE c.id = ANY(%s) GROUP BY c.id""",
                        list(self._origin.ids),
                    )
                )
            )
        for case in self:
            case.contacted_on = firsts.get(case._origin.id, False)
            done = case.contacted_on or (case.closed_on if case.state == "closed" else today)
            case.is_late = bool(case.contact_by and done and done > case.contact_by)

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env.company._credit_today()
        late = self.search([("state", "=", "open"), ("contact_by", "<", today)])
        found = [("id", "in", late.filtered("is_late").ids)]
        return found if True in value else [("id", "not in", found[0][2])]

    def _guard_editable(self, touched):
        for case in self:
            if case.state == "closed":
                raise UserError(
                    self.env._("The case on %s is closed.", case.partner_id.display_name)
                )
            if "partner_id" in touched:
                raise UserError(self.env._("Open another case for another client."))
            if "contact_by" in touched and not self.env.su and not self._is_head():
                self._refuse_later_contact(case)
            if "user_id" in touched and not self.env.su and not self._is_head():
                raise AccessError(
                    self.env._(
                        "Only the head of the line or a president hands a case to somebody else; "
                        "you (%s) are neither.",
                        self.env.user.name,
                    )
                )

    def _refuse_later_contact(self, case):
        """The bank's own days are no date that whoever must keep them may move."""
        if self.env.company.credit_save_contact_days and case.contact_by:
            raise AccessError(
                self.env._(
                    "%(client)s is to be contacted by %(day)s, as the bank set it; only the head "
                    "of the line or a president moves the date, you (%(user)s) are neither.",
                    client=case.partner_id.display_name,
                    day=format_date(self.env, case.contact_by),
                    user=self.env.user.name,
                )
            )

    def _is_head(self):
        return any(self.env.user.has_group(group) for group in HEADS)

    # ACTIONS

    def action_close(self):
        """Close cases whose outcome is told.

        :return: True
        :raises AccessError: neither owner nor a head
        :raises UserError: no outcome, result or amount saved, or closed already
        """
        self.check_access("write")
        self._lock()
        for case in self:
            name = case.partner_id.display_name
            if case.state != "open":
                raise UserError(self.env._("The case on %s is closed.", name))
            if case.user_id != self.env.user and not self._is_head():
                raise AccessError(
                    self.env._(
                        "%(owner)s owns the case on %(client)s; only they, the head of the line "
                        "or a president close it.",
                        owner=case.user_id.name or "–",
                        client=name,
                    )
                )
            if not case.outcome or not (case.result or "").strip():
                raise UserError(
                    self.env._("%s: say what came of it and how, then close the case.", name)
                )
            if case.outcome in SAVED and case.amount_saved is False:
                raise UserError(
                    self.env._(
                        "%s: enter the amount saved, in yuan; 0 if the client stays without any.",
                        name,
                    )
                )
        self._engine().write(
            {
                "state": "closed",
                "closed_on": self.env.company._credit_today(),
                "closed_by_id": self.env.uid,
            }
        )
        self.activity_ids.action_feedback()
        return True

    def action_report_contact(self):
        """Open the one-minute contact report on the client."""
        self.ensure_one()
        return self.partner_id.action_credit_report_contact()

    # CLIENTS THAT LEFT

    @api.model
    def _follow_lost(self):
        """Open a case for every client whose credit ended and that has none since (A27).

        Set-based and idempotent. :return: number of cases opened.
        """
        self.env["res.partner"].flush_model()
        self.flush_model()
        today = self.env.company._credit_today()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO credit_save_case (partner_id, origin, user_id, opened_on, contact_by,
                       state, create_uid, create_date, write_uid, write_date)
                SELECT p.id, 'lost', p.user_id, %(today)s, %(due)s::date, 'open', %(uid)s,
                       now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM res_partner p
                 WHERE p.is_credit_client AND p.active AND p.credit_state = 'ended'
                   AND NOT EXISTS (SELECT 1 FROM credit_save_case c WHERE c.partner_id = p.id
                         AND (c.state = 'open' OR c.origin = 'lost'
                              AND c.opened_on >= p.credit_end_date))
           ON CONFLICT (partner_id) WHERE state = 'open' DO NOTHING
             RETURNING id
                """,
                today=today,
                due=self._due_from(today) or None,
                uid=self.env.uid,
            )
        )
        self.invalidate_model(flush=False)
        return len(rows)
