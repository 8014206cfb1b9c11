from odoo import api, fields, models
from odoo.tools import SQL


class CreditArchiveLine(models.Model):
    """Per client and item of the archive: is it there, and who should supply it."""

    _name = "credit.archive.line"
    _description = "Item in a Client's Archive"
    _auto = False
    _order = "partner_id, sequence"
    _rec_name = "item_id"

    partner_id = fields.Many2one("res.partner", string="Client", readonly=True)
    institution_id = fields.Many2one("crm.team", readonly=True)
    user_id = fields.Many2one("res.users", string="A manager", readonly=True)
    item_id = fields.Many2one("credit.archive.item", readonly=True)
    sequence = fields.Integer(readonly=True)
    supplier = fields.Selection(
        [
            ("client_manager", "Client manager"),
            ("corporate_head", "Head of the corporate line"),
            ("credit_system", "Credit system, core banking"),
        ],
        string="Supplied by",
        readonly=True,
    )
    present = fields.Boolean("There", readonly=True)
    missing = fields.Integer("Missing items", readonly=True)

    @api.model
    def _lines_sql(self):
        """Return the SELECT of clients × items with ``present``."""
        today = self.env.company._credit_today()
        return SQL(
            """
            SELECT p.id::bigint * 1000 + i.id AS id, p.id AS partner_id,
                   p.credit_institution_id AS institution_id, p.user_id, i.id AS item_id,
                   i.sequence, i.supplier,
                   CASE i.source
                   WHEN 'note' THEN EXISTS (
                        SELECT FROM credit_profile_note n
                         WHERE n.partner_id = p.id AND n.item_id = i.id
                           AND (i.since IS NULL OR n.updated_on >= i.since))
                   WHEN 'code' THEN p.credit_code IS NOT NULL AND p.credit_code <> ''
                   WHEN 'industry_size' THEN p.credit_size IS NOT NULL
                   WHEN 'figures' THEN EXISTS (
                        SELECT FROM credit_metric_snapshot s
                         WHERE s.partner_id = p.id AND s.superseded_at IS NULL
                           AND (i.since IS NULL OR s.period_start >= i.since))
                   WHEN 'products' THEN EXISTS (
                        SELECT FROM credit_product_holding h
                         WHERE h.partner_id = p.id
                           AND (h.date_to IS NULL OR h.date_to >= %(today)s))
                   WHEN 'tier' THEN p.credit_tier IS NOT NULL
                        OR p.credit_assessment_id IS NOT NULL
                   WHEN 'team' THEN p.credit_team_gap IS NULL AND p.user_id IS NOT NULL
                   WHEN 'plan' THEN p.credit_plan_gap IS NULL AND p.credit_band IS NOT NULL
                   WHEN 'contact' THEN EXISTS (
                        SELECT FROM credit_contact_report r
                         WHERE r.partner_id = p.id AND r.state = 'submitted'
                           AND (i.since IS NULL OR r.date >= i.since))
                   WHEN 'paper' THEN EXISTS (
                        SELECT FROM credit_client_paper d WHERE d.partner_id = p.id)
                   WHEN 'person' THEN EXISTS (
                        SELECT FROM res_partner c
                         WHERE c.parent_id = p.id AND c.active AND NOT c.is_company)
                   WHEN 'relation' THEN EXISTS (
                        SELECT FROM credit_relation l
                         WHERE l.partner_id = p.id OR l.other_id = p.id)
                   ELSE FALSE END AS present
              FROM res_partner p
        CROSS JOIN (SELECT a.*, CASE WHEN a.months > 0 THEN
                           (%(today)s - a.months * interval '1 month')::date END AS since
                      FROM credit_archive_item a WHERE a.active) i
             WHERE p.is_credit_client AND p.active
            """,
            today=today,
        )

    @property
    def _table_query(self):
        return SQL("SELECT x.*, (NOT x.present)::int AS missing FROM (%s) x", self._lines_sql())
