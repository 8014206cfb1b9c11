from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .credit_reference_entry import _ENGINE, OPEN_STATES


class CreditReferenceCandidate(models.Model):
    """A client that may be a listed company, and what a person said about that.

    The answer is kept for the name, not for the import: neither a newer version nor
    another list asks again.
    """

    _name = "credit.reference.candidate"
    _description = "Candidate of a Reference List Entry"
    _order = "entry_id, id"
    _rec_name = "partner_id"

    entry_id = fields.Many2one(
        "credit.reference.entry",
        string="Company on the list",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    list_id = fields.Many2one(related="entry_id.list_id", string="Reference list", store=True)
    entry_code = fields.Char(related="entry_id.credit_code", string="Code on the list")
    rank = fields.Integer(related="entry_id.rank", aggregator=None)
    question = fields.Selection(related="entry_id.question")
    entry_state = fields.Selection(related="entry_id.state", string="State of the entry")
    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    credit_code = fields.Char(related="partner_id.credit_code")
    institution_id = fields.Many2one(
        related="partner_id.credit_institution_id", string="Institution"
    )
    verdict = fields.Selection(
        [
            ("pending", "To decide"),
            ("confirmed", "It is this client"),
            ("rejected", "It is another company"),
        ],
        required=True,
        default="pending",
        readonly=True,
        index=True,
    )
    decided_by_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    decided_at = fields.Datetime(readonly=True)

    _pair_unique = models.UniqueIndex(
        "(entry_id, partner_id)", "This client is already a candidate of the entry."
    )

    # ORM: candidates come from matching, answers from the buttons.

    def _engine(self):
        return self.with_context(credit_reference=_ENGINE)

    def _check_engine(self):
        if self.env.context.get("credit_reference") is not _ENGINE:
            raise AccessError(
                self.env._(
                    "Candidates come from matching; answer with the buttons “It is this "
                    "client” and “Another company”."
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
        self._check_engine()
        return super().unlink()

    # ACTIONS

    def action_confirm(self):
        """Say: the listed company is this client. It is designated at once.

        :return: True
        :raises UserError: two clients for one listed company, or already decided
        :raises AccessError: the caller is no list administrator
        """
        self._check_pending()
        for entry, candidates in self.grouped("entry_id").items():
            if len(candidates) > 1:
                raise UserError(
                    self.env._(
                        "“%(name)s” can only be one client; you chose %(clients)s.",
                        name=entry.name,
                        clients=", ".join(candidates.partner_id.mapped("name")),
                    )
                )
        self._decide([(c.entry_id, c.partner_id) for c in self], "confirmed")
        return True

    def action_reject(self):
        """Say: the listed company is not this client. Nobody is asked again.

        :return: True
        :raises UserError: already decided
        :raises AccessError: the caller is no list administrator
        """
        self._check_pending()
        self._decide([(c.entry_id, c.partner_id) for c in self], "rejected")
        return True

    def _check_pending(self):
        self.env["credit.reference.list"]._check_admin()
        self.check_access("write")
        for candidate in self:
            if candidate.verdict != "pending":
                raise UserError(
                    self.env._(
                        "“%(name)s” and %(client)s were already decided by %(user)s.",
                        name=candidate.entry_id.name,
                        client=candidate.partner_id.display_name,
                        user=candidate.decided_by_id.name,
                    )
                )

    @api.model
    def _decide(self, pairs, verdict):
        """Keep the answer for pairs of (entry, client) and match these names again."""
        entries = self.env["credit.reference.entry"].union(*(entry for entry, _c in pairs))
        entries = entries._engine()
        known = {(c.entry_id.id, c.partner_id.id): c for c in entries.candidate_ids}
        answer = {
            "verdict": verdict,
            "decided_by_id": self.env.uid,
            "decided_at": fields.Datetime.now(),
        }
        new = []
        answered = self._engine().browse()
        for entry, client in pairs:
            if candidate := known.get((entry.id, client.id)):
                answered |= candidate
            else:
                new.append(dict(answer, entry_id=entry.id, partner_id=client.id))
        answered.write(answer)
        answered.create(new)
        # The same name may wait on other lists too.
        entries.search(
            [
                ("name_key", "in", entries.mapped("name_key")),
                ("state", "in", OPEN_STATES),
                ("list_id.superseded_by_id", "=", False),
            ]
        )._match()
