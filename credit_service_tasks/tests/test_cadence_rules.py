from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .cadence_common import MONDAY, TUESDAY, DutyCase


@tagged("post_install", "-at_install")
class TestRules(DutyCase):
    def test_a_rule_reads_as_a_sentence(self):
        rule = self.env.ref("credit_service_tasks.rule_weekly_contact_president")
        sentence = rule.with_context(lang="en_US").sentence
        self.assertEqual(
            sentence,
            "President: Contact in any form, each important client, at least 1 × per week "
            "(R-P-1c S-Q-1b)",
        )

    def test_a_rule_in_use_is_frozen(self):
        self.listed()
        self.run_on(MONDAY)
        rule = self.env.ref("credit_service_tasks.rule_weekly_contact_president")
        for values in ({"quota": 2}, {"period": "month"}, {"post_ids": [(5,)]}, {"clause": "x"}):
            with self.subTest(values=values), self.assertRaises(UserError):
                rule.with_user(self.lister).write(values)
        with self.assertRaises(UserError):
            rule.with_user(self.lister).unlink()
        with self.assertRaises(AccessError):
            rule.with_user(self.president).write({"active": False})
        rule.with_user(self.lister).write({"sequence": 99})

    def test_a_new_version_takes_over_with_the_next_period(self):
        from freezegun import freeze_time

        client = self.listed()
        self.run_on(MONDAY)
        rule = self.env.ref("credit_service_tasks.rule_weekly_contact_president")
        with freeze_time(f"{TUESDAY} 04:00:00"):
            action = rule.with_user(self.lister).action_new_version()
        version = self.env["credit.cadence.rule"].browse(action["res_id"])
        self.assertEqual((str(version.date_from), str(rule.date_to)), ("2024-06-10", "2024-06-09"))
        self.assertEqual(version.origin_id, rule)
        version.with_user(self.lister).quota = 2
        self.run_on(TUESDAY)
        self.assertEqual(self.duties(client, rule_id=rule.id).status, "open", "to its end")
        self.run_on("2024-06-10")
        self.assertEqual(len(self.duties(client, rule_id=rule.id)), 1)
        duty = self.duties(client, rule_id=version.id)
        self.assertEqual((duty.required, str(duty.period_start)), (2, "2024-06-10"))

    def test_a_version_that_is_dropped_leaves_the_one_before(self):
        rule = self.env.ref("credit_service_tasks.rule_weekly_contact_president")
        version = self.env["credit.cadence.rule"].browse(rule.action_new_version()["res_id"])
        version.unlink()
        self.assertFalse(rule.date_to)

    def test_a_rule_begins_with_a_period(self):
        with self.assertRaises(ValidationError):
            self.rule(date_from=TUESDAY)
        self.rule(date_from=MONDAY)

    def test_somebody_must_owe_it(self):
        with self.assertRaises(ValidationError):
            self.rule(posts=[])

    def test_strategic_visits(self):
        """A31: what is owed per year under each reading, of a shareholder and of another."""
        other, holder = self.listed("strategic"), self.listed("strategic", name="Shareholder")
        self.designate(holder, "bank_shareholder", date_from="2023-01-01")
        owed = {}
        for option in ("replaces", "adds", "two_a_year"):
            self.choose("A31", option)
            self.env.cr.execute("DELETE FROM credit_obligation; DELETE FROM credit_ledger_mark")
            self.env.invalidate_all()
            self.run_on("2024-07-01")
            for client in (other, holder):
                visits = self.duties(client, status="open").filtered(
                    lambda d: d.period in ("half", "year")
                )
                owed[option, client.name] = sorted(
                    (d.period, d.required, bool(d.rule_id.joint_post_ids)) for d in visits
                )
        joint = ("year", 1, True)
        self.assertEqual(
            owed,
            {
                ("replaces", other.name): [joint],
                ("adds", other.name): [joint],
                ("two_a_year", other.name): [joint],
                ("replaces", holder.name): [("half", 1, False), joint],
                ("adds", holder.name): [("half", 1, False), joint, ("year", 3, False)],
                ("two_a_year", holder.name): [joint, ("year", 2, False)],
            },
        )


@tagged("post_install", "-at_install")
class TestPaceAndEscalation(DutyCase):
    def test_latest_safe_date_by_load(self):
        """One visit a working day: three due at the month's end must begin three days before."""
        clients = [self.listed(name=f"Client {n}") for n in range(3)]
        self.run_on(MONDAY)
        visits = self.duties(rule="monthly_visit_president")
        self.assertEqual({str(d.latest_safe_date) for d in visits}, {"2024-06-26"})
        weekly = self.duties(rule="weekly_contact_president")
        self.assertEqual({str(d.latest_safe_date) for d in weekly}, {"2024-06-07"}, "no planning")
        self.discharge(self.duties(clients[0], "monthly_visit_president"), MONDAY)
        self.run_on(TUESDAY)
        self.assertEqual(
            {str(d.latest_safe_date) for d in visits if d.status == "open"}, {"2024-06-27"}
        )

    def test_pace_words(self):
        from freezegun import freeze_time

        client = self.listed()
        self.run_on(MONDAY)
        duty = self.duties(client, "monthly_visit_president")
        for day, slack, pace in (
            ("2024-06-03", 18, "on_track"),
            ("2024-06-28", 0, "tight"),
            ("2024-06-29", -1, "behind"),
        ):
            with self.subTest(day=day), freeze_time(f"{day} 04:00:00"):
                duty.invalidate_recordset()
                self.assertEqual((duty.slack, duty.pace), (slack, pace))

    def test_the_ladder(self):
        client = self.listed()
        self.run_on(MONDAY)
        for day, level, to in (
            ("2024-06-05", 0, False),
            ("2024-06-06", 1, self.deputy),  # due tomorrow
            ("2024-06-07", 1, self.deputy),
            ("2024-06-08", 1, self.deputy),  # a Saturday is no working day after it
            ("2024-06-11", 2, self.deputy),  # the 10th was a holiday
            ("2024-06-14", 2, self.deputy),
            ("2024-06-17", 3, self.president),  # five working days after
            ("2024-07-08", 4, self.leader),
        ):
            self.run_on(day)
            weekly = self.duties(client, "weekly_contact_deputy_or_head")
            # The last one missed stands for the row.
            duty = weekly.filtered(lambda d: d.status == "overdue")[-1:] or weekly
            with self.subTest(day=day):
                self.assertEqual(
                    (duty.escalation_level, duty.escalated_to_id.id), (level, to and to.id)
                )

    def test_a_president_escalates_to_the_head_office(self):
        client = self.listed()
        self.run_on(MONDAY)
        self.run_on("2024-06-17")
        duty = self.duties(client, "weekly_contact_president", period_start="2024-06-10")
        self.assertEqual((duty.escalation_level, duty.escalated_to_id), (3, self.leader))
        self.assertIn(
            duty,
            self.ledger.with_user(self.leader).search([("escalated_to_id", "=", self.leader.id)]),
        )

    def test_missed_week_after_week_is_one_line(self):
        """The last of the missed duties stands for the row, as overdue as the first."""
        client = self.listed()
        for day in ("2024-06-03", "2024-06-11", "2024-06-17", "2024-06-24"):
            self.run_on(day)
        weekly = self.duties(client, "weekly_contact_deputy_or_head")
        missed = weekly.filtered(lambda d: d.status == "overdue")
        self.assertEqual(len(missed), 3)
        self.assertEqual(missed.mapped("escalation_level"), [0, 0, 3])
        self.assertEqual(missed[2].escalated_to_id, self.president)
        # Something was done meanwhile: the row begins anew.
        self.discharge(missed[1], "2024-06-14")
        self.run_on("2024-06-24")
        self.assertEqual(weekly.mapped("escalation_level")[:3], [0, 0, 2])
