import re

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.credit_client_tiering.fields import Figure

SEPARATORS = re.compile(r"[\s,;，；、]+")


class CreditApplication(models.Model):
    """What follows from the money: the payout that targets count, credit in effect (D-1, A53)."""

    _inherit = "credit.application"
    _guard_open = frozenset({"paid_amount", "loan_reference"})

    paid_amount = Figure(
        "Amount paid out", copy=False, help="In yuan. Empty: all that was applied for."
    )
    loan_reference = fields.Char(
        "Loan number",
        copy=False,
        help="The number of the loan in the credit system; several when it was drawn in parts. "
        "By it the extract finds the payout, so that it counts once.",
    )
    payout_ids = fields.One2many("credit.loan.payout", "application_id", string="Paid out")

    _paid_amount_positive = models.Constraint(
        "CHECK (paid_amount > 0)", "The amount paid out must be positive."
    )

    def _guard_editable(self, touched):
        # The number is often known only after the money has gone.
        free = self.browse()
        if touched == {"loan_reference"}:
            free = self.filtered(lambda a: a.state == "disbursed")
        return super(CreditApplication, self - free)._guard_editable(touched)

    def write(self, vals):
        done = super().write(vals)
        if "loan_reference" in vals:
            self._settle_payouts()
        return done

    def _finish_step(self, day, user):
        result = super()._finish_step(day, user)
        if self.state == "disbursed":
            self._settle_payouts()
            self._put_credit_in_effect()
        return result

    def _loan_numbers(self):
        self.ensure_one()
        return [self.name, *filter(None, SEPARATORS.split(self.loan_reference or ""))]

    def _settle_payouts(self):
        """Record what was paid out, once; what the credit system reported takes its place.

        A reported loan is the application's when it carries one of its numbers, else when
        client, day and amount are the same. Safe to repeat.

        :raises UserError: the amount is not known
        """
        # sudo: payouts are facts nobody enters here; whoever pays out has been checked.
        payouts = self.env["credit.loan.payout"].sudo()
        for application in self.filtered(lambda a: a.state == "disbursed"):
            amount = application.paid_amount or application.amount
            if not amount:
                raise UserError(
                    self.env._(
                        "%s: enter the amount paid out; targets count it.",
                        application.display_name,
                    )
                )
            mine = payouts.search([("application_id", "=", application.id)])
            client = application.partner_id
            free = [("partner_id", "=", client.id), ("application_id", "=", False)]
            numbers = application._loan_numbers()
            found = payouts.search([*free, ("reference", "in", numbers)])
            if not found and not mine - mine.filtered("is_provisional"):
                found = payouts.search(
                    [*free, ("date", "=", application.disbursed_on), ("amount", "=", amount)],
                    order="id",
                    limit=1,
                )
            if found:
                found.write({"application_id": application.id})
                mine.filtered("is_provisional").unlink()
            elif not mine:
                payouts.create(
                    {
                        "partner_id": client.id,
                        "date": application.disbursed_on,
                        "amount": amount,
                        "reference": application.name,
                        "source": self.env._("application %s", application.name),
                        "application_id": application.id,
                        "is_provisional": True,
                    }
                )
            application.invalidate_recordset(["payout_ids"])

    @api.model
    def _cron_follow_up(self):
        """Also settle what came at once from a disbursement and from an extract."""
        self._settle_reported()
        return super()._cron_follow_up()

    @api.model
    def _settle_reported(self, partner_ids=None):
        """Let payouts the credit system has reported take the place of our own.

        :param partner_ids: ids of the clients reported on; of everybody without them
        """
        domain = Domain("is_provisional", "=", True)
        if partner_ids is not None:
            domain &= Domain("partner_id", "in", partner_ids)
        # sudo: as above; the extract is loaded by whoever may.
        provisional = self.env["credit.loan.payout"].sudo().search(domain)
        provisional.application_id._settle_payouts()

    def _put_credit_in_effect(self):
        """A loan paid out is credit in effect, at least until it falls due.

        What is on file is kept wherever it says so already; the client extract may
        say otherwise later.
        """
        for application in self:
            # sudo: who pays out need not be the one who keeps the client's data.
            client = application.partner_id.sudo()
            day = application.disbursed_on
            values = {}
            if not client.credit_first_date or client.credit_first_date > day:
                values["credit_first_date"] = day
            months = application.term_months
            due = day + relativedelta(months=months) if months > 0 else False
            end = client.credit_end_date
            if end and end <= day:
                values["credit_end_date"] = False
            elif end and due and end < due:
                values["credit_end_date"] = due
            if values:
                client.write(values)
                client._message_log(
                    body=self.env._(
                        "Credit is in effect: %s was paid out.", application.display_name
                    )
                )
