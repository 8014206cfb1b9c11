from odoo import fields, models
from odoo.exceptions import UserError


class CreditApplication(models.Model):
    """Telling the client once, on paper, everything that is missing."""

    _inherit = "credit.application"

    notice_on = fields.Date("Told what is missing on", readonly=True, copy=False)
    notice_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    notice_papers = fields.Json(readonly=True, copy=False)

    def action_notice(self):
        """Issue the notice of missing papers, or print the one that was issued.

        A client is told once: the first call freezes the list, later calls print the
        same paper.

        :return: the report action
        :raises UserError: nothing is missing
        """
        self.ensure_one()
        if not self.notice_on:
            self.check_access("write")
            self._lock()
            self._issue_notice(self._today(), self.env.user)
        self.check_access("read")
        return self.env.ref("credit_service_tasks.action_report_paper_notice").report_action(self)

    def _issue_notice(self, day, user):
        self.ensure_one()
        missing = self.paper_ids.filtered(lambda p: p.state == "missing")
        if self.state != "papers" or not missing:
            raise UserError(
                self.env._(
                    "%s: nothing is missing, so there is nothing to tell.", self.display_name
                )
            )
        self._engine().write(
            {
                "notice_on": day,
                "notice_by_id": user.id,
                "notice_papers": [
                    [
                        self._freeze_text(line.type_id),
                        self._freeze_text(line.type_id, "instructions"),
                    ]
                    for line in missing
                ],
            }
        )
