from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.credit_client_tiering.fields import Figure
from odoo.addons.credit_client_tiering.models.bank.res_partner import VIEWERS

# The two columns of the picture beside the client, and what stands below it.
SIDES = ("upstream", "downstream", "group", "controller", "referral", "partner")
INVERSE = {"upstream": "downstream", "downstream": "upstream"}
LIMIT = 40


class ResPartner(models.Model):
    """Where the client came from, what it is apt for, and who stands around it."""

    _inherit = "res.partner"

    credit_prospect_source_id = fields.Many2one(
        "credit.prospect.source", string="Prospect source", groups=VIEWERS, ondelete="restrict"
    )
    credit_industry_id = fields.Many2one(
        "credit.term",
        string="Industry of development",
        groups=VIEWERS,
        domain=[("category", "=", "industry")],
        ondelete="restrict",
        help="Strategic emerging, advanced manufacturing, modern services … (D-1).",
    )
    credit_zone_id = fields.Many2one(
        "credit.term",
        string="Zone",
        groups=VIEWERS,
        domain=[("category", "=", "zone")],
        ondelete="restrict",
    )
    credit_rating_id = fields.Many2one(
        "credit.rating", string="Internal rating", groups=VIEWERS, ondelete="restrict"
    )
    credit_external_rating_id = fields.Many2one(
        "credit.rating", string="External rating", groups=VIEWERS, ondelete="restrict"
    )
    credit_priority_support = fields.Boolean(
        "Priority-support client",
        groups=VIEWERS,
        help="The credit policy supports the client first (D-0c).",
    )
    credit_in_focus = fields.Boolean(
        "Focus: AA and better",
        compute="_compute_credit_in_focus",
        search="_search_credit_in_focus",
        groups=VIEWERS,
        help="A priority-support client of a priority-support industry, graded AA or better "
        "(D-0c, A63).",
    )
    credit_report_date = fields.Date("Credit report checked on", groups=VIEWERS)
    credit_report_loans = Figure(
        "Loan records in the report",
        groups=VIEWERS,
        help="Also settled ones. Empty: nobody has looked.",
    )
    credit_is_first_loan = fields.Boolean(
        "First-loan client",
        compute="_compute_credit_is_first_loan",
        search="_search_credit_is_first_loan",
        groups=VIEWERS,
        help="The credit report was checked and shows no loan record, and the bank has lent "
        "nothing (D-0d).",
    )
    credit_large_account = fields.Boolean(
        "Large account",
        groups=VIEWERS,
        help="The bank says which accounts are large; the guide does not (R-V-4b, A54).",
    )
    credit_bank_managed = fields.Boolean(
        "Bank-managed account",
        groups=VIEWERS,
        help="Named, not defined by the guide (R-V-4b, A54).",
    )
    credit_relation_ids = fields.One2many(
        "credit.relation", "partner_id", string="Relations", groups=VIEWERS
    )
    credit_chain_picture = fields.Html(
        compute="_compute_credit_chain_picture", sanitize=False, groups=VIEWERS
    )

    @api.model
    def _focus_domain(self):
        external = self.env["credit.reading"]._chosen("A63") == "external"
        rating = "credit_external_rating_id" if external else "credit_rating_id"
        return (
            Domain(f"{rating}.in_focus", "=", True)
            & Domain("credit_priority_support", "=", True)
            & Domain("credit_industry_id.priority_support", "=", True)
        )

    @api.depends("credit_rating_id", "credit_external_rating_id", "credit_priority_support")
    def _compute_credit_in_focus(self):
        found = self.filtered_domain(self._focus_domain())
        for partner in self:
            partner.credit_in_focus = partner in found

    def _search_credit_in_focus(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._focus_domain() if True in value else Domain.TRUE

    @api.model
    def _first_loan_domain(self):
        return (
            Domain("credit_report_date", "!=", False)
            & Domain("credit_report_loans", "=", 0)
            & Domain("credit_first_date", "=", False)
        )

    @api.depends("credit_report_date", "credit_report_loans", "credit_first_date")
    def _compute_credit_is_first_loan(self):
        for partner in self:
            loans = partner.credit_report_loans
            known = bool(partner.credit_report_date) and loans is not False
            partner.credit_is_first_loan = known and loans == 0 and not partner.credit_first_date

    def _search_credit_is_first_loan(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._first_loan_domain() if True in value else Domain.TRUE

    # THE PICTURE

    @api.depends_context("uid", "lang")
    @api.depends("credit_relation_ids")
    def _compute_credit_chain_picture(self):
        for partner in self:
            partner.credit_chain_picture = partner._origin and partner._draw_chain() or Markup()

    def _draw_chain(self):
        """Return the relations of the client as a picture (HTML): who stands where."""
        self.ensure_one()
        columns = {side: [] for side in SIDES}
        relations = self.env["credit.relation"]
        live = relations._live_domain()
        for relation in relations.search(live & Domain("partner_id", "=", self.id), limit=LIMIT):
            columns[relation.side].append(self._chain_node(relation, relation.other_id))
        for relation in relations.search(live & Domain("other_id", "=", self.id), limit=LIMIT):
            side = INVERSE.get(relation.side, relation.side)
            columns[side].append(self._chain_node(relation, relation.partner_id, inverse=True))
        sides = dict(
            self.env["credit.relation.type"]._fields["side"]._description_selection(self.env)
        )
        return self.env["ir.qweb"]._render(
            "credit_service_tasks.credit_chain_picture",
            {"client": self, "columns": columns, "sides": sides},
        )

    def _chain_node(self, relation, other, inverse=False):
        # sudo: name and list of a related company are shown, nothing else of it; the
        # relation itself was found with the reader's own rights.
        company = other.sudo()
        served = company.is_credit_client and (
            company.credit_state == "active" or company.credit_business_since
        )
        tiers = dict(company._fields["credit_tier"]._description_selection(self.env))
        return {
            "id": other.id,
            "name": company.name,
            "relation": relation.type_id.inverse_name if inverse else relation.type_id.name,
            "served": bool(served),
            "tier": tiers.get(company.credit_tier, ""),
        }

    def action_view_relations(self):
        """Open the relations of the client.

        :return: an action that opens a list
        """
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_service_tasks.credit_relation_action"
        )
        action["domain"] = ["|", ("partner_id", "=", self.id), ("other_id", "=", self.id)]
        action["context"] = {"default_partner_id": self.id}
        return action
