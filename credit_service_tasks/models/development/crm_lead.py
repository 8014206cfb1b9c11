from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.credit_client_tiering.fields import Figure

# What the source of a project asks for, by its kind.
ASKED = {
    "reference_list": "reference_entry_id",
    "key_project": "key_project_id",
    "referral": "referrer_id",
    "chain": "referrer_id",
    "authority": "authority_id",
    "competitor": "competitor_bank",
}


class CrmLead(models.Model):
    """A lead as an entry of the corporate project library (R-V-3d)."""

    _inherit = "crm.lead"

    is_credit_project = fields.Boolean("Target project", index="btree_not_null")
    need_id = fields.Many2one(
        "credit.term",
        domain=[("category", "=", "need")],
        index="btree_not_null",
        ondelete="restrict",
    )
    project_field_id = fields.Many2one(
        "credit.term",
        string="Field of the project",
        domain=[("category", "=", "project_field")],
        index="btree_not_null",
        ondelete="restrict",
        help="The fields of K-3d; the bank may add others.",
    )
    fund_kind_ids = fields.Many2many(
        "credit.term",
        "crm_lead_credit_fund_kind_rel",
        string="Kinds of funds",
        domain=[("category", "=", "fund_kind")],
        help="Stable and special-purpose funds to be won (R-P-3b).",
    )
    zone_id = fields.Many2one(
        "credit.term",
        domain=[("category", "=", "zone")],
        index="btree_not_null",
        ondelete="restrict",
        help="One of the four zones (S-P-2).",
    )
    prospect_source_id = fields.Many2one(
        "credit.prospect.source",
        string="Prospect source",
        index="btree_not_null",
        ondelete="restrict",
    )
    source_kind = fields.Selection(related="prospect_source_id.kind", string="Source asks for")
    reference_entry_id = fields.Many2one(
        "credit.reference.entry", index="btree_not_null", ondelete="restrict"
    )
    key_project_id = fields.Many2one(
        "credit.key.project", index="btree_not_null", ondelete="restrict"
    )
    referrer_id = fields.Many2one(
        "res.partner",
        string="Introduced by",
        index="btree_not_null",
        domain=[("is_credit_client", "=", True)],
        help="The client who introduced the company, or in whose chain it stands.",
    )
    referrer_thanked_on = fields.Date("Referrer thanked on")
    authority_id = fields.Many2one(
        "credit.term",
        domain=[("category", "=", "authority")],
        index="btree_not_null",
        ondelete="restrict",
        help="The office that named the company (K-3e).",
    )
    competitor_bank = fields.Char("Present bank", help="Where the company banks now (K-3f).")
    competitor_review_date = fields.Date("Reviewed again on")
    # Not Odoo's expected revenue: that one turns unknown into zero, in another currency.
    expected_amount = Figure(help="Credit or funds expected from the project, in yuan.")
    drawdown_month = fields.Date("Expected drawdown", help="Any day of the month.")
    drawn_amount = Figure(
        "Drawn down",
        compute="_compute_drawn",
        help="Loans paid out to the company since the project was opened, in yuan.",
    )
    drawn_on = fields.Date("Last drawdown", compute="_compute_drawn")
    follow_up_ids = fields.One2many("credit.project.follow.up", "lead_id", string="Follow-ups")
    last_follow_up = fields.Date(compute="_compute_last_follow_up", store=True)
    follow_up_overdue = fields.Boolean(
        compute="_compute_follow_up_overdue",
        search="_search_follow_up_overdue",
        help="No progress was noted in the last full week nor in this one (R-V-3f).",
    )
    project_target_ids = fields.One2many("credit.project.target", "lead_id", string="Months")
    is_target_this_month = fields.Boolean(
        "Target of this month",
        compute="_compute_is_target_this_month",
        search="_search_is_target_this_month",
    )

    @api.depends("partner_id", "create_date", "is_credit_project")
    def _compute_drawn(self):
        projects = self._origin.filtered("is_credit_project")
        company = {lead: lead.partner_id.commercial_partner_id for lead in projects}
        loans = self.env["credit.loan.payout"].search_fetch(
            Domain("partner_id", "in", [partner.id for partner in company.values()]),
            ["partner_id", "date", "amount"],
        )
        by_company = loans.grouped("partner_id")
        for lead in self:
            paid = by_company.get(company.get(lead._origin), loans.browse())
            start = lead._origin.create_date
            paid = paid.filtered(lambda loan, start=start: loan.date >= start.date())
            lead.drawn_amount = sum(paid.mapped("amount")) if paid else False
            lead.drawn_on = max(paid.mapped("date")) if paid else False

    @api.depends("follow_up_ids.date")
    def _compute_last_follow_up(self):
        latest = dict(
            self.env["credit.project.follow.up"]._read_group(
                [("lead_id", "in", self.ids)], ["lead_id"], ["date:max"]
            )
        )
        for lead in self:
            lead.last_follow_up = latest.get(lead._origin)

    def _last_week_start(self):
        today = self.env.company._credit_today()
        return today - timedelta(days=today.weekday() + 7)

    @api.depends("last_follow_up", "won_status", "active")
    def _compute_follow_up_overdue(self):
        overdue = self.filtered_domain(self._follow_up_overdue_domain())
        for lead in self:
            lead.follow_up_overdue = lead in overdue

    def _follow_up_overdue_domain(self):
        monday = self._last_week_start()
        return (
            Domain("is_credit_project", "=", True)
            & Domain("active", "=", True)
            & Domain("won_status", "=", "pending")
            # A project that came during last week owes its first note this week.
            & Domain("create_date", "<", fields.Datetime.to_datetime(monday))
            & (Domain("last_follow_up", "=", False) | Domain("last_follow_up", "<", monday))
        )

    def _search_follow_up_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._follow_up_overdue_domain() if True in value else Domain.TRUE

    def _this_month_targets(self):
        month = self.env.company._credit_today().replace(day=1)
        return Domain("project_target_ids", "any", [("month", "=", month)])

    @api.depends("project_target_ids.month")
    def _compute_is_target_this_month(self):
        month = self.env.company._credit_today().replace(day=1)
        for lead in self:
            lead.is_target_this_month = month in lead.project_target_ids.mapped("month")

    def _search_is_target_this_month(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._this_month_targets() if True in value else Domain.TRUE

    @api.constrains("prospect_source_id", "is_credit_project", *set(ASKED.values()))
    def _check_source(self):
        for lead in self.filtered("is_credit_project"):
            asked = ASKED.get(lead.prospect_source_id.kind)
            if asked and not lead[asked]:
                raise ValidationError(
                    self.env._(
                        "“%(project)s” comes from the source “%(origin)s” (%(clause)s): also "
                        "enter %(field)s.",
                        project=lead.name,
                        origin=lead.prospect_source_id.name,
                        clause=lead.prospect_source_id.clause or "",
                        field=self._fields[asked].get_description(self.env)["string"],
                    )
                )

    @api.constrains("partner_id", "is_credit_project")
    def _check_project_company(self):
        for lead in self.filtered("is_credit_project"):
            if lead.partner_id and not lead.partner_id.commercial_partner_id.is_company:
                raise ValidationError(
                    self.env._(
                        "“%(project)s”: %(partner)s is a person. Choose the company.",
                        project=lead.name,
                        partner=lead.partner_id.display_name,
                    )
                )

    # VIEWS: the library has stages of its own.

    @api.model
    def _stages_domain(self, credit):
        return [("credit_step", "!=" if credit else "=", False)]

    def _stage_find(self, team_id=False, domain=None, order="sequence, id", limit=1):
        credit = any(lead.is_credit_project for lead in self)
        credit = credit or bool(self.env.context.get("default_is_credit_project"))
        domain = [*(domain or []), *self._stages_domain(credit)]
        return super()._stage_find(team_id, domain, order, limit)

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        credit = bool(self.env.context.get("default_is_credit_project"))
        found = super()._read_group_stage_ids(stages, domain)
        # sudo: stages are configuration that every pipeline shows.
        return found.filtered(lambda s: s in stages or bool(s.sudo().credit_step) == credit)

    # ACTIONS

    def action_target_this_month(self):
        """Fix the projects as targets of the running month (R-V-3e).

        :return: True
        :raises UserError: no company or no manager
        :raises AccessError: a project of another institution
        """
        self._make_target(self.env.company._credit_today())
        return True

    def action_target_next_month(self):
        """Fix the projects as targets of the coming month (R-V-3e).

        :return: True
        :raises UserError: no company or no manager
        """
        self._make_target(self.env.company._credit_today() + relativedelta(months=1, day=1))
        return True

    def _make_target(self, day):
        month = day.replace(day=1)
        self.check_access("write")
        targets = self.env["credit.project.target"]
        there = targets.search([("lead_id", "in", self.ids), ("month", "=", month)]).lead_id
        return targets.create([{"lead_id": lead.id, "month": month} for lead in self - there])
