"""The client archive: one file per client, built from what is recorded (R-0c, R-M-2d)."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date


class CreditClientArchiveReport(models.AbstractModel):
    _name = "report.credit_service_tasks.report_client_archive"
    _inherit = "report.credit_service_tasks.report_credit_briefing"
    _description = "Client Archive"

    @api.model
    def _get_report_values(self, docids, data=None):
        clients = self.env["res.partner"].browse(docids)
        clients.check_access("read")
        return {"docs": clients, "archives": [self._archive(client) for client in clients]}

    def _archive(self, client):
        """Return what the file of one client says, with the reader's rights and words."""
        if not client.is_credit_client:
            raise UserError(self.env._("%s is no credit client.", client.display_name))
        lines = self.env["credit.archive.line"].search([("partner_id", "=", client.id)])
        suppliers = dict(lines._fields["supplier"]._description_selection(self.env))
        missing = lines.filtered(lambda x: not x.present)
        archive = self.env["credit.client.archive"].search([("partner_id", "=", client.id)])
        plans = client.credit_plan_ids.filtered(lambda p: p.state == "approved")
        plans |= client.credit_cluster_ids.plan_ids.filtered(lambda p: p.state == "approved")
        sizes = dict(client._fields["credit_size"]._description_selection(self.env))
        return {
            **self._briefing(client),
            "code": client.credit_code or "–",
            "size": sizes.get(client.credit_size) or "–",
            "since": self._day(client.credit_first_date),
            "percent": round(archive.percent),
            "missing": [(x.item_id.name, suppliers[x.supplier]) for x in missing],
            "notes": [
                (n.item_id.name, n.text, self._day(n.updated_on))
                for n in client.credit_profile_note_ids
            ],
            "team": [
                (
                    dict(m._fields["role"]._description_selection(self.env)).get(m.role),
                    m.user_id.name,
                    self._day(m.date_from),
                )
                for m in client.credit_member_ids.filtered(lambda m: not m.date_to)
            ],
            "evidence": self._evidence(client),
            "plans": plans,
            "kept": self._closed_promises(client),
            "papers": [
                (paper.type_id.name, self._day(paper.received_on), self._day(paper.valid_until))
                for paper in self.env["credit.client.paper"].search(
                    [("partner_id", "=", client.id)]
                )
            ],
            "analyses": self.env["credit.client.analysis"].search(
                [("partner_id", "=", client.id), ("state", "=", "held")], limit=3
            ),
            "format_day": self._day,
        }

    def _day(self, day):
        return format_date(self.env, day) if day else "–"

    def _evidence(self, client):
        """Return the lists the client is and was on."""
        rows = self.env["credit.membership"].search(
            [("partner_id", "=", client.id)], order="date_from DESC", limit=10
        )
        tiers = dict(rows._fields["tier"]._description_selection(self.env))
        return [
            (tiers.get(row.tier), self._day(row.date_from), self._day(row.date_to)) for row in rows
        ]

    def _closed_promises(self, client):
        rows = self.env["credit.promise"].search(
            [("partner_id", "=", client.id), ("state", "!=", "open")], limit=10
        )
        states = dict(rows._fields["state"]._description_selection(self.env))
        return [(row.name, self._day(row.date), states[row.state]) for row in rows]
