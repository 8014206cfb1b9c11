"""Handovers: nothing is orphaned, the receiver decides, the clocks go on."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .team_common import TeamCase


@tagged("post_install", "-at_install")
class TestHandover(TeamCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.one = cls.client("One", user_id=cls.manager.id)
        cls.two = cls.client("Two", user_id=cls.manager.id)
        cls.handovers = cls.env["credit.handover"]

    def packet(self, *clients, to=None, user=None):
        return self.handovers.with_user(user or self.head).create(
            {
                "from_user_id": self.manager.id,
                "to_user_id": (to or self.colleague).id,
                "institution_id": self.sub_branch.id,
                "reason": "test",
                "line_ids": [
                    (0, 0, {"partner_id": client.id}) for client in clients or (self.one, self.two)
                ],
            }
        )

    def draft_of(self, user):
        return self.handovers.search([("from_user_id", "=", user.id), ("state", "=", "draft")])

    def test_the_team_changes_on_acceptance_only(self):
        self.env.company.credit_handover_grace_days = 5
        packet = self.packet()
        packet.action_propose()
        self.assertEqual(packet.state, "proposed")
        self.assertEqual(self.one.user_id, self.manager)
        packet.with_user(self.colleague).action_accept()
        self.assertEqual(packet.state, "accepted")
        for client in (self.one, self.two):
            self.assertEqual(client.user_id, self.colleague)
            row = self.open_rows(client)
            self.assertEqual(row.grace_until, self.today + timedelta(days=5))
            self.assertEqual(row.handover_id, packet)
            self.assertEqual(client.credit_member_ids.filtered("date_to").user_id, self.manager)

    def test_the_guide_names_no_grace(self):
        self.assertEqual(self.env.company.credit_handover_grace_days, 0)

    def test_refusal_returns_the_packet_with_the_reason(self):
        packet = self.packet()
        packet.action_propose()
        action = packet.with_user(self.colleague).action_refuse()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.colleague)
            .with_context(**action["context"])
            .create({"reason": "too far away"})
        )
        wizard.action_confirm()
        self.assertEqual(packet.state, "draft")
        self.assertEqual(packet.refusal, "too far away")
        self.assertFalse(packet.to_user_id)
        self.assertEqual(packet.activity_ids.user_id, self.head)
        self.assertEqual(self.one.user_id, self.manager)

    def test_only_the_receiver_decides(self):
        packet = self.packet()
        packet.action_propose()
        for user in (self.manager, self.head, self.president, self.stranger, self.lister):
            with self.subTest(user.login), self.assertRaises(AccessError):
                packet.with_user(user).action_accept()
        for vals in ({"state": "accepted"}, {"to_user_id": self.third.id}):
            for user in (self.colleague, self.head, self.lister):
                with self.subTest(user.login, vals=vals), self.assertRaises(UserError):
                    packet.with_user(user).write(vals)
        self.assertEqual(packet.state, "proposed")

    def test_only_heads_prepare(self):
        for user in (self.manager, self.colleague, self.stranger, self.finance):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.packet(user=user)
        elsewhere = self.client(
            "Elsewhere", credit_institution_id=self.other_branch.id, user_id=self.manager.id
        )
        with self.assertRaises(AccessError):
            self.packet(elsewhere)

    def test_twice_is_refused(self):
        packet = self.packet()
        packet.action_propose()
        packet.with_user(self.colleague).action_accept()
        with self.assertRaises(UserError):
            packet.with_user(self.colleague).action_accept()
        with self.assertRaises(UserError):
            packet.with_user(self.head).action_cancel()

    def test_settled_otherwise_meanwhile(self):
        packet = self.packet()
        packet.action_propose()
        self.one.user_id = self.third
        packet.with_user(self.colleague).action_accept()
        self.assertEqual(self.one.user_id, self.third)
        self.assertEqual(self.two.user_id, self.colleague)
        states = {line.partner_id: line.state for line in packet.line_ids}
        self.assertEqual(states, {self.one: "overtaken", self.two: "done"})

    def test_one_packet_for_several_receivers_is_split(self):
        packet = self.packet(self.one, self.two)
        three = self.client("Three", user_id=self.manager.id)
        packet.action_fill()
        self.assertEqual(packet.line_ids.partner_id, self.one | self.two | three)
        packet.to_user_id = False
        by_client = {line.partner_id: line for line in packet.line_ids}
        by_client[self.one].to_user_id = self.colleague
        by_client[self.two].to_user_id = self.third
        packet.action_propose()
        self.assertEqual(packet.state, "draft")
        self.assertEqual(packet.line_ids.partner_id, three, "nobody was named for it")
        proposed = self.handovers.search(
            [("from_user_id", "=", self.manager.id), ("state", "=", "proposed")]
        )
        self.assertEqual(proposed.to_user_id, self.colleague | self.third)

    def test_a_client_is_in_one_open_packet(self):
        self.packet()
        with self.assertRaises(ValidationError):
            self.packet(self.one, to=self.third)

    def test_receiver_elsewhere_sees_what_he_is_asked_for(self):
        packet = self.packet(self.one, to=self.stranger)
        partners = self.env["res.partner"].with_user(self.stranger)
        self.assertFalse(partners.search([("id", "=", self.one.id)]))
        packet.action_propose()
        self.assertTrue(partners.search([("id", "=", self.one.id)]))
        self.assertFalse(partners.search([("id", "=", self.two.id)]))
        packet.with_user(self.stranger).action_accept()
        self.assertEqual(self.one.user_id, self.stranger)

    def test_packet_says_what_is_open(self):
        report = self.env["credit.contact.report"].create(
            {
                "partner_id": self.one.id,
                "channel_id": self.env.ref("credit_service_tasks.channel_phone").id,
                "user_id": self.manager.id,
            }
        )
        nomination = self.env["credit.nomination"].create(
            {"partner_id": self.one.id, "tier": "potential"}
        )
        self.one.activity_schedule(
            "mail.mail_activity_data_todo", summary="Call back", user_id=self.manager.id
        )
        packet = self.packet()
        packet.action_propose()
        line = packet.line_ids.filtered(lambda li: li.partner_id == self.one)
        self.assertIn("Call back", line.packet)
        self.assertIn(str(report.date), line.packet)
        self.assertIn("Draft", line.packet)
        self.assertTrue(nomination)
        other = packet.line_ids - line
        self.assertFalse(other.packet)

    def test_strategic_clients_are_introduced_in_person(self):
        self.enlist(self.one, "strategic")
        self.colleague.lang = "en_US"  # in whose language the task is written
        packet = self.packet()
        packet.action_propose()
        self.assertEqual(packet.joint_visit_count, 1)
        packet.with_user(self.colleague).action_accept()
        visit = self.one.activity_ids.filtered(lambda a: a.user_id == self.colleague)
        self.assertIn("introduction", visit.summary)
        self.assertFalse(self.two.activity_ids)

    # Nothing is orphaned

    def test_archiving_leaves_a_handover_to_be_assigned(self):
        for way in ("write", "archive"):
            with self.subTest(way):
                user = self.staff(f"t_{way}", self.sub_branch, "client_manager")
                client = self.client(f"Of {way}", user_id=user.id)
                if way == "write":
                    user.write({"active": False})
                else:
                    user.action_archive()
                self.assertFalse(user.active)
                packet = self.draft_of(user)
                self.assertEqual(len(packet), 1)
                self.assertEqual(packet.line_ids.partner_id, client)
                self.assertEqual(packet.cause, "archived")
                self.assertEqual(packet.activity_ids.user_id, self.head)
                self.assertEqual(client.user_id, user, "until somebody takes over")
                client.credit_first_date = self.today
                self.assertIn("no_a", self.gaps(client))
                with self.assertRaises(UserError):
                    packet.with_user(self.head).action_cancel()
                with self.assertRaises(UserError):
                    packet.with_user(self.head).line_ids.unlink()
                packet.with_user(self.head).to_user_id = self.colleague
                packet.with_user(self.head).action_propose()
                packet.with_user(self.colleague).action_accept()
                self.assertEqual(client.user_id, self.colleague)
                self.assertNotIn("no_a", self.gaps(client))

    def test_archived_by_an_administrator_without_credit_rights(self):
        admin = self.env["res.users"].create(
            {
                "name": "IT",
                "login": "t_it",
                "group_ids": [(6, 0, [self.env.ref("base.group_system").id])],
            }
        )
        self.manager.with_user(admin).write({"active": False})
        self.assertEqual(self.draft_of(self.manager).line_ids.partner_id, self.one | self.two)

    def test_b_managers_and_leaders(self):
        self.name_person(self.one, self.third, "b1")
        self.name_person(self.one, self.leader, "leader")
        self.third.active = False
        self.assertEqual(self.draft_of(self.third).line_ids.mapped("role"), ["b1"])
        self.leader.active = False
        self.assertFalse(self.draft_of(self.leader))
        row = self.one.credit_member_ids.filtered(lambda m: m.role == "leader")
        self.assertEqual(row.date_to, self.today, "the gap shows, the history stays")

    def test_leaving_the_institution(self):
        for way in ("archive", "unlink", "move"):
            with self.subTest(way):
                user = self.staff(f"t_left_{way}", self.sub_branch, "client_manager")
                client = self.client(f"Of {way}", user_id=user.id)
                seat = user.crm_team_member_ids
                if way == "archive":
                    seat.action_archive()
                elif way == "unlink":
                    seat.unlink()
                else:
                    self.env["crm.team.member"].create(
                        {"user_id": user.id, "crm_team_id": self.other_branch.id}
                    )
                packet = self.draft_of(user)
                self.assertEqual(packet.line_ids.partner_id, client)
                self.assertEqual(packet.cause, "left")

    def test_promotion_to_the_branch_above_leaves_nothing(self):
        self.env["crm.team.member"].create(
            {
                "user_id": self.manager.id,
                "crm_team_id": self.branch.id,
                "post_id": self.ref("post_client_manager").id,
            }
        )
        self.assertFalse(self.draft_of(self.manager))

    def test_what_waits_already_is_not_opened_again(self):
        packet = self.packet()
        packet.action_propose()
        self.manager.active = False
        self.assertFalse(self.draft_of(self.manager))
        packet.with_user(self.colleague).action_accept()
        self.assertEqual(self.one.user_id, self.colleague)

    def test_nobody_heads_the_institution(self):
        alone = self.institution("Alone", "direct_sub_branch", self.head_office)
        user = self.staff("t_alone", alone, "client_manager")
        self.client("Alone", credit_institution_id=alone.id, user_id=user.id)
        user.active = False
        told = self.draft_of(user).activity_ids.user_id
        self.assertTrue(told.has_group("credit_client_tiering.group_list_admin"))

    def test_without_an_institution(self):
        client = self.client("Nowhere", credit_institution_id=False, user_id=self.third.id)
        self.third.active = False
        self.assertEqual(self.draft_of(self.third).line_ids.partner_id, client)
