"""Who serves whom: one A manager kept equal to the salesperson, history, rights, cover."""

from datetime import date, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .team_common import TeamCase


@tagged("post_install", "-at_install")
class TestTeamMember(TeamCase):
    def test_staffing_by_list(self):
        """R-0d: how many people serve the clients of each list, by role."""
        client = self.borrower(1_000_000.0, "Listed")
        self.enlist(client, "quality")
        self.name_person(client, self.manager, "a")
        self.name_person(client, self.colleague, "b1")
        found = self.members._read_group(
            [("partner_id", "=", client.id)], ["tier", "role"], ["__count"]
        )
        self.assertEqual(sorted(found), [("quality", "a", 1), ("quality", "b1", 1)])

    def test_salesperson_opens_the_a_row(self):
        client = self.client(user_id=self.manager.id)
        row = self.open_rows(client)
        self.assertEqual(row.user_id, self.manager)
        self.assertEqual(row.date_from, self.today)

    def test_changing_the_salesperson_keeps_history(self):
        with freeze_time("2026-03-02 04:00:00"):
            client = self.client(user_id=self.manager.id)
        with freeze_time("2026-05-11 04:00:00"):
            client.user_id = self.colleague
        rows = client.credit_member_ids.filtered(lambda m: m.role == "a").sorted("date_from")
        self.assertEqual(rows.user_id.ids, [self.manager.id, self.colleague.id])
        self.assertEqual(rows[0].date_to, date(2026, 5, 10))
        self.assertEqual(rows[1].date_from, date(2026, 5, 11))
        self.assertFalse(rows[1].date_to)
        on = client._credit_team_on
        self.assertEqual(on(date(2026, 5, 10))[client.id]["a"], self.manager)
        self.assertEqual(on(date(2026, 5, 11))[client.id]["a"], self.colleague)
        self.assertNotIn("a", on(date(2026, 3, 1))[client.id])

    def test_twice_on_one_day_keeps_both(self):
        client = self.client(user_id=self.manager.id)
        client.user_id = self.colleague
        client.user_id = self.third
        rows = client.credit_member_ids.sorted("id")
        self.assertEqual(rows.user_id.ids, [self.manager.id, self.colleague.id, self.third.id])
        self.assertEqual(rows.mapped("date_to"), [self.today, self.today, False])
        self.assertEqual(client._credit_team_on(self.today)[client.id]["a"], self.third)

    def test_naming_an_a_manager_changes_the_salesperson(self):
        client = self.client(user_id=self.manager.id)
        self.name_person(client, self.colleague, "a", reason="knows the trade")
        self.assertEqual(client.user_id, self.colleague)
        self.assertEqual(self.open_rows(client).user_id, self.colleague)

    def test_no_salesperson_ends_the_a_row(self):
        client = self.client(user_id=self.manager.id)
        client.user_id = False
        self.assertFalse(self.open_rows(client))
        self.assertIn("no_a", self.gaps(client))

    def test_ending_the_a_row_empties_the_salesperson(self):
        client = self.client(user_id=self.manager.id)
        self.open_rows(client).action_end()
        self.assertFalse(client.user_id)

    def test_a_company_marked_later_takes_its_salesperson(self):
        company = self.env["res.partner"].create(
            {"name": "Marked later", "is_company": True, "user_id": self.manager.id}
        )
        self.assertFalse(company.credit_member_ids)
        company.write({"is_credit_client": True, "credit_institution_id": self.sub_branch.id})
        self.assertEqual(self.open_rows(company).user_id, self.manager)
        company.is_credit_client = False
        self.assertFalse(self.open_rows(company))

    def test_native_import_changes_the_a_row(self):
        client = self.client("Imported", user_id=self.manager.id)
        result = (
            self.env["res.partner"]
            .with_user(self.lister)
            .load([".id", "user_id/.id"], [[str(client.id), str(self.colleague.id)]])
        )
        self.assertFalse(result["messages"])
        self.assertEqual(self.open_rows(client).user_id, self.colleague)
        self.assertEqual(len(client.credit_member_ids), 2)

    def test_only_heads_change_the_salesperson(self):
        client = self.client("Guarded", user_id=self.manager.id)
        for user in (self.manager, self.colleague):
            with self.subTest(user.login), self.assertRaises(AccessError) as caught:
                client.with_user(user).user_id = self.colleague
            self.assertIn("Guarded", str(caught.exception))
            self.assertIn(self.sub_branch.name, str(caught.exception))
        self.assertEqual(client.user_id, self.manager)
        for user in (self.head, self.deputy, self.president, self.lister):
            with self.subTest(user.login):
                target = self.colleague if client.user_id == self.manager else self.manager
                client.with_user(user).user_id = target
                self.assertEqual(self.open_rows(client).user_id, target)

    def test_head_of_another_institution_is_refused(self):
        client = self.client(user_id=self.manager.id)
        with self.assertRaises(AccessError):
            self.members.with_user(self.stranger).create(
                {"partner_id": client.id, "user_id": self.stranger.id, "role": "b1"}
            )
        with self.assertRaises(AccessError):
            self.members.with_user(self.finance).create(
                {"partner_id": client.id, "user_id": self.finance.id, "role": "leader"}
            )
        self.assertFalse(self.open_rows(client, "b1"))

    def test_a_manager_keeps_the_client_he_brings(self):
        client = (
            self.env["res.partner"]
            .with_user(self.manager)
            .create(
                {
                    "name": "Brought",
                    "is_company": True,
                    "is_credit_client": True,
                    "credit_institution_id": self.sub_branch.id,
                    "user_id": self.manager.id,
                }
            )
        )
        self.assertEqual(self.open_rows(client.sudo()).user_id, self.manager)
        with self.assertRaises(AccessError):
            self.env["res.partner"].with_user(self.manager).create(
                {
                    "name": "For somebody else",
                    "is_company": True,
                    "is_credit_client": True,
                    "credit_institution_id": self.sub_branch.id,
                    "user_id": self.colleague.id,
                }
            )

    def test_writing_the_same_salesperson_is_no_change(self):
        client = self.client(user_id=self.manager.id)
        client.with_user(self.manager).write({"user_id": self.manager.id, "phone": "1"})
        self.assertEqual(len(client.sudo().credit_member_ids), 1)

    def test_history_cannot_be_edited(self):
        client = self.client(user_id=self.manager.id)
        row = self.open_rows(client)
        for vals in (
            {"user_id": self.colleague.id},
            {"date_from": "2020-01-01"},
            {"role": "b1"},
            {"grace_until": "2030-01-01"},
        ):
            with self.subTest(vals), self.assertRaises(UserError):
                row.with_user(self.head).write(vals)
        with self.assertRaises(UserError):
            row.with_user(self.lister).sudo().unlink()
        row.action_end()
        with self.assertRaises(UserError):
            row.with_user(self.head).date_to = False

    def test_engine_fields_are_dropped_when_forged(self):
        client = self.client(user_id=self.manager.id)
        row = self.members.with_user(self.head).create(
            {
                "partner_id": client.id,
                "user_id": self.colleague.id,
                "role": "b1",
                "grace_until": "2030-01-01",
            }
        )
        self.assertFalse(row.grace_until)
        forged = self.members.with_user(self.manager).with_context(credit_settling=True)
        with self.assertRaises(AccessError):
            forged.create({"partner_id": client.id, "user_id": self.third.id, "role": "a"})

    def test_one_person_one_role(self):
        client = self.client(user_id=self.manager.id)
        self.name_person(client, self.colleague, "b1")
        with self.assertRaises(ValidationError):
            self.name_person(client, self.colleague, "b1")
        self.name_person(client, self.colleague, "a")
        self.assertFalse(self.open_rows(client, "b1"), "the role held before is left")
        self.assertEqual(client.user_id, self.colleague)

    def test_dates(self):
        client = self.client()
        tomorrow = self.today + timedelta(days=1)
        with self.assertRaises(ValidationError):
            self.name_person(client, self.manager, "a", date_from=tomorrow)
        self.name_person(client, self.manager, "a", date_from=self.today - timedelta(days=10))
        with self.assertRaises(ValidationError):
            self.name_person(client, self.third, "a", date_from=self.today - timedelta(days=11))
        with self.assertRaises(ValidationError):
            self.name_person(
                client,
                self.colleague,
                "a",
                date_from=self.today - timedelta(days=30),
                date_to=self.today - timedelta(days=5),
            )
        past = self.name_person(
            client,
            self.colleague,
            "a",
            date_from=self.today - timedelta(days=30),
            date_to=self.today - timedelta(days=10),
        )
        self.assertEqual(client.user_id, self.manager, "a stay that is over changes nothing")
        self.assertTrue(past)

    def test_successor_begins_on_leap_day(self):
        with freeze_time("2028-02-01 04:00:00"):
            client = self.client(user_id=self.manager.id)
        with freeze_time("2028-03-01 04:00:00"):
            client.user_id = self.colleague
        first = client.credit_member_ids.filtered(lambda m: m.user_id == self.manager)
        self.assertEqual(first.date_to, date(2028, 2, 29))

    def test_two_in_one_call_are_refused(self):
        client = self.client()
        with self.assertRaises(ValidationError):
            self.members.create(
                [
                    {"partner_id": client.id, "user_id": user.id, "role": "b1"}
                    for user in (self.manager, self.colleague)
                ]
            )

    def test_team_members_see_the_client_elsewhere(self):
        client = self.client("Elsewhere", credit_institution_id=self.other_branch.id)
        self.report_month(client, exposure_now=5)
        partners = self.env["res.partner"].with_user(self.manager)
        self.assertFalse(partners.search([("id", "=", client.id)]))
        row = self.name_person(client, self.manager, "b1")
        self.assertTrue(partners.search([("id", "=", client.id)]))
        snapshots = self.env["credit.metric.snapshot"].with_user(self.manager)
        self.assertTrue(snapshots.search([("partner_id", "=", client.id)]))
        with freeze_time(self.today + timedelta(days=2)):
            row.write({"date_to": self.today + timedelta(days=1)})
            self.assertFalse(partners.search([("id", "=", client.id)]))


@tagged("post_install", "-at_install")
class TestCover(TeamCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.served = cls.client("Covered", user_id=cls.manager.id)
        cls.name_person(cls.served, cls.third, "b1")

    def leave(self, **values):
        return (
            self.env["credit.absence"]
            .with_user(self.head)
            .create(
                {
                    "user_id": self.manager.id,
                    "cover_id": self.colleague.id,
                    "date_from": self.today,
                    "date_to": self.today + timedelta(days=6),
                    **values,
                }
            )
        )

    def manager_on(self, day):
        return self.served._credit_team_on(day)[self.served.id]["a"]

    def test_duties_go_to_the_cover_and_come_back(self):
        self.leave()
        self.assertEqual(self.served.user_id, self.manager, "the A manager stays")
        self.assertEqual(self.manager_on(self.today), self.colleague)
        self.assertEqual(self.manager_on(self.today + timedelta(days=6)), self.colleague)
        self.assertEqual(self.manager_on(self.today + timedelta(days=7)), self.manager)
        self.assertEqual(self.served.credit_cover_user_ids, self.colleague)

    def test_early_return(self):
        leave = self.leave(date_from=self.today - timedelta(days=3))
        leave.action_end()
        self.assertEqual(self.manager_on(self.today), self.colleague)
        self.assertEqual(self.manager_on(self.today + timedelta(days=1)), self.manager)

    def test_longer_leave(self):
        leave = self.leave()
        leave.date_to = self.today + timedelta(days=20)
        self.assertEqual(self.manager_on(self.today + timedelta(days=20)), self.colleague)

    def test_another_cover(self):
        leave = self.leave(date_from=self.today + timedelta(days=2))
        leave.cover_id = self.third
        self.assertEqual(self.manager_on(self.today + timedelta(days=2)), self.third)
        self.assertEqual(self.manager_on(self.today), self.manager)
        self.assertEqual(len(leave.member_ids), 1, "what had not begun leaves no trace")

    def test_a_client_given_during_leave_is_covered(self):
        self.leave()
        later = self.client("Given later", user_id=self.manager.id)
        self.assertEqual(later._credit_team_on(self.today)[later.id]["a"], self.colleague)

    def test_a_successor_ends_the_cover(self):
        self.leave()
        self.served.user_id = self.third
        self.assertEqual(self.manager_on(self.today + timedelta(days=1)), self.third)

    def test_post_holder_on_leave(self):
        from ..engine.holders import holders_sql

        self.env["credit.absence"].create(
            {
                "user_id": self.head.id,
                "cover_id": self.colleague.id,
                "date_from": self.today,
                "date_to": self.today,
            }
        )
        self.env.flush_all()
        post = self.ref("post_corporate_head")

        def holder(day):
            rows = self.env.execute_query(holders_sql(day))
            return {(i, p): u for i, p, u in rows}[self.sub_branch.id, post.id]

        self.assertEqual(holder(None), self.head.id)
        self.assertEqual(holder(self.today), self.colleague.id)
        self.assertEqual(holder(self.today + timedelta(days=1)), self.head.id)

    def test_rights(self):
        values = {
            "user_id": self.manager.id,
            "cover_id": self.colleague.id,
            "date_to": self.today,
        }
        for user in (self.manager, self.stranger, self.finance, self.outsider):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.env["credit.absence"].with_user(user).create(values)

    def test_refused(self):
        self.leave()
        with self.assertRaises(ValidationError):  # twice
            self.leave(date_from=self.today + timedelta(days=3))
        with self.assertRaises(ValidationError):  # the cover is away as well
            self.env["credit.absence"].create(
                {
                    "user_id": self.third.id,
                    "cover_id": self.manager.id,
                    "date_to": self.today + timedelta(days=1),
                }
            )
        with self.assertRaises(UserError):
            self.env["credit.absence"].search([]).unlink()


@tagged("post_install", "-at_install")
class TestPostHolders(TeamCase):
    def holders(self):
        from ..engine.holders import holders_sql

        self.env.flush_all()
        return {(i, p): u for i, p, u in self.env.execute_query(holders_sql())}

    def holder(self, team, post):
        user = self.holders().get((team.id, self.ref(f"post_{post}").id))
        return self.env["res.users"].browse(user)

    def test_own_then_nearest_above(self):
        self.assertEqual(self.holder(self.sub_branch, "corporate_head"), self.head)
        self.assertEqual(self.holder(self.sub_branch, "president"), self.president)
        self.assertFalse(self.holder(self.branch, "corporate_head"), "never downwards")
        self.assertEqual(self.holder(self.other_branch, "president"), self.stranger)
        own = self.staff("t_own", self.sub_branch, "president")
        self.assertEqual(self.holder(self.sub_branch, "president"), own)
        self.assertEqual(self.holder(self.branch, "president"), self.president)

    def test_first_appointed_among_several(self):
        self.staff("t_second", self.sub_branch, "corporate_head")
        self.assertEqual(self.holder(self.sub_branch, "corporate_head"), self.head)
        self.head.active = False
        self.assertEqual(self.holder(self.sub_branch, "corporate_head").login, "t_second")
