from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


class CreditApplicationPaper(models.Model):
    """A paper an application needs: missing, received or waived."""

    _name = "credit.application.paper"
    _inherit = ["credit.guard.mixin"]
    _description = "Paper of an Application"
    _order = "application_id, sequence, id"
    _rec_name = "type_id"

    _guard_open = frozenset({"application_id", "type_id", "late_reason", "waive_reason"})

    application_id = fields.Many2one(
        "credit.application", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="application_id.partner_id", store=True, index=True)
    type_id = fields.Many2one(
        "credit.paper.type", string="Paper", required=True, index=True, ondelete="restrict"
    )
    sequence = fields.Integer(related="type_id.sequence", store=True)
    state = fields.Selection(
        [("missing", "Missing"), ("received", "Received"), ("waived", "Not needed")],
        required=True,
        default="missing",
        readonly=True,
    )
    client_paper_id = fields.Many2one(
        "credit.client.paper",
        string="In the archive",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    valid_until = fields.Date(related="client_paper_id.valid_until")
    reused = fields.Boolean(
        readonly=True, help="It was in the archive already; the client was not asked again."
    )
    asked_late = fields.Boolean(
        readonly=True, help="Asked for after the client was told once what is missing."
    )
    late_reason = fields.Char("Why it is asked for late")
    waive_reason = fields.Char("Why it is not needed")

    _once = models.UniqueIndex(
        "(application_id, type_id)", "The application already lists this paper."
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if self._is_engine():
            return lines
        for line in lines:
            application = line.application_id
            application.check_access("write")
            if application.state not in ("papers", "running"):
                raise UserError(application._closed_message())
            told = bool(application.notice_on or application.complete_on)
            if told and not (line.late_reason or "").strip():
                raise ValidationError(
                    self.env._(
                        "%(application)s: the client has been told once what is missing. Say "
                        "why “%(paper)s” is asked for now.",
                        application=application.display_name,
                        paper=line.type_id.name,
                    )
                )
            line._engine().write({"asked_late": told})
            line._reuse(application._today())
        return lines

    def _guard_editable(self, touched):
        for line in self:
            if touched - {"late_reason", "waive_reason"} or line.state != "missing":
                raise UserError(self.env._("%s: use the buttons of the paper.", line.display_name))

    def _guard_deletable(self):
        raise UserError(
            self.env._("A paper once asked for stays listed; mark it as not needed instead.")
        )

    def action_receive(self):
        """Mark missing papers as received today and file them in the client's archive."""
        self.check_access("write")
        today = self.env.company._credit_today()
        for line in self.filtered(lambda x: x.state == "missing"):
            line.application_id.check_access("write")
            if line.application_id.state not in ("papers", "running"):
                raise UserError(line.application_id._closed_message())
            line._receive(today)
        self.application_id._refresh_clock(today)
        return True

    def action_waive(self):
        """Mark papers as not needed; for the head of the corporate line, with a reason.

        :raises AccessError: a client manager
        :raises ValidationError: reason missing
        """
        self.check_access("write")
        if not (
            self.env.su or self.env.user.has_group("credit_client_tiering.group_corporate_head")
        ):
            raise AccessError(
                self.env._(
                    "%s cannot decide that a paper is not needed; the head of the corporate "
                    "line or a president does.",
                    self.env.user.name,
                )
            )
        for line in self:
            line.application_id.check_access("write")
            if line.state != "missing" or line.application_id.state != "papers":
                raise UserError(self.env._("%s: use the buttons of the paper.", line.display_name))
            if not (line.waive_reason or "").strip():
                raise ValidationError(
                    self.env._("“%s”: say why it is not needed.", line.type_id.name)
                )
        self._engine().write({"state": "waived"})
        self.application_id._refresh_clock(self.env.company._credit_today())
        return True

    def _receive(self, day):
        self.ensure_one()
        paper = self.env["credit.client.paper"].create(
            {
                "partner_id": self.application_id.partner_id.id,
                "type_id": self.type_id.id,
                "received_on": day,
            }
        )
        self._engine().write({"state": "received", "client_paper_id": paper.id, "reused": False})

    def _reuse(self, day):
        """Take what the archive already holds and is still valid."""
        for line in self.filtered(lambda x: x.type_id.reusable and x.state == "missing"):
            found = self.env["credit.client.paper"]._best(
                line.application_id.partner_id, line.type_id, day
            )
            if found:
                line._engine().write(
                    {"state": "received", "client_paper_id": found.id, "reused": True}
                )
