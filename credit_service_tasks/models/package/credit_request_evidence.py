from odoo import api, fields, models
from odoo.tools.misc import format_date

from odoo.addons.credit_client_tiering.engine.explain import quantity


class CreditRequestMixin(models.AbstractModel):
    """What a request rests on: frozen as data, shown in the reader's language."""

    _inherit = "credit.request.mixin"

    # Our own template with every value escaped.
    evidence_card = fields.Html("Submitted on", compute="_compute_evidence_card", sanitize=False)

    @api.depends("evidence")
    @api.depends_context("lang")
    def _compute_evidence_card(self):
        for request in self:
            evidence = request.evidence
            request.evidence_card = (
                self.env["ir.qweb"]._render(
                    "credit_service_tasks.request_evidence_card",
                    {"rows": request._evidence_rows(evidence)},
                )
                if evidence
                else False
            )

    def _facts(self):
        """Return what is known of the client now, as plain data."""
        self.ensure_one()
        client = self.partner_id
        return {
            "as_of": fields.Date.to_string(self.env.company._credit_today()),
            "client": client.display_name,
            "tier": client.credit_tier or "",
            "tier_since": fields.Date.to_string(client.credit_tier_since) or "",
            "suggested": client.credit_suggested or "",
            "institution": client.credit_institution_id.name or "",
            "assessment_id": client.credit_assessment_id.id,
            "figures": self._figures(),
        }

    def _figures(self):
        """Return ``[code, value, period]`` of the latest yearly and monthly figures."""
        snapshots = self.env["credit.metric.snapshot"]
        rows = []
        for period_type in ("year", "month"):
            snapshot = snapshots.search(
                [
                    ("partner_id", "=", self.partner_id.id),
                    ("period_type", "=", period_type),
                    ("superseded_at", "=", False),
                ],
                order="period_start desc",
                limit=1,
            )
            for code in snapshots._metric_codes() if snapshot else ():
                if snapshot[code] is not False:
                    period = fields.Date.to_string(snapshot.period_start)
                    size = 4 if period_type == "year" else 7
                    rows.append([code, snapshot[code], period[:size]])
        return rows

    def _evidence_rows(self, evidence):
        """Return (label, value) pairs of the frozen evidence for people to read."""
        tiers = dict(self._fields["tier"]._description_selection(self.env))
        day = fields.Date.to_date(evidence.get("as_of"))
        rows = [
            (self.env._("Facts as of"), format_date(self.env, day) if day else ""),
            (self.env._("Official tier"), tiers.get(evidence.get("tier"), "")),
            (self.env._("Institution"), evidence.get("institution", "")),
        ]
        package = evidence.get("package")
        if package:
            rows.append((self.env._("Service package"), self._show_text(package["name"])))
        # sudo: the catalogue of figures is open to every reader of a request.
        metrics = {m.code: m for m in self.env["credit.metric"].sudo().search([])}
        for code, value, period in evidence.get("figures", []):
            metric = metrics.get(code)
            if metric:
                shown = quantity(self.env, value, metric.unit)
                rows.append((f"{metric.name} ({period})", shown))
        return rows
