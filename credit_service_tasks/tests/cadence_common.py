"""A small bank whose ledger of duties began with 2024, and how its tests move time."""

from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields

from odoo.addons.base.models.ir_cron import IrCron
from odoo.addons.credit_client_tiering.tests.common import BankCase

# A week in the middle of nothing: no holiday, no month's end.
MONDAY, TUESDAY, WEDNESDAY = date(2024, 6, 3), date(2024, 6, 4), date(2024, 6, 5)
FRIDAY, SUNDAY = date(2024, 6, 7), date(2024, 6, 9)


class DutyCase(BankCase):
    # Duties to clients alone; tests of meetings and logs want theirs as well.
    only_contacts = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader = cls.staff("t_leader", cls.head_office, "head_office_leader")
        cls.ledger = cls.env["credit.obligation"]
        cls.env.company.credit_ledger_start = "2024-01-01"
        if cls.only_contacts:
            rules = cls.env["credit.cadence.rule"]
            rules.search([("kind_id.discharged_by_contact", "=", False)]).active = False
        # Only what a test makes: the demo bank's clients stay out of the way.
        cls.env.cr.execute("UPDATE res_partner SET is_credit_client = FALSE")
        cls.env.invalidate_all()
        for year in (2023, 2024, 2025):
            cls.env["credit.working.year"]._for_year(year)._load()

    def setUp(self):
        super().setUp()
        self.env.company.credit_ledger_until = False
        self.env.cr.execute("DELETE FROM credit_obligation")
        self.env.cr.execute("DELETE FROM credit_ledger_mark")
        self.env.invalidate_all()

    def listed(self, tier="quality", day="2023-06-01", **values):
        client = self.client(values.pop("name", f"Client on the {tier} list"), **values)
        self.env["credit.membership"]._enter(
            client, tier, "head_office", "test", day=fields.Date.to_date(day)
        )
        return client

    def run_on(self, day):
        """Keep the ledger of a day, as the nightly run does."""
        with freeze_time(f"{day} 04:00:00"):
            touched = self.ledger._generate(fields.Date.to_date(str(day)))
        self.env.invalidate_all()
        return touched

    def nightly(self, day, slices=None):
        """Run the nightly job; the clock stops it after ``slices`` commits, if given."""
        left = iter([60] * (slices - 1) + [0] if slices else [60] * 1000)
        with (
            freeze_time(f"{day} 04:00:00"),
            patch.object(IrCron, "_commit_progress", lambda *a, **k: next(left)),
        ):
            self.ledger._cron_keep_ledger()
        self.env.invalidate_all()

    def duties(self, client=None, rule=None, **values):
        domain = [(name, "=", value) for name, value in values.items()]
        if client is not None:
            domain.append(("partner_id", "=", client.id))
        if rule:
            domain.append(("rule_id", "=", self.env.ref(f"credit_service_tasks.rule_{rule}").id))
        return self.ledger.search(domain, order="period_start, id")

    def discharge(self, duties, day, at=None, **values):
        self.env["credit.discharge"]._ledger().create(
            [
                {
                    "obligation_id": duty.id,
                    "date": day,
                    "entered_at": at or f"{day} 09:00:00",
                    "user_id": self.president.id,
                    **values,
                }
                for duty in duties
            ]
        )
        with freeze_time(f"{day} 10:00:00"):
            self.ledger._settle(duties.ids)
        self.env.invalidate_all()

    def choose(self, code, option):
        reading = self.env["credit.reading"].search([("code", "=", code)])
        reading.chosen_option_id = reading.option_ids.filtered(lambda o: o.code == option)

    def rule(self, **values):
        """Make a rule of the test's own."""
        posts = values.pop("posts", ["president"])
        count = self.env["credit.cadence.rule"].search_count([])
        return self.env["credit.cadence.rule"].create(
            {
                "name": "Test rule",
                "code": f"test-{values.get('period', 'week')}-{count}",
                "clause": "R-P-2a",
                "kind_id": self.env.ref("credit_service_tasks.duty_kind_contact").id,
                "period": "week",
                "post_ids": [fields.Command.set([self.ref(f"post_{p}").id for p in posts])],
                **values,
            }
        )

    def snapshot(self):
        """Return the whole ledger as values that do not depend on who was first."""
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT rule_id, partner_id, unit_id, person_id, user_id, post_id, institution_id,
                      tier, period_start, period_end, quota, required, done, due_date,
                      latest_safe_date, status, guideline, since, ended_on, ended_reason,
                      escalation_level, escalated_to_id
                 FROM credit_obligation ORDER BY 1, 9, 2, 3, 4"""
        )
        return self.env.cr.fetchall()
