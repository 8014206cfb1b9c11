from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import format_date

from .credit_contact_discharge import verdicts_sql

# How many earlier contacts the form and the client show.
RECENT = 3


class CreditContactReport(models.Model):
    """What the form says beside the report: what it counts for, and who was there."""

    _inherit = "credit.contact.report"

    counts_html = fields.Html(
        "Counts for", compute="_compute_counts_html", sanitize=False, compute_sudo=False
    )
    colleague_html = fields.Html(
        "Somebody was there", compute="_compute_colleague_html", sanitize=False
    )
    colleague_event_ids = fields.Many2many(
        "calendar.event", string="Planned by colleagues", compute="_compute_colleague_html"
    )
    asks_outcome = fields.Boolean(compute="_compute_asks")
    asks_met = fields.Boolean(compute="_compute_asks")
    position_allowed = fields.Boolean(compute="_compute_position_allowed")
    position_text = fields.Text("Consent", compute="_compute_position_allowed")

    @api.depends("channel_id", "purpose_id")
    def _compute_asks(self):
        for report in self:
            sources = (report.channel_id, report.purpose_id)
            report.asks_outcome = any(source.needs_outcome for source in sources)
            report.asks_met = any(source.needs_met for source in sources)

    def _compute_position_allowed(self):
        company = self.env.company
        text = company.credit_position_consent or self.env._(
            "I agree that the position of this device is stored with this report, once, "
            "as a proof of the visit."
        )
        for report in self:
            report.position_allowed = company.credit_report_position
            report.position_text = text

    @api.depends(
        "partner_id",
        "also_client_ids",
        "date",
        "channel_id",
        "attendee_ids",
        "met_in_charge",
        "state",
        "discharge_ids",
    )
    def _compute_counts_html(self):
        for report in self:
            if not (report.partner_id and report.date and report.channel_id):
                report.counts_html = False
                continue
            rows = report._preview_rows() if report.state == "draft" else report._discharged_rows()
            report.counts_html = self.env["ir.qweb"]._render(
                "credit_service_tasks.contact_counts",
                {"rows": rows, "draft": report.state == "draft"},
            )

    def _discharged_rows(self):
        # sudo: who reads the report may know which duties it discharged.
        found = self.sudo().discharge_ids.sorted("id")
        return [
            self._duty_row(d.obligation_id, True, self.env._("late entry") * d.is_late_entry)
            for d in found
        ]

    def _duty_row(self, duty, counts, reason=""):
        return {
            "name": duty.name or duty.rule_id.name,
            "clause": duty.clause or "",
            "period": self.env._(
                "%(start)s – %(end)s",
                start=format_date(self.env, duty.period_start),
                end=format_date(self.env, duty.period_end),
            ),
            "progress": f"{duty.done}/{duty.required}",
            "client": duty.partner_id.display_name,
            "counts": counts,
            "reason": reason,
        }

    def _preview_rows(self):
        """Return what a draft would count for, and why not for the other open duties."""
        verdicts = self._preview_verdicts()
        # sudo: duties of a client that the person may report on; names and dates only.
        duties = self.env["credit.obligation"].sudo().browse(verdicts)
        open_duties = duties.filtered(lambda d: d.status in ("open", "overdue"))
        rows = [
            self._duty_row(duty, not reason, reason)
            for duty in open_duties.sorted(lambda d: (d.due_date, d.id))
            for reason in (self._why_not(duty, verdicts[duty.id]),)
        ]
        return sorted(rows, key=lambda row: not row["counts"])

    def _why_not(self, duty, verdict):
        if not verdict["kind_ok"]:
            return self.env._("needs: %s", duty.kind_id.name)
        if not verdict["channel_ok"]:
            return self.env._("not by this channel")
        if not verdict["owner_id"]:
            posts = duty.rule_id.post_ids.mapped("name")
            if not posts:
                posts = [duty.user_id.name or self.env._("the client's manager")]
            return self.env._("needs: %s", " / ".join(posts))
        if not verdict["joint_ok"]:
            return self.env._(
                "together with: %s", " / ".join(duty.rule_id.joint_post_ids.mapped("name"))
            )
        if not verdict["in_charge_ok"]:
            return self.env._("needs the client's person in charge")
        return ""

    def _preview_verdicts(self):
        """Judge the values on the screen as they are, saved or not; {duty id: verdict}."""
        for name in ("credit.obligation", "credit.service.member", "crm.team.member"):
            self.env[name].flush_model()
        clients = (self.partner_id | self.also_client_ids)._origin
        users = self.attendee_ids._origin
        contacts = SQL(
            """SELECT 0 AS report_id, client.id AS partner_id,
                      client.credit_institution_id AS institution_id, %s::date AS date,
                      %s::int AS channel_id, %s::bool AS in_charge
                 FROM res_partner client WHERE client.id = ANY(%s)""",
            self.date,
            self.channel_id.id,
            self.met_in_charge,
            clients.ids,
        )
        present = SQL(
            "SELECT 0 AS report_id, u.id AS user_id FROM res_users u WHERE u.id = ANY(%s)",
            users.ids,
        )
        held = SQL(
            """SELECT 0 AS report_id, m.user_id, m.post_id, t.parent_path AS path,
                      COALESCE(k.is_head_office, false) AS is_head_office
                 FROM crm_team_member m
                 JOIN crm_team t ON t.id = m.crm_team_id
            LEFT JOIN credit_institution_kind k ON k.id = t.institution_kind_id
                WHERE m.active AND m.post_id IS NOT NULL AND m.user_id = ANY(%s)""",
            users.ids,
        )
        names = (
            "report_id",
            "obligation_id",
            "kind_ok",
            "channel_ok",
            "in_charge_ok",
            "owner_id",
            "joint_ok",
        )
        self.env.cr.execute(verdicts_sql(contacts, present, held))
        rows = [dict(zip(names, row, strict=True)) for row in self.env.cr.fetchall()]
        return {row["obligation_id"]: row for row in rows}

    @api.depends("partner_id", "date")
    def _compute_colleague_html(self):
        for report in self:
            client = report.partner_id._origin
            report.colleague_html, events = False, self.env["calendar.event"]
            if client.is_credit_client and report.state == "draft":
                report.colleague_html, events = client._credit_colleagues()
            report.colleague_event_ids = events

    def action_open_event(self):
        """Open the planned visit the report came from."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "calendar.event",
            "res_id": self.event_id.id,
            "views": [(False, "form")],
        }

    def action_take_position(self, latitude, longitude, accuracy):
        """Store where the device is, for who reports it, who agreed by clicking.

        :param latitude: degrees
        :param longitude: degrees
        :param accuracy: metres
        :raises UserError: the bank does not take positions, or the values are none
        """
        self.ensure_one()
        self.check_access("write")
        self._check_open_for_change()
        if not self.position_allowed:
            raise UserError(self.env._("The bank does not take positions of visits."))
        values = [float(value) for value in (latitude, longitude, accuracy)]
        if not (abs(values[0]) <= 90 and abs(values[1]) <= 180 and values[2] >= 0):
            raise UserError(self.env._("This is no position on earth."))
        self._submitting().write(
            {
                "latitude": values[0],
                "longitude": values[1],
                "position_accuracy": values[2],
                "position_consent": self.position_text,
                "position_at": fields.Datetime.now(),
            }
        )
        return True

    def action_ask_correction(self):
        """Open a request to correct or withdraw a submitted report."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for a correction"),
            "res_model": "credit.contact.correction",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_report_id": self.id},
        }

    @api.model
    def _form_action(self, context):
        """Return the action that opens the one-minute form in a dialog."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Report a contact"),
            "res_model": self._name,
            "views": [
                (
                    self.env.ref("credit_service_tasks.credit_contact_report_view_form_dialog").id,
                    "form",
                )
            ],
            "target": "new",
            "context": context,
        }

    def _when(self, today):
        """Say how long ago the contact was, the way people do."""
        self.ensure_one()
        days = (today - self.date).days
        weekday = self.date.strftime("%w")
        names = {
            "0": self.env._("on Sunday"),
            "1": self.env._("on Monday"),
            "2": self.env._("on Tuesday"),
            "3": self.env._("on Wednesday"),
            "4": self.env._("on Thursday"),
            "5": self.env._("on Friday"),
            "6": self.env._("on Saturday"),
        }
        if days == 0:
            return self.env._("today")
        if days == 1:
            return self.env._("yesterday")
        if 0 < days < 7:
            return names[weekday]
        return format_date(self.env, self.date)
