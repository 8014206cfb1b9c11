import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...collision import collisions_retried
from .departments import APPROVED_FLAG, GROUPS

_logger = logging.getLogger(__name__)

# Held by this module alone: a context that comes by RPC can never contain it.
_SENDING = object()
# A decision that no digest could tell for so long is history.
LOOK_BACK_DAYS = 31
SHOWN = 20


class CreditDigest(models.Model):
    """What waits for one person, told once a day; the row is the proof it was sent.

    Nothing here is urgent: what is returned or refused is told at once.
    """

    _name = "credit.digest"
    _description = "Daily Digest"
    _order = "day desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", required=True, index=True, ondelete="cascade")
    day = fields.Date(required=True)
    body = fields.Html(sanitize=False)
    nomination_ids = fields.Many2many(
        "credit.nomination",
        "credit_digest_nomination_rel",
        "digest_id",
        "nomination_id",
        string="Decisions told",
    )

    _once_a_day = models.UniqueIndex("(user_id, day)", "Today's digest has been sent already.")

    @api.model_create_multi
    def create(self, vals_list):
        self._check_sending()
        return super().create(vals_list)

    def write(self, vals):
        self._check_sending()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._check_sending()

    def _check_sending(self):
        if self.env.context.get("credit_sending") is not _SENDING:
            raise AccessError(self.env._("Digests are written by the calendar."))

    # BUSINESS

    @api.model
    def _cron_send(self):
        """Daily: one mail to everybody for whom something waits; a second run adds none."""
        today = self.env.company._credit_today()
        # sudo: the calendar gathers for everybody; each mail tells its reader's own.
        digests = self.sudo().with_context(credit_sending=_SENDING)
        done = digests.search([("day", "=", today)]).user_id
        waiting = {u: s for u, s in digests._gather(today).items() if u not in done}
        for number, (user, sections) in enumerate(waiting.items(), start=1):
            try:
                with self.env.cr.savepoint():
                    digests._send(user, today, sections)
            except OperationalError:
                raise  # the database wants the whole transaction again
            except Exception:
                _logger.exception("The digest of %s cannot be sent", user.login)
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(waiting) - number):
                return

    def _gather(self, today):
        """Return per user the sections of the digest: dict of name to records."""
        found = {}

        def tell(user, section, records):
            if user and user.active and not user.share and records:
                sections = found.setdefault(user, {})
                sections[section] = sections.get(section, records.browse()) | records

        for user, nominations in self._waiting(today):
            tell(user, "waiting", nominations)
        for user, nominations in self._left_over():
            tell(user, "left_over", nominations)
        reviews = self.env["credit.list.review"].search([("state", "=", "open")])
        answerable = reviews.institution_id._credit_answerable()
        for institution, of_institution in reviews.grouped("institution_id").items():
            tell(answerable[institution.id], "reviews", of_institution.sorted("due_date"))
        for user, nominations in self._decided(today):
            tell(user, "decided", nominations)
        return found

    def _waiting(self, today):
        """Yield (user, nominations) for reviewers and for those who stand in today."""
        pending = self.env["credit.nomination"].search(
            [("state", "=", "submitted")], order="submitted_at, id"
        )
        deciders = pending._deciders()
        stand_ins = self.env["credit.stand.in"].search(
            [("date_from", "<=", today), ("date_to", ">=", today)]
        )
        for department, group in GROUPS.items():
            people = self.env.ref(group).all_user_ids
            people |= stand_ins.filtered(lambda s, d=department: s.department == d).stand_in_id
            flag = APPROVED_FLAG[department]
            open_here = pending.filtered(lambda n, flag=flag: not n[flag])
            barred = {}
            for nomination in open_here:
                for user in self._barred(nomination, deciders):
                    barred.setdefault(user.id, set()).add(nomination.id)
            for user in people:
                out = barred.get(user.id, ())
                yield user, open_here.filtered(lambda n, out=out: n.id not in out)

    def _barred(self, nomination, deciders):
        """Return who may not decide: the nominators, and who decided elsewhere (four eyes)."""
        people = nomination._nominators()
        for decided in deciders.get(nomination.id, {}).values():
            people |= decided
        return people

    def _left_over(self):
        """Yield (user, nominations) of batches that were never submitted."""
        drafts = self.env["credit.nomination"].search(
            [("declaration_id", "!=", False), ("state", "in", ("draft", "returned"))]
        )
        institutions = drafts.partner_id.credit_institution_id
        answerable = institutions._credit_answerable()
        by_institution = drafts.grouped(lambda n: n.partner_id.credit_institution_id)
        for institution, nominations in by_institution.items():
            yield answerable.get(institution.id), nominations

    def _decided(self, today):
        """Yield (user, nominations) confirmed and not told to the user before."""
        since = fields.Datetime.to_datetime(today - timedelta(days=LOOK_BACK_DAYS))
        confirmed = self.env["credit.nomination"].search(
            [("state", "=", "confirmed"), ("closed_at", ">=", since)]
        )
        told = {}
        for digest in self.search([("day", ">=", since.date())]):
            told.setdefault(digest.user_id, set()).update(digest.nomination_ids.ids)
        for user, nominations in confirmed._concerned().items():
            if user.notification_type != "inbox":  # they were told at once
                out = told.get(user, ())
                yield user, nominations.filtered(lambda n, out=out: n.id not in out)

    def _send(self, user, today, sections):
        """Write one digest and queue its mail."""
        reader = self.with_context(lang=user.lang)
        body = reader.env["ir.qweb"]._render(
            "credit_client_tiering.credit_digest_body",
            {
                "user": user,
                "day": today,
                "base": self.get_base_url(),
                "sections": [
                    reader._section(title, sections[name].with_context(lang=user.lang))
                    for name, title in reader._titles().items()
                    if sections.get(name)
                ],
            },
        )
        with collisions_retried():
            digest = self.create(
                {
                    "user_id": user.id,
                    "day": today,
                    "body": body,
                    "nomination_ids": sections.get("decided", self.env["credit.nomination"]).ids,
                }
            )
            digest.flush_recordset()
        if user.partner_id.email:
            self.env["mail.mail"].create(
                {
                    "subject": reader.env._("Credit clients: what waits for you"),
                    "body_html": body,
                    "email_to": user.partner_id.email_formatted,
                    "auto_delete": True,
                }
            )

    def _section(self, title, records):
        """Return one section for the template, in the language of the environment."""
        more = len(records) - SHOWN
        return {
            "title": f"{title} ({len(records)})",
            "rows": [(record, self._row_detail(record)) for record in records[:SHOWN]],
            "more": self.env._("and %s more", more) if more > 0 else "",
        }

    def _row_detail(self, record):
        if record._name == "credit.list.review":
            pending = self.env._("%s without an answer", record.pending_count)
            late = self.env._("Overdue") if record.is_overdue else ""
            return " · ".join(filter(None, [str(record.due_date), late, pending]))
        tiers = dict(record._fields["tier"]._description_selection(self.env))
        target = tiers.get(record.tier) or self.env._("no list")
        return " · ".join(filter(None, [record.institution_id.name, target]))

    @api.model
    def _titles(self):
        return {
            "waiting": self.env._("Nominations waiting for your decision"),
            "reviews": self.env._("List reviews that are open"),
            "left_over": self.env._("Nominations of a declaration window not submitted"),
            "decided": self.env._("Confirmed since your last digest"),
        }
