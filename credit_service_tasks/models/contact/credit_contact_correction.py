from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import format_date, format_datetime

# What of a report a correction may change.
CORRECTED = (
    "date",
    "channel_id",
    "purpose_id",
    "attendee_ids",
    "met_ids",
    "met_others",
    "met_in_charge",
    "outcome",
)


class CreditContactCorrection(models.Model):
    """A request to change or withdraw a submitted report: somebody else approves it."""

    _name = "credit.contact.correction"
    _inherit = ["credit.internal.thread"]
    _description = "Correction of a Contact Report"
    _order = "id desc"
    _rec_name = "report_id"
    _mail_post_access = "read"

    report_id = fields.Many2one(
        "credit.contact.report", required=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(
        [("change", "Correct it"), ("withdraw", "Withdraw it: it did not take place like this")],
        required=True,
        default="change",
    )
    reason = fields.Text(required=True)
    user_id = fields.Many2one(
        "res.users",
        string="Asked by",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        readonly=True,
    )
    approver_id = fields.Many2one(
        "res.users", string="Decided by", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    decided_at = fields.Datetime(readonly=True)
    state = fields.Selection(
        [("asked", "Asked"), ("approved", "Approved"), ("refused", "Refused")],
        required=True,
        default="asked",
        readonly=True,
        tracking=True,
    )
    date = fields.Date()
    channel_id = fields.Many2one(
        "credit.contact.channel", string="Contact channel", ondelete="restrict"
    )
    purpose_id = fields.Many2one(
        "credit.contact.purpose", string="Purpose of the contact", ondelete="restrict"
    )
    attendee_ids = fields.Many2many(
        "res.users",
        "credit_contact_correction_user_rel",
        string="From the bank",
        context={"active_test": False},
    )
    met_ids = fields.Many2many(
        "res.partner",
        "credit_contact_correction_met_rel",
        string="Whom we met",
        domain="[('is_company', '=', False)]",
    )
    met_others = fields.Char("Others met")
    met_in_charge = fields.Boolean("Person in charge")
    outcome = fields.Text()
    old_values = fields.Json(readonly=True, help="What the report said before, by field.")
    changes = fields.Text(
        "Changed", readonly=True, help="Old and new values, kept when it was approved."
    )

    _one_at_a_time = models.UniqueIndex(
        "(report_id) WHERE state = 'asked'", "A correction of this report is already asked for."
    )

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        report = self.env["credit.contact.report"].browse(values.get("report_id"))
        if report:
            report.check_access("read")
            for name in set(CORRECTED) & set(fields_list):
                field = self._fields[name]
                value = report[name]
                if field.type == "many2many":
                    values[name] = [fields.Command.set(value.ids)]
                else:
                    values[name] = field.convert_to_write(value, report)
        return values

    def _as_reported(self, report_id):
        if not report_id:
            return {}
        asking = self.with_context(default_report_id=report_id)
        return asking.default_get(["report_id", *CORRECTED])

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not self.env.su and (
                {"approver_id", "decided_at", "old_values", "changes"} & set(vals)
                or vals.get("state", "asked") != "asked"
                or vals.get("user_id", self.env.uid) != self.env.uid
            ):
                raise AccessError(self.env._("A correction is asked for, then decided."))
        # What a caller leaves out stays as the report says; nothing is emptied by silence.
        vals_list = [{**self._as_reported(vals.get("report_id")), **vals} for vals in vals_list]
        requests = super().create(vals_list)
        for request in requests:
            report = request.report_id
            report.check_access("read")
            if report.state != "submitted":
                raise UserError(
                    self.env._("%s is not submitted: change it directly.", report.display_name)
                )
            # sudo: who took part, in a report the person may read.
            if not self.env.su and self.env.user not in (
                report.user_id | report.sudo().participant_ids.user_id
            ):
                raise AccessError(
                    self.env._(
                        "Who reported %s or took part asks for a correction.", report.display_name
                    )
                )
        return requests

    def write(self, vals):
        decided = self.filtered(lambda r: r.state != "asked")
        if not self.env.su and (
            decided or {"state", "approver_id", "decided_at", "old_values", "report_id"} & set(vals)
        ):
            raise AccessError(self.env._("A correction is decided once, by somebody else."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Requests for corrections are kept."))

    def action_approve(self):
        """Approve corrections: change the reports, keep the old values, match anew.

        :raises AccessError: by who asked, reported or has no leading post
        """
        for request in self:
            request._check_may_decide()
            request._apply()
        return True

    def action_refuse(self):
        """Refuse corrections; the reports stay as they are."""
        for request in self:
            request._check_may_decide()
            request._decide("refused")
        return True

    def _check_may_decide(self):
        self.ensure_one()
        self.report_id.check_access("read")
        user = self.env.user
        if user in (self.user_id | self.report_id.user_id):
            raise AccessError(
                self.env._(
                    "Somebody else than who asked and who reported (%s) decides on the correction.",
                    self.report_id.user_id.name,
                )
            )
        # sudo: whose client it is, of a report the person may read.
        institution = self.report_id.sudo().partner_id.credit_institution_id
        if not (
            user.has_group("credit_client_tiering.group_head_office")
            or institution.with_env(self.env) <= self.env["crm.team"]._credit_headed_by(user)
        ):
            raise AccessError(
                self.env._(
                    "A leading officer of the client's institution or the head office decides "
                    "on corrections; %s is neither.",
                    user.name,
                )
            )

        # Who decides at the same moment waits here, and sees that it is done.
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        if self.state != "asked":
            raise UserError(
                self.env._(
                    "The correction was decided by %(who)s on %(day)s already.",
                    who=self.approver_id.name or "–",
                    day=format_datetime(self.env, self.decided_at),
                )
            )

    def _decide(self, state, **values):
        # sudo: decided by who was checked above.
        self.sudo().write(
            {
                "state": state,
                "approver_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
                **values,
            }
        )

    def _apply(self):
        self.ensure_one()
        report = self.report_id._submitting()
        old, lines, new_values = {}, [], {}
        if self.kind == "withdraw":
            new_values["state"] = "withdrawn"
            old["state"] = report.state
            lines.append(self.env._("Withdrawn."))
        else:
            for name in CORRECTED:
                before, after = report[name], self.sudo()[name]
                if before == after:
                    continue
                field = report._fields[name]
                label = field.get_description(self.env)["string"]
                old[name] = before.ids if field.relational else str(before or "")
                lines.append(
                    self.env._(
                        "%(field)s: %(before)s → %(after)s",
                        field=label,
                        before=self._words(before),
                        after=self._words(after),
                    )
                )
                new_values[name] = (
                    [fields.Command.set(after.ids)]
                    if field.type == "many2many"
                    else field.convert_to_write(after, report)
                )
            if not lines:
                raise UserError(self.env._("The correction changes nothing."))
            if self.date and self.date > self.env.company._credit_today():
                raise UserError(self.env._("A contact cannot have taken place in the future."))
        report._undischarge()
        report.write(new_values)
        if "date" in new_values:
            # By when it was reported the entry is judged, not by when it was corrected.
            report.is_late_entry = report.is_late_entry or report._is_late(
                report.date, report.partner_id, report.submitted_at
            )
        if report.state == "submitted":
            report._copy_posts()
            report._discharge(report.ids)
        self._decide("approved", old_values=old, changes="\n".join(lines))
        report._message_log(
            body=self.env._(
                "Corrected on request of %(who)s, approved by %(approver)s: %(reason)s",
                who=self.user_id.name,
                approver=self.env.user.name,
                reason=self.reason,
            )
        )

    def _words(self, value):
        if isinstance(value, models.BaseModel):
            return ", ".join(value.mapped("display_name")) or "–"
        if isinstance(value, bool):
            return self.env._("yes") if value else self.env._("no")
        if hasattr(value, "isoformat"):
            return format_date(self.env, value)
        return value or "–"
