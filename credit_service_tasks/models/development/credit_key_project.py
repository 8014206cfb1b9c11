from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.credit_client_tiering.fields import Figure

from .credit_key_project_list import _IMPORT


class CreditKeyProject(models.Model):
    """One project of a key-project list; a blank spot while nobody works on it (K-3b)."""

    _name = "credit.key.project"
    _description = "Key Project"
    _order = "list_id, id"

    list_id = fields.Many2one(
        "credit.key.project.list", required=True, index=True, readonly=True, ondelete="cascade"
    )
    name = fields.Char("Project", required=True, readonly=True)
    owner_name = fields.Char("Company", readonly=True, help="The company behind the project.")
    owner_code = fields.Char("Unified social credit code", readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Known company",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
    )
    field_id = fields.Many2one(
        "credit.term",
        index="btree_not_null",
        readonly=True,
        domain=[("category", "=", "project_field")],
        ondelete="restrict",
    )
    institution_id = fields.Many2one(
        "crm.team",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
        help="In whose area the project lies.",
    )
    amount = Figure("Investment", readonly=True)
    note = fields.Char(readonly=True)
    date_from = fields.Date("Listed since", readonly=True)
    listed = fields.Boolean(
        "Still listed", default=True, readonly=True, help="Unticked: a later file dropped it."
    )
    lead_ids = fields.One2many("crm.lead", "key_project_id", string="Target projects")
    has_owner = fields.Boolean(
        "Somebody works on it",
        compute="_compute_has_owner",
        store=True,
        help="A target project with a manager deals with it.",
    )

    _once = models.UniqueIndex(
        "(list_id, name, COALESCE(owner_name, ''))", "The list names this project already."
    )

    @api.depends("lead_ids.user_id", "lead_ids.active")
    def _compute_has_owner(self):
        for project in self:
            # sudo: whether somebody works on it is no secret, who it is may be one.
            project.has_owner = bool(project.sudo().lead_ids.filtered("active").user_id)

    # ORM: projects come from the file of their list.

    def _check_import(self):
        if self.env.context.get("credit_key_project") is not _IMPORT:
            raise AccessError(
                self.env._("Key projects come from the file of their list; import it instead.")
            )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_import()
        return super().create(vals_list)

    def write(self, vals):
        # The stored compute writes through _write, never through here.
        self._check_import()
        return super().write(vals)

    def unlink(self):
        self._check_import()
        return super().unlink()

    def _find_owners(self):
        """Recognise companies that are on file, by their credit code."""
        codes = [code for code in self.mapped("owner_code") if code]
        partners = self.env["res.partner"].search(
            [("is_credit_client", "=", True), ("credit_code", "in", codes)]
        )
        by_code = {partner.credit_code: partner for partner in partners}
        for project in self:
            if partner := by_code.get(project.owner_code):
                project.partner_id = partner

    def action_take_on(self):
        """Open a new target project for this key project, in the caller's name.

        :return: an action that opens the form, filled in
        :raises UserError: somebody works on it already
        """
        self.ensure_one()
        self.check_access("read")
        if self.has_owner:
            raise UserError(self.env._("Somebody already works on “%s”.", self.name))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_service_tasks.crm_lead_project_action"
        )
        source = self.env.ref("credit_service_tasks.prospect_source_key_project")
        action.update(
            views=[(False, "form")],
            context={
                "default_is_credit_project": True,
                "default_type": "opportunity",
                "default_name": self.name,
                "default_partner_name": self.owner_name,
                "default_partner_id": self.partner_id.id,
                "default_key_project_id": self.id,
                "default_prospect_source_id": source.id,
                "default_project_field_id": self.field_id.id,
                "default_expected_amount": self.amount,
            },
        )
        return action
