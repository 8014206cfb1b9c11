"""Reminders set by set against one by one, and a contact report against a calendar entry."""

from datetime import timedelta
from statistics import median

from database import stopwatch
from results import Measure, say

from odoo import SUPERUSER_ID, api, fields
from odoo.modules.registry import Registry

HERE = "credit_service_tasks"
TIERING = "credit_client_tiering"
DUTIES = 2000
ONE_BY_ONE = 200
PER_REPORT = 10
REPEATS = 15


class Contacts:
    """A small bank: people, clients with open duties; nothing of it is committed."""

    def __init__(self, env):
        self.env = env
        self.today = env.company._credit_today()
        team = env["crm.team"].create({"name": "Bench"})
        self.users = self.env["res.users"]
        for name in ("president", "manager", "head", "deputy"):
            self.users |= self.person(f"bench_{name}", team)
        post = env.ref(f"{TIERING}.post_president")
        env["crm.team.member"].create(
            {"user_id": self.users[0].id, "crm_team_id": team.id, "post_id": post.id}
        )
        self.clients = env["res.partner"].create(
            [
                {
                    "name": f"Bench {number}",
                    "is_company": True,
                    "is_credit_client": True,
                    "credit_institution_id": team.id,
                }
                for number in range(ONE_BY_ONE)
            ]
        )
        self.rules = env["credit.cadence.rule"].create(
            [
                {
                    "name": f"Bench {number}",
                    "code": f"bench-{number}",
                    "clause": "R-P-1c",
                    "kind_id": env.ref(f"{HERE}.duty_kind_contact").id,
                    "post_ids": [(6, 0, post.ids)],
                    "period": "week",
                }
                for number in range(DUTIES // ONE_BY_ONE)
            ]
        )

    def person(self, login, team):
        return (
            self.env["res.users"]
            .with_context(no_reset_password=True)
            .create({"login": login, "name": login, "email": f"{login}@bank.example"})
        )

    def owe(self, client, rule, user):
        return {
            "name": rule.name,
            "rule_id": rule.id,
            "kind_id": rule.kind_id.id,
            "partner_id": client.id,
            "user_id": user.id,
            "period": "week",
            "period_start": self.today - timedelta(days=3),
            "period_end": self.today + timedelta(days=3),
            "required": 1,
            "due_date": self.today,
        }

    def duties(self):
        people = self.users
        rows = [
            self.owe(client, rule, people[number % len(people)])
            for number, client in enumerate(self.clients)
            for rule in self.rules
        ]
        return self.env["credit.obligation"]._ledger().create(rows)

    def reminders(self):
        """Return seconds per activity: ours, and one call of activity_schedule per record."""
        duties = self.duties()
        self.env.flush_all()
        with self.env.cr.savepoint(flush=False) as kept:
            with stopwatch() as took:
                self.env["credit.obligation"]._remind(duties.ids)
            made = self.env["mail.activity"].search_count(
                [("credit_obligation_id", "in", duties.ids)]
            )
            assert made == len(duties), made
            ours = took[0] / made
            kept.rollback()
        self.env.invalidate_all()
        some = duties[:ONE_BY_ONE]
        with stopwatch() as took:
            for duty in some:
                duty.partner_id.activity_schedule(
                    f"{HERE}.activity_type_contact",
                    date_deadline=duty.due_date,
                    summary=duty.name,
                    user_id=duty.user_id.id,
                )
            self.env.flush_all()
        return ours, took[0] / len(some)

    def saves(self):
        """Return seconds and queries of a report on ten open duties, and of an event."""
        president = self.users[0]
        for user in self.users:
            user.group_ids |= self.env.ref("base.group_user")
        self.env["credit.obligation"]._remind(self.duties().ids)
        env = self.env(user=president.id, su=False)
        phone = env.ref(f"{HERE}.channel_phone")
        ours, stock = [], []
        for client in self.clients.with_env(env)[: REPEATS + 2]:
            before = env.cr.sql_log_count
            with stopwatch() as took:
                report = env["credit.contact.report"].create(
                    {"partner_id": client.id, "channel_id": phone.id, "outcome": "Bench"}
                )
                report.action_submit()
                env.flush_all()
            assert len(report.discharge_ids) == PER_REPORT, report.discharge_ids
            ours.append((took[0], env.cr.sql_log_count - before))
            start = fields.Datetime.now() + timedelta(days=1)
            before = env.cr.sql_log_count
            with stopwatch() as took:
                env["calendar.event"].create(
                    {
                        "name": "Bench",
                        "start": start,
                        "stop": start + timedelta(hours=1),
                        "partner_ids": [(6, 0, president.partner_id.ids)],
                        "res_model_id": env["ir.model"]._get_id("res.partner"),
                        "res_id": client.id,
                    }
                )
                env.flush_all()
            stock.append((took[0], env.cr.sql_log_count - before))
        return [
            (median(t for t, _q in rows[2:]), max(q for _t, q in rows[2:]))
            for rows in (ours, stock)
        ]


def run(name):
    registry = Registry(name)
    measures = []
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        ours, stock = Contacts(env).reminders()
        cr.rollback()
    measures.append(
        Measure(
            f"Reminders, per activity, {DUTIES:,} duties",
            stock * 1000,
            ours * 1000,
            "activity_schedule per record, against ours",
            at_least=30,
            unit="ms",
        )
    )
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        (ours, queries), (stock, stock_queries) = Contacts(env).saves()
        cr.rollback()
    say(f"  queries: report {queries}, event {stock_queries}")
    measures.append(
        Measure(
            f"Contact report on a client with {PER_REPORT} open duties",
            ours * 1000,
            stock * 1000,
            "saving a calendar event on the client",
            at_most=1.5,
            unit="ms",
        )
    )
    return measures
