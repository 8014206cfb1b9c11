from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class CreditServicePlanMeasure(models.Model):
    """A measure of a plan: who does it by when. In force it is an activity of its owner."""

    _name = "credit.service.plan.measure"
    _inherit = ["credit.guard.mixin"]
    _description = "Measure of a Service Plan"
    _order = "date, id"

    _guard_open = frozenset({"plan_id", "name", "user_id", "date", "result"})

    plan_id = fields.Many2one("credit.service.plan", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(related="plan_id.partner_id", store=True, index="btree_not_null")
    institution_id = fields.Many2one(
        related="plan_id.institution_id", store=True, index="btree_not_null"
    )
    name = fields.Char("Measure", required=True)
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    date = fields.Date("By", required=True)
    state = fields.Selection(
        [("open", "Open"), ("done", "Done")], required=True, default="open", readonly=True
    )
    done_on = fields.Date(readonly=True)
    result = fields.Char()
    activity_id = fields.Many2one(
        "mail.activity", index="btree_not_null", ondelete="set null", readonly=True, copy=False
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self._is_engine():
            lines.plan_id.check_access("write")
            lines.plan_id._touch()
            lines.plan_id._guard_editable({"measure_ids"})
        lines.filtered(lambda m: m.plan_id.state == "approved")._schedule()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if {"name", "user_id", "date"} & set(vals):
            for line in self.filtered("activity_id"):
                # sudo: the reminder follows the measure, which the person may write.
                line.sudo().activity_id.write(
                    {
                        "summary": line.name,
                        "user_id": line.user_id.id,
                        "date_deadline": line.date,
                    }
                )
        return result

    def _guard_editable(self, touched):
        self.plan_id.check_access("write")
        self.plan_id._touch()
        self.plan_id._guard_editable({"measure_ids"})
        for line in self.filtered(lambda m: m.plan_id.state == "approved"):
            if line.state == "done":
                raise UserError(self.env._("“%s” is done and stays as it is.", line.name))
            # Who does what by when was approved: only who may approve moves it.
            if touched - {"result"} and not line.plan_id._is_headed():
                raise AccessError(
                    self.env._(
                        "“%(measure)s” is part of a plan in force: the head of the corporate "
                        "line of %(institution)s or somebody above moves or drops it, not "
                        "%(who)s. You may note a result or add a measure.",
                        measure=line.name,
                        institution=line.institution_id.sudo().display_name,
                        who=self.env.user.name,
                    )
                )

    def _guard_deletable(self):
        self._guard_editable({"plan_id"})

    def _after_given(self, receiver):
        self.filtered(lambda m: m.plan_id.state == "approved")._schedule()

    def _schedule(self):
        """Give the owners of open measures an activity on the plan."""
        # sudo: an owner of another institution is reminded, too.
        for line in self.sudo().filtered(lambda m: m.state == "open" and not m.activity_id):
            activity = line.plan_id.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=line.date,
                summary=line.name,
                user_id=line.user_id.id,
            )
            line._engine().activity_id = activity

    def action_done(self):
        """Note that measures are carried out, today.

        :return: True
        :raises UserError: done already, or the plan is not in force
        """
        self.plan_id.check_access("write")
        today = self.env.company._credit_today()
        for line in self:
            if line.state != "open" or line.plan_id.state != "approved":
                raise UserError(
                    self.env._("“%s” is done already, or its plan is not in force.", line.name)
                )
            activity = line.sudo().activity_id
            line._engine().write({"state": "done", "done_on": today})
            if activity.active:
                activity.action_feedback(feedback=line.result or False)
        return True

    def _copied(self):
        return {"name": self.name, "user_id": self.user_id.id, "date": self.date}
