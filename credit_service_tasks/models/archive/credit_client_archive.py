from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.credit_client_tiering.models.policy.tiers import TIERS


class CreditClientArchive(models.Model):
    """How complete each client's archive is, in percent (R-M-C2, R-M-C3)."""

    _name = "credit.client.archive"
    _description = "Completeness of a Client Archive"
    _auto = False
    _order = "percent, partner_id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", string="Client", readonly=True)
    institution_id = fields.Many2one("crm.team", readonly=True)
    user_id = fields.Many2one("res.users", string="A manager", readonly=True)
    tier = fields.Selection(TIERS, string="List", readonly=True)
    items = fields.Integer(readonly=True)
    there = fields.Integer("Items there", readonly=True)
    percent = fields.Float("Complete (%)", readonly=True, aggregator="avg", digits=(5, 1))
    missing_text = fields.Char("Missing", compute="_compute_missing_text")

    @property
    def _table_query(self):
        return SQL(
            """SELECT x.partner_id AS id, x.partner_id, x.institution_id, x.user_id,
                      p.credit_tier AS tier, count(*)::int AS items,
                      count(*) FILTER (WHERE x.present)::int AS there,
                      100.0 * count(*) FILTER (WHERE x.present) / count(*) AS percent
                 FROM (%s) x JOIN res_partner p ON p.id = x.partner_id
             GROUP BY x.partner_id, x.institution_id, x.user_id, p.credit_tier""",
            self.env["credit.archive.line"]._lines_sql(),
        )

    @api.depends("partner_id")
    @api.depends_context("lang")
    def _compute_missing_text(self):
        lines = self.env["credit.archive.line"].search(
            [("partner_id", "in", self.partner_id.ids), ("present", "=", False)]
        )
        by_client = lines.grouped("partner_id")
        for archive in self:
            found = by_client.get(archive.partner_id, lines.browse())
            archive.missing_text = " · ".join(found.item_id.mapped("name"))

    def action_open_client(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(False, "form")],
        }

    def action_missing(self):
        """Show what is missing in the archive, and who supplies it."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Missing in the archive"),
            "res_model": "credit.archive.line",
            "views": [(False, "list")],
            "domain": [("partner_id", "in", self.partner_id.ids), ("present", "=", False)],
        }
