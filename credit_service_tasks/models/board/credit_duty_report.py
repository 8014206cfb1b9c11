from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.credit_client_tiering.models.policy.tiers import TIERS

from ..cadence.credit_cadence_rule import PERIODS
from ..cadence.credit_obligation import STATUSES


class CreditDutyReport(models.Model):
    """The ledger counted: what was due, done, late or waived, and at which rate.

    Rates leave out what was waived, what ended and what is not due yet; guidelines are
    owed by nobody (A35) and stay out altogether.
    """

    _name = "credit.duty.report"
    _description = "Duties in Figures"
    _auto = False
    _order = "due_date desc, id desc"
    _rec_name = "obligation_id"

    obligation_id = fields.Many2one("credit.obligation", string="Duty", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Client", readonly=True)
    institution_id = fields.Many2one("crm.team", readonly=True)
    user_id = fields.Many2one("res.users", string="Responsible", readonly=True)
    post_id = fields.Many2one("credit.post", readonly=True)
    rule_id = fields.Many2one("credit.cadence.rule", readonly=True)
    kind_id = fields.Many2one("credit.duty.kind", readonly=True)
    clause = fields.Char(readonly=True)
    tier = fields.Selection(TIERS, string="List", readonly=True)
    period = fields.Selection(PERIODS, readonly=True)
    due_date = fields.Date(readonly=True)
    status = fields.Selection(STATUSES, readonly=True)
    due = fields.Integer("Fallen due", readonly=True, help="Waived ones included.")
    done = fields.Integer("Done in time", readonly=True)
    late = fields.Integer("Done late", readonly=True)
    overdue = fields.Integer(readonly=True)
    waived = fields.Integer(readonly=True)
    not_yet = fields.Integer("Not due yet", readonly=True)
    late_entry = fields.Integer(
        "Entered late",
        readonly=True,
        help="Duties that rest on a report entered after the limit or the month's closing.",
    )
    rate = fields.Float(
        "In time (%)",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="Done in time of what fell due, less the waived.",
    )
    rate_at_all = fields.Float(
        "Done at all (%)",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="Done in time or late of what fell due, less the waived.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT o.id, o.id AS obligation_id, o.partner_id, o.institution_id, o.user_id,
                   o.post_id, o.rule_id, o.kind_id, o.clause, o.tier, o.period, o.due_date,
                   o.status,
                   (o.status IN ('done', 'late', 'overdue', 'waived'))::integer AS due,
                   (o.status = 'done')::integer AS done,
                   (o.status = 'late')::integer AS late,
                   (o.status = 'overdue')::integer AS overdue,
                   (o.status = 'waived')::integer AS waived,
                   (o.status = 'open')::integer AS not_yet,
                   EXISTS (SELECT FROM credit_discharge d
                            WHERE d.obligation_id = o.id AND d.is_late_entry)::integer
                       AS late_entry,
                   CASE WHEN o.status = 'done' THEN 100.0
                        WHEN o.status IN ('late', 'overdue') THEN 0.0 END AS rate,
                   CASE WHEN o.status IN ('done', 'late') THEN 100.0
                        WHEN o.status = 'overdue' THEN 0.0 END AS rate_at_all
              FROM credit_obligation o
             WHERE o.status <> 'ended' AND o.guideline IS NOT TRUE
            """
        )

    def action_open_duty(self):
        """Open the duty behind a row.

        :return: the action to open
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "credit.obligation",
            "res_id": self.obligation_id.id,
            "view_mode": "form",
        }

    @api.model
    def action_open_board(self):
        """Open the board as the person's post needs it: by institution, person or rule.

        :return: the action to open
        """
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_service_tasks.credit_duty_report_action"
        )
        group, filters = self._persona_view()
        return {
            **action,
            "context": {"search_default_due": 1, "pivot_row_groupby": [group], **filters},
        }

    @api.model
    def action_open_trend(self):
        """Open how the rate moved, and month beside month.

        :return: the action to open
        """
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_service_tasks.credit_duty_report_action_trend"
        )
        group, filters = self._persona_view()
        return {
            **action,
            "context": {
                "search_default_quarter": 1,
                "graph_groupbys": ["due_date:week", group],
                "pivot_row_groupby": [group],
                "pivot_column_groupby": ["due_date:month"],
                "pivot_measures": ["due", "rate"],
                **filters,
            },
        }

    @api.model
    def _persona_view(self):
        """Return by what a person compares, and the filters to begin with."""
        persona = self.env["credit.week.card"]._persona()
        if persona == "manager":
            return "rule_id", {"search_default_mine": 1}
        return ("user_id" if persona == "head" else "institution_id"), {}
