from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CreditCoverageReport(models.Model):
    """Which strategic and quality clients the bank lacks, and how far it has come (R-P-1b)."""

    _name = "credit.coverage.report"
    _description = "Three-Year Coverage"
    _auto = False
    _order = "programme_id, institution_id, covered, name"

    programme_id = fields.Many2one("credit.coverage.programme", readonly=True)
    entry_id = fields.Many2one("credit.reference.entry", readonly=True)
    list_id = fields.Many2one("credit.reference.list", string="Reference list", readonly=True)
    name = fields.Char("Company", readonly=True)
    tier = fields.Selection([("strategic", "Strategic"), ("quality", "Quality")], readonly=True)
    institution_id = fields.Many2one("crm.team", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Client", readonly=True)
    lead_id = fields.Many2one("crm.lead", string="Target project", readonly=True)
    status = fields.Selection(
        [
            ("covered", "Covered"),
            ("won_late", "Covered after the deadline"),
            ("working", "In the project library"),
            ("lacking", "Lacking"),
        ],
        readonly=True,
    )
    covered_on = fields.Date(readonly=True)
    deadline = fields.Date(readonly=True)
    companies = fields.Integer(readonly=True)
    covered = fields.Integer(readonly=True)
    covered_percent = fields.Float("Covered (%)", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT i.id, i.programme_id, i.entry_id, e.list_id, e.name, i.tier,
                   coalesce(i.institution_id, p.credit_institution_id) AS institution_id,
                   e.partner_id, l.id AS lead_id, g.deadline,
                   CASE WHEN c.covered THEN p.credit_first_date END AS covered_on,
                   CASE WHEN c.covered AND p.credit_first_date > g.deadline THEN 'won_late'
                        WHEN c.covered THEN 'covered'
                        WHEN l.id IS NOT NULL THEN 'working'
                        ELSE 'lacking' END AS status,
                   1 AS companies, c.covered::integer AS covered,
                   100.0 * c.covered::integer AS covered_percent
              FROM credit_coverage_item i
              JOIN credit_coverage_programme g ON g.id = i.programme_id
              JOIN credit_reference_entry e ON e.id = i.entry_id
         LEFT JOIN res_partner p ON p.id = e.partner_id
        CROSS JOIN LATERAL (SELECT coalesce(p.credit_first_date <= %(today)s
                                   AND (p.credit_end_date IS NULL
                                        OR p.credit_end_date > %(today)s), FALSE) AS covered) c
         LEFT JOIN LATERAL (SELECT l.id FROM crm_lead l
                             WHERE l.is_credit_project AND l.active
                               AND (l.reference_entry_id = e.id OR l.partner_id = e.partner_id)
                          ORDER BY l.id LIMIT 1) l ON TRUE
            """,
            today=self.env.company._credit_today(),
        )

    def action_take_on(self):
        """Open a new target project for a company the bank lacks.

        :return: an action that opens the form, filled in
        :raises UserError: it is covered, or somebody works on it
        """
        self.ensure_one()
        self.check_access("read")
        if self.status != "lacking":
            raise UserError(self.env._("“%s” is no longer lacking.", self.name))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_service_tasks.crm_lead_project_action"
        )
        source = self.env.ref("credit_service_tasks.prospect_source_reference_list")
        action.update(
            views=[(False, "form")],
            context={
                "default_is_credit_project": True,
                "default_type": "opportunity",
                "default_name": self.name,
                "default_partner_name": self.name,
                "default_partner_id": self.partner_id.id,
                "default_reference_entry_id": self.entry_id.id,
                "default_prospect_source_id": source.id,
            },
        )
        return action
