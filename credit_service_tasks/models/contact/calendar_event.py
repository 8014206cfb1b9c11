from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.credit_client_tiering.models.bank.res_partner import VIEWERS


class CalendarEvent(models.Model):
    """A planned visit: what for, with which duty, and the report that came of it."""

    _inherit = "calendar.event"

    credit_client_id = fields.Many2one(
        "res.partner",
        string="Visit at",
        domain=[("is_credit_client", "=", True)],
        index="btree_not_null",
        ondelete="set null",
        groups=VIEWERS,
        help="The credit client to be visited; colleagues see that somebody is going.",
    )
    credit_obligation_id = fields.Many2one(
        "credit.obligation",
        string="For the duty",
        index="btree_not_null",
        ondelete="set null",
        groups=VIEWERS,
    )
    credit_topics = fields.Text(
        "To promote", groups=VIEWERS, help="Visit plan: what to promote (R-M-2b)."
    )
    credit_questions = fields.Text(
        "To find out", groups=VIEWERS, help="Visit plan: information to obtain (R-M-2b)."
    )
    credit_report_ids = fields.One2many(
        "credit.contact.report", "event_id", string="Contact reports", groups=VIEWERS
    )
    credit_is_over = fields.Boolean(compute="_compute_credit_is_over")
    credit_i_go = fields.Boolean(compute="_compute_credit_i_go")

    # ORM: colleagues see that somebody is going; who may see it, the access rule says.

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        events._credit_show_visits()
        return events

    def write(self, vals):
        result = super().write(vals)
        if {"privacy", "credit_client_id"} & set(vals):
            self._credit_show_visits()
        return result

    def _credit_show_visits(self):
        """Keep visits open to those who serve the client, whatever a calendar's default."""
        # sudo: the field is for those who see clients; the event was just written.
        hidden = self.sudo().filtered(
            lambda e: e.credit_client_id and (e.privacy or e.effective_privacy) == "private"
        )
        if hidden:
            hidden.write({"privacy": "public"})

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Notes on a visit stay in the bank; what a person writes to named people goes out."""
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        # sudo: what the event is; nothing of it is shown.
        event = self.sudo()
        if not (event.credit_client_id or event.credit_meeting_ids):
            return recipients
        named = set((msg_vals or {}).get("partner_ids") or message.partner_ids.ids)
        partners = self.env["res.partner"].sudo().browse([r["id"] for r in recipients])
        staff = partners.filtered(lambda p: any(not user.share for user in p.user_ids))
        return [r for r in recipients if r["id"] in named or r["id"] in staff.ids]

    @api.depends("start")
    def _compute_credit_is_over(self):
        now = fields.Datetime.now()
        for event in self:
            event.credit_is_over = bool(event.start and event.start <= now)

    @api.depends("partner_ids", "user_id")
    @api.depends_context("uid")
    def _compute_credit_i_go(self):
        me = self.env.user
        for event in self:
            # sudo: my own part in a visit whose other people I may not see.
            event.credit_i_go = me.partner_id in event.sudo().partner_ids

    @api.model
    def _credit_plan_action(self, client, duty=None):
        """Return the action that plans a visit; it takes over the reminder of the duty."""
        reminder = (
            duty._reminders().filtered(lambda a: a.user_id == self.env.user)[:1] if duty else None
        )
        context = {
            "default_name": self.env._("Visit: %s", client.display_name),
            "default_credit_client_id": client.id,
            "default_credit_obligation_id": duty.id if duty else False,
            "default_partner_ids": self.env.user.partner_id.ids,
            "default_location": client._display_address(without_company=True)
            .replace("\n", " ")
            .strip(),
            # No document: a visit is not one more thing to do, the duty's reminder is.
            "default_res_model": False,
            "default_res_id": False,
        }
        if reminder:
            context["default_activity_ids"] = [fields.Command.set(reminder.ids)]
            context["orig_activity_ids"] = reminder.ids
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Plan a visit"),
            "res_model": "calendar.event",
            "views": [
                (self.env.ref("credit_service_tasks.calendar_event_view_form_visit").id, "form")
            ],
            "target": "new",
            "context": context,
        }

    def action_credit_join(self):
        """Go along: add me to the people of a planned visit.

        :raises UserError: the event is over or no visit at a client I may see
        """
        self.ensure_one()
        self.check_access("read")
        if not self.credit_client_id or self.stop < fields.Datetime.now():
            raise UserError(self.env._("Only a visit that is still to come can be joined."))
        self.credit_client_id.check_access("read")
        me = self.env.user.partner_id
        if me not in self.partner_ids:
            # sudo: calendars are written by who is invited, which this makes me.
            self.sudo().write({"partner_ids": [fields.Command.link(me.id)]})
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("You go along: “%s” is in your calendar.", self.name),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_credit_report(self):
        """Open the report of a visit that took place, filled in from the plan."""
        self.ensure_one()
        client = self.credit_client_id or self._credit_client_of_attendees()
        if not client:
            raise UserError(
                self.env._("“%s” is no visit at a credit client: say at which one.", self.name)
            )
        visit = self.env["credit.contact.channel"].search([("code", "=", "visit")], limit=1)
        users = self.partner_ids.user_ids.filtered(lambda u: not u.share) | self.env.user
        met = self.partner_ids.filtered(lambda p: not p.is_company and not p.user_ids)
        return self.env["credit.contact.report"]._form_action(
            {
                "default_partner_id": client.id,
                "default_event_id": self.id,
                "default_date": str(self._credit_day()),
                "default_channel_id": visit.id,
                "default_attendee_ids": users.ids,
                "default_met_ids": met.filtered(lambda p: p._credit_client_of() == client).ids,
            }
        )

    def _credit_day(self):
        """Return the day of the event where the bank is."""
        self.ensure_one()
        if self.allday:
            return self.start_date
        zone = self.env.company.resource_calendar_id.tz or "Asia/Shanghai"
        return fields.Datetime.context_timestamp(self.with_context(tz=zone), self.start).date()

    def _credit_client_of_attendees(self):
        for partner in self.partner_ids.filtered(lambda p: not p.user_ids):
            client = partner._credit_client_of()
            if client:
                return client
        return self.env["res.partner"]
