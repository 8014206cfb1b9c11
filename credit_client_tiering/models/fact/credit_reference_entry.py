from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .name_matching import name_key, name_stem

# Held by this module alone: a context that comes by RPC can never contain it.
_ENGINE = object()
ADMIN = "credit_client_tiering.group_list_admin"
HEAD_OFFICE = "credit_client_tiering.group_head_office"
OPEN_STATES = ("unmatched", "to_decide")


class CreditReferenceEntry(models.Model):
    """One name on a reference list, and the client it was found to be."""

    _name = "credit.reference.entry"
    _description = "Reference List Entry"
    _order = "list_id, rank, id"

    list_id = fields.Many2one(
        "credit.reference.list", required=True, index=True, readonly=True, ondelete="cascade"
    )
    name = fields.Char(required=True, readonly=True)
    name_key = fields.Char(
        "Normalised name",
        compute="_compute_name_key",
        store=True,
        index=True,
        help="The name without what typing adds: width, case, brackets, spaces, punctuation.",
    )
    name_stem = fields.Char(
        "Stem of the name",
        compute="_compute_name_key",
        store=True,
        index=True,
        help="The normalised name without legal form; equal stems are only a question.",
    )
    credit_code = fields.Char("Unified social credit code", index="btree_not_null", readonly=True)
    rank = fields.Integer(aggregator=None, readonly=True)
    note = fields.Char(readonly=True)
    state = fields.Selection(
        [
            ("unmatched", "Unmatched"),
            ("to_decide", "To decide"),
            ("matched", "Matched"),
            ("dropped", "Dropped"),
        ],
        required=True,
        default="unmatched",
        readonly=True,
        index=True,
    )
    match_kind = fields.Selection(
        [
            ("code", "Credit code"),
            ("name", "Name"),
            ("person", "Decided by a person"),
        ],
        string="Matched by",
        readonly=True,
    )
    question = fields.Selection(
        [
            ("several", "Several clients have this name"),
            ("other_code", "Same name, another credit code"),
            ("form", "Only legal form, group word or brackets differ"),
        ],
        readonly=True,
        help="Why a person has to decide.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
    )
    date_from = fields.Date(
        "Listed since", readonly=True, help="In this form: with this name, code and rank."
    )
    date_to = fields.Date("Listed until", readonly=True)
    candidate_ids = fields.One2many(
        "credit.reference.candidate",
        "entry_id",
        string="Candidates",
        readonly=True,
        groups=HEAD_OFFICE,
    )
    pending_candidate_ids = fields.One2many(
        "credit.reference.candidate",
        "entry_id",
        string="Possible clients",
        domain=[("verdict", "=", "pending")],
        readonly=True,
        groups=HEAD_OFFICE,
    )
    pending_count = fields.Integer(
        "Candidates to judge", compute="_compute_pending_count", groups=HEAD_OFFICE
    )
    rejected_count = fields.Integer(
        "Candidates rejected", compute="_compute_pending_count", groups=HEAD_OFFICE
    )
    designation_ids = fields.One2many(
        "credit.designation", "reference_entry_id", string="Designations", readonly=True
    )

    @api.depends("name")
    def _compute_name_key(self):
        for entry in self:
            entry.name_key = name_key(entry.name)
            entry.name_stem = name_stem(entry.name_key)

    @api.depends("candidate_ids.verdict")
    def _compute_pending_count(self):
        for entry in self:
            verdicts = entry.candidate_ids.mapped("verdict")
            entry.pending_count = verdicts.count("pending")
            entry.rejected_count = verdicts.count("rejected")

    @api.model
    def _name_key(self, name):
        return name_key(name)

    # ORM: entries come from the file of their list, and their clients from matching.

    def _engine(self):
        """Return the entries open for what only import and matching may write."""
        return self.with_context(credit_reference=_ENGINE)

    def _check_engine(self):
        if self.env.context.get("credit_reference") is not _ENGINE:
            raise AccessError(
                self.env._(
                    "Names come onto a reference list by importing its file, and get their "
                    "client by matching; they cannot be entered or changed by hand."
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_engine()
        return super().create(vals_list)

    def write(self, vals):
        self._check_engine()
        return super().write(vals)

    def unlink(self):
        # Deleting a list that designated nobody removes its names by cascade.
        self._check_engine()
        return super().unlink()

    # WHAT ENDS

    def _end_designations(self, last_day):
        """End the live designations of the entries; the caller assesses.

        :param last_day: their last day; what began later is withdrawn
        :return: the designations that were live
        """
        live = self.env["credit.designation"].search(
            [
                ("reference_entry_id", "in", self.ids),
                ("voided_at", "=", False),
                "|",
                ("date_to", "=", False),
                ("date_to", ">", last_day),
            ]
        )
        late = live.filtered(lambda d: d.date_from > last_day)
        (live - late)._end({"date_to": last_day})
        late._end(
            {
                "voided_at": fields.Datetime.now(),
                "void_reason": self.env._("replaced by a version of the same day"),
            }
        )
        return live

    def _forget_pending(self):
        self.candidate_ids.filtered(lambda c: c.verdict == "pending").unlink()

    # ACTIONS

    def action_confirm(self):
        """Confirm the only candidate of each entry: it is this client.

        :return: True
        :raises UserError: an entry without, or with several candidates
        :raises AccessError: the caller is no list administrator
        """
        for entry in self:
            if entry.pending_count != 1:
                raise UserError(
                    self.env._(
                        "“%(name)s” has %(count)s candidates; open it and choose one.",
                        name=entry.name,
                        count=entry.pending_count,
                    )
                )
        return self.pending_candidate_ids.action_confirm()

    def action_reject(self):
        """Reject every candidate of the entries; none of them is the listed company.

        :return: True
        :raises AccessError: the caller is no list administrator
        """
        return self.pending_candidate_ids.action_reject()

    def action_unmatch(self):
        """Undo a wrong match: withdraw its designation, and never match it again.

        :return: True
        :raises UserError: an entry that is not matched
        :raises AccessError: the caller is no list administrator
        """
        self.list_id._check_admin()
        self.check_access("write")
        entries = self._engine()
        for entry in entries:
            if entry.state != "matched":
                raise UserError(self.env._("“%s” is not matched to a client.", entry.name))
        live = entries.designation_ids.filtered(lambda d: not d.voided_at)
        if live:
            live.action_withdraw(self.env._("not the company on the list (%s)", self.env.user.name))
        entries.candidate_ids._decide([(entry, entry.partner_id) for entry in entries], "rejected")
        entries.write({"state": "unmatched", "partner_id": False, "match_kind": False})
        entries._match()
        return True

    def action_reopen(self):
        """Forget which clients were rejected for these names, and match them again.

        :return: True
        :raises AccessError: the caller is no list administrator
        """
        self.list_id._check_admin()
        self.check_access("write")
        entries = self._engine()
        same = entries.search([("name_key", "in", entries.mapped("name_key"))])
        same.candidate_ids.filtered(lambda c: c.verdict == "rejected").unlink()
        entries.filtered(lambda e: e.state in OPEN_STATES)._match()
        return True

    def action_view_designations(self):
        """Open what the entries state about clients.

        :return: an action that opens a list
        """
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Designations"),
            "res_model": "credit.designation",
            "view_mode": "list,form",
            "domain": [("reference_entry_id", "in", self.ids)],
        }
