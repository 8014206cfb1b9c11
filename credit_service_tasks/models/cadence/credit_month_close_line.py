from odoo import api, fields, models

from odoo.addons.credit_client_tiering.models.policy.tiers import TIERS


class CreditMonthCloseLine(models.Model):
    """Figures of one rule, post and person in a closed month."""

    _name = "credit.month.close.line"
    _description = "Figures of a Closed Month"
    _order = "close_id, rule_id, id"
    _rec_name = "rule_id"

    close_id = fields.Many2one(
        "credit.month.close", required=True, index=True, ondelete="cascade", readonly=True
    )
    institution_id = fields.Many2one(
        related="close_id.institution_id", store=True, index="btree_not_null"
    )
    month = fields.Date(related="close_id.month", store=True)
    rule_id = fields.Many2one(
        "credit.cadence.rule", required=True, index=True, ondelete="restrict", readonly=True
    )
    post_id = fields.Many2one(
        "credit.post", index="btree_not_null", ondelete="restrict", readonly=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
    tier = fields.Selection(TIERS, string="List", readonly=True)
    due = fields.Integer(readonly=True, help="Less the waived and ended ones.")
    done = fields.Integer("Done in time", readonly=True)
    late = fields.Integer("Done late", readonly=True)
    overdue = fields.Integer(readonly=True)
    waived = fields.Integer(readonly=True)
    ended = fields.Integer(readonly=True)
    guideline = fields.Integer(readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        self.env["credit.month.close"]._check_closing()
        return super().create(vals_list)

    def write(self, vals):
        self.env["credit.month.close"]._check_closing()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self.env["credit.month.close"]._check_closing()
