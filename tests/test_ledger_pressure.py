"""The nightly run killed, doubled: real processes, real commits, the same ledger."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import date

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import SQL, config

from .test_concurrency import ADDON

DAY = date(2024, 6, 10)
KILLS = int(os.environ.get("CREDIT_KILLS", "3"))
CLIENTS = 120
# A process that loads Odoo once and forks for each run: small slices, much to cut through.
RUNNER = """
import os, sys
from datetime import date
from unittest.mock import patch
from odoo.tools import config
config.parse_config(["-d", sys.argv[1], "--no-http", "--log-level=critical"])
import odoo.sql_db
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
registry = Registry(sys.argv[1])
from odoo.addons.credit_service_tasks.models.cadence import credit_obligation_run
credit_obligation_run.SLICE = 7
day = date.fromisoformat(sys.argv[2])

def run():
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        with patch.object(type(env.company), "_credit_today", lambda self: day):
            env["credit.obligation"]._cron_keep_ledger()

print("ready", flush=True)
for line in sys.stdin:
    command, _space, pid = line.strip().partition(" ")
    if command == "run":
        odoo.sql_db.close_all()
        pid = os.fork()
        if not pid:
            code = 1
            try:
                run()
                code = 0
            finally:
                os._exit(code)
        print(pid, flush=True)
    else:
        print(os.waitstatus_to_exitcode(os.waitpid(int(pid), 0)[1]), flush=True)
"""
SNAPSHOT = """
    SELECT rule_id, partner_id, unit_id, person_id, user_id, post_id, institution_id, tier,
           period_start, period_end, quota, required, done, due_date, latest_safe_date, status,
           guideline, since, ended_on, escalation_level, escalated_to_id
      FROM credit_obligation WHERE partner_id = ANY(%s) ORDER BY 1, 9, 2
"""


@tagged("standard", "post_install", "-at_install")
class TestLedgerUnderPressure(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.committed(cls.make_bank)
        cls.addClassCleanup(cls.committed, cls.remove_bank)
        cls.start_runner()

    @classmethod
    def committed(cls, work):
        with cls.registry.cursor() as cr:
            return work(api.Environment(cr, SUPERUSER_ID, {}))

    @classmethod
    def make_bank(cls, env):
        """Clients of its own; the demo bank's are put aside, its duties brought back after."""
        company = env.company
        cls.before = (company.credit_ledger_start, company.credit_ledger_until)
        cls.others = env["res.partner"].search([("is_credit_client", "=", True)]).ids
        env.flush_all()
        env.cr.execute("CREATE TABLE test_ledger_aside AS SELECT * FROM credit_obligation")
        env.cr.execute("SELECT COALESCE(max(id), 0) FROM credit_obligation")
        cls.last_id = env.cr.fetchone()[0]
        env.cr.execute(
            "UPDATE res_partner SET is_credit_client = FALSE WHERE id = ANY(%s)", [cls.others]
        )
        env.invalidate_all()
        team = (
            env["crm.team.member"]
            .search([("post_id", "=", env.ref(f"{ADDON}.post_president").id)], limit=1)
            .crm_team_id
        )
        clients = env["res.partner"].create(
            [
                {
                    "name": f"Under pressure {number}",
                    "is_company": True,
                    "is_credit_client": True,
                    "credit_institution_id": team.id,
                }
                for number in range(CLIENTS)
            ]
        )
        cls.client_ids = clients.ids
        env["credit.membership"]._enter(
            clients[: CLIENTS // 2], "quality", "head_office", "test", day=date(2023, 1, 1)
        )
        env["credit.membership"]._enter(
            clients[CLIENTS // 2 :], "strategic", "head_office", "test", day=date(2024, 6, 5)
        )
        env.cr.precommit.clear()
        cls.empty(env)
        company.write({"credit_ledger_start": "2024-01-01", "credit_ledger_until": "2024-06-03"})

    @classmethod
    def empty(cls, env):
        env.flush_all()
        env.cr.execute("DELETE FROM credit_obligation WHERE id > %s", [cls.last_id])
        env.cr.execute("DELETE FROM credit_ledger_mark")
        env["ir.config_parameter"].set_param("credit_service_tasks.run_position", "")

    @classmethod
    def remove_bank(cls, env):
        cls.empty(env)
        for table in ("credit_membership", "credit_assessment"):
            env.cr.execute(
                SQL(
                    "DELETE FROM %s WHERE partner_id = ANY(%s)",
                    SQL.identifier(table),
                    cls.client_ids,
                )
            )
        env.cr.execute("DELETE FROM res_partner WHERE id = ANY(%s)", [cls.client_ids])
        env.cr.execute(
            "UPDATE res_partner SET is_credit_client = TRUE WHERE id = ANY(%s)", [cls.others]
        )
        # Runs in 2024 also looked at duties of today's demo bank.
        columns = [
            name
            for name, field in env["credit.obligation"]._fields.items()
            if field.store and field.column_type and name != "id"
        ]
        env.cr.execute(
            SQL(
                "UPDATE credit_obligation o SET %s FROM test_ledger_aside a WHERE a.id = o.id",
                SQL(", ").join(
                    SQL("%s = a.%s", SQL.identifier(name), SQL.identifier(name)) for name in columns
                ),
            )
        )
        env.cr.execute("DROP TABLE test_ledger_aside")
        env.invalidate_all()
        start, until = cls.before
        env.company.write({"credit_ledger_start": start, "credit_ledger_until": until})

    def anew(self, env):
        self.empty(env)
        env.company.credit_ledger_until = "2024-06-03"

    def snapshot(self, env):
        env.cr.execute(SNAPSHOT, [self.client_ids])
        return env.cr.fetchall()

    @classmethod
    def start_runner(cls):
        cls.runner = subprocess.Popen(
            [sys.executable, "-c", RUNNER, get_db_name(), DAY.isoformat()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "ODOO_ADDONS_PATH": ",".join(config["addons_path"])},
        )
        cls.addClassCleanup(cls.runner.communicate)
        if cls.tell() != "ready":
            raise AssertionError("the runner could not start")

    @classmethod
    def tell(cls, command=None):
        """Tell the runner something and return its answer."""
        if command:
            cls.runner.stdin.write(f"{command}\n")
            cls.runner.stdin.flush()
        return cls.runner.stdout.readline().strip()

    def run_once(self):
        self.assertEqual(self.tell(f"wait {self.tell('run')}"), "0", "the run failed")

    def undisturbed(self):
        """Return the ledger of a run that nothing disturbs, and how long it took."""
        self.committed(self.anew)
        begun = time.monotonic()
        self.run_once()
        took = time.monotonic() - begun
        expected = self.committed(self.snapshot)
        self.assertGreater(len(expected), 4 * CLIENTS)
        return expected, took

    def test_killed_at_any_point(self):
        expected, took = self.undisturbed()
        chance = random.Random(20240610)
        cut = 0
        for number in range(KILLS):
            self.committed(self.anew)
            pid = self.tell("run")
            time.sleep(chance.uniform(0, took))
            os.kill(int(pid), signal.SIGKILL)
            cut += self.tell(f"wait {pid}") == str(-signal.SIGKILL)
            self.run_once()
            with self.subTest(kill=number):
                self.assertEqual(self.committed(self.snapshot), expected)
        self.assertTrue(cut, "no run was still going when it was killed")

    def test_two_workers_at_once(self):
        expected, _took = self.undisturbed()
        self.committed(self.anew)
        workers = [self.tell("run"), self.tell("run")]
        self.assertEqual([self.tell(f"wait {pid}") for pid in workers], ["0", "0"])
        self.assertEqual(self.committed(self.snapshot), expected)
