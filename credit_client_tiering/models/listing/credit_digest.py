import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools.misc import format_date

from ...collision import collisions_retried
from .departments import APPROVED_FLAG, GROUPS

_logger = logging.getLogger(__name__)

# Held by this module alone: a context that comes by RPC can never contain it.
_SENDING = object()
# A decision that no digest could tell for so long is history.
LOOK_BACK_DAYS = 31
# Lines of a section that are written out; of the rest the number is told.
SHOWN = 15


class CreditDigest(models.Model):
    """One message per person and day for what waits; the row says that it was sent.

    Nothing here is urgent: what is returned or refused is told at once. Other addons
    add their sections to the same message (``_credit_digest_sections``).
    """

    _name = "credit.digest"
    _description = "Daily Digest"
    _order = "date desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", required=True, index=True, ondelete="cascade")
    date = fields.Date(required=True)
    message_id = fields.Many2one("mail.message", index="btree_not_null", ondelete="set null")
    line_count = fields.Integer("Lines")
    nomination_ids = fields.Many2many(
        "credit.nomination",
        "credit_digest_nomination_rel",
        "digest_id",
        "nomination_id",
        string="Decisions told",
    )

    _once_a_day = models.UniqueIndex("(user_id, date)", "Today's digest has been sent already.")

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
        """Daily: tell everybody for whom something waits; a second run tells nobody.

        One digest that cannot be made stops no other, and is tried again.
        """
        today = self.env.company._credit_today()
        # sudo: the calendar gathers for everybody; each message tells its reader's own.
        digests = self.sudo().with_context(credit_sending=_SENDING)
        users = digests._digest_users() - digests.search([("date", "=", today)]).user_id
        waiting = digests._gather(today) if users else {}
        for number, user in enumerate(users, start=1):
            try:
                with self.env.cr.savepoint():
                    digests._send(user, today, waiting.get(user, {}))
            except OperationalError:
                raise  # the database wants the whole transaction again
            except Exception:
                _logger.exception("The digest of %s could not be made", user.login)
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(users) - number):
                return

    @api.model
    def _digest_users(self):
        """Return everybody who works with credit clients."""
        groups = self.env.ref("credit_client_tiering.group_staff") | self.env.ref(
            "credit_client_tiering.group_head_office"
        )
        return self.env["res.users"].search(
            [("all_group_ids", "in", groups.ids), ("share", "=", False)], order="id"
        )

    @api.model
    def _credit_digest_sections(self, user):
        """Return what else a person should know today; to be extended by ``super()``.

        Called with the person's rights and language.

        :param user: the person
        :return: list of dicts of :meth:`_section`, in reading order
        """
        return []

    def _section(self, title, url, lines):
        """Return a section: its title, where it leads, and lines.

        :param lines: texts, or pairs of a text and where it leads
        """
        return {"title": title, "url": url, "lines": list(lines)}

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
        for digest in self.search([("date", ">=", since.date())]):
            told.setdefault(digest.user_id, set()).update(digest.nomination_ids.ids)
        for user, nominations in confirmed._concerned().items():
            if user.notification_type != "inbox":  # they were told at once
                out = told.get(user, ())
                yield user, nominations.filtered(lambda n, out=out: n.id not in out)

    def _send(self, user, today, waiting):
        """Keep that the digest was made, and send it if there is something to tell."""
        reader = self.with_context(credit_sending=False, lang=user.lang, tz=user.tz)
        sections = reader._waiting_sections(waiting)
        sections += reader.with_user(user)._credit_digest_sections(user)
        sections = [section for section in sections if section["lines"]]
        with collisions_retried():
            digest = self.create(
                {
                    "user_id": user.id,
                    "date": today,
                    "line_count": sum(len(section["lines"]) for section in sections),
                    "nomination_ids": waiting.get("decided", self.env["credit.nomination"]).ids,
                }
            )
            digest.flush_recordset()
        if not sections:
            return digest
        for section in sections:
            more = len(section["lines"]) - SHOWN
            section["more"] = reader.env._("… and %s more", more) if more > 0 else ""
            section["shown"] = [
                line if isinstance(line, tuple) else (line, False)
                for line in section["lines"][:SHOWN]
            ]
        body = reader.env["ir.qweb"]._render(
            "credit_client_tiering.credit_digest_body",
            {"sections": sections, "base_url": self.get_base_url()},
        )
        # Inbox or e-mail, as the person chose; e-mail goes through the queue.
        digest.message_id = reader.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids,
            author_id=self.env.ref("base.partner_root").id,
            subject=reader.env._("What waits for you on %s", format_date(reader.env, today)),
            body=body,
            email_layout_xmlid="mail.mail_notification_light",
            force_send=False,
        )
        return digest

    def _waiting_sections(self, waiting):
        """Return the sections of what was gathered, in the language of the environment."""
        titles = {
            "waiting": (
                self.env._("Nominations waiting for your decision"),
                "/odoo/credit-decisions",
            ),
            "reviews": (self.env._("List reviews that are open"), "/odoo/credit-reviews"),
            "left_over": (
                self.env._("Nominations of a declaration window not submitted"),
                "/odoo/credit-declarations",
            ),
            "decided": (
                self.env._("Confirmed since your last digest"),
                "/odoo/credit-nominations",
            ),
        }
        return [
            self._section(title, url, map(self._line, waiting[name].with_env(self.env)))
            for name, (title, url) in titles.items()
            if waiting.get(name)
        ]

    def _line(self, record):
        """Return the text of a nomination or a review, and where it leads."""
        if record._name == "credit.list.review":
            pending = self.env._("%s without an answer", record.pending_count)
            late = self.env._("Overdue") if record.is_overdue else ""
            details = [format_date(self.env, record.due_date), late, pending]
        else:
            tiers = dict(record._fields["tier"]._description_selection(self.env))
            target = tiers.get(record.tier) or self.env._("no list")
            details = [record.institution_id.name, target]
        text = " · ".join(filter(None, [record.display_name, *details]))
        return text, f"/mail/view?model={record._name}&res_id={record.id}"
