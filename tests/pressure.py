"""A small bank whose transactions really commit, for tests of many at once and of crashes."""

import threading

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, new_test_user, tagged
from odoo.tests.common import get_db_name
from odoo.tools import SQL

ADDON = "credit_client_tiering"
POSTS = {
    "p_finance": "corporate_finance",
    "p_finance2": "corporate_finance",
    "p_credit": "credit_management",
    "p_head": "corporate_head",
}


@tagged("standard", "post_install", "-at_install")
class PressureCase(BaseCase):
    """People and strategic candidates in the database itself; removed at the end."""

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

    def at_once(self, works):
        """Run (login or None, work) pairs together; return the refusals, with who saw them."""
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
                seen.append((login, str(error)))
            except Exception as error:
                broken.append(error)

        threads = [threading.Thread(target=run, args=pair) for pair in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual(broken, [], "nobody may see a serialisation error")
        return seen

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
        env.cr.execute(
            SQL(
                """DELETE FROM mail_message WHERE model = 'credit.nomination' AND res_id IN (
                       SELECT id FROM credit_nomination WHERE partner_id = ANY(%s))""",
                self.client_ids,
            )
        )
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

    def make_nominations(self, env, count=1):
        """Submit strategic candidates; return (client id, nomination id) pairs."""
        clients = env["res.partner"].create(
            [
                {
                    "name": "Under pressure",
                    "is_company": True,
                    "is_credit_client": True,
                    "credit_first_date": "2020-01-01",
                    "credit_institution_id": self.team_ids[0],
                }
                for _number in range(count)
            ]
        )
        soe = env.ref(f"{ADDON}.designation_type_central_soe").id
        env["credit.designation"].create(
            [{"partner_id": client.id, "type_id": soe, "source": "test"} for client in clients]
        )
        self.client_ids += clients.ids
        nominations = env["credit.nomination"].with_user(self.users["p_head"])
        lines = nominations.create([{"partner_id": c.id, "tier": "strategic"} for c in clients])
        lines.action_submit()
        return [(line.partner_id.id, line.id) for line in lines]
