from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from ..policy.tiers import TIERS
from .departments import GROUPS

# Held by this module alone: a context that comes by RPC can never contain it.
_MOVING = object()

# Open for the institution to work on; everything else moves by the methods below.
DRAFT_FIELDS = frozenset(
    {"tier", "justification", "special", "special_reason", "special_until", "declaration_id"}
)
OPEN_STATES = ("draft", "submitted", "returned")


class CreditNomination(models.Model):
    """A proposal to put a client on a list, move it or take it off (L-5 to L-9).

    The evidence is frozen when the institution submits; two head-office
    departments decide on strategic and quality (A29, A30), the institution
    itself on basic and potential (L-7). Nothing here changes a list except the
    last decision that is needed.
    """

    _name = "credit.nomination"
    _inherit = ["credit.internal.thread", "mail.activity.mixin"]
    _description = "Nomination"
    _order = "id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_credit_client", "=", True)],
    )
    institution_id = fields.Many2one(
        "crm.team", index="btree_not_null", readonly=True, ondelete="restrict"
    )
    tier_from = fields.Selection(TIERS, string="From list", readonly=True)
    tier = fields.Selection(TIERS, string="To list", help="Empty: off the lists altogether.")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Waiting for the head office"),
            ("returned", "Returned"),
            ("confirmed", "Confirmed"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
    )
    justification = fields.Text(help="Why; a move the rule does not suggest needs it.")
    special = fields.Boolean(
        "Special recognition",
        help="Strategic by recognition of the head office alone (T-S-5, A10): opened by a "
        "reviewer of either department, decided by both.",
    )
    special_reason = fields.Text("Reason of the recognition")
    special_until = fields.Date("Recognised until")
    nominated_by = fields.Many2one("res.users", readonly=True, copy=False)
    submitted_at = fields.Datetime(readonly=True, copy=False)
    round = fields.Integer(readonly=True, copy=False, help="How many times it was submitted.")
    suggested = fields.Char(
        "Suggested at submission",
        readonly=True,
        copy=False,
        help="What the rule said when the nomination was submitted.",
    )
    agrees = fields.Boolean(
        "Agrees with the rule",
        readonly=True,
        copy=False,
        help="The rule suggested this very list when the nomination was submitted.",
    )
    assessment_id = fields.Many2one(
        "credit.assessment",
        string="Submitted on",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The assessment, with its facts, that the nomination rests on.",
    )
    evidence = fields.Json(readonly=True, copy=False)
    decision_ids = fields.One2many(
        "credit.nomination.decision", "nomination_id", string="Decisions"
    )
    finance_approved = fields.Boolean("Corporate Finance approved", readonly=True, copy=False)
    credit_approved = fields.Boolean("Credit Management approved", readonly=True, copy=False)
    closed_at = fields.Datetime(readonly=True, copy=False)
    automatic = fields.Boolean(
        readonly=True, copy=False, help="Opened by the first credit itself (T-P-A)."
    )

    declaration_id = fields.Many2one(
        "credit.declaration",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        help="The batch it is submitted with. Empty: submitted on its own (L-4).",
    )

    _one_open = models.UniqueIndex(
        "(partner_id) WHERE state IN ('draft', 'submitted', 'returned')",
        "There already is an open nomination for the client.",
    )

    # ORM

    @api.model_create_multi
    def create(self, vals_list):
        """Propose moves of clients between the lists, as drafts.

        :param list[dict] vals_list: ``partner_id`` (id), ``tier`` (code, or False
            for off the lists), ``justification`` (text)
        :raises AccessError: not the caller's client
        :raises ValidationError: there already is an open nomination
        Clauses L-5, T-S-L2.
        """
        moving = self._is_moving()
        if not moving:
            vals_list = self._draft_values(vals_list)
        # The index looks at states: those written before must be there first.
        self.flush_model(["state"])
        nominations = super().create(vals_list)
        nominations.partner_id.check_access("read")
        for nomination in nominations:
            if not nomination.partner_id.is_credit_client:
                raise ValidationError(
                    self.env._(
                        "%s is not marked as a credit client.", nomination.partner_id.display_name
                    )
                )
        if not moving:
            nominations._check_recogniser()
        return nominations

    def _draft_values(self, vals_list):
        """Return what may be proposed, with where the client stands until it is submitted."""
        clients = self.env["res.partner"]
        # sudo: whether the user may see the client is checked by the caller.
        ids = {v.get("partner_id") for v in vals_list if isinstance(v.get("partner_id"), int)}
        known = {client.id: client for client in clients.sudo().browse(ids).exists()}
        drafts = []
        for vals in vals_list:
            client = known.get(vals.get("partner_id"), clients)
            drafts.append(
                {
                    **{n: v for n, v in vals.items() if n in DRAFT_FIELDS or n == "partner_id"},
                    "institution_id": client.credit_institution_id.id,
                    "tier_from": client.credit_tier,
                }
            )
        return drafts

    def write(self, vals):
        if not self._is_moving():
            native = {n for n in vals if n.startswith(("message_", "activity_"))}
            touched = set(vals) - native
            if touched - DRAFT_FIELDS:
                raise AccessError(
                    self.env._("A nomination moves by submitting, deciding and withdrawing it.")
                )
            if touched:
                self._check_recogniser(vals.get("special"))
            for nomination in self if touched else ():
                if nomination.state not in ("draft", "returned"):
                    raise UserError(
                        self.env._(
                            "The nomination of %s has been submitted; withdraw it first, or "
                            "wait until it is returned.",
                            nomination.partner_id.display_name,
                        )
                    )
        result = super().write(vals)
        if "special" in vals and not self._is_moving():
            self._check_recogniser()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_before_submission_only(self):
        self._check_recogniser()
        for nomination in self:
            if nomination.round:
                raise UserError(
                    self.env._(
                        "The nomination of %s has been before the head office and is kept.",
                        nomination.partner_id.display_name,
                    )
                )

    def _is_moving(self):
        return self.env.context.get("credit_moving") is _MOVING

    def _moving(self):
        """Return the records open for writing; whoever calls has checked the right."""
        # sudo: states and frozen evidence are read-only for everybody.
        return self.sudo().with_context(credit_moving=_MOVING)

    @api.constrains("special", "tier")
    def _check_special_tier(self):
        for nomination in self:
            if nomination.special and nomination.tier != "strategic":
                raise ValidationError(
                    self.env._(
                        "%s: the head office recognises clients as strategic, as nothing "
                        "else (T-S-5).",
                        nomination.partner_id.display_name,
                    )
                )

    def _check_recogniser(self, special=False):
        """Only the head office recognises, and it declares nobody otherwise (A10)."""
        if self.env.su:
            return
        reviewer = any(self.env.user.has_group(group) for group in GROUPS.values())
        recognitions = self if special else self.filtered("special")
        if recognitions and not reviewer:
            raise AccessError(
                self.env._(
                    "%(client)s: a special recognition is opened by a reviewer of the head "
                    "office (T-S-5, A10); %(user)s is none.",
                    client=recognitions[0].partner_id.display_name,
                    user=self.env.user.name,
                )
            )
        declared = self - recognitions
        if declared and not self.env.user.has_group("credit_client_tiering.group_staff"):
            raise AccessError(
                self.env._(
                    "%(client)s: clients are nominated by their institution (T-S-L2, L-6); "
                    "%(user)s of the head office opens special recognitions only.",
                    client=declared[0].partner_id.display_name,
                    user=self.env.user.name,
                )
            )

    def _lock(self):
        """Wait for whoever works on these nominations; then see what they did."""
        self.flush_recordset()
        self.env.execute_query(
            SQL(
                "SELECT id FROM credit_nomination WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
                list(self.ids),
            )
        )
        self.invalidate_recordset()

    def _closed_message(self):
        self.ensure_one()
        states = dict(self._fields["state"]._description_selection(self.env))
        return self.env._(
            "The nomination of %(client)s is closed: %(state)s.",
            client=self.partner_id.display_name,
            state=states[self.state],
        )
