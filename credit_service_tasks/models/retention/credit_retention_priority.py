from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.credit_client_tiering.fields import Figure


class CreditRetentionPriority(models.Model):
    """Whom to hold first: clients by deposits and contribution (K-1c)."""

    _name = "credit.retention.priority"
    _description = "Retention Priority"
    _auto = False
    _order = "deposits desc nulls last, contribution desc nulls last, partner_id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", string="Client", readonly=True)
    institution_id = fields.Many2one("crm.team", readonly=True)
    user_id = fields.Many2one("res.users", string="Client manager", readonly=True)
    tier = fields.Selection(
        [
            ("strategic", "Strategic"),
            ("quality", "Quality"),
            ("basic", "Basic"),
            ("potential", "Potential"),
        ],
        string="List",
        readonly=True,
    )
    credit_state = fields.Selection(
        [("never", "Never had credit"), ("active", "Has credit"), ("ended", "Credit ended")],
        string="State of credit",
        readonly=True,
    )
    deposits = Figure(
        "Average deposits", readonly=True, help="The latest report. Empty: nobody reported any."
    )
    deposit_share = fields.Float(
        "Share of the institution (%)",
        readonly=True,
        aggregator="sum",
        digits=(5, 1),
        help="Of the deposits reported for all credit clients of the institution.",
    )
    contribution = Figure(
        readonly=True,
        help="The latest recorded value of the indicator “Contribution”; the guide does not say "
        "how it is computed.",
    )
    open_hints = fields.Integer("Hints", readonly=True)
    case_id = fields.Many2one("credit.save.case", string="Open case", readonly=True)
    at_risk = fields.Boolean(readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT p.id, p.id AS partner_id, p.credit_institution_id AS institution_id, p.user_id,
                   p.credit_tier AS tier, p.credit_state, d.deposits,
                   100.0 * d.deposits / nullif(sum(d.deposits) OVER (
                       PARTITION BY p.credit_institution_id), 0) AS deposit_share,
                   v.value AS contribution, coalesce(h.hints, 0)::integer AS open_hints,
                   c.id AS case_id, c.id IS NOT NULL AND c.origin <> 'lost' AS at_risk
              FROM res_partner p
         LEFT JOIN (SELECT DISTINCT ON (s.partner_id) s.partner_id, s.deposit_avg AS deposits
                      FROM credit_metric_snapshot s
                     WHERE s.superseded_at IS NULL AND s.deposit_avg IS NOT NULL
                  ORDER BY s.partner_id, s.period_start DESC, s.period_type) d
                ON d.partner_id = p.id
         LEFT JOIN (SELECT DISTINCT ON (v.partner_id) v.partner_id, v.value
                      FROM credit_indicator_value v
                      JOIN credit_indicator i ON i.id = v.indicator_id AND i.code = 'contribution'
                  ORDER BY v.partner_id, v.date DESC, v.id DESC) v ON v.partner_id = p.id
         LEFT JOIN (SELECT h.partner_id, count(*) AS hints FROM credit_retention_hint h
                     WHERE h.state = 'open' GROUP BY h.partner_id) h ON h.partner_id = p.id
         LEFT JOIN credit_save_case c ON c.partner_id = p.id AND c.state = 'open'
             WHERE p.is_credit_client AND p.active
               AND (p.credit_tier IN ('strategic', 'quality', 'basic')
                    OR p.credit_state IN ('active', 'ended'))
            """
        )

    def action_mark_at_risk(self):
        """Open the form of a save case on the client, or the case that is open."""
        self.ensure_one()
        return self.partner_id.action_credit_mark_at_risk()
