from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.credit_client_tiering.models.policy.tiers import TIERS

from .credit_cadence_rule import PERIODS

# Held by this package alone: a context that comes by RPC can never contain it.
_LEDGER = object()

STATUSES = [
    ("open", "Open"),
    ("overdue", "Overdue"),
    ("done", "Done"),
    ("late", "Done late"),
    ("waived", "Waived"),
    ("ended", "Ended"),
]


class CreditObligation(models.Model):
    """The ledger of duties: what is owed for a period, by whom, and how it stands.

    Written by the engine alone and never deleted. What the rule said is copied, so
    that a later version of the rule rewrites no history.
    """

    _name = "credit.obligation"
    _description = "Duty"
    _order = "due_date, id"
    _rec_name = "name"

    name = fields.Char(readonly=True, help="The rule's name when the duty arose.")
    rule_id = fields.Many2one(
        "credit.cadence.rule", required=True, index=True, ondelete="restrict", readonly=True
    )
    kind_id = fields.Many2one(
        "credit.duty.kind", required=True, index=True, ondelete="restrict", readonly=True
    )
    clause = fields.Char(readonly=True)
    # What it is about: one of the three, by the rule's subject.
    partner_id = fields.Many2one(
        "res.partner", string="Client", index="btree_not_null", ondelete="cascade", readonly=True
    )
    unit_id = fields.Many2one(
        "crm.team",
        string="About the institution",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
    person_id = fields.Many2one(
        "res.users",
        string="About the person",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
    # Who owes it now; follows teams and posts while it is open.
    institution_id = fields.Many2one(
        "crm.team", index="btree_not_null", ondelete="restrict", readonly=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        help="Empty: nobody holds the post; see the gaps.",
    )
    post_id = fields.Many2one(
        "credit.post", index="btree_not_null", ondelete="restrict", readonly=True
    )
    tier = fields.Selection(TIERS, string="List", readonly=True)
    period = fields.Selection(PERIODS, required=True, readonly=True)
    period_start = fields.Date(required=True, readonly=True)
    period_end = fields.Date(required=True, readonly=True)
    required = fields.Integer("Owed", required=True, readonly=True, help="Times, after pro rata.")
    done = fields.Integer(readonly=True, help="Times discharged.")
    due_date = fields.Date(
        required=True, readonly=True, help="Last working day of the period or of its part."
    )
    latest_safe_date = fields.Date(
        readonly=True, help="After this day the working days left no longer suffice with ease."
    )
    status = fields.Selection(STATUSES, required=True, default="open", readonly=True)
    done_on = fields.Date("Fulfilled on", readonly=True)
    status_note = fields.Char(readonly=True, help="Why it was waived, ended or shortened.")
    escalation_level = fields.Integer(readonly=True)
    discharge_ids = fields.One2many("credit.discharge", "obligation_id", string="Discharged by")

    _once_per_period = models.UniqueIndex(
        "(rule_id, period_start, COALESCE(partner_id, 0), COALESCE(unit_id, 0),"
        " COALESCE(person_id, 0))",
        "The duty of this period is already in the ledger.",
    )
    _open_by_responsible = models.Index("(user_id, due_date) WHERE status IN ('open', 'overdue')")

    # ORM: the ledger is written by the engine.

    @api.model_create_multi
    def create(self, vals_list):
        self._check_ledger()
        return super().create(vals_list)

    def write(self, vals):
        self._check_ledger()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self._ledger_message())

    def _check_ledger(self):
        if self.env.context.get("credit_ledger") is not _LEDGER:
            raise AccessError(self._ledger_message())

    def _ledger_message(self):
        return self.env._(
            "Duties arise from the cadence rules and are discharged by what was done; they "
            "cannot be entered, changed or deleted. Report a contact, or ask for a waiver."
        )

    @api.model
    def _ledger(self):
        """Return the records open for writing; whoever calls has checked the right."""
        # sudo: the ledger is read-only for everybody.
        return self.sudo().with_context(credit_ledger=_LEDGER)

    # The engine, for the other rooms.

    @api.model
    def _generate(self, day=None, client_ids=None):
        """Bring the ledger up to ``day``: duties that are missing, ended, of other people.

        Set-based and idempotent. See ``engine`` below for what decides.

        :param day: date (default: the bank's today)
        :param client_ids: ids of the clients concerned; None for the whole book
        """

    @api.model
    def _settle(self, obligation_ids):
        """Recompute done, status and ``done_on`` of duties from their discharges.

        :param obligation_ids: ids; None for every duty that is not settled
        """

    @api.model
    def _open_for(self, partner_ids, day):
        """Return the duties of clients that something done on ``day`` may discharge.

        Those whose period contains ``day`` and that are open, overdue, done or late:
        a second contact also counts for the quota's record.
        """
        return self.sudo().search(
            [
                ("partner_id", "in", list(partner_ids)),
                ("period_start", "<=", day),
                ("period_end", ">=", day),
                ("status", "in", ("open", "overdue", "done", "late")),
            ]
        )
