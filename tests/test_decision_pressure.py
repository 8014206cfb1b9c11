"""Everybody at one nomination at once, in real transactions: one outcome, nothing lost."""

import os
from unittest.mock import patch

from odoo.tools import mute_logger

from .pressure import PressureCase

# CREDIT_PRESSURE_ROUNDS=500 makes a long evening of it.
ROUNDS = int(os.environ.get("CREDIT_PRESSURE_ROUNDS", "40"))
# What a second reviewer of Corporate Finance tries meanwhile; and whether the head withdraws.
SECOND = (None, "approve", None, "approve", "refuse", "return", "refuse", "return")
WITHDRAWN = (False, False, True, True, False, False, True, True)


class TestDecisionPressure(PressureCase):
    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_one_outcome_and_nothing_lost(self):
        outcomes = set()
        # The pauses between tries are for busy servers; here they only cost time.
        with patch("odoo.service.model.random.uniform", lambda low, high: 0.01):
            for number in range(ROUNDS):
                outcomes.add(self.play(number))
        self.assertLessEqual(outcomes, {"confirmed", "withdrawn", "refused", "returned"})

    def play(self, number):
        ((client_id, nomination_id),) = self.committed(self.make_nominations)

        def decide(outcome):
            def work(env):
                nomination = env["credit.nomination"].browse(nomination_id)
                nomination.action_decide(outcome, "under pressure")

            return work

        def withdraw(env):
            env["credit.nomination"].browse(nomination_id).action_withdraw()

        def report(env):
            year = env.company._credit_today().year - 1
            env["credit.metric.snapshot"].create(
                {
                    "partner_id": client_id,
                    "period_start": f"{year}-01-01",
                    "source": "test",
                    "exposure_avg": 1,
                }
            )

        reviewers = {"p_finance": "approve", "p_credit": "approve"}
        second = SECOND[number % len(SECOND)]
        if second:
            reviewers["p_finance2"] = second
        works = [(login, decide(outcome)) for login, outcome in reviewers.items()]
        works.append((None, report))
        if WITHDRAWN[number % len(WITHDRAWN)]:
            works.append(("p_head", withdraw))
        refusals = [login for login, _error in self.at_once(works)]

        def check(env):
            client = env["res.partner"].browse(client_id)
            nomination = env["credit.nomination"].browse(nomination_id)
            decisions = nomination.decision_ids
            # Whoever was not told that it is too late has decided.
            decided = {self.users[login] for login in reviewers if login not in refusals}
            self.assertEqual(set(decisions.user_id.ids), decided)
            departments = decisions.mapped("department")
            self.assertEqual(len(departments), len(set(departments)))
            rows = env["credit.membership"].search([("partner_id", "=", client_id)])
            if nomination.state == "confirmed":
                self.assertEqual(set(departments), {"corporate_finance", "credit_management"})
                self.assertEqual(set(decisions.mapped("outcome")), {"approve"})
                self.assertEqual((client.credit_tier, len(rows)), ("strategic", 1))
                self.assertEqual(client.credit_drift, "aligned")
            else:
                self.assertEqual((client.credit_tier, len(rows)), (False, 0))
            if nomination.state == "withdrawn":
                self.assertNotIn("p_head", refusals)
            self.assertEqual(len(client.credit_snapshot_ids), 1, "the report is not lost")
            facts = client.credit_assessment_id.facts
            self.assertEqual(facts["exposure_avg__prev_year"], 1)
            return nomination.state

        return self.committed(check)
