import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import format_date

_logger = logging.getLogger(__name__)

# Lines of a section that are written out; of the rest the number is told.
LINES = 15


class CreditDigest(models.Model):
    """One message per person and day, in place of one per duty; the row says it was sent."""

    _name = "credit.digest"
    _description = "Daily Digest"
    _order = "date desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", required=True, index=True, ondelete="cascade")
    date = fields.Date(required=True)
    message_id = fields.Many2one("mail.message", index="btree_not_null", ondelete="set null")
    line_count = fields.Integer("Lines")

    _once_a_day = models.UniqueIndex("(user_id, date)", "The digest of the day was sent.")

    @api.model
    def _credit_digest_sections(self, user):
        """Return what a person should know today; to be extended by ``super()``.

        Called with the person's rights and language.

        :param user: the person
        :return: list of dicts ``title``, ``url`` and ``lines`` (texts), in reading order
        """
        today = self.env.company._credit_today()
        mine = Domain("user_id", "=", user.id) & Domain("status", "in", ("open", "overdue"))
        started = Domain("period_start", "<=", today)
        soon = Domain("due_date", "<=", today) | Domain("latest_safe_date", "<=", today)
        duties = self.env["credit.obligation"]
        missed = duties.search(mine & Domain("period_end", "<", today))
        overdue = duties.search(mine & Domain("due_date", "<", today)) - missed
        urgent = duties.search(mine & started & soon) - overdue - missed
        sunday = today + timedelta(days=6 - today.weekday())
        week = duties.search(mine & started & Domain("due_date", "<=", sunday))
        week -= overdue + urgent + missed
        promises = self.env["credit.promise"].search(
            [("user_id", "=", user.id), ("state", "=", "open"), ("date", "<=", today)]
        )
        named = self.env["credit.contact.report"].search(
            [
                ("participant_ids.user_id", "=", user.id),
                ("user_id", "!=", user.id),
                ("state", "=", "submitted"),
                ("submitted_at", ">=", "-1d"),
            ]
        )
        returned = self.env["credit.contact.review"]._returned_to(user)
        _ = self.env._
        return [
            self._section(_("Overdue"), "/odoo/my-duties", overdue.mapped(self._duty_line)),
            self._section(
                _("Today at the latest"), "/odoo/my-duties", urgent.mapped(self._duty_line)
            ),
            self._section(_("Due this week"), "/odoo/my-duties", week.mapped(self._duty_line)),
            self._section(
                _("Missed in earlier periods"),
                "/odoo/my-duties",
                # Of the latest period that is over; the rest is on the boards.
                missed.filtered(lambda d: d.period_end >= today - timedelta(days=7)).mapped(
                    self._duty_line
                ),
            ),
            self._section(
                _("Promises to keep"),
                "/odoo/credit-promises",
                [
                    _(
                        "%(promise)s – %(client)s, by %(day)s",
                        promise=p.name,
                        client=p.partner_id.display_name,
                        day=format_date(self.env, p.date),
                    )
                    for p in promises
                ],
            ),
            self._section(
                _("Reports sent back to you"),
                "/odoo/contact-reports",
                returned,
            ),
            self._section(
                _("Contacts others reported with you"),
                "/odoo/contact-reports",
                named.mapped("display_name"),
            ),
        ]

    def _section(self, title, url, lines):
        return {"title": title, "url": url, "lines": list(lines)}

    def _duty_line(self, duty):
        about = duty.partner_id.display_name or duty.unit_id.name or ""
        return self.env._(
            "%(duty)s – %(about)s, by %(day)s (%(done)s of %(required)s)",
            duty=duty.name,
            about=about,
            day=format_date(self.env, duty.due_date),
            done=duty.done,
            required=duty.required,
        )

    @api.model
    def _digest_users(self):
        groups = self.env.ref("credit_client_tiering.group_staff") | self.env.ref(
            "credit_client_tiering.group_head_office"
        )
        return self.env["res.users"].search(
            [("all_group_ids", "in", groups.ids), ("share", "=", False)], order="id"
        )

    @api.model
    def _cron_send(self):
        """Send today's digests that were not sent yet; one that fails stops no other."""
        today = self.env.company._credit_today()
        sent = self.search([("date", "=", today)]).user_id
        users = self._digest_users() - sent
        for count, user in enumerate(users, 1):
            try:
                with self.env.cr.savepoint():
                    self._send(user, today)
            except Exception:
                _logger.exception("The digest of %s could not be made", user.login)
            left = self.env["ir.cron"]._commit_progress(1, remaining=len(users) - count)
            if not left:
                return

    def _send(self, user, day):
        digest = self.with_user(user).with_context(lang=user.lang, tz=user.tz)
        sections = [s for s in digest._credit_digest_sections(user) if s["lines"]]
        row = self.create(
            {"user_id": user.id, "date": day, "line_count": sum(len(s["lines"]) for s in sections)}
        )
        if not sections:
            return row
        _ = digest.env._
        for section in sections:
            more = len(section["lines"]) - LINES
            section["more"] = _("… and %s more", more) if more > 0 else ""
            section["shown"] = section["lines"][:LINES]
        body = digest.env["ir.qweb"]._render(
            "credit_service_tasks.digest_body",
            {"sections": sections, "base_url": self.get_base_url(), "more": LINES},
        )
        # Inbox or e-mail, as the person chose; e-mail goes through the queue.
        row.message_id = (
            self.env["mail.thread"]
            .with_context(lang=user.lang)
            .message_notify(
                partner_ids=user.partner_id.ids,
                author_id=self.env.ref("base.partner_root").id,
                subject=_("Your duties on %s", format_date(digest.env, day)),
                body=body,
                email_layout_xmlid="mail.mail_notification_light",
                force_send=False,
            )
        )
        return row
