"""The lists through time: as of a day, between two days, when credit begins and ends."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import BankCase


@tagged("post_install", "-at_install")
class TestHistory(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lists = cls.env["credit.membership"]
        cls.one = cls.client("One")

    def days_ago(self, days):
        return self.today - timedelta(days=days)

    def as_of(self, client, days):
        return client.credit_list_as_of(self.days_ago(days))[client.id]

    # As of a day

    def test_the_list_of_any_day(self):
        self.lists._enter(self.one, "potential", "institution", day=self.days_ago(30))
        self.lists._enter(self.one, "basic", "institution", day=self.days_ago(20))
        self.lists._leave(self.one, "removed", "x", day=self.days_ago(10))
        for days, tier in (
            (31, False),
            (30, "potential"),
            (21, "potential"),
            (20, "basic"),
            (11, "basic"),
            (10, False),
            (0, False),
        ):
            self.assertEqual(self.as_of(self.one, days), tier, days)
        with self.assertRaisesRegex(UserError, "future"):
            self.one.credit_list_as_of(self.today + timedelta(days=1))
        self.assertEqual(self.one.credit_list_as_of(str(self.today)), {self.one.id: False})

    def test_two_moves_on_one_day_leave_the_last(self):
        self.lists._enter(self.one, "potential", "institution", day=self.days_ago(5))
        self.lists._enter(self.one, "basic", "institution", day=self.days_ago(5))
        self.assertEqual(self.as_of(self.one, 5), "basic")

    def test_only_for_those_who_may_see_the_client(self):
        with self.assertRaises(AccessError):
            self.one.with_user(self.stranger).credit_list_as_of(self.today)

    # Institutions

    def test_the_stay_follows_the_client_to_another_institution(self):
        self.lists._enter(self.one, "basic", "institution", day=self.days_ago(30))
        self.one.credit_institution_id = self.other_branch
        rows = self.one.credit_membership_ids.sorted("id")
        self.assertEqual(rows.mapped("tier"), ["basic", "basic"])
        self.assertEqual(rows.institution_id, self.sub_branch + self.other_branch)
        self.assertEqual((rows[0].leave_status, rows[1].origin), ("transferred", "transfer"))
        self.assertEqual((rows[0].date_to, rows[1].date_from), (self.today, self.today))
        self.assertEqual(self.one.credit_tier, "basic")
        self.assertEqual(self.one.credit_tier_since, self.days_ago(30), "the stay goes on")
        self.one.credit_institution_id = self.branch
        self.assertEqual(len(self.one.credit_membership_ids), 2, "a row of today is corrected")
        self.assertEqual(self.lists.browse(rows[1].id).institution_id, self.branch)

    def test_a_change_behind_the_orms_back_is_found_at_night(self):
        self.lists._enter(self.one, "basic", "institution", day=self.days_ago(30))
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                "UPDATE res_partner SET credit_institution_id = %s WHERE id = %s RETURNING id",
                self.other_branch.id,
                self.one.id,
            )
        )
        self.env.invalidate_all()
        self.env["credit.assessment"]._assess(self.one.ids)
        self.assertEqual(len(self.one.credit_membership_ids), 2)

    # Between two days

    def matrix(self, days_from=25, days_to=0, user=None):
        wizard = (
            self.env["credit.migration"]
            .with_user(user or self.finance)
            .create({"date_from": self.days_ago(days_from), "date_to": self.days_ago(days_to)})
        )
        wizard.action_show()
        lines = self.env["credit.migration.line"].search([("migration_id", "=", wizard.id)])
        return {line.partner_id: line for line in lines}

    def test_every_kind_of_move(self):
        names = ("entry", "exit", "up", "down", "institution", "stay")
        clients = {name: self.client(name.title()) for name in names}
        before = self.days_ago(30)
        for name, tier in (
            ("exit", "basic"),
            ("up", "basic"),
            ("down", "strategic"),
            ("institution", "basic"),
            ("stay", "quality"),
        ):
            self.lists._enter(clients[name], tier, "institution", day=before)
        then = self.days_ago(10)
        self.lists._enter(clients["entry"], "potential", "institution", day=then)
        self.lists._leave(clients["exit"], "removed", day=then)
        self.lists._enter(clients["up"], "quality", "head_office", day=then)
        self.lists._enter(clients["down"], "basic", "institution", day=then)
        clients["institution"].credit_institution_id = self.other_branch
        found = self.matrix()
        for name, client in clients.items():
            self.assertEqual(found[client].move, name)
        moved = found[clients["institution"]]
        self.assertEqual(moved.institution_from_id, self.sub_branch)
        self.assertEqual(moved.institution_id, self.other_branch)
        self.assertEqual(found[clients["exit"]].institution_id, self.sub_branch)
        self.assertEqual(
            (found[clients["up"]].tier_from, found[clients["up"]].tier_to), ("basic", "quality")
        )
        self.assertNotIn(clients["entry"], self.matrix(30, 11))
        self.assertEqual(self.matrix(30, 10)[clients["up"]].move, "up", "the day itself counts")
        self.assertEqual(self.matrix(30, 11)[clients["up"]].move, "stay")

    def test_amounts_are_those_before_either_day(self):
        first = self.today.replace(year=self.today.year - 1, month=6, day=30)
        self.lists._enter(self.one, "basic", "institution", day=first)
        self.report(self.one, year=first.year - 1, exposure_avg=10)
        self.report(self.one, year=self.today.year - 1, exposure_avg=20.01)
        line = self.matrix((self.today - first).days)[self.one]
        self.assertEqual((line.exposure_from, line.exposure), (10, 20.01))
        other = self.client("Unreported")
        self.lists._enter(other, "basic", "institution", day=first)
        line = self.matrix((self.today - first).days)[other]
        self.assertIs(line.exposure, False, "unknown is not zero")

    def test_who_left_the_book_was_on_a_list_all_the_same(self):
        self.lists._enter(self.one, "basic", "institution", day=self.days_ago(30))
        self.one.active = False
        self.assertIn(self.one, self.matrix())

    def test_institutions_compare_their_own_clients(self):
        foreign = self.client("Foreign", credit_institution_id=self.other_branch.id)
        for client in self.one + foreign:
            self.lists._enter(client, "basic", "institution", day=self.days_ago(30))
        mine = self.matrix(user=self.president)
        self.assertIn(self.one, mine)
        self.assertNotIn(foreign, mine)

    # Credit begins, credit ends

    def test_credit_that_ends_is_lost_and_somebody_real_is_asked(self):
        managed = self.client("Managed", user_id=self.manager.id)
        nobody = self.client("Nobody's")
        gone = self.client(
            "Gone", user_id=self.staff("t_gone", self.sub_branch, "client_manager").id
        )
        gone.user_id.active = False
        orphan = self.client("Orphan", credit_institution_id=False)
        clients = managed + nobody + gone + orphan
        self.lists._enter(clients, "basic", "institution", day=self.days_ago(30))
        clients.write({"credit_end_date": self.today})
        self.assertEqual(set(clients.mapped("credit_tier")), {False})
        self.assertEqual(set(clients.credit_membership_ids.mapped("leave_status")), {"lost"})
        for client, user in ((managed, self.manager), (nobody, self.head), (gone, self.head)):
            task = client.activity_ids
            self.assertEqual(task.activity_type_id, self.ref("activity_type_lost"))
            self.assertEqual(task.user_id, user, client.name)
        self.assertTrue(
            orphan.activity_ids.user_id.has_group("credit_client_tiering.group_list_admin")
        )

    def test_who_was_on_no_list_is_not_asked_about(self):
        self.one.credit_end_date = self.today
        self.assertFalse(self.one.activity_ids)

    def test_asked_once_and_never_by_mail(self):
        self.lists._enter(self.one, "basic", "institution", day=self.days_ago(30))
        before = self.env["mail.mail"].search_count([])
        self.one.credit_end_date = self.today
        self.one._credit_ask("credit_client_tiering.activity_type_lost", "again")
        self.assertEqual(len(self.one.activity_ids), 1)
        self.assertEqual(self.env["mail.mail"].search_count([]), before)

    def test_credit_that_begins_anew_waits_for_people(self):
        self.lists._enter(self.one, "basic", "institution", day=self.days_ago(30))
        self.one.credit_end_date = self.today
        self.report_products(self.one)
        self.one.credit_end_date = False
        self.assertEqual((self.one.credit_suggested, self.one.credit_tier), ("basic", False))
        self.assertEqual(self.one.credit_drift, "entry")
        self.assertFalse(self.one.credit_nomination_ids)

    def test_credit_that_begins_anew_ends_the_potential_list(self):
        self.one.credit_end_date = self.today
        self.lists._enter(self.one, "potential", "institution")
        self.report_products(self.one)
        self.one.credit_end_date = False
        self.assertEqual(self.one.credit_tier, "basic")

    def report_products(self, client):
        """Two products make a client with credit basic."""
        self.env["credit.product.holding"].create(
            [
                {
                    "partner_id": client.id,
                    "product_id": self.ref(f"product_{code}").id,
                    "source": "test",
                }
                for code in ("time_deposit", "corporate_wealth")
            ]
        )

    def test_lost_is_not_potential_until_somebody_enters_it(self):
        self.lists._enter(self.one, "basic", "institution", day=self.days_ago(30))
        self.one.credit_end_date = self.today
        self.assertFalse(self.one.credit_tier)
        nomination = self.env["credit.nomination"].with_user(self.head)
        nomination = nomination.create(
            {"partner_id": self.one.id, "tier": "potential", "justification": "again"}
        )
        nomination.action_submit()
        self.assertEqual(self.one.credit_tier, "potential")

    def test_many_first_credits_cost_few_queries(self):
        def begin(count):
            clients = self.env["res.partner"].create(
                [
                    {
                        "name": f"New {count} {i}",
                        "is_company": True,
                        "is_credit_client": True,
                        "credit_institution_id": self.sub_branch.id,
                    }
                    for i in range(count)
                ]
            )
            soe = self.ref("designation_type_central_soe").id
            self.env["credit.designation"].create(
                [{"partner_id": c.id, "type_id": soe, "source": "t"} for c in clients]
            )
            self.lists._enter(clients, "potential", "institution", day=self.days_ago(3))
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            clients.write({"credit_first_date": self.today})
            self.env.flush_all()
            taken = self.env.cr.sql_log_count - before
            declared = self.env["credit.nomination"].search([("partner_id", "in", clients.ids)])
            self.assertEqual(len(declared), count)
            self.assertEqual(set(declared.mapped("state")), {"submitted"})
            return taken

        begin(2)
        self.assertLessEqual(begin(60), begin(6) + 10)

    # What the database guarantees

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_two_of_what_may_be_once(self):
        self.lists._enter(self.one, "basic", "institution", day=self.days_ago(3))
        self.env["credit.nomination"].create({"partner_id": self.one.id, "tier": "quality"})
        self.env.flush_all()
        for statement in (
            "INSERT INTO credit_membership (partner_id, tier, date_from, origin)"
            " VALUES (%s, 'quality', CURRENT_DATE, 'institution')",
            "INSERT INTO credit_nomination (partner_id, tier, state)"
            " VALUES (%s, 'quality', 'returned')",
            "UPDATE credit_membership SET date_to = date_from - 1 WHERE partner_id = %s",
        ):
            with self.subTest(statement=statement):
                with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                    self.env.cr.execute(statement, [self.one.id])

    # Days of grace

    def test_a_downgrade_waits_for_the_days_of_grace(self):
        company = self.env.company
        company.credit_downgrade_grace_days = 30
        client = self.quality_client("Slipping")
        self.lists._enter(client, "quality", "head_office", day=self.days_ago(400))
        self.report(client, exposure_avg=1, settlement_share=0)
        self.assertEqual((client.credit_drift, client.credit_suggested), ("downgrade", "basic"))
        self.assertEqual(client.credit_drift_since, self.today)
        self.assertEqual(client.credit_grace_until, self.today + timedelta(days=30))
        nomination = self.env["credit.nomination"].with_user(self.head)
        nomination = nomination.create({"partner_id": client.id, "tier": "basic"})
        with self.assertRaisesRegex(UserError, "A28"):
            nomination.action_submit()
        overdue = self.env["res.partner"].search([("credit_downgrade_overdue", "=", True)])
        self.assertNotIn(client, overdue)
        for days, over in ((30, False), (31, True)):
            self.env.execute_query(
                SQL(
                    "UPDATE res_partner SET credit_drift_since = %s WHERE id = %s RETURNING id",
                    self.days_ago(days),
                    client.id,
                )
            )
            self.env.invalidate_all()
            found = self.env["res.partner"].search([("credit_downgrade_overdue", "=", True)])
            self.assertEqual(client in found, over, days)
            self.assertEqual(client.credit_downgrade_overdue, over, days)
        nomination.action_submit()
        self.assertTrue(nomination.agrees)

    def test_within_grace_it_takes_a_reason_and_is_an_exception(self):
        self.env.company.credit_downgrade_grace_days = 30
        client = self.quality_client("Slipping")
        self.lists._enter(client, "quality", "head_office", day=self.days_ago(400))
        self.report(client, exposure_avg=1, settlement_share=0)
        nomination = self.env["credit.nomination"].with_user(self.head)
        nomination = nomination.create(
            {"partner_id": client.id, "tier": "basic", "justification": "no hope"}
        )
        nomination.action_submit()
        self.assertFalse(nomination.agrees)
        with self.assertRaises(UserError):
            nomination.with_user(self.finance).action_approve_agreeing()

    def test_drift_keeps_the_day_it_began(self):
        client = self.quality_client("Steady")
        self.env.execute_query(
            SQL(
                "UPDATE res_partner SET credit_drift_since = %s WHERE id = %s RETURNING id",
                self.today - relativedelta(months=2),
                client.id,
            )
        )
        self.env.invalidate_all()
        self.report(client, exposure_avg=51_000_000)
        self.assertEqual(client.credit_drift_since, self.today - relativedelta(months=2))
        self.lists._enter(client, "quality", "head_office")
        self.assertEqual((client.credit_drift, client.credit_drift_since), ("aligned", self.today))
