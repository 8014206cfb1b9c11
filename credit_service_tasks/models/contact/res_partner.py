from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.credit_client_tiering.models.bank.res_partner import VIEWERS

from .credit_contact_screen import RECENT


class ResPartner(models.Model):
    """What was said and promised to a client, and the people to meet there."""

    _inherit = "res.partner"

    credit_in_charge = fields.Boolean(
        "Person in charge",
        groups=VIEWERS,
        help="The person in charge of the client whom the bank's officers visit (R-P-1d).",
    )
    credit_contact_of_client = fields.Boolean(
        compute="_compute_credit_contact_of_client", groups=VIEWERS
    )
    credit_birthday = fields.Date("Birthday", groups=VIEWERS)
    credit_dates = fields.Char(
        "Other dates that matter", groups=VIEWERS, help="Founding day, anniversaries …"
    )
    credit_contact_report_ids = fields.One2many(
        "credit.contact.report", "partner_id", string="Contact reports", groups=VIEWERS
    )
    credit_promise_ids = fields.One2many(
        "credit.promise", "partner_id", string="Promises", groups=VIEWERS
    )
    credit_last_contact_date = fields.Date(
        "Last contact", compute="_compute_credit_last_contact_date", groups=VIEWERS
    )
    credit_kept_rate = fields.Float(
        "Promises kept in percent",
        compute="_compute_credit_kept_rate",
        groups=VIEWERS,
        help="Of the promises of the bank to this client that came to an end.",
    )
    credit_settled_promises = fields.Integer(compute="_compute_credit_kept_rate", groups=VIEWERS)
    credit_colleague_html = fields.Html(
        "Somebody was there",
        compute="_compute_credit_colleague_html",
        sanitize=False,
        groups=VIEWERS,
    )
    credit_colleague_event_ids = fields.Many2many(
        "calendar.event",
        string="Planned visits",
        compute="_compute_credit_colleague_html",
        groups=VIEWERS,
    )

    @api.depends("is_company", "parent_id")
    def _compute_credit_contact_of_client(self):
        for partner in self:
            partner.credit_contact_of_client = bool(
                not partner.is_company and partner.parent_id._credit_is_of_client()
            )

    def _credit_is_of_client(self):
        return bool(self and self._credit_client_of())

    def _compute_credit_last_contact_date(self):
        found = dict(
            self.env["credit.contact.report"]._read_group(
                [("partner_id", "in", self.ids), ("state", "=", "submitted")],
                ["partner_id"],
                ["date:max"],
            )
        )
        for partner in self:
            partner.credit_last_contact_date = found.get(partner._origin, False)

    def _compute_credit_kept_rate(self):
        found = {
            partner: (count, rate)
            for partner, count, rate in self.env["credit.promise"]._read_group(
                [
                    ("partner_id", "in", self.ids),
                    ("state", "!=", "open"),
                    ("by", "=", "bank"),
                ],
                ["partner_id"],
                ["__count", "kept_rate:avg"],
            )
        }
        for partner in self:
            count, rate = found.get(partner._origin, (0, 0.0))
            partner.credit_settled_promises = count
            partner.credit_kept_rate = rate or 0.0

    def _compute_credit_colleague_html(self):
        for partner in self:
            html, events = False, self.env["calendar.event"]
            if partner._origin.is_credit_client:
                html, events = partner._origin._credit_colleagues()
            partner.credit_colleague_html = html
            partner.credit_colleague_event_ids = events

    @api.model
    def _credit_group_domain(self, group):
        return Domain("credit_group_id", "=", group.id) & Domain("is_credit_client", "=", True)

    def _credit_client_of(self):
        """Return the credit client a person or unit belongs to: the nearest one above."""
        self.ensure_one()
        client = self
        while client and not client.is_credit_client:
            client = client.parent_id
        return client

    def _credit_recent_contacts(self, limit=RECENT):
        """Return the last contacts with the client and its group the reader may see."""
        self.ensure_one()
        clients = self | self.search(self._credit_group_domain(self.credit_group_id))
        return self.env["credit.contact.report"].search(
            [
                ("state", "=", "submitted"),
                "|",
                ("partner_id", "in", clients.ids),
                ("also_client_ids", "in", clients.ids),
            ],
            limit=limit,
        )

    def _credit_planned_visits(self, limit=RECENT):
        """Return the next planned visits at the client and its group, nearest first."""
        self.ensure_one()
        clients = self | self.search(self._credit_group_domain(self.credit_group_id))
        return self.env["calendar.event"].search(
            [
                ("credit_client_id", "in", clients.ids),
                ("stop", ">=", fields.Datetime.now()),
            ],
            order="start, id",
            limit=limit,
        )

    def _credit_colleagues(self):
        """Return who was there last and who goes next: markup, and the events to join."""
        self.ensure_one()
        reports = self._credit_recent_contacts()
        events = self._credit_planned_visits()
        if not reports:
            return False, events
        today = self.env.company._credit_today()
        html = self.env["ir.qweb"]._render(
            "credit_service_tasks.contact_colleagues",
            {
                "client": self,
                "lines": [
                    {
                        "report": report,
                        "when": report._when(today),
                        # sudo: names of who took part in a report the reader may read.
                        "who": ", ".join(report.sudo().participant_ids.user_id.mapped("name")),
                        "other": report.partner_id != self and report.partner_id.display_name,
                    }
                    for report in reports
                ],
            },
        )
        return html, events

    def action_credit_report_contact(self):
        """Open the one-minute form on the client, or on the client a person belongs to."""
        self.ensure_one()
        client = self._credit_client_of()
        context = {"default_partner_id": client.id}
        if client != self and not self.is_company:
            context["default_met_ids"] = self.ids
        return self.env["credit.contact.report"]._form_action(context)

    def action_credit_plan_visit(self):
        """Open the calendar entry of a visit at the client."""
        self.ensure_one()
        return self.env["calendar.event"]._credit_plan_action(self._credit_client_of())
