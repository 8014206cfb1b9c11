from markupsafe import Markup

from odoo import api, fields, models

from ...collision import collisions_retried
from .credit_nomination import OPEN_STATES

# More names make a message nobody reads.
TOLD_BY_NAME = 20
RECOGNITION = "credit_client_tiering.designation_type_head_office_recognised"


class CreditNomination(models.Model):
    """What a decision does: the lists change, and the people concerned are told once."""

    _inherit = "credit.nomination"

    def _confirm(self, origin):
        """Change the lists as nominated; for the last decision that was needed."""
        if not self:
            return
        lists = self.env["credit.membership"]
        self.filtered("special")._recognise()
        for tier, nominations in self.grouped("tier").items():
            partners = nominations.partner_id.sudo()
            reason = self.env._("Nomination confirmed")
            if tier:
                by_client = {n.partner_id.id: n.id for n in nominations}
                lists._enter(partners, tier, origin, reason, nominations=by_client)
            else:
                lists._leave(partners, "removed", reason)
        self._moving().write({"state": "confirmed", "closed_at": fields.Datetime.now()})
        self._note_on_clients()
        self._tell(self._titles()["confirmed"], inbox_only=True)

    def _recognise(self):
        """State what the head office recognised, as long as it does (T-S-5, A10)."""
        if not self:
            return
        today = self.env.company._credit_today()
        # sudo: both departments have decided it.
        self.env["credit.designation"].sudo().create(
            [
                {
                    "partner_id": nomination.partner_id.id,
                    "type_id": self.env.ref(RECOGNITION).id,
                    "date_from": today,
                    "date_to": nomination.special_until,
                    "source": self.env._("Recognition by both departments"),
                    "evidence": nomination.special_reason,
                }
                for nomination in self.sudo()
            ]
        )

    def _note_on_clients(self):
        """Leave the move in the client's chatter; as a note, so nobody gets mail."""
        names = dict(self._fields["tier"]._description_selection(self.env))
        off = self.env._("no list")
        bodies = {
            n.partner_id.id: self.env._(
                "Moved from %(before)s to %(after)s; nominated by %(who)s.",
                before=names.get(n.tier_from, off),
                after=names.get(n.tier, off),
                who=n.nominated_by.name or self.env._("the system"),
            )
            for n in self.sudo()
        }
        # sudo: the note documents a decision that has been taken.
        self.partner_id.sudo()._message_log_batch(bodies)

    # Telling: at once what was returned or refused; the rest waits for the digest.

    @api.model
    def _titles(self):
        return {
            "confirmed": self.env._("Confirmed"),
            "refused": self.env._("The head office refused the nomination."),
            "returned": self.env._("The head office returned the nomination."),
        }

    def _concerned(self):
        """Return the nominations per user they concern.

        Whoever nominated, whoever answers for the institution, and the manager of the
        client (T-S-L2); never the client itself, nor whoever decides just now.
        """
        answerable = self.sudo().institution_id._credit_answerable()
        found = {}
        for nomination in self.sudo():
            users = nomination.partner_id.user_id
            if nomination._needs_head_office():  # else he settled it himself
                users |= nomination.nominated_by
            users |= answerable.get(nomination.institution_id.id, users.browse())
            for user in users:
                if user.active and not user.share and user != self.env.user:
                    found[user] = found.get(user, self.browse()) | nomination
        return found

    def _tell(self, title, inbox_only=False):
        """Notify everybody concerned with one message for all nominations decided.

        :param inbox_only: leave those who are notified by mail to the daily digest
        """
        for user, nominations in self._concerned().items():
            if inbox_only and user.notification_type != "inbox":
                continue
            reader = nominations.sudo().with_context(lang=user.lang)
            rows = Markup().join(
                Markup("<li>%s %s</li>") % (n.partner_id.display_name, n._last_reason())
                for n in reader[:TOLD_BY_NAME]
            )
            more = len(reader) - TOLD_BY_NAME
            if more > 0:
                rows += Markup("<li>%s</li>") % reader.env._("and %s more", more)
            target = {"model": self._name, "res_id": reader.id} if len(reader) == 1 else {}
            # sudo: the message goes to people of the bank, about a decision just taken.
            reader.env["mail.thread"].message_notify(
                partner_ids=user.partner_id.ids,
                subject=title,
                body=Markup("<p>%s</p><ul>%s</ul>") % (title, rows),
                **target,
            )

    def _last_reason(self):
        return self.decision_ids[-1:].reason or ""

    def _tell_institution(self, outcome):
        """Note the outcome on each nomination, and tell the people concerned at once."""
        title = self._titles()[outcome]
        records = self.sudo()
        records._message_log_batch({n.id: " ".join([title, n._last_reason()]) for n in records})
        self._tell(title)

    @api.model
    def _declare(self, partners, tier):
        """Open declarations for the institutions; those that are open already stay.

        For the event of the first credit itself (T-P-A, A25): they go straight to
        the head office, in the name of the institution.
        """
        # sudo: nobody in particular opens them.
        nominations = self._moving()
        pending = nominations.search(
            [("partner_id", "in", partners.ids), ("state", "in", OPEN_STATES)]
        )
        now = fields.Datetime.now()
        with collisions_retried():
            opened = nominations.create(
                [
                    {
                        "partner_id": partner.id,
                        "tier": tier,
                        "tier_from": partner.credit_tier,
                        "institution_id": partner.credit_institution_id.id,
                        "automatic": True,
                        "state": "submitted",
                        "round": 1,
                        "submitted_at": now,
                        "suggested": partner.credit_suggested,
                        "agrees": partner.credit_suggested == tier,
                        "assessment_id": partner.credit_assessment_id.id,
                    }
                    for partner in partners - pending.partner_id
                ]
            )
            for nomination, evidence in opened._evidence().items():
                nominations.browse(nomination).evidence = evidence
            opened.flush_recordset()
        return self.browse((pending | opened).ids)
