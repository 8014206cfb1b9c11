"""A festival round in a real browser: the president draws it, a client manager greets."""

from odoo.tests import HttpCase, tagged

from .care_common import CareCase


@tagged("post_install", "-at_install")
class TestCareTours(CareCase, HttpCase):
    def test_festival_round(self):
        self.env.company.credit_gift_limit = 200
        client = self.listed("quality", "Tour mill")
        self.start_tour("/odoo/credit-care-rounds", "credit_care_round_tour", login="t_head")
        care = self.env["credit.care.round"].search([("institution_id", "=", self.sub_branch.id)])
        self.assertEqual((care.state, care.line_ids.partner_id), ("open", client))
        self.start_tour("/odoo/credit-greetings", "credit_greeting_tour", login="t_manager")
        line = care.line_ids
        self.assertEqual((line.state, line.greeting), ("done", "phone"))
        self.assertEqual(line.concern_funding, "A line for spring")
        self.assertEqual(line.gift_ids.mapped("state"), ["given"])
