from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from odoo.addons.credit_client_tiering.fields import Figure

# Held by this package alone: a context that comes by RPC can never contain it.
_ENGINE = object()


class CreditFundBulletin(models.Model):
    """Daily bulletin of large movements in an institution and below (R-V-3c, R-V-4a, R-V-4b)."""

    _name = "credit.fund.bulletin"
    _inherit = ["mail.thread"]
    _description = "Large-Funds Bulletin"
    _order = "day desc, institution_id"
    _rec_name = "institution_id"

    institution_id = fields.Many2one(
        "crm.team", required=True, index=True, readonly=True, ondelete="restrict"
    )
    day = fields.Date(required=True, readonly=True)
    threshold = Figure(readonly=True)
    clause = fields.Char(readonly=True)
    clients = fields.Integer("Clients that moved", readonly=True)
    inflow = Figure("Came in", readonly=True)
    outflow = Figure("Went out", readonly=True)
    net = Figure("Net change", readonly=True)
    line_ids = fields.One2many("credit.fund.bulletin.line", "bulletin_id", readonly=True)
    line_count = fields.Integer("Large changes", readonly=True)

    _once = models.UniqueIndex(
        "(institution_id, day)", "The day's bulletin of the institution exists already."
    )

    @api.depends("institution_id", "day")
    def _compute_display_name(self):
        for bulletin in self:
            bulletin.display_name = f"{bulletin.institution_id.name or ''} {bulletin.day or ''}"

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise AccessError(self.env._("Bulletins are drawn up by the system from the movements."))

    def write(self, vals):
        if any(not n.startswith(("message_", "activity_")) for n in vals):
            raise AccessError(self.env._("Bulletins are kept as they were drawn up."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("Bulletins are kept."))

    @api.model
    def _draw_up(self, day):
        """Draw up the bulletins of a day that are missing; one statement for all."""
        rule = self.env["credit.fund.rule"].search([("code", "=", "bulletin")], limit=1)
        if not rule:
            return
        self.env.cr.execute(
            SQL(
                """
                WITH moved AS MATERIALIZED (
                    SELECT m.partner_id, p.credit_institution_id, i.parent_path,
                           sum(m.amount) AS net,
                           coalesce(sum(m.amount) FILTER (WHERE m.amount > 0), 0) AS inflow,
                           coalesce(-sum(m.amount) FILTER (WHERE m.amount < 0), 0) AS outflow,
                           (array_agg(m.balance ORDER BY m.id DESC)
                               FILTER (WHERE m.balance IS NOT NULL))[1] AS balance,
                           p.user_id, p.credit_large_account, p.credit_bank_managed
                      FROM credit_fund_movement m
                      JOIN res_partner p ON p.id = m.partner_id AND p.is_credit_client
                      JOIN crm_team i ON i.id = p.credit_institution_id
                     WHERE m.date = %(day)s
                  GROUP BY m.partner_id, p.id, i.id),
                bulletin AS (
                    INSERT INTO credit_fund_bulletin (
                        institution_id, day, threshold, clause, clients, inflow, outflow, net,
                        line_count, create_uid, create_date, write_uid, write_date)
                    SELECT u.id, %(day)s, %(threshold)s, %(clause)s, count(*), sum(v.inflow),
                           sum(v.outflow), sum(v.net), count(*) FILTER (WHERE %(reached)s),
                           %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                      FROM crm_team u
                      JOIN moved v ON v.parent_path LIKE u.parent_path || '%%'
                  GROUP BY u.id
               ON CONFLICT (institution_id, day) DO NOTHING
                 RETURNING id, institution_id)
                INSERT INTO credit_fund_bulletin_line (
                    bulletin_id, partner_id, institution_id, user_id, net, inflow, outflow,
                    balance, large_account, bank_managed)
                SELECT b.id, v.partner_id, v.credit_institution_id, v.user_id, v.net, v.inflow,
                       v.outflow, v.balance, v.credit_large_account, v.credit_bank_managed
                  FROM bulletin b
                  JOIN crm_team u ON u.id = b.institution_id
                  JOIN moved v ON v.parent_path LIKE u.parent_path || '%%'
                 WHERE %(reached)s
                """,
                day=day,
                threshold=rule.threshold,
                clause=rule.clause,
                reached=rule._reached(SQL("abs(v.net)")),
                uid=self.env.uid,
            )
        )
        self.invalidate_model(flush=False)
        self.env["credit.fund.bulletin.line"].invalidate_model(flush=False)
