from odoo import api, fields, models
from odoo.exceptions import UserError


class CreditAsOf(models.TransientModel):
    """Who was on which list on a given day: one client, or the whole book."""

    _name = "credit.as.of"
    _description = "Lists as of a Day"

    partner_id = fields.Many2one(
        "res.partner", string="Client", domain=[("is_credit_client", "=", True)]
    )
    day = fields.Date(required=True, default=lambda self: self.env.company._credit_today())
    answer = fields.Char(compute="_compute_answer")
    suggestion = fields.Char(compute="_compute_answer")

    @api.depends_context("uid", "lang")
    @api.depends("partner_id", "day")
    def _compute_answer(self):
        words = self.env["credit.nomination"]._outcome_names()
        for wizard in self:
            wizard.answer = wizard.suggestion = ""
            client = wizard.partner_id._origin
            if not client or not wizard.day:
                continue
            if wizard.day > self.env.company._credit_today():
                wizard.answer = self.env._("%s lies in the future.", wizard.day)
                continue
            row = self.env["credit.membership"].search(
                [("partner_id", "=", client.id), *wizard._on_the_day()], limit=1
            )
            if row:
                wizard.answer = self.env._(
                    "On the list “%(list)s”, since %(since)s.",
                    list=words[row.tier],
                    since=row.date_from,
                )
            else:
                wizard.answer = self.env._("On no list.")
            suggested = client.credit_tier_as_of(wizard.day)[client.id]
            if suggested:
                wizard.suggestion = self.env._(
                    "The rule suggested “%s” on the facts known then.", words[suggested]
                )
            else:
                wizard.suggestion = self.env._("Not assessed yet on that day.")

    def _on_the_day(self):
        return [
            ("date_from", "<=", self.day),
            "|",
            ("date_to", "=", False),
            ("date_to", ">", self.day),
        ]

    def action_show(self):
        """Open all stays on a list on the day.

        :raises UserError: the day lies in the future
        """
        self.ensure_one()
        if self.day > self.env.company._credit_today():
            raise UserError(self.env._("%s lies in the future.", self.day))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Lists as of %s", self.day),
            "res_model": "credit.membership",
            "view_mode": "list,pivot,form",
            "domain": self._on_the_day(),
            "context": {"group_by": ["tier"]},
        }
