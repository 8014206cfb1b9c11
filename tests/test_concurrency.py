"""Two people at once, in real transactions that really commit."""

from odoo.tools import SQL, mute_logger

from .common import ConcurrentCase

ADDON = "credit_client_tiering"


class TestConcurrency(ConcurrentCase):
    def setUp(self):
        super().setUp()
        self.client_id = self.committed(self.make_client)
        self.addCleanup(self.committed, self.remove_client)

    def make_client(self, env):
        client = env["res.partner"].create(
            {
                "name": "Wanted by two",
                "is_company": True,
                "is_credit_client": True,
                "credit_first_date": "2020-01-01",
            }
        )
        return client.id

    def remove_client(self, env):
        # Facts cannot be deleted through the models: they go with the client.
        env.cr.execute(SQL("DELETE FROM credit_membership WHERE partner_id = %s", self.client_id))
        env.cr.execute(SQL("DELETE FROM credit_assessment WHERE partner_id = %s", self.client_id))
        env.cr.execute(SQL("DELETE FROM res_partner WHERE id = %s", self.client_id))

    def report(self, **figures):
        def work(env):
            year = env.company._credit_today().year - 1
            env["credit.metric.snapshot"].create(
                {
                    "partner_id": self.client_id,
                    "period_type": "year",
                    "period_start": f"{year}-01-01",
                    "source": "test",
                    **figures,
                }
            )

        return work

    def designate(self, code):
        def work(env):
            env["credit.designation"].create(
                {
                    "partner_id": self.client_id,
                    "type_id": env.ref(f"{ADDON}.designation_type_{code}").id,
                    "source": "test",
                }
            )

        return work

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_reports_of_one_period_lose_nothing(self):
        self.at_once(self.report(exposure_avg=200_000_000), self.report(deposit_avg=1))

        def check(env):
            client = env["res.partner"].browse(self.client_id)
            live = client.credit_snapshot_ids
            self.assertEqual(len(live), 1)
            self.assertEqual((live.exposure_avg, live.deposit_avg), (200_000_000, 1))
            self.assertEqual(client.credit_suggested, "strategic")

        self.committed(check)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_facts_that_only_count_together(self):
        """Neither transaction sees the other's fact; the suggestion must see both."""
        self.at_once(self.designate("strategic_agreement"), self.designate("full_cooperation"))

        def check(env):
            client = env["res.partner"].browse(self.client_id)
            self.assertEqual(client.credit_suggested, "strategic")
            rows = client.credit_assessment_ids
            self.assertEqual(rows._replay(), {r.id: (r.suggested, r.verdicts) for r in rows})

        self.committed(check)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_decisions_leave_one_open_row(self):
        def enter(tier):
            def work(env):
                client = env["res.partner"].browse(self.client_id)
                env["credit.membership"]._enter(client, tier, "institution")

            return work

        self.at_once(enter("basic"), enter("potential"))

        def check(env):
            rows = env["credit.membership"].search([("partner_id", "=", self.client_id)])
            still_open = rows.filtered(lambda r: not r.date_to)
            self.assertEqual((len(rows), len(still_open)), (2, 1))
            client = env["res.partner"].browse(self.client_id)
            self.assertEqual(client.credit_tier, still_open.tier)

        self.committed(check)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_new_salespeople_leave_one_open_a_row(self):
        """Both changes are history; the A manager equals the salesperson that won."""

        def give(xmlid):
            def work(env):
                env["res.partner"].browse(self.client_id).user_id = env.ref(xmlid)

            return work

        self.at_once(give("base.user_admin"), give("base.public_user"))

        def check(env):
            rows = env["credit.service.member"].search([("partner_id", "=", self.client_id)])
            still_open = rows.filtered(lambda r: not r.date_to)
            self.assertEqual((len(rows), len(still_open)), (2, 1))
            client = env["res.partner"].browse(self.client_id)
            self.assertEqual(client.user_id, still_open.user_id)

        self.committed(check)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_a_salesperson_and_a_named_manager_at_once(self):
        def name(env):
            env["credit.service.member"].create(
                {
                    "partner_id": self.client_id,
                    "user_id": env.ref("base.user_admin").id,
                    "role": "a",
                }
            )

        def give(env):
            env["res.partner"].browse(self.client_id).user_id = env.ref("base.public_user")

        self.at_once(name, give)

        def check(env):
            rows = env["credit.service.member"].search([("partner_id", "=", self.client_id)])
            still_open = rows.filtered(lambda r: not r.date_to)
            self.assertEqual((len(rows), len(still_open)), (2, 1))
            client = env["res.partner"].browse(self.client_id)
            self.assertEqual(client.user_id, still_open.user_id)

        self.committed(check)
