"""Everybody at one nomination at once, in real transactions: one outcome, nothing lost."""

import threading
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, new_test_user, tagged
from odoo.tests.common import get_db_name
from odoo.tools import SQL, mute_logger

ADDON = "credit_client_tiering"
ROUNDS = 40
POSTS = {
    "p_finance": "corporate_finance",
    "p_finance2": "corporate_finance",
    "p_credit": "credit_management",
    "p_head": "corporate_head",
}


@tagged("standard", "post_install", "-at_install")
class TestDecisionPressure(BaseCase):
    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.users = {}
        self.team_ids = []
        self.client_ids = []
        self.committed(self.make_people)
        self.addCleanup(self.committed, self.remove_all)

    def committed(self, work, uid=SUPERUSER_ID):
        with self.registry.cursor() as cr:
            return work(api.Environment(cr, uid, {}))

    def make_people(self, env):
        office = env["crm.team"].create(
            {
                "name": "Pressure head office",
                "institution_kind_id": env.ref(f"{ADDON}.institution_kind_head_office").id,
            }
        )
        branch = env["crm.team"].create({"name": "Pressure branch", "parent_id": office.id})
        self.team_ids = [branch.id, office.id]
        for login, post in POSTS.items():
            user = new_test_user(env, login, groups="base.group_user")
            env["crm.team.member"].create(
                {
                    "user_id": user.id,
                    "crm_team_id": (branch if login == "p_head" else office).id,
                    "post_id": env.ref(f"{ADDON}.post_{post}").id,
                }
            )
            self.users[login] = user.id

    def remove_all(self, env):
        # History cannot be deleted through the models; these rows are the test's own.
        for table in ("nomination_decision", "membership", "nomination", "assessment"):
            env.cr.execute(
                SQL(
                    "DELETE FROM %s WHERE partner_id = ANY(%s)",
                    SQL.identifier(f"credit_{table}"),
                    self.client_ids,
                )
            )
        env.cr.execute(SQL("DELETE FROM res_partner WHERE id = ANY(%s)", self.client_ids))
        members = env["crm.team.member"].with_context(active_test=False)
        members.search([("crm_team_id", "in", self.team_ids)]).unlink()
        env["crm.team"].browse(self.team_ids).unlink()
        users = env["res.users"].browse(self.users.values())
        partners = users.partner_id
        users.unlink()
        partners.unlink()

    def make_nomination(self, env):
        client = env["res.partner"].create(
            {
                "name": "Under pressure",
                "is_company": True,
                "is_credit_client": True,
                "credit_first_date": "2020-01-01",
                "credit_institution_id": self.team_ids[0],
            }
        )
        env["credit.designation"].create(
            {
                "partner_id": client.id,
                "type_id": env.ref(f"{ADDON}.designation_type_central_soe").id,
                "source": "test",
            }
        )
        self.client_ids.append(client.id)
        nominations = env["credit.nomination"].with_user(self.users["p_head"])
        nomination = nominations.create({"partner_id": client.id, "tier": "strategic"})
        nomination.action_submit()
        return client.id, nomination.id

    def at_once(self, works):
        """Run (login or None, work) pairs together; return the errors people saw."""
        barrier = threading.Barrier(len(works), timeout=30)
        seen, broken = [], []

        def run(login, work):
            began = []
            try:
                with self.registry.cursor() as cr:
                    env = api.Environment(cr, self.users.get(login, SUPERUSER_ID), {})

                    def attempt():
                        cr.execute("SELECT 1")
                        if not began:
                            began.append(True)
                            barrier.wait()
                        work(env)

                    retrying(attempt, env)
            except UserError as error:
                seen.append(str(error))
            except Exception as error:
                broken.append(error)

        threads = [threading.Thread(target=run, args=pair) for pair in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual(broken, [], "nobody may see a serialisation error")
        return seen

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_one_outcome_and_nothing_lost(self):
        outcomes = set()
        # The pauses between tries are for busy servers; here they only cost time.
        with patch("odoo.service.model.random.uniform", lambda low, high: 0.01):
            for number in range(ROUNDS):
                outcomes.add(self.play(number))
        self.assertLessEqual(outcomes, {"confirmed", "withdrawn"})

    def play(self, number):
        client_id, nomination_id = self.committed(self.make_nomination)

        def decide(env):
            env["credit.nomination"].browse(nomination_id).action_decide("approve")

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

        works = [("p_finance", decide), ("p_credit", decide), (None, report)]
        # In turn: a second reviewer of one department, a withdrawal, both, neither.
        if number % 2:
            works.append(("p_finance2", decide))
        if number % 4 > 1:
            works.append(("p_head", withdraw))
        self.at_once(works)

        def check(env):
            client = env["res.partner"].browse(client_id)
            nomination = env["credit.nomination"].browse(nomination_id)
            departments = nomination.decision_ids.mapped("department")
            self.assertEqual(len(departments), len(set(departments)))
            rows = env["credit.membership"].search([("partner_id", "=", client_id)])
            if nomination.state == "confirmed":
                self.assertEqual(set(departments), {"corporate_finance", "credit_management"})
                self.assertEqual((client.credit_tier, len(rows)), ("strategic", 1))
                self.assertEqual(client.credit_drift, "aligned")
            else:
                self.assertEqual((client.credit_tier, len(rows)), (False, 0))
            self.assertEqual(len(client.credit_snapshot_ids), 1, "the report is not lost")
            facts = client.credit_assessment_id.facts
            self.assertEqual(facts["exposure_avg__prev_year"], 1)
            return nomination.state

        return self.committed(check)
