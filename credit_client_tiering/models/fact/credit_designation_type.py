from odoo import fields, models


class CreditDesignationType(models.Model):
    """A kind of statement about a client that the guide's criteria ask for."""

    _name = "credit.designation.type"
    _description = "Designation Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Stable key of rules and imports.")
    clause = fields.Char(help="The clause of the guide it comes from.")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("claim", "Claim: absent means no"),
            ("judgement", "Judgement: absent means nobody judged yet"),
        ],
        required=True,
        default="claim",
        help="Decides what it means when a client has no such designation.",
    )
    category = fields.Selection(
        [
            ("class", "Enterprise class"),
            ("resource", "Resources"),
            ("agreement", "Agreement"),
            ("recognition", "Head-office recognition"),
            ("relation", "Relation to the bank"),
            ("industry", "Industry and contribution"),
            ("soundness", "Soundness"),
            ("policy", "Credit policy"),
            ("prospect", "Prospect"),
            ("potential", "Potential category"),
        ],
        required=True,
        default="class",
    )
    has_rank = fields.Boolean("Has a rank", help="The statement carries the place on a ranking.")
    head_office_only = fields.Boolean(
        "Head office only", help="Only head-office departments may state it (A10)."
    )
    supplied_by = fields.Selection(
        [
            ("client_manager", "Client manager"),
            ("head_office", "Head office"),
            ("reference_list", "Reference list"),
        ],
        required=True,
        default="client_manager",
        help="Whom to ask when it is missing.",
    )
    description = fields.Text(translate=True)
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "Another designation type already has this code.")

    def write(self, vals):
        changed = self.filtered(lambda t: "kind" in vals and t.kind != vals["kind"])
        result = super().write(vals)
        if changed:
            # What it means to have none is part of compiled policies, and of verdicts.
            self.env.registry.clear_cache()
            self.env["credit.assessment"]._assess()
        return result
