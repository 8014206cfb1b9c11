from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# Held by this package alone: a context that comes by RPC can never contain it.
_SUBMITTING = object()

# Set by submission, correction and review; never by a person or by RPC.
KEPT_FIELDS = frozenset(
    {
        "state",
        "submitted_at",
        "institution_id",
        "user_id",
        "is_late_entry",
        "next_activity_id",
        "position_consent",
        "position_at",
    }
)
# Say nothing about the contact itself.
FREE_FIELDS = frozenset(
    {"activity_ids", "message_ids", "message_follower_ids", "message_main_attachment_id"}
)


class CreditContactReport(models.Model):
    """Who met whom when, with what outcome: typed once, read by everybody."""

    _name = "credit.contact.report"
    _inherit = ["credit.internal.thread", "mail.activity.mixin"]
    _description = "Contact Report"
    _order = "date desc, id desc"
    _mail_post_access = "read"

    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("is_credit_client", "=", True)],
    )
    also_client_ids = fields.Many2many(
        "res.partner",
        "credit_contact_report_client_rel",
        string="Also about",
        domain="[('is_credit_client', '=', True), ('id', '!=', partner_id)]",
        help="Other credit clients that were the subject as well, such as subsidiaries "
        "of the same group: their duties are discharged, too.",
    )
    institution_id = fields.Many2one(
        "crm.team",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        help="The client's institution when the report was submitted.",
    )
    date = fields.Date(required=True, default=lambda self: self.env.company._credit_today())
    channel_id = fields.Many2one(
        "credit.contact.channel",
        string="Contact channel",
        required=True,
        index=True,
        ondelete="restrict",
    )
    purpose_id = fields.Many2one(
        "credit.contact.purpose",
        string="Purpose of the contact",
        required=True,
        index=True,
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Reported by",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        readonly=True,
    )
    participant_ids = fields.One2many(
        "credit.contact.participant", "report_id", string="Participants"
    )
    attendee_ids = fields.Many2many(
        "res.users",
        string="From the bank",
        compute="_compute_attendee_ids",
        inverse="_inverse_attendee_ids",
        context={"active_test": False},
        default=lambda self: self.env.user,
        help="The participants, by name; their posts are copied at submission.",
    )
    met_ids = fields.Many2many(
        "res.partner",
        "credit_contact_report_met_rel",
        string="Whom we met",
        domain="[('is_company', '=', False), ('id', 'child_of', [partner_id] + also_client_ids)]",
    )
    met_others = fields.Char("Others met", help="People who are no contacts in the system yet.")
    met_in_charge = fields.Boolean(
        "Person in charge",
        compute="_compute_met_in_charge",
        store=True,
        readonly=False,
        help="The client's person in charge was met or spoken to (S-Q-1c, R-P-1d).",
    )
    outcome = fields.Text(help="What came of it: needs, opportunities, what was agreed.")
    promise_ids = fields.One2many("credit.promise", "report_id", string="Promises")
    next_step = fields.Char(help="Becomes an activity on the client.")
    next_step_date = fields.Date("Next step on")
    next_step_user_id = fields.Many2one(
        "res.users", string="Next step by", ondelete="set null", help="Empty: who reports."
    )
    next_activity_id = fields.Many2one(
        "mail.activity", readonly=True, copy=False, ondelete="set null", index="btree_not_null"
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Attachments")
    event_id = fields.Many2one(
        "calendar.event",
        string="Planned as",
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    is_confidential = fields.Boolean(
        "Confidential", help="Only who took part and the readers named may read it."
    )
    reader_ids = fields.Many2many(
        "res.users", "credit_contact_report_reader_rel", string="May read it"
    )
    is_late_entry = fields.Boolean(
        "Late entry",
        readonly=True,
        copy=False,
        help="Submitted later than the bank's limit for reporting allows.",
    )
    # Where the phone was; nothing unless the bank allows it and the person consents.
    latitude = fields.Float(digits=(10, 7), copy=False)
    longitude = fields.Float(digits=(10, 7), copy=False)
    position_accuracy = fields.Float("Accuracy in metres", digits=(8, 1), copy=False)
    position_consent = fields.Text("Consented to", readonly=True, copy=False)
    position_at = fields.Datetime("Position taken at", readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("submitted", "Reported"), ("withdrawn", "Withdrawn")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    submitted_at = fields.Datetime(readonly=True, copy=False)
    discharge_ids = fields.One2many("credit.discharge", "report_id", string="Discharges")
    correction_ids = fields.One2many("credit.contact.correction", "report_id", string="Corrections")

    _by_client = models.Index("(partner_id, date DESC)")

    # COMPUTES

    @api.depends("partner_id", "channel_id", "date")
    def _compute_display_name(self):
        for report in self:
            report.display_name = " · ".join(
                part
                for part in (
                    str(report.date or ""),
                    report.channel_id.name,
                    report.partner_id.display_name,
                )
                if part
            )

    @api.depends("participant_ids.user_id")
    def _compute_attendee_ids(self):
        for report in self:
            report.attendee_ids = report.participant_ids.user_id

    def _inverse_attendee_ids(self):
        for report in self:
            wanted, present = report.attendee_ids, report.participant_ids.user_id
            if wanted == present:
                continue
            report._check_open_for_change()
            gone = report.participant_ids.filtered(lambda p, w=wanted: p.user_id not in w)
            new = [{"user_id": user.id} for user in wanted if user not in present]
            report.participant_ids = [fields.Command.delete(p.id) for p in gone] + [
                fields.Command.create(vals) for vals in new
            ]

    @api.depends("met_ids")
    def _compute_met_in_charge(self):
        for report in self:
            # sudo: whether one of the people met is in charge is no secret of the report.
            report.met_in_charge = any(report.met_ids.sudo().mapped("credit_in_charge"))

    # ORM

    @api.model
    def default_get(self, fields_list):
        """Fill in what a simple contact needs, so that it takes two taps."""
        values = super().default_get(fields_list)
        client = self.env["res.partner"].browse(values.get("partner_id"))
        if client and not client.is_credit_client:
            values["partner_id"] = client._credit_client_of().id
        if "channel_id" in fields_list and not values.get("channel_id"):
            channels = self.env["credit.contact.channel"]
            values["channel_id"] = (
                channels.search([("code", "=", "phone")], limit=1) or channels.search([], limit=1)
            ).id
        if "purpose_id" in fields_list and not values.get("purpose_id"):
            values["purpose_id"] = self.env["credit.contact.purpose"].search([], limit=1).id
        return values

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_kept(vals)
            if not vals.get("purpose_id") and not self.env.context.get("default_purpose_id"):
                vals["purpose_id"] = self.env["credit.contact.purpose"].search([], limit=1).id
        reports = super().create(vals_list)
        reports._check_clients_readable()
        return reports

    def write(self, vals):
        changed = set(vals) - FREE_FIELDS
        if changed:
            self._refuse_kept(vals)
            self._check_open_for_change()
        result = super().write(vals)
        if {"partner_id", "also_client_ids"} & changed:
            self._check_clients_readable()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        kept = self.filtered(lambda r: r.state != "draft")
        if kept:
            raise UserError(
                self.env._(
                    "%s was submitted and is kept. Ask for it to be withdrawn instead.",
                    kept[0].display_name,
                )
            )

    def _refuse_kept(self, vals):
        if self.env.context.get("credit_submitting") is _SUBMITTING or self.env.su:
            return
        forged = KEPT_FIELDS & set(vals)
        # The form sends the author back unchanged.
        if vals.get("user_id") == self.env.uid:
            forged -= {"user_id"}
        if vals.get("state") == "draft":
            forged -= {"state"}
        if forged:
            labels = [self._fields[n].get_description(self.env)["string"] for n in sorted(forged)]
            raise AccessError(
                self.env._(
                    "%s: set when a report is submitted or corrected, not by hand.",
                    ", ".join(labels),
                )
            )

    def _check_open_for_change(self):
        """Refuse to change what was submitted; corrections go another way."""
        if self.env.context.get("credit_submitting") is _SUBMITTING:
            return
        for report in self:
            if report.state != "draft":
                raise UserError(
                    self.env._(
                        "%s was submitted and can no longer be changed. Ask for a "
                        "correction: somebody else approves it, and the old values are kept.",
                        report.display_name,
                    )
                )

    def _check_clients_readable(self):
        """Nobody reports on clients he may not see."""
        if not self.env.su:
            (self.partner_id | self.also_client_ids).check_access("read")

    def _submitting(self):
        """Return the reports open for writing; whoever calls has checked the right."""
        # sudo: a submitted report is read-only for everybody.
        return self.sudo().with_context(credit_submitting=_SUBMITTING)
