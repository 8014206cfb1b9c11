"""Duties and contacts for the tests, in the small bank of the tiering addon."""

from datetime import date

from odoo.addons.credit_client_tiering.tests.common import BankCase

HERE = "credit_service_tasks"


class ContactCase(BankCase):
    """Makers of rules, duties and reports; the ledger is written as the engine does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader = cls.staff("t_leader", cls.head_office, "head_office_leader")
        cls.env.company.credit_report_days = 0
        cls.duties = cls.env["credit.obligation"]
        cls.reports = cls.env["credit.contact.report"]

    @classmethod
    def here(cls, name):
        return cls.env.ref(f"{HERE}.{name}")

    @classmethod
    def rule(cls, code, posts=(), joint=(), kind="contact", channels=(), **values):
        return cls.env["credit.cadence.rule"].create(
            {
                "name": f"Rule {code}",
                "code": code,
                "clause": "R-P-1c",
                "kind_id": cls.here(f"duty_kind_{kind}").id,
                "post_ids": [(6, 0, [cls.ref(f"post_{post}").id for post in posts])],
                "joint_post_ids": [(6, 0, [cls.ref(f"post_{post}").id for post in joint])],
                "channel_ids": [(6, 0, [cls.here(f"channel_{c}").id for c in channels])],
                "period": "week",
                **values,
            }
        )

    @classmethod
    def duty(cls, rule, client, start, end, user=None, **values):
        """Put a duty into the ledger; dates as text."""
        row = cls.duties._ledger().create(
            {
                "name": rule.name,
                "rule_id": rule.id,
                "kind_id": rule.kind_id.id,
                "clause": rule.clause,
                "partner_id": client.id,
                "institution_id": client.credit_institution_id.id,
                "user_id": user.id if user else False,
                "post_id": rule.post_ids[:1].id,
                "period": rule.period,
                "period_start": start,
                "period_end": end,
                "required": rule.quota,
                "due_date": end,
                **values,
            }
        )
        return cls.duties.browse(row.id)

    @classmethod
    def met(cls, client, name="Director", **values):
        return cls.env["res.partner"].create(
            {"name": name, "parent_id": client.id, "is_company": False, **values}
        )

    @classmethod
    def contact(cls, client, day, channel="phone", who=None, author=None, submit=True, **values):
        """Report a contact as its author would; ``who``: users who took part."""
        author = author or (who[0] if who else cls.president)
        who = who or [author]
        visit = channel == "visit"
        defaults = {
            "partner_id": client.id,
            "date": day,
            "channel_id": cls.here(f"channel_{channel}").id,
            "attendee_ids": [(6, 0, [user.id for user in who])],
        }
        if visit:
            defaults.update(met_others="Director", outcome="Talked about needs")
        report = (
            cls.reports.with_user(author)
            .with_context(tracking_disable=True)
            .create({**defaults, **values})
        )
        if submit:
            report.action_submit()
        return report

    @classmethod
    def named(cls, *names):
        return [getattr(cls, name) for name in names]

    @classmethod
    def day(cls, text):
        return date.fromisoformat(text)
