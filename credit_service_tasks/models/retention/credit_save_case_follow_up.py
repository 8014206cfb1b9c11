import json

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import format_date

from ...engine.holders import holders_sql

REMINDER = "credit_service_tasks.activity_type_save_case"


class CreditSaveCase(models.Model):
    """The owner is reminded of the first contact; what is late goes up the ladder (K-1b, A59).

    The ladder is the one of duties. The case is the record, the activity only reminds:
    it follows the owner and the date, and comes back while nobody has met the client.
    """

    _inherit = "credit.save.case"

    escalation_level = fields.Integer(readonly=True, copy=False, aggregator="max")
    escalated_to_id = fields.Many2one(
        "res.users",
        string="Escalated to",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    @api.model_create_multi
    def create(self, vals_list):
        cases = super().create(vals_list)
        cases._remind()
        return cases

    def write(self, vals):
        done = super().write(vals)
        if {"user_id", "contact_by", "state"} & set(vals):
            self._remind()
        return done

    def _remind(self):
        """Make the reminders of cases what they should be; safe to repeat.

        Without days set by the bank the reminder is for the day the case was opened.
        """
        # sudo: reminders of a colleague's case; whoever changes the case has been checked.
        cases = self.sudo()
        cases.invalidate_recordset(["contacted_on", "is_late"])
        kind = self.env.ref(REMINDER)
        activities = self.env["mail.activity"].sudo()
        there = activities.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", cases.ids),
                ("activity_type_id", "=", kind.id),
            ]
        ).grouped("res_id")
        wanted = cases.filtered(
            lambda c: c.state == "open" and not c.contacted_on and c.user_id.active
        )
        for case in cases - wanted:
            there.get(case.id, activities).action_feedback()
        new = []
        for case in wanted:
            values = {
                "user_id": case.user_id.id,
                "date_deadline": case.contact_by or case.opened_on,
            }
            if old := there.get(case.id):
                if old.user_id != case.user_id or old[0].date_deadline != values["date_deadline"]:
                    old.write(values)
                continue
            reader = self.with_context(lang=case.user_id.lang).env
            new.append(
                {
                    **values,
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": case.id,
                    "activity_type_id": kind.id,
                    "summary": reader._("First contact with a client at risk"),
                }
            )
        # The daily digest tells them, not a mail per reminder.
        activities.with_context(mail_activity_quick_update=True).create(new)

    @api.model
    def _follow_up(self):
        """Nightly: reminders that are missing or stale, then the ladder.

        :return: number of cases whose escalation changed
        """
        open_cases = self.sudo().search(Domain("state", "=", "open"))
        open_cases._remind()
        return self._escalate()

    @api.model
    def _escalate(self):
        """Raise cases without a first contact to the highest step they reached; set-based."""
        for model in (
            self._name,
            "credit.contact.report",
            "crm.team.member",
            "crm.team",
            "res.users",
            "res.partner",
        ):
            self.env[model].flush_model()
        today = self.env.company._credit_today()
        calendar = self.env["credit.obligation"]._calendar(
            fields.Date.add(today, days=-366), fields.Date.add(today, days=60)
        )
        # A case is of no period: steps for duties of one period are not for it.
        steps = [
            step
            for step in self.env["credit.escalation.step"]._limits(today, calendar)
            if not step["period"]
        ]
        rows = self.env.execute_query(
            SQL(
                """
                WITH holder AS MATERIALIZED (%(holders)s)
                UPDATE credit_save_case c
                   SET escalation_level = f.level, escalated_to_id = f.user_id
                  FROM (SELECT c.id, coalesce(step.level, 0) AS level,
                               CASE step.recipient
                                    WHEN 'responsible' THEN coalesce(c.user_id, superior.user_id)
                                    WHEN 'superior' THEN coalesce(superior.user_id, top.user_id)
                                    WHEN 'post' THEN top.user_id END AS user_id
                          FROM credit_save_case c
                          JOIN res_partner p ON p.id = c.partner_id
                     LEFT JOIN LATERAL (
                               SELECT min(post.sequence) AS sequence
                                 FROM crm_team_member m
                                 JOIN credit_post post
                                   ON post.id = m.post_id AND post.is_head_office IS NOT TRUE
                                WHERE m.user_id = c.user_id AND m.active) own ON TRUE
                     LEFT JOIN LATERAL (
                               SELECT * FROM jsonb_to_recordset(%(steps)s) AS s(
                                   level int, recipient varchar, post_id int, "limit" date)
                                WHERE c.state = 'open' AND c.contact_by <= s."limit"
                                  AND NOT EXISTS (
                                      SELECT FROM credit_contact_report r
                                       WHERE r.partner_id = c.partner_id
                                         AND r.state = 'submitted' AND r.date >= c.opened_on)
                             ORDER BY s.level DESC LIMIT 1) step ON TRUE
                     LEFT JOIN LATERAL (
                               SELECT h.user_id
                                 FROM holder h
                                 JOIN credit_post post
                                   ON post.id = h.post_id AND post.is_head_office IS NOT TRUE
                                WHERE h.institution_id = p.credit_institution_id
                                  AND (own.sequence IS NULL OR post.sequence < own.sequence)
                                  AND h.user_id IS DISTINCT FROM c.user_id
                             ORDER BY post.sequence DESC LIMIT 1) superior ON TRUE
                     LEFT JOIN LATERAL (
                               SELECT h.user_id
                                 FROM holder h
                                 JOIN credit_post post ON post.id = h.post_id
                                WHERE h.institution_id = p.credit_institution_id
                                  AND CASE WHEN step.post_id IS NULL THEN post.is_head_office
                                           ELSE post.id = step.post_id END
                             ORDER BY post.sequence LIMIT 1) top ON TRUE
                         WHERE c.state = 'open' OR c.escalation_level > 0) f
                 WHERE f.id = c.id
                   AND (coalesce(c.escalation_level, 0), c.escalated_to_id)
                       IS DISTINCT FROM (f.level, f.user_id)
             RETURNING c.id
                """,
                holders=holders_sql(),
                steps=json.dumps(steps, default=str),
            )
        )
        self.invalidate_model(["escalation_level", "escalated_to_id"], flush=False)
        return len(rows)


class CreditContactReport(models.Model):
    _inherit = "credit.contact.report"

    def _submit(self):
        obligation_ids = super()._submit()
        # sudo: the contact ends the reminder, whoever made it.
        cases = self.env["credit.save.case"].sudo()
        cases = cases.search([("partner_id", "in", self.partner_id.ids), ("state", "=", "open")])
        cases._remind()
        return obligation_ids


class CreditDigest(models.Model):
    _inherit = "credit.digest"

    @api.model
    def _credit_digest_sections(self, user):
        """Add the save cases without a first contact that came up the ladder."""
        sections = super()._credit_digest_sections(user)
        cases = self.env["credit.save.case"].search(
            [
                ("escalated_to_id", "=", user.id),
                ("escalation_level", ">", 1),
                ("state", "=", "open"),
            ]
        )
        if not cases:
            return sections  # no message on a holiday, when there is nothing else
        return sections + [
            self._section(
                self.env._("Clients at risk not contacted in time"),
                "/odoo/credit-save-cases",
                [
                    self.env._(
                        "%(client)s, case of %(owner)s, contact by %(day)s",
                        client=case.partner_id.display_name,
                        owner=case.user_id.name or self.env._("nobody"),
                        day=format_date(self.env, case.contact_by),
                    )
                    for case in cases
                ],
            )
        ]
