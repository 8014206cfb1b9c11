from odoo import api, models


class CreditObligation(models.Model):
    """Duties of institutions and persons: what discharges them is opened from the row."""

    _inherit = "credit.obligation"

    @api.model
    def _on_new(self, obligation_ids):
        """Duties may arise after the meeting, bulletin or log that discharges them."""
        result = super()._on_new(obligation_ids)
        # sudo: duties to clients are the reports' own.
        rest = self.sudo().search([("id", "in", obligation_ids), ("partner_id", "=", False)])
        if rest:
            discharges = self.env["credit.discharge"]
            for name in discharges._sources():
                discharges._discharge_by(name, obligation_ids=rest.ids)
        return result

    def _compute_may_quick(self):
        result = super()._compute_may_quick()
        for duty in self:
            if not duty.partner_id and duty.status in ("open", "overdue") and duty.is_mine:
                duty.may_report = True
        return result

    def _open_what_discharges(self):
        self.ensure_one()
        code = self.kind_id.code
        meeting_type = self.env["credit.meeting.type"].search([("kind_id", "=", self.kind_id.id)])
        if meeting_type and self.unit_id:
            return self._open_meeting(meeting_type)
        if code == "week_bulletin":
            return self.env["ir.actions.act_window"]._for_xml_id(
                "credit_service_tasks.credit_week_bulletin_action"
            )
        if code == "fund_bulletin":
            return self.env["ir.actions.act_window"]._for_xml_id(
                "credit_service_tasks.credit_fund_bulletin_action"
            )
        return super()._open_what_discharges()

    def _open_meeting(self, meeting_type):
        """Return the action of the meeting planned for the period, or of a new one."""
        planned = self.env["credit.meeting"].search(
            [
                ("institution_id", "=", self.unit_id.id),
                ("type_ids", "in", meeting_type.ids),
                ("state", "=", "planned"),
                ("date", ">=", self.period_start),
                ("date", "<=", self.period_end),
            ],
            limit=1,
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "credit.meeting",
            "res_id": planned.id,
            "views": [(False, "form")],
            "context": {
                "default_type_ids": meeting_type.ids,
                "default_institution_id": self.unit_id.id,
            },
        }
