from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

ADMIN = "credit_client_tiering.group_list_admin"


class CreditCoverageProgramme(models.Model):
    """Full coverage of the strategic and quality clients of the area (R-P-1b, A51)."""

    _name = "credit.coverage.programme"
    _inherit = ["mail.thread"]
    _description = "Coverage Programme"
    _order = "date_from desc, id"

    name = fields.Char(required=True, translate=True)
    clause = fields.Char(default="R-P-1b", readonly=True)
    date_from = fields.Date("Begins", required=True, default=date(2021, 1, 1), tracking=True)
    years = fields.Integer(required=True, default=3, tracking=True)
    deadline = fields.Date(compute="_compute_deadline", store=True)
    strategic_list_ids = fields.Many2many(
        "credit.reference.list",
        "credit_coverage_strategic_rel",
        string="Lists of strategic clients",
    )
    quality_list_ids = fields.Many2many(
        "credit.reference.list",
        "credit_coverage_quality_rel",
        string="Lists of quality clients",
    )
    item_ids = fields.One2many("credit.coverage.item", "programme_id", string="Companies")
    active = fields.Boolean(default=True)

    _years_positive = models.Constraint("CHECK (years > 0)", "A programme runs a year at least.")

    @api.depends("date_from", "years")
    def _compute_deadline(self):
        for programme in self:
            programme.deadline = programme.date_from and (
                programme.date_from + relativedelta(years=programme.years) - timedelta(days=1)
            )

    def action_fill(self):
        """Take the names of the lists into the programme; done again, it adds what is new.

        A name that is a client already lies with that client's institution; the
        head office says where the others lie.

        :return: True
        :raises AccessError: the caller is no list administrator
        """
        if not self.env.su and not self.env.user.has_group(ADMIN):
            raise AccessError(
                self.env._(
                    "Only a list administrator may fill a programme; you (%s) are not one.",
                    self.env.user.name,
                )
            )
        self.check_access("write")
        for model in ("credit.reference.entry", "credit.coverage.item", "res.partner"):
            self.env[model].flush_model()
        self.flush_recordset()
        for programme in self:
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO credit_coverage_item (
                        programme_id, entry_id, tier, institution_id,
                        create_uid, create_date, write_uid, write_date)
                    SELECT DISTINCT ON (e.id) %(programme)s, e.id, l.tier,
                           p.credit_institution_id, %(uid)s, %(now)s, %(uid)s, %(now)s
                      FROM (SELECT unnest(%(strategic)s::integer[]) AS id, 'strategic' AS tier
                             UNION ALL
                            SELECT unnest(%(quality)s::integer[]), 'quality') l
                      JOIN credit_reference_entry e ON e.list_id = l.id AND e.state <> 'dropped'
                 LEFT JOIN res_partner p ON p.id = e.partner_id
                  ORDER BY e.id, l.tier DESC
               ON CONFLICT (programme_id, entry_id) DO NOTHING
                    """,
                    programme=programme.id,
                    uid=self.env.uid,
                    now=fields.Datetime.now(),
                    strategic=programme.strategic_list_ids.ids,
                    quality=programme.quality_list_ids.ids,
                )
            )
        self.env["credit.coverage.item"].invalidate_model(flush=False)
        self.invalidate_recordset(["item_ids"], flush=False)
        return True

    def action_view_report(self):
        """Open how far the coverage has come.

        :return: an action that opens a pivot
        """
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_service_tasks.credit_coverage_report_action"
        )
        action["domain"] = [("programme_id", "=", self.id)]
        return action
