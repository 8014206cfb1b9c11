from odoo import api, fields, models

from ..models.listing.departments import DEPARTMENTS


class CreditDecide(models.TransientModel):
    """Ask for the reason of a decision, and for the department where it is open."""

    _name = "credit.decide"
    _description = "Decide on Nominations"

    nomination_ids = fields.Many2many("credit.nomination", string="Nominations", required=True)
    outcome = fields.Selection(
        [
            ("approve", "Approve"),
            ("return", "Return to the institution"),
            ("refuse", "Refuse"),
        ],
        required=True,
        default="approve",
    )
    department = fields.Selection(
        DEPARTMENTS, string="In the name of", default=lambda self: self._default_department()
    )
    choose_department = fields.Boolean(compute="_compute_capacity")
    capacity = fields.Char("You decide", compute="_compute_capacity")
    needs_reason = fields.Boolean(compute="_compute_needs_reason")
    reason = fields.Text(help="Kept with the decision and told to the institution.")

    @api.model
    def _default_department(self):
        departments = self.env["credit.nomination"]._departments_of_reader()
        own = [code for code, principal in departments.items() if not principal]
        return next(iter(own or departments), False)

    @api.depends_context("uid")
    @api.depends("department")
    def _compute_capacity(self):
        nominations = self.env["credit.nomination"]
        departments = nominations._departments_of_reader()
        names = nominations._department_names()
        for wizard in self:
            wizard.choose_department = len(departments) > 1
            principal = departments.get(wizard.department)
            wizard.capacity = names.get(wizard.department, "")
            if principal:
                wizard.capacity = self.env._(
                    "%(department)s, standing in for %(reviewer)s",
                    department=names[wizard.department],
                    reviewer=principal.name,
                )

    @api.depends("outcome", "nomination_ids")
    def _compute_needs_reason(self):
        for wizard in self:
            wizard.needs_reason = wizard.outcome != "approve" or any(
                not n.agrees for n in wizard.nomination_ids
            )

    def action_confirm(self):
        """Decide as entered.

        :raises AccessError, UserError, ValidationError: as of the decision itself
        """
        self.ensure_one()
        nominations = self.nomination_ids
        if self.outcome == "approve" and len(nominations) > 1:
            # Exceptions are approved one by one.
            nominations.action_approve_agreeing(self.department or False)
        else:
            nominations.action_decide(self.outcome, self.reason or "", self.department or False)
        return {"type": "ir.actions.act_window_close"}
