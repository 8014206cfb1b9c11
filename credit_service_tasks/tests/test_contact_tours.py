"""The daily work with duties and contacts, in a real browser as real people."""

from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .common_contact import ContactCase


@tagged("post_install", "-at_install")
class TestContactTours(ContactCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The tours read English words off the screen; see the tiering addon.
        cls.env["res.lang"]._activate_lang("en_US")
        people = cls.president + cls.manager + cls.leader
        people.lang = "en_US"
        # On a phone the bot's welcome covers the screen.
        people.odoobot_state = "disabled"

    def owed(self, client, user, name, days=None, **rule):
        """A duty of this week (or ``days`` around today), with its reminder."""
        monday = self.today - timedelta(days=self.today.weekday())
        start, end = days or (monday, monday + timedelta(days=6))
        made = self.rule(name, name=name, **rule)
        duty = self.duty(made, client, start, end, user=user)
        self.duties._remind(duty.ids)
        return duty

    def test_a_presidents_monday(self):
        called = self.client("Called on Monday")
        visited = self.client("Visited this month")
        call = self.owed(called, self.president, "Weekly contact", posts=["president"])
        self.owed(visited, self.president, "Monthly visit", posts=["president"], kind="visit")
        self.start_tour("/odoo", "credit_president_monday_tour", login="t_president")
        self.assertEqual(call.status, "done")
        self.assertEqual(call.discharge_ids.user_id, self.president)
        event = self.env["calendar.event"].search([("credit_client_id", "=", visited.id)])
        self.assertEqual(event.credit_topics, "The new settlement account")
        self.assertEqual(event.user_id, self.president)

    def test_a_managers_visit_on_the_phone(self):
        client = self.client("Visited by phone", user_id=self.manager.id)
        duty = self.owed(
            client, self.manager, "Visits of the month", role="a", kind="visit", posts=[]
        )
        self.browser_size = "390x844"
        self.touch_enabled = True
        self.start_tour(
            f"/odoo/credit-clients/{client.id}", "credit_manager_visit_tour", login="t_manager"
        )
        self.assertEqual(duty.status, "done")

    def test_a_joint_strategic_visit(self):
        client = self.client("Joint strategic")
        self.contact(client, self.today - timedelta(days=1))
        duty = self.owed(
            client,
            self.leader,
            "Joint visit",
            posts=["head_office_leader"],
            joint=["president"],
            kind="visit",
        )
        self.start_tour("/odoo/contact-reports", "credit_joint_visit_tour", login="t_leader")
        self.assertEqual(duty.status, "done")
        self.assertEqual(duty.discharge_ids.user_id, self.leader)
