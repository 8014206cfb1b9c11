from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.credit_client_tiering.fields import Figure

ADMIN = "credit_client_tiering.group_list_admin"


class CreditDevelopmentTarget(models.Model):
    """A line of the year's development plan: rule × institution (D-0a)."""

    _name = "credit.development.target"
    _inherit = ["mail.thread"]
    _description = "Yearly Development Target"
    _order = "year desc, rule_id, institution_id"

    year = fields.Integer(required=True, readonly=True, aggregator=None)
    rule_id = fields.Many2one(
        "credit.development.rule", required=True, index=True, readonly=True, ondelete="restrict"
    )
    clause = fields.Char(readonly=True)
    institution_id = fields.Many2one(
        "crm.team",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
        help="Empty: the whole bank.",
    )
    unmapped = fields.Boolean(
        "Kind to be mapped",
        readonly=True,
        help="No rule names the kind of the institution; the stricter floor holds (A43).",
    )
    floor = Figure("Floor of the guide", readonly=True, help="Copied when the year was opened.")
    minimum = Figure(
        "Target", tracking=True, help="The bank may ask for more; empty while there is no figure."
    )
    actual = fields.Integer(compute="_compute_actual", help="Clients with a new loan this year.")
    parts = fields.Integer(
        "Counted below",
        compute="_compute_actual",
        help="For the whole bank: what the institutions of the other lines reached together.",
    )
    status = fields.Selection(
        [
            ("satisfied", "Satisfied"),
            ("open", "Open"),
            ("missed", "Missed"),
            ("no_figure", "No figure: cannot be judged"),
        ],
        compute="_compute_actual",
    )
    gap = fields.Integer("Missing", compute="_compute_actual")

    _once = models.UniqueIndex(
        "(year, rule_id, COALESCE(institution_id, 0))", "This line of the plan exists already."
    )

    @api.depends_context("lang")
    @api.depends("rule_id", "year", "institution_id")
    def _compute_display_name(self):
        for line in self:
            where = line.institution_id.name or self.env._("whole bank")
            line.display_name = f"{line.year or ''} {line.rule_id.name or ''} – {where}"

    @api.depends("year", "rule_id", "institution_id", "minimum")
    def _compute_actual(self):
        today = self.env.company._credit_today()
        counts = self._count()
        for line in self:
            line.actual = counts.get(line.id, 0)
            line.gap = max(int(line.minimum or 0) - line.actual, 0)
            if line.minimum is False:
                line.status = "no_figure"
            elif line.actual >= line.minimum:
                line.status = "satisfied"
            else:
                line.status = "missed" if line.year < today.year else "open"
            line.parts = 0
        for line in self.filtered(lambda r: r.rule_id.scope == "bank"):
            same_field = line.search(
                [
                    ("year", "=", line.year),
                    ("institution_id", "!=", False),
                    ("rule_id.designation_type_id", "=", line.rule_id.designation_type_id.id),
                ]
            )
            line.parts = sum(same_field._count().values())

    def _count(self):
        """Return per line how many clients count.

        A client counts once a year, at the institution that managed it when its
        first loan of the year was paid out, and there for all that lie above.
        """
        if not self.ids:
            return {}
        for model in ("credit.loan.payout", "res.partner", "credit.designation", "crm.team"):
            self.env[model].flush_model()
        self.env["credit.development.rule"].flush_model()
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH first_loan AS (
                    SELECT DISTINCT ON (l.partner_id, y.year) l.partner_id, y.year, l.date,
                           i.parent_path
                      FROM (SELECT DISTINCT year FROM credit_development_target
                             WHERE id = ANY(%(ids)s)) y
                      JOIN credit_loan_payout l
                        ON l.date BETWEEN make_date(y.year, 1, 1) AND make_date(y.year, 12, 31)
                 LEFT JOIN crm_team i ON i.id = l.institution_id
                  ORDER BY l.partner_id, y.year, l.date, l.id)
                SELECT t.id, count(f.partner_id)
                  FROM credit_development_target t
                  JOIN credit_development_rule r ON r.id = t.rule_id
             LEFT JOIN crm_team i ON i.id = t.institution_id
             LEFT JOIN (first_loan f JOIN res_partner p ON p.id = f.partner_id)
                    ON f.year = t.year
                   AND (t.institution_id IS NULL OR f.parent_path LIKE i.parent_path || '%%')
                   AND (r.designation_type_id IS NULL OR EXISTS (
                        SELECT FROM credit_designation d
                         WHERE d.partner_id = f.partner_id AND d.type_id = r.designation_type_id
                           AND d.holds AND d.voided_at IS NULL AND d.date_from <= f.date
                           AND (d.date_to IS NULL OR d.date_to >= f.date)))
                   AND (NOT EXISTS (SELECT FROM credit_development_rule_industry_rel x
                                     WHERE x.credit_development_rule_id = r.id)
                        OR EXISTS (SELECT FROM credit_development_rule_industry_rel x
                                    WHERE x.credit_development_rule_id = r.id
                                      AND x.credit_term_id = p.credit_industry_id))
                 WHERE t.id = ANY(%(ids)s)
              GROUP BY t.id
                """,
                ids=self.ids,
            )
        )
        return dict(rows)

    def write(self, vals):
        if set(vals) - {"minimum"} and not self.env.su:
            raise AccessError(
                self.env._("Only the figure of a development target may be set by the bank.")
            )
        if vals.get("minimum") not in (None, False):
            for line in self:
                if line.floor is not False and vals["minimum"] < line.floor:
                    raise UserError(
                        self.env._(
                            "“%(line)s”: %(clause)s asks for at least %(floor)s; the bank may "
                            "only ask for more.",
                            line=line.display_name,
                            clause=line.clause,
                            floor=f"{line.floor:g}",
                        )
                    )
        return super().write(vals)

    @api.model
    def _open_year(self, year):
        """Open the lines of a year that are missing; return them."""
        lines = self.sudo()  # by the nightly job, or after the check of action_open_year
        there = {
            (line.rule_id, line.institution_id) for line in lines.search([("year", "=", year)])
        }
        rules = self.env["credit.development.rule"].sudo().search(Domain.TRUE)
        values = []
        for rule in rules:
            unmapped = rule._unmapped() if rule.for_unmapped else self.env["crm.team"]
            for institution in rule._institutions() or [self.env["crm.team"]]:
                if rule.scope == "each" and not institution:
                    continue
                if (rule, institution) not in there:
                    values.append(
                        {
                            "year": year,
                            "rule_id": rule.id,
                            "clause": rule.clause,
                            "institution_id": institution.id,
                            "unmapped": institution in unmapped,
                            "floor": rule.minimum,
                            "minimum": rule.minimum,
                        }
                    )
        return self.browse(lines.create(values).ids)

    @api.model
    def _cron_open_year(self):
        self._open_year(self.env.company._credit_today().year)

    @api.model
    def action_open_year(self):
        """Open this year's development plan, or add what institutions need since.

        :return: an action that opens the plan
        :raises AccessError: the caller is no list administrator
        """
        if not self.env.su and not self.env.user.has_group(ADMIN):
            raise AccessError(
                self.env._(
                    "Only a list administrator may open the development plan; you (%s) are "
                    "not one.",
                    self.env.user.name,
                )
            )
        self._open_year(self.env.company._credit_today().year)
        return self.env["ir.actions.act_window"]._for_xml_id(
            "credit_service_tasks.credit_development_target_action"
        )

    def action_view_clients(self):
        """Open the loans of the year that lie in the line's institution.

        :return: an action that opens a list
        """
        self.ensure_one()
        domain = [
            ("date", ">=", date(self.year, 1, 1)),
            ("date", "<=", date(self.year, 12, 31)),
        ]
        if self.institution_id:
            domain.append(("institution_id", "child_of", self.institution_id.id))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_service_tasks.credit_loan_payout_action"
        )
        action["domain"] = domain
        return action
