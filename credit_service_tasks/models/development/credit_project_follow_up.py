from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class CreditProjectFollowUp(models.Model):
    """What happened on a target project: one note a week at least (R-V-3f)."""

    _name = "credit.project.follow.up"
    _description = "Follow-up of a Project"
    _order = "date desc, id desc"
    _rec_name = "note"

    lead_id = fields.Many2one(
        "crm.lead", string="Project", required=True, index=True, ondelete="cascade"
    )
    date = fields.Date(required=True, default=lambda self: self.env.company._credit_today())
    user_id = fields.Many2one(
        "res.users",
        string="Noted by",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.user,
    )
    note = fields.Text("Progress", required=True)
    next_step = fields.Char()

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not self.env.su:
                vals["user_id"] = self.env.uid
        follow_ups = super().create(vals_list)
        # The project itself says who may work on it.
        follow_ups.lead_id.check_access("write")
        return follow_ups

    def write(self, vals):
        self._check_own()
        if "user_id" in vals and not self.env.su:
            raise AccessError(self.env._("A note keeps who wrote it."))
        result = super().write(vals)
        if "lead_id" in vals:
            self.lead_id.check_access("write")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_own(self):
        self._check_own()

    def _check_own(self):
        for note in self:
            if note.user_id != self.env.user and not self.env.su:
                raise AccessError(self.env._("Only %s changes what they noted.", note.user_id.name))

    @api.constrains("date")
    def _check_date(self):
        today = self.env.company._credit_today()
        for follow_up in self:
            if follow_up.date > today:
                raise UserError(
                    self.env._("Progress cannot be noted for the future (%s).", follow_up.date)
                )
