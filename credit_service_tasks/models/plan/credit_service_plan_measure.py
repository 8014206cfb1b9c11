from odoo import api, fields, models


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
        self.plan_id._guard_editable({"measure_ids"})

    def _guard_deletable(self):
        self._guard_editable(set())

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
        """Note that measures are carried out, today."""
        self.plan_id.check_access("write")
        today = self.env.company._credit_today()
        for line in self.filtered(lambda m: m.state == "open"):
            activity = line.sudo().activity_id
            line._engine().write({"state": "done", "done_on": today})
            if activity.active:
                activity.action_feedback(feedback=line.result or False)
        return True

    def _copied(self):
        return {"name": self.name, "user_id": self.user_id.id, "date": self.date}
