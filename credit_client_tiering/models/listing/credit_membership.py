from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ...collision import collisions_retried
from ..policy.tiers import HEAD_OFFICE_TIERS, TIERS

# Held by this module alone: a context that comes by RPC can never contain it.
_DECIDED = object()


class CreditMembership(models.Model):
    """A client's stay on one of the four lists; the open row is its official tier.

    Rows are opened and closed by decisions and by events of the credit itself,
    never edited: history, and the tier as of any date, fall out of them.
    """

    _name = "credit.membership"
    _description = "List Membership"
    _order = "partner_id, date_from desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", string="Client", required=True, index=True, ondelete="cascade"
    )
    tier = fields.Selection(TIERS, required=True)
    institution_id = fields.Many2one("crm.team", index="btree_not_null", ondelete="restrict")
    date_from = fields.Date("On the list since", required=True)
    date_to = fields.Date("Left the list on")
    origin = fields.Selection(
        [
            ("institution", "Settled by the institution"),
            ("head_office", "Identified by the head office"),
            ("automatic", "Automatic, when credit began"),
        ],
        required=True,
    )
    leave_status = fields.Selection(
        [
            ("moved", "Moved to another list"),
            ("lost", "Lost"),
            ("removed", "Removed"),
        ],
        string="Why it left",
    )
    reason = fields.Text()
    reason_left = fields.Text("Reason for leaving")
    nomination_id = fields.Many2one(
        "credit.nomination",
        index="btree_not_null",
        ondelete="restrict",
        help="The nomination whose confirmation opened the row.",
    )
    assessment_id = fields.Many2one(
        "credit.assessment",
        string="Decided on",
        index="btree_not_null",
        ondelete="restrict",
        help="The assessment, with its facts, that the entry rests on.",
    )

    _one_open_row = models.UniqueIndex(
        "(partner_id) WHERE date_to IS NULL", "The client already is on a list."
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A client cannot leave a list before it entered.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_decided()
        memberships = super().create(vals_list)
        memberships._publish()
        return memberships

    def write(self, vals):
        self._check_decided()
        result = super().write(vals)
        self._publish()
        return result

    def unlink(self):
        self._check_decided()
        partners = self.partner_id
        result = super().unlink()
        self._publish_for(partners.ids)
        return result

    def _check_decided(self):
        if self.env.context.get("credit_decided") is not _DECIDED:
            raise AccessError(
                self.env._(
                    "Clients enter and leave a list by a decision, not by editing the "
                    "list. Nominate the client instead (L-5 to L-9)."
                )
            )

    def _decided(self):
        """Return the model open for writing; for the listing's own code only."""
        # sudo: memberships are read-only for everybody, decisions are checked
        # by whoever calls this.
        return self.sudo().with_context(credit_decided=_DECIDED)

    def _publish(self):
        self._publish_for(self.partner_id.ids)

    @api.model
    def _publish_for(self, client_ids):
        """Show the open rows on the clients, and compare suggestions with them."""
        self.flush_model()
        self.env["res.partner"].flush_model()
        self.env.execute_query(
            SQL(
                """UPDATE res_partner p
                      SET credit_tier = m.tier, credit_tier_since = m.date_from
                     FROM res_partner c
                LEFT JOIN credit_membership m
                       ON m.partner_id = c.id AND m.date_to IS NULL
                    WHERE c.id = p.id AND p.id = ANY(%s)
                RETURNING p.id""",
                list(client_ids),
            )
        )
        self.env["res.partner"].browse(client_ids).invalidate_recordset(
            ["credit_tier", "credit_tier_since"], flush=False
        )
        self.env["credit.assessment"]._assess(list(client_ids))

    @api.model
    def _enter(self, partners, tier, origin, reason="", day=None, nominations=None):
        """Put clients on a list from ``day`` on; they leave the ones they were on.

        :param dict nominations: per client id the nomination that was confirmed
        :return: the new rows
        """
        day = day or self.env.company._credit_today()
        lists = self._decided()
        lists._leave(partners, "moved", reason, day)
        with collisions_retried():
            rows = lists.create(
                [
                    {
                        "partner_id": partner.id,
                        "tier": tier,
                        "institution_id": partner.credit_institution_id.id,
                        "date_from": day,
                        "origin": origin,
                        "reason": reason,
                        "assessment_id": partner.credit_assessment_id.id,
                        "nomination_id": (nominations or {}).get(partner.id),
                    }
                    for partner in partners
                ]
            )
        return self.browse(rows.ids)  # without the right to write

    @api.model
    def _leave(self, partners, status, reason="", day=None):
        """Take clients off the lists they are on, if any; return the closed rows."""
        day = day or self.env.company._credit_today()
        rows = self._decided().search([("partner_id", "in", partners.ids), ("date_to", "=", False)])
        if rows:
            rows.write({"date_to": day, "leave_status": status, "reason_left": reason})
        return self.browse(rows.ids)

    @api.model
    def _on_credit_turn(self, started, ended):
        """Act on clients whose first credit took effect, or whose credit ended.

        Clause T-P-A as read in A25: basic applies at once; strategic and quality
        are declared to the head office and the client is basic meanwhile when it
        meets basic. A27: a client whose credit ended leaves its list as lost.
        """
        partners = self.env["res.partner"].sudo()
        automatic = self.env["credit.policy"]._get_active_policy().automatic_entry
        for partner in partners.browse(started):
            if partner.credit_tier not in (False, "potential"):
                continue
            suggested = partner.credit_suggested
            if automatic and suggested in HEAD_OFFICE_TIERS:
                self._enter(partner, suggested, "automatic", self.env._("First credit effective"))
                continue
            was_potential = partner.credit_tier == "potential"
            verdicts = partner.credit_tier_verdicts or ""
            basic = verdicts[[t for t, _n in TIERS].index("basic")] == "T"
            if basic:
                self._enter(partner, "basic", "automatic", self.env._("First credit effective"))
            elif was_potential:
                self._leave(partner, "moved", self.env._("First credit effective"))
            if suggested in HEAD_OFFICE_TIERS:
                self.env["credit.nomination"]._declare(partner, suggested)
        for partner in partners.browse(ended):
            self._leave(partner, "lost", self.env._("Credit ended"))
