"""A Monday meeting from agenda to tasks, a log in under a minute: in a real browser."""

from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .common_contact import ContactCase


@tagged("post_install", "-at_install")
class TestPlanTours(ContactCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The tours read English words off the screen.
        cls.env["res.lang"]._activate_lang("en_US")
        (cls.president | cls.manager).lang = "en_US"
        (cls.president | cls.manager).odoobot_state = "disabled"

    def test_monday_meeting(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Tour project",
                "type": "opportunity",
                "is_credit_project": True,
                "partner_name": "Tour project Ltd",
                "team_id": self.sub_branch.id,
                "user_id": self.manager.id,
            }
        )
        self.duties._bring_up_rest(self.duties._plan(self.today))
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s WHERE id = %s",
            [self.today - timedelta(days=30), lead.id],
        )
        self.env.invalidate_all()
        self.start_tour("/odoo/credit-meetings", "credit_monday_meeting_tour", login="t_president")
        activity = lead.activity_ids
        self.assertEqual(activity.user_id, self.manager)
        self.assertEqual(activity.summary, "Ask the guarantee company")
        monday = self.today - timedelta(days=self.today.weekday())
        duty = self.env["credit.obligation"].search(
            [
                ("rule_id", "=", self.env.ref("credit_service_tasks.rule_r_p_2a").id),
                ("unit_id", "=", self.branch.id),
                ("period_start", "=", monday),
            ]
        )
        self.assertEqual(duty.status, "done")

    def test_log_in_under_a_minute(self):
        client = self.client("Tour client", user_id=self.manager.id)
        self.contact(client, self.today, who=[self.manager])
        self.start_tour("/odoo", "credit_work_log_tour", login="t_manager")
        log = self.env["credit.work.log"].search([("user_id", "=", self.manager.id)])
        self.assertEqual((log.state, log.date), ("submitted", self.today))
        self.assertIn(client, log.line_ids.partner_id)
        self.assertEqual(log.summary, "Read the new policy")
