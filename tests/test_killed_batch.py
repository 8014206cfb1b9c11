"""The server dies in the middle of a batch: each line is done or pending, none is half moved."""

import random
import subprocess
import sys
import time

from odoo.tests.common import get_db_name

from .pressure import PressureCase

SHELL = [sys.executable, "-c", "import odoo.cli; odoo.cli.main()", "shell", "--no-http"]
LINES, SLICE = 60, 10
# A second reviewer works through a batch, a slice per request, as people and queues do.
WORK = """
import time
from odoo.addons.credit_client_tiering.models.listing import credit_nomination_effect as effect

lines = env["credit.nomination"].with_user({user}).browse({ids})
pending = lines.filtered(lambda line: line.state == "submitted")
told = effect.CreditNomination._note_on_clients

def tell(self):
    told(self)
    env.flush_all()
    if number == {halt}:
        print("INSIDE", flush=True)
        time.sleep(600)

effect.CreditNomination._note_on_clients = tell
print("READY", flush=True)
for number in range(0, len(pending), {size}):
    pending[number : number + {size}].action_approve_agreeing()
    env.cr.commit()
print("DONE", flush=True)
"""


class TestKilledBatch(PressureCase):
    def setUp(self):
        super().setUp()
        pairs = self.committed(lambda env: self.make_nominations(env, LINES))
        self.lines = [nomination for _client, nomination in pairs]
        self.committed(self.approve, self.users["p_finance"])

    def approve(self, env):
        lines = env["credit.nomination"].browse(self.lines)
        lines.filtered(lambda line: line.state == "submitted").action_approve_agreeing()

    def start(self, halt=-1):
        """Start the second reviewer's server; it works on until ``halt`` lines are done."""
        process = subprocess.Popen(
            [*SHELL, "-d", get_db_name(), "--log-level=error"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        script = WORK.format(user=self.users["p_credit"], ids=self.lines, halt=halt, size=SLICE)
        process.stdin.write(script)
        process.stdin.close()
        return process

    def wait_for(self, process, word):
        said = []
        for line in process.stdout:
            said.append(line)
            if word in line:
                return
        self.fail("".join(said))

    def kill(self, process):
        process.kill()  # SIGKILL: nothing is tidied up
        process.wait(30)

    def done(self):
        """Return how many lines are done, having looked that the others are untouched."""

        def check(env):
            confirmed = 0
            for line in env["credit.nomination"].browse(self.lines):
                client = line.partner_id
                rows = client.credit_membership_ids
                departments = len(line.decision_ids)
                if line.state == "confirmed":
                    confirmed += 1
                    self.assertEqual((len(rows), departments), (1, 2))
                    self.assertEqual(rows.nomination_id, line)
                    self.assertEqual(
                        (client.credit_tier, client.credit_drift), ("strategic", "aligned")
                    )
                else:
                    self.assertEqual(line.state, "submitted")
                    self.assertEqual((len(rows), departments), (0, 1))
                    self.assertEqual((client.credit_tier, client.credit_drift), (False, "entry"))
            return confirmed

        return self.committed(check)

    def test_each_line_is_done_or_pending(self):
        process = self.start(halt=2 * SLICE)
        self.wait_for(process, "INSIDE")
        self.kill(process)
        self.assertEqual(self.done(), 2 * SLICE, "what was committed stands, the rest waits")

        process = self.start()
        self.wait_for(process, "READY")
        time.sleep(random.uniform(0, 0.5))  # noqa: S311 - wherever it hits
        self.kill(process)
        self.assertEqual(self.done() % SLICE, 0)

        # After the restart people simply go on.
        self.committed(self.approve, self.users["p_credit"])
        self.assertEqual(self.done(), LINES)
