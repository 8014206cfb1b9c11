"""The small bank of the tiering, with what the tests of teams need on top.

branch and sub_branch have managers of their own::

    branch      (president, deputy)       prefecture branch
      └─ sub_branch  (head, manager, colleague, third)
    head office (finance, credit, lister, leader)
"""

from odoo.addons.credit_client_tiering.tests.common import BankCase

MODULE = "credit_service_tasks"


class TeamCase(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls.staff("t_colleague", cls.sub_branch, "client_manager")
        cls.third = cls.staff("t_third", cls.sub_branch, "client_manager")
        cls.leader = cls.staff("t_leader", cls.head_office, "head_office_leader")
        cls.members = cls.env["credit.service.member"]

    @classmethod
    def borrower(cls, exposure, name="Borrower", **values):
        """Create a client with credit and a current exposure; None: nobody reported it."""
        client = cls.client(name, **values)
        if exposure is not None:
            cls.report_month(client, exposure_now=exposure)
        return client

    @classmethod
    def enlist(cls, client, tier):
        cls.env["credit.membership"]._enter(client, tier, "head_office", "test")

    @classmethod
    def name_person(cls, client, user, role, **values):
        return cls.members.create(
            {"partner_id": client.id, "user_id": user.id, "role": role, **values}
        )

    def gaps(self, client):
        client.invalidate_recordset()
        return client._credit_gap_codes()

    def open_rows(self, client, role="a"):
        return client.credit_member_ids.filtered(
            lambda m: m.role == role and not m.date_to and not m.covers_id
        )

    def choose(self, code, option):
        reading = self.env["credit.reading"].search([("code", "=", code)])
        reading.chosen_option_id = reading.option_ids.filtered(lambda o: o.code == option)
