from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain


class CreditDesignation(models.Model):
    """A dated statement about a client, with its source and evidence.

    "Does not hold" is a statement too: a judgement nobody made is unknown, a
    judgement that came out negative is not.
    """

    _name = "credit.designation"
    _inherit = "credit.fact.mixin"
    _description = "Designation"
    _order = "partner_id, type_id, date_from desc, id desc"
    _rec_name = "type_id"
    _fact_endings = frozenset({"date_to", "voided_at", "void_reason"})

    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_credit_client", "=", True)],
    )
    type_id = fields.Many2one(
        "credit.designation.type",
        string="Designation",
        required=True,
        index=True,
        ondelete="restrict",
    )
    category = fields.Selection(related="type_id.category")
    has_rank = fields.Boolean(related="type_id.has_rank")
    holds = fields.Boolean(default=True, help="Unticked: it was judged and does not hold.")
    rank = fields.Integer(aggregator=None, help="Place on the ranking; 1 is the first.")
    scope = fields.Char(help="For an agreement: what it covers.")
    date_from = fields.Date(
        "Valid from",
        required=True,
        default=lambda self: self.env.company._credit_today(),
    )
    date_to = fields.Date("Valid until", help="Last day of validity. Empty: open.")
    source = fields.Char(
        required=True,
        default=lambda self: self.env._("stated by %s", self.env.user.name),
        help="Who or what says so: a person, a named list with its year, a contract.",
    )
    evidence = fields.Text(help="What the statement rests on, in words.")
    reference_entry_id = fields.Many2one(
        "credit.reference.entry",
        string="Reference list entry",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
    )
    voided_at = fields.Datetime(
        "Withdrawn at",
        readonly=True,
        copy=False,
        help="Set when the statement turned out to be wrong from the start.",
    )
    void_reason = fields.Char("Reason of withdrawal", readonly=True, copy=False)

    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from OR voided_at IS NOT NULL)",
        "A designation cannot end before it begins.",
    )
    _rank_positive = models.Constraint(
        "CHECK (rank IS NULL OR rank >= 0)", "A rank is a positive number."
    )

    @api.model
    def _effective_domain(self, day):
        """Return the domain of the designations in effect on ``day``."""
        return Domain(
            [
                ("voided_at", "=", False),
                ("date_from", "<=", day),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", day),
            ]
        )

    @api.constrains("partner_id")
    def _check_client(self):
        for designation in self:
            if not designation.partner_id.is_credit_client:
                raise ValidationError(
                    self.env._(
                        "%s is not marked as a credit client, so it cannot be designated.",
                        designation.partner_id.display_name,
                    )
                )

    @api.constrains("type_id", "rank", "holds")
    def _check_rank(self):
        for designation in self:
            needs = designation.type_id.has_rank and designation.holds
            if needs and designation.rank < 1:
                raise ValidationError(
                    self.env._(
                        "“%(type)s” needs the place on the ranking (%(clause)s).",
                        type=designation.type_id.name,
                        clause=designation.type_id.clause or "",
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """State designations of clients.

        :param list[dict] vals_list: per statement ``partner_id``, ``type_id``
            (ids), ``holds`` (bool), ``date_from``/``date_to`` (dates, both
            included), ``source`` and ``evidence`` (text), ``rank`` for rankings.
            A new judgement ends the earlier one of its type.
        :return: the designations
        :raises AccessError: a type reserved to the head office (clause T-S-5)
        :raises ValidationError: not a credit client, rank missing
        """
        for vals in vals_list:
            for engine_written in ("voided_at", "void_reason"):
                vals.pop(engine_written, None)
        designations = super().create(vals_list)
        designations._check_head_office_only()
        designations._end_earlier()
        designations._assess_clients()
        return designations

    def write(self, vals):
        self._check_head_office_only()
        return super().write(vals)

    def _check_head_office_only(self):
        if self.env.su or self.env.user.has_group("credit_client_tiering.group_head_office"):
            return
        reserved = self.type_id.filtered("head_office_only")
        if reserved:
            raise AccessError(
                self.env._(
                    "“%(type)s” can only be stated by the head office (%(clause)s); "
                    "%(user)s belongs to an institution.",
                    type=reserved[0].name,
                    clause=reserved[0].clause or "",
                    user=self.env.user.name,
                )
            )

    def _end_earlier(self):
        """End earlier statements that these contradict or renew."""
        # A claim that holds may be made twice: two lists may both name a client.
        renewing = self.filtered(lambda d: d.type_id.kind == "judgement" or not d.holds)
        if not renewing:
            return
        open_ones = self.search(
            Domain("partner_id", "in", renewing.partner_id.ids)
            & Domain("type_id", "in", renewing.type_id.ids)
            & Domain("voided_at", "=", False)
        )
        same_subject = open_ones.grouped(lambda d: (d.partner_id, d.type_id))
        replaced = self.browse()
        for new in renewing:
            for old in same_subject[new.partner_id, new.type_id]:
                if old.id >= new.id or old.date_from > new.date_from:
                    continue
                if old.date_to and old.date_to < new.date_from:
                    continue
                if old.date_from == new.date_from:
                    replaced |= old
                else:
                    # Not through write(): the re-assessment follows once, for all.
                    old._end({"date_to": new.date_from - timedelta(days=1)})
        replaced._end(
            {
                "voided_at": fields.Datetime.now(),
                "void_reason": self.env._("replaced on the same day"),
            }
        )

    def action_withdraw(self, reason):
        """Withdraw statements that were wrong from the start.

        :param str reason: why; kept with the statement
        :raises ValidationError: no reason given
        """
        if not (reason or "").strip():
            raise ValidationError(
                self.env._("Say why the statement was wrong; the reason is kept.")
            )
        self.check_access("write")
        self.write({"voided_at": fields.Datetime.now(), "void_reason": reason.strip()})
        return True
