"""What tests of packages, prices and the loan process stand on."""

from dateutil.relativedelta import relativedelta

from odoo.addons.credit_client_tiering.tests.common import BankCase

ADDON = "credit_service_tasks"
PROOF = "cHJvb2Y="


class ProcessCase(BankCase):
    """Clients on lists, applications and the people who handle them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Tests read English words; a database set up in Chinese knows no other language.
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        cls.env["res.users"].search([("login", "=like", "t\\_%")]).lang = "en_US"
        cls.day = cls.today - relativedelta(days=30)
        # As the guide has it, whatever the demo bank set where the guide is silent.
        process = cls.mine("process_loan")
        process.answer_days = 0
        process.step_ids.budget_days = 0
        cls.product = cls.env["credit.loan.product"].create(
            {
                "name": "Test loan",
                "code": "test_loan",
                "process_id": cls.mine("process_loan").id,
                "paper_type_ids": [
                    (
                        6,
                        0,
                        (cls.mine("paper_type_licence") + cls.mine("paper_type_application")).ids,
                    )
                ],
            }
        )

    @classmethod
    def mine(cls, name):
        return cls.env.ref(f"{ADDON}.{name}")

    @classmethod
    def listed(cls, tier, name="Listed client", **values):
        client = cls.client(name, **values)
        cls.env["credit.membership"]._enter(client, tier, "institution", "test", day=cls.day)
        return client

    @classmethod
    def choose(cls, code, option):
        reading = cls.mine(f"reading_{code.lower()}")
        reading.chosen_option_id = cls.mine(f"reading_{code.lower()}_{option}")

    def apply_for(self, client, user=None, **values):
        return (
            self.env["credit.application"]
            .with_user(user or self.manager)
            .create(
                {
                    "partner_id": client.id,
                    "product_id": self.product.id,
                    "amount": 5_000_000,
                    **values,
                }
            )
        )

    def complete(self, application, day):
        """Hand in all papers and start the clock on ``day``."""
        for line in application.paper_ids.filtered(lambda p: p.state == "missing"):
            line._receive(day)
        application._complete_papers(day)

    def through(self, application, days):
        """Finish the remaining steps ``days`` days after the papers were complete."""
        people = [self.manager, self.credit, self.manager, self.manager, self.head]
        done = len(application.step_ids.filtered(lambda s: s.state == "done"))
        for user in people[done:]:
            day = application.complete_on + relativedelta(days=days)
            application._finish_step(day, user)

    def suspend(self, application, day, **values):
        application._suspend(
            day,
            values.get("reason", self.mine("process_code_suspension_outside_registration")),
            values.get("note", "The registry works"),
            values.get("proof", PROOF),
            "proof.pdf",
            self.manager,
        )

    def refuse(self, application, user=None, **values):
        return (
            self.env["credit.application.end"]
            .with_user(user or self.head)
            .create(
                {
                    "application_id": application.id,
                    "reason_id": self.mine("process_code_refusal_security").id,
                    "text": "The security does not suffice",
                    **values,
                }
            )
            .action_end()
        )
