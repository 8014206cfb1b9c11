from odoo import api, fields, models


class CreditLoanProduct(models.Model):
    """A loan one can apply for, with the papers it takes (S-B-3g)."""

    _name = "credit.loan.product"
    _inherit = ["mail.thread"]
    _description = "Loan Product"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Stable key.")
    sequence = fields.Integer(default=10)
    process_id = fields.Many2one(
        "credit.process",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env["credit.process"].search([], limit=1),
    )
    paper_type_ids = fields.Many2many(
        "credit.paper.type", "credit_loan_product_paper_rel", string="Papers", tracking=True
    )
    paper_count = fields.Integer("Number of papers", compute="_compute_paper_count")
    paper_note = fields.Char(compute="_compute_paper_count")
    small_micro_only = fields.Boolean("For small and micro enterprises")
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "Another loan product already has this code.")

    @api.depends("paper_type_ids", "process_id.max_papers")
    def _compute_paper_count(self):
        for product in self:
            count, limit = len(product.paper_type_ids), product.process_id.max_papers
            product.paper_count = count
            product.paper_note = (
                self.env._(
                    "%(count)s papers, more than the %(limit)s promised on average (S-B-3g).",
                    count=count,
                    limit=limit,
                )
                if limit and count > limit
                else False
            )
