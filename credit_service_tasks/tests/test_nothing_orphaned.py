"""Leave without cover is told; whoever goes leaves nothing that is nobody's (issue 4)."""

from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from .team_common import TeamCase


@tagged("post_install", "-at_install")
class TestLeaveWithoutCover(TeamCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.served = cls.borrower(1, "Served", user_id=cls.manager.id)

    def leave(self, user=None, **values):
        return self.env["credit.absence"].create(
            {
                "user_id": (user or self.manager).id,
                "date_from": self.today,
                "date_to": self.today + timedelta(days=6),
                **values,
            }
        )

    def test_the_head_is_asked_and_the_gap_shows(self):
        self.assertNotIn("no_cover", self.gaps(self.served))
        leave = self.leave()
        self.assertEqual(leave.activity_ids.user_id, self.head)
        self.assertIn("no_cover", self.gaps(self.served))
        self.assertIn(
            self.served, self.env["res.partner"].search([("credit_team_gap", "like", "no_cover")])
        )
        leave.with_user(self.head).cover_id = self.colleague
        self.assertFalse(leave.activity_ids)
        self.assertNotIn("no_cover", self.gaps(self.served))

    def test_leave_to_come_is_asked_for_in_time_and_is_no_gap_yet(self):
        leave = self.leave(
            date_from=self.today + timedelta(days=5), date_to=self.today + timedelta(days=9)
        )
        self.assertEqual(leave.activity_ids.date_deadline, self.today + timedelta(days=5))
        self.assertNotIn("no_cover", self.gaps(self.served))
        leave.date_from = self.today
        self.assertIn("no_cover", self.gaps(self.served))
        self.assertEqual(len(leave.activity_ids), 1)
        leave.date_to = self.today
        leave.cover_id = self.colleague
        self.assertNotIn("no_cover", self.gaps(self.served))

    def test_the_head_away_is_told_above(self):
        leave = self.leave(self.head)
        self.assertTrue(leave.activity_ids)
        self.assertNotIn(self.head, leave.activity_ids.user_id)
        self.assertIn(leave.activity_ids.user_id, self.deputy | self.president)

    def test_a_cover_who_goes_is_no_cover(self):
        leave = self.leave(cover_id=self.colleague.id)
        self.colleague.active = False
        self.assertFalse(leave.cover_id)
        self.assertEqual(leave.activity_ids.user_id, self.head)
        self.assertIn("no_cover", self.gaps(self.served))


@tagged("post_install", "-at_install")
class TestNothingOrphaned(TeamCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls.borrower(1, "Mine", user_id=cls.manager.id)
        cls.others = cls.borrower(1, "Others", user_id=cls.colleague.id)
        cls.work = {}
        for client in (cls.mine, cls.others):
            cls.work[client] = cls.make_work(client)

    @classmethod
    def make_work(cls, client):
        """Open work of the manager with a client, of every kind."""
        person = {"user_id": cls.manager.id}
        day = cls.today + timedelta(days=9)
        env = cls.env
        plan = env["credit.service.plan"].create(
            {
                "partner_id": client.id,
                "needs": "Working capital",
                "credit_part": "A line",
                "measure_ids": [Command.create({"name": "Offer it", "date": day, **person})],
                "goal_ids": [
                    Command.create(
                        {
                            "metric_id": env["credit.metric"]
                            .search([("code", "=", "deposit_avg")])
                            .id,
                            "period": "year",
                            "period_start": f"{cls.last_year}-01-01",
                            "goal": 1000.0,
                        }
                    )
                ],
                **person,
            }
        )
        plan.action_approve()
        meeting = env["credit.meeting"].create(
            {
                "type_ids": env["credit.meeting.type"].search([("needs_plan", "=", False)])[:1].ids,
                "institution_id": cls.sub_branch.id,
                "attendee_ids": [Command.set(cls.head.ids)],
                "minutes": "All said",
                "next_items": "More of it",
                "line_ids": [
                    Command.create(
                        {
                            "name": "Late payer",
                            "partner_id": client.id,
                            "problem": "Pays late",
                            "measure": "Call it",
                            "deadline": day,
                            **person,
                        }
                    )
                ],
            }
        )
        meeting.action_close()
        return {
            "case": env["credit.save.case"].create(
                {"partner_id": client.id, "explanation": "Quiet", **person}
            ),
            "issue": env["credit.client.issue"].create(
                {"partner_id": client.id, "name": "Customs", **person}
            ),
            "promise": env["credit.promise"].create(
                {"partner_id": client.id, "name": "A quote", "date": day, **person}
            ),
            "application": env["credit.application"].create(
                {
                    "partner_id": client.id,
                    "product_id": env["credit.loan.product"].search([], limit=1).id,
                    **person,
                }
            ),
            "plan": plan,
            "measure": plan.measure_ids,
            "solution": meeting.line_ids,
        }

    def owners(self, client):
        return {name: record.user_id for name, record in self.work[client].items()}

    def test_archived(self):
        self.manager.active = False
        self.env.invalidate_all()
        # What hangs on clients of others goes to the head at once.
        self.assertEqual(set(self.owners(self.others).values()), {self.head})
        # What hangs on the own clients is in the packet that the head assigns.
        packet = self.env["credit.handover"].search([("from_user_id", "=", self.manager.id)])
        self.assertEqual(packet.activity_ids.user_id, self.head)
        text = packet.line_ids.packet
        for kind in ("Save Case", "Difficulty", "Promise", "Application", "Measure"):
            self.assertIn(kind, text)
        packet.with_user(self.head).to_user_id = self.third
        packet.with_user(self.head).action_propose()
        packet.with_user(self.third).action_accept()
        self.assertEqual(set(self.owners(self.mine).values()), {self.third})
        # The reminders that went with the user are there again.
        for client, user in ((self.mine, self.third), (self.others, self.head)):
            for name in ("measure", "solution"):
                self.assertEqual(self.work[client][name].activity_id.user_id, user, name)

    def test_left_the_institution(self):
        self.manager.crm_team_member_ids.unlink()
        self.env["crm.team.member"].create(
            {
                "user_id": self.manager.id,
                "crm_team_id": self.other_branch.id,
                "post_id": self.ref("post_client_manager").id,
            }
        )
        self.env.invalidate_all()
        self.assertEqual(set(self.owners(self.others).values()), {self.head})

    def test_what_waits_for_who_is_gone_returns(self):
        handover = self.env["credit.handover"].create(
            {
                "from_user_id": self.manager.id,
                "to_user_id": self.third.id,
                "institution_id": self.sub_branch.id,
                "reason": "Balance",
            }
        )
        handover.action_fill()
        handover.action_propose()
        self.third.active = False
        self.assertEqual((handover.state, handover.to_user_id.id), ("draft", False))
        self.assertEqual(handover.activity_ids.user_id, self.head)
