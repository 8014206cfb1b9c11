from odoo import api, fields, models
from odoo.fields import Domain


class CreditGuideDocument(models.Model):
    """A document the guide refers to and does not contain (X-4 to X-11)."""

    _name = "credit.guide.document"
    _inherit = ["credit.internal.thread"]
    _description = "Document of the Guide"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    clause = fields.Char(help="The clause that refers to it.")
    sequence = fields.Integer(default=10)
    what_for = fields.Char("What it is needed for", translate=True)
    number = fields.Char("Document number")
    valid_from = fields.Date()
    owner_id = fields.Many2one("res.users", string="Who looks after it", index="btree_not_null")
    attachment_ids = fields.Many2many("ir.attachment", string="Files", copy=False)
    is_here = fields.Boolean("On file", compute="_compute_is_here", search="_search_is_here")
    note = fields.Text()
    active = fields.Boolean(default=True)

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        documents._keep_files()
        return documents

    def write(self, vals):
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._keep_files()
        return result

    def _keep_files(self):
        """Tie uploaded files to their document, so that whoever reads it may open them."""
        for document in self:
            loose = document.attachment_ids.filtered(
                lambda file: not file.res_id and file.create_uid == self.env.user
            )
            loose.write({"res_model": self._name, "res_id": document.id})

    @api.depends("attachment_ids")
    def _compute_is_here(self):
        for document in self:
            document.is_here = bool(document.attachment_ids)

    def _search_is_here(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("attachment_ids", "!=" if True in value else "=", False)
