from odoo import api, fields, models


class CreditMetricSnapshot(models.Model):
    """Reports entered and corrected by hand."""

    _inherit = "credit.metric.snapshot"

    period = fields.Char("Year or month", compute="_compute_period")
    enterable = fields.Char(
        compute="_compute_enterable",
        help="Names of the figures the user may enter, each between commas.",
    )

    @api.depends("period_type", "period_start")
    def _compute_period(self):
        for row in self:
            pattern = "%Y" if row.period_type == "year" else "%Y-%m"
            row.period = row.period_start.strftime(pattern) if row.period_start else ""

    @api.depends_context("uid")
    def _compute_enterable(self):
        if self.env.user.has_group("credit_client_tiering.group_list_admin"):
            codes = self._metric_codes()
        else:
            metrics = self.env["credit.metric"].search([("declarable", "=", True)])
            codes = metrics.mapped("code")
        self.enterable = "," + ",".join(codes) + ","

    @api.model_create_multi
    def create(self, vals_list):
        # The correction form shows the figures of the report it corrects: what
        # comes back the same keeps its own source, what comes back empty is unknown.
        corrected = self.browse(self.env.context.get("credit_corrects")).exists()
        if corrected:
            vals_list = [corrected._as_correction(vals) for vals in vals_list]
        return super().create(vals_list)

    def _as_correction(self, vals):
        """Return ``vals`` reduced to what differs from this report."""
        self.ensure_one()
        vals = dict(vals)
        emptied = []
        for code in self._metric_codes():
            if code not in vals:
                continue
            if vals[code] is False or vals[code] is None:
                # Stays in the values: the form's default would fill it again.
                if self[code] is not False:
                    emptied.append(code)
            elif self[code] is not False and vals[code] == self[code]:
                del vals[code]
        if emptied:
            metrics = self.env["credit.metric"].search([("code", "in", emptied)])
            commands = [fields.Command.link(metric.id) for metric in metrics]
            vals["withdrawn_metric_ids"] = [
                *(vals.get("withdrawn_metric_ids") or []),
                *commands,
            ]
        return vals

    def action_correct(self):
        """Open a new report for the same period, filled with the figures of this one."""
        self.ensure_one()
        self.check_access("read")
        context = {
            "credit_corrects": self.id,
            "default_partner_id": self.partner_id.id,
            "default_period_type": self.period_type,
            "default_period_start": self.period_start,
        }
        for code in self._metric_codes():
            if self[code] is not False:
                context[f"default_{code}"] = self[code]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct %s", self.display_name),
            "res_model": self._name,
            "view_mode": "form",
            "views": [
                (
                    self.env.ref("credit_client_tiering.credit_metric_snapshot_view_form_entry").id,
                    "form",
                )
            ],
            "target": "new",
            "context": context,
        }
