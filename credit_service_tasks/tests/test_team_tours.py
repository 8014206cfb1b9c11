"""A head closes a gap, a receiver accepts a handover: in a real browser, with their own rights."""

from odoo.tests import HttpCase, tagged

from .team_common import TeamCase


@tagged("post_install", "-at_install")
class TestTeamTours(TeamCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The tours read English words off the screen.
        cls.env["res.lang"]._activate_lang("en_US")
        (cls.head + cls.colleague).lang = "en_US"

    def test_gap_closed_by_a_head(self):
        client = self.borrower(1, "Tour borrower")
        self.start_tour("/odoo/credit-team-gaps", "credit_team_gap_tour", login="t_head")
        self.assertFalse(self.gaps(client))

    def test_handover_accepted_by_the_receiver(self):
        client = self.client("Tour client", user_id=self.manager.id)
        client.activity_schedule(
            "mail.mail_activity_data_todo", summary="Call back", user_id=self.manager.id
        )
        packet = self.env["credit.handover"].create(
            {
                "from_user_id": self.manager.id,
                "to_user_id": self.colleague.id,
                "institution_id": self.sub_branch.id,
                "line_ids": [(0, 0, {"partner_id": client.id})],
            }
        )
        packet.action_propose()
        self.start_tour("/odoo/credit-handovers", "credit_handover_tour", login="t_colleague")
        self.assertEqual(client.user_id, self.colleague)
