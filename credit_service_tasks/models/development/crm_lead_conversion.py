from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain


class CrmLead(models.Model):
    """From the library into the book: the company becomes a credit client."""

    _inherit = "crm.lead"

    def _project_company(self):
        """Return the company of the project; made from its name when it is new."""
        self.ensure_one()
        if not self.partner_id:
            if not self.partner_name:
                raise UserError(
                    self.env._("“%s” names no company yet. Enter or choose it first.", self.name)
                )
            self.partner_id = self.env["res.partner"].create(
                {
                    "name": self.partner_name,
                    "is_company": True,
                    "user_id": self.user_id.id,
                    "phone": self.phone,
                    "email": self.email_from,
                }
            )
        return self.partner_id.commercial_partner_id

    def action_make_credit_client(self):
        """Mark the companies of the projects as credit clients.

        The company goes to the project's institution and manager unless it has
        them; the source of the project is kept with it, and what the source states
        becomes a designation (T-P, S-P-3).

        :return: an action that opens the client of a single project, else True
        :raises UserError: no company, or no institution
        :raises AccessError: a project or company of another institution
        """
        self.check_access("write")
        for lead in self:
            lead._convert_to_client()
        if len(self) > 1:
            return True
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.commercial_partner_id.id,
            "views": [
                (self.env.ref("credit_client_tiering.res_partner_view_form_client").id, "form")
            ],
            "context": {"default_is_credit_client": True},
        }

    def _convert_to_client(self):
        company = self._project_company()
        if not self.is_credit_project:
            raise UserError(self.env._("“%s” is no project of the library.", self.name))
        if not self.team_id:
            raise UserError(
                self.env._("“%s” has no institution; a client belongs to one.", self.name)
            )
        values = {}
        if not company.is_credit_client:
            values["is_credit_client"] = True
            values["credit_institution_id"] = self.team_id.id
        if not company.user_id:
            values["user_id"] = self.user_id.id
        if not company.credit_prospect_source_id:
            values["credit_prospect_source_id"] = self.prospect_source_id.id
        if values:
            company.write(values)
        self._state_source(company)
        if self.referrer_id:
            self._relate_referrer(company)
        self._message_log(
            body=self.env._("%s is a credit client from here on.", company.display_name)
        )

    def _state_source(self, company):
        """State about the client what its source says, once."""
        marketing = self.env.ref("credit_client_tiering.designation_type_in_marketing")
        designations = self.env["credit.designation"]
        today = self.env.company._credit_today()
        wanted = marketing | self.prospect_source_id.designation_type_id
        live = designations._effective_domain(today) & Domain("partner_id", "=", company.id)
        held = designations.search(live).filtered("holds").type_id
        designations.create(
            [
                {
                    "partner_id": company.id,
                    "type_id": type_.id,
                    "source": self.env._(
                        "project library: %(project)s, %(origin)s",
                        project=self.name,
                        origin=self.prospect_source_id.name or "–",
                    ),
                }
                for type_ in wanted - held
            ]
        )

    def _relate_referrer(self, company):
        chain = self.source_kind == "chain"
        code = "partner" if chain else "referral"
        kind = self.env["credit.relation.type"].search([("code", "=", code)])
        relations = self.env["credit.relation"]
        known = relations.search_count(
            [
                ("partner_id", "=", self.referrer_id.commercial_partner_id.id),
                ("other_id", "=", company.id),
                ("date_to", "=", False),
            ]
        )
        if kind and not known and self.referrer_id.commercial_partner_id != company:
            relations.create(
                {
                    "partner_id": self.referrer_id.commercial_partner_id.id,
                    "other_id": company.id,
                    "type_id": kind.id,
                    "note": self.name,
                }
            )
