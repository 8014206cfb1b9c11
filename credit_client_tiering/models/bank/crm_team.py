from odoo import api, fields, models


class CrmTeam(models.Model):
    """A sales team as a unit of the bank: a tree of institutions of a kind."""

    _inherit = "crm.team"
    _parent_store = True
    _parent_name = "parent_id"

    parent_id = fields.Many2one(
        "crm.team",
        string="Parent institution",
        index=True,
        ondelete="restrict",
        help="The unit this one reports to. Staff of the parent see its clients.",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("crm.team", "parent_id", string="Subordinate institutions")
    outline = fields.Char(
        compute="_compute_outline", help="The name, set in by its place in the tree."
    )
    institution_kind_id = fields.Many2one(
        "credit.institution.kind",
        string="Institution kind",
        index="btree_not_null",
        ondelete="restrict",
    )
    institution_code = fields.Char(
        copy=False,
        help="The code the bank's own systems use; imports match on it.",
    )

    _institution_code_unique = models.UniqueIndex(
        "(institution_code) WHERE institution_code IS NOT NULL",
        "Another institution already has this code.",
    )

    @api.depends("name", "parent_path")
    def _compute_outline(self):
        for team in self:
            depth = max((team.parent_path or "").count("/") - 1, 0)
            # Ideographic spaces: ordinary ones collapse on the screen.
            team.outline = "\u3000" * depth + (team.name or "")
