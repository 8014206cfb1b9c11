from odoo import api, fields, models
from odoo.fields import Domain


class CreditObligation(models.Model):
    """My day and my week: what I owe, most urgent first, and what I can do at once."""

    _inherit = "credit.obligation"

    place = fields.Char(related="partner_id.city", string="City")
    days_left = fields.Integer(compute="_compute_urgency", help="Calendar days to the due date.")
    urgency = fields.Selection(
        [
            ("overdue", "Overdue"),
            ("now", "Today at the latest"),
            ("soon", "Take care"),
            ("calm", "In time"),
        ],
        compute="_compute_urgency",
    )
    is_mine = fields.Boolean(compute="_compute_is_mine", search="_search_is_mine")
    may_quick = fields.Boolean(
        "One click",
        compute="_compute_may_quick",
        help="A phone call or message by me discharges it.",
    )
    may_report = fields.Boolean(compute="_compute_may_quick")
    may_plan = fields.Boolean(compute="_compute_may_quick")
    planned_on = fields.Datetime("Planned for", compute="_compute_planned_on")

    @api.depends("due_date", "latest_safe_date", "status")
    def _compute_urgency(self):
        today = self.env.company._credit_today()
        for duty in self:
            due = duty.due_date or today
            duty.days_left = (due - today).days
            if duty.status not in ("open", "overdue"):
                duty.urgency = "calm"
            elif due < today:
                duty.urgency = "overdue"
            elif due == today:
                duty.urgency = "now"
            elif duty.latest_safe_date and duty.latest_safe_date <= today:
                duty.urgency = "soon"
            else:
                duty.urgency = "calm"

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for duty in self:
            duty.is_mine = duty.user_id == self.env.user

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        mine = Domain("user_id", "=", self.env.uid)
        return mine if True in value else ~mine

    @api.depends("user_id", "kind_id", "rule_id", "status", "partner_id", "period_end")
    @api.depends_context("uid")
    def _compute_may_quick(self):
        phone = self.env["credit.contact.channel"].search([("code", "in", ("phone", "message"))])
        today = self.env.company._credit_today()
        # sudo: the rule behind a duty the person reads.
        for duty in self:
            rule = duty.rule_id.sudo()
            open_ = duty.status in ("open", "overdue") and duty.partner_id
            contact = duty.kind_id.discharged_by_contact
            # What is done today or later counts for a period that still runs only.
            running = bool(duty.period_end and duty.period_start <= today <= duty.period_end)
            duty.may_quick = bool(
                open_
                and contact
                and running
                and duty.is_mine
                and duty.kind_id in phone.kind_id
                and not rule.joint_post_ids
                and not rule.needs_person_in_charge
                and (not rule.channel_ids or rule.channel_ids & phone)
            )
            duty.may_report = bool(open_ and contact)
            duty.may_plan = bool(open_ and contact and running)

    def _compute_planned_on(self):
        # sudo: that a visit is planned for a duty is no secret of the calendar.
        found = (
            self.env["calendar.event"]
            .sudo()
            ._read_group(
                [
                    ("credit_obligation_id", "in", self.ids),
                    ("stop", ">=", fields.Datetime.now()),
                ],
                ["credit_obligation_id"],
                ["start:min"],
            )
        )
        planned = {duty.id: start for duty, start in found}
        for duty in self:
            duty.planned_on = planned.get(duty.id, False)
