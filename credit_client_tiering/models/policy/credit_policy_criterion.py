from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...fields import Figure
from .tiers import TIERS

KINDS = [
    ("group", "Combination of criteria"),
    ("figure", "Figure against a threshold"),
    ("compare", "Figure against another figure"),
    ("designation", "Designation"),
    ("rank", "Place on a ranking"),
    ("product", "A product in use"),
    ("products", "Number of products"),
    ("attribute", "Property of the client"),
    ("years", "Years with the bank"),
    ("reference", "Another criterion"),
    ("constant", "Fixed answer"),
]

# What each kind cannot do without.
NEEDED = {
    "group": ("combine",),
    "figure": ("metric_id", "basis", "operator", "threshold"),
    "compare": ("metric_id", "basis", "operator", "compare_metric_id"),
    "designation": ("designation_type_id",),
    "rank": ("designation_type_id", "threshold"),
    "product": ("product_id",),
    "products": ("count_basis", "operator", "threshold"),
    "attribute": ("attribute", "allowed_values"),
    "years": ("operator", "threshold"),
    "reference": ("reference_id",),
    "constant": ("constant",),
}


class CreditPolicyCriterion(models.Model):
    """One node of a policy's tree: a combination, or a test of one fact.

    Typed data instead of formulas: every node can be explained, compared
    between versions and reviewed by people who do not program.
    """

    _name = "credit.policy.criterion"
    _description = "Classification Criterion"
    _parent_store = True
    _order = "sequence, id"

    policy_id = fields.Many2one(
        "credit.policy",
        compute="_compute_policy_id",
        store=True,
        readonly=False,
        recursive=True,
        required=True,
        precompute=True,
        index=True,
        ondelete="cascade",
    )
    policy_state = fields.Selection(related="policy_id.state", string="Policy state")
    parent_id = fields.Many2one("credit.policy.criterion", index=True, ondelete="cascade")
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("credit.policy.criterion", "parent_id", "Parts")
    sequence = fields.Integer(default=10)
    code = fields.Char(required=True, help="Unique in the policy; readings and tests refer to it.")
    clause = fields.Char(help="The clause of the guide the criterion builds.")
    name = fields.Char(required=True, translate=True)
    outline = fields.Char(
        "Criterion",
        compute="_compute_outline",
        help="The name, set in by its place in the tree.",
    )
    kind = fields.Selection(KINDS, required=True, default="figure")

    # A tree's root answers for a tier.
    tier = fields.Selection(TIERS)
    gate = fields.Selection(
        [
            ("credit", "Clients with credit"),
            ("never", "Clients that never had credit"),
            ("any", "Clients with credit or without"),
        ],
        string="Open to",
        default="credit",
    )
    prospective = fields.Boolean(
        "Prospective tier",
        help="Clients without credit that qualify get it as prospective tier (A13).",
    )

    combine = fields.Selection(
        [
            ("all", "All of"),
            ("any", "Any of"),
            ("at_least", "At least so many of"),
            ("none", "None of"),
        ],
    )
    required_count = fields.Integer("How many", default=1)

    metric_id = fields.Many2one("credit.metric", index="btree_not_null", ondelete="restrict")
    unit = fields.Selection(related="metric_id.unit")
    compare_metric_id = fields.Many2one("credit.metric", ondelete="restrict")
    basis = fields.Selection(
        [
            ("prev_year", "Previous calendar year"),
            ("prev_year_else_current", "Previous year, or current when missing"),
            ("avg_12m", "Average of the last 12 complete months"),
            ("min_12m", "Lowest of the last 12 complete months"),
            ("latest_month", "Latest month reported"),
        ],
        string="Period",
    )
    scope = fields.Selection(
        [("client", "Single client"), ("group", "Group total")], default="client"
    )
    operator = fields.Selection(
        [(">=", "≥"), (">", ">"), ("<=", "≤"), ("<", "<")],
        default=">=",
        help="≥ and ≤ include the threshold itself, > and < do not (A03).",
    )
    threshold = Figure(help="In the unit of the figure: yuan, percent, people, cards.")
    designation_type_id = fields.Many2one(
        "credit.designation.type", index="btree_not_null", ondelete="restrict"
    )
    product_id = fields.Many2one("credit.product", index="btree_not_null", ondelete="restrict")
    count_basis = fields.Selection(
        [("families", "Distinct families that count"), ("products", "Every product")],
        string="Counted",
    )
    attribute = fields.Selection(
        [
            ("credit_state", "State of credit"),
            ("credit_size", "Enterprise size"),
            ("credit_tax_grade", "Tax credit grade"),
            ("credit_tier", "Official tier"),
        ],
    )
    allowed_values = fields.Char(help="Technical values, separated by commas.")
    inverted = fields.Boolean(help="The criterion holds when the test fails.")
    reference_id = fields.Many2one("credit.policy.criterion", ondelete="restrict")
    constant = fields.Selection([("yes", "Holds"), ("no", "Does not hold")])
    advisory = fields.Boolean(help="Shown with its verdict, but does not decide (A14, A24).")
    enabled = fields.Boolean(default=True, help="Switched off it neither counts nor shows.")

    _code_unique = models.UniqueIndex(
        "(policy_id, code)", "The policy already has a criterion with this code."
    )
    _one_root_per_tier = models.UniqueIndex(
        "(policy_id, tier) WHERE tier IS NOT NULL AND enabled",
        "The policy already has a rule for this tier.",
    )

    @api.depends("parent_id.policy_id")
    def _compute_policy_id(self):
        for criterion in self:
            if criterion.parent_id:
                criterion.policy_id = criterion.parent_id.policy_id

    @api.depends("name", "parent_path")
    def _compute_outline(self):
        for criterion in self:
            depth = max((criterion.parent_path or "").count("/") - 1, 0)
            # Ideographic spaces: ordinary ones collapse on the screen.
            criterion.outline = "\u3000" * depth + (criterion.name or "")

    @api.depends("code", "name")
    def _compute_display_name(self):
        for criterion in self:
            criterion.display_name = f"{criterion.code} {criterion.name}"

    @api.constrains("reference_id")
    def _check_no_cycle(self):
        if self._has_cycle("reference_id"):
            raise ValidationError(self.env._("A criterion cannot refer to itself."))
        for criterion in self:
            target = criterion.reference_id
            if target and target.policy_id != criterion.policy_id:
                raise ValidationError(
                    self.env._(
                        "%(criterion)s refers to a criterion of another policy.",
                        criterion=criterion.display_name,
                    )
                )

    @api.constrains("kind", "parent_id", "tier")
    def _check_shape(self):
        for criterion in self:
            if criterion.parent_id and criterion.parent_id.kind != "group":
                raise ValidationError(
                    self.env._(
                        "%(criterion)s cannot hang under %(parent)s: only a combination has parts.",
                        criterion=criterion.display_name,
                        parent=criterion.parent_id.display_name,
                    )
                )
            if criterion.tier and criterion.parent_id:
                raise ValidationError(
                    self.env._(
                        "%s answers for a tier, so it cannot be part of another.",
                        criterion.display_name,
                    )
                )

    def _problems(self):
        """Return what keeps the criteria from being applied, as texts."""
        problems = []
        for criterion in self.filtered("enabled"):
            for field_name in NEEDED[criterion.kind]:
                value = criterion[field_name]
                # 0 is a threshold, unknown is none.
                if value is False or (not value and value != 0) or value == "":
                    problems.append(
                        self.env._(
                            "%(criterion)s needs “%(field)s”",
                            criterion=criterion.display_name,
                            field=criterion._fields[field_name].get_description(self.env)["string"],
                        )
                    )
            if not criterion.parent_id and not criterion.tier:
                problems.append(
                    self.env._(
                        "%s is neither part of another criterion nor a tier's rule",
                        criterion.display_name,
                    )
                )
        return problems

    @api.model_create_multi
    def create(self, vals_list):
        criteria = super().create(vals_list)
        criteria._check_editable()
        return criteria

    def write(self, vals):
        self._check_editable()
        result = super().write(vals)
        self._check_editable()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_of_drafts_only(self):
        self._check_editable()

    def _check_editable(self):
        if self._credit_is_loading():
            # The shipped policy itself, and its translations.
            self.env.registry.clear_cache()
            return
        for policy in self.policy_id:
            if policy.state != "draft":
                raise UserError(policy._frozen_message())

    def _copy_to(self, policy):
        """Copy the trees below these roots into ``policy``, references included."""
        copies = {}

        def copy_tree(criterion, parent):
            values = criterion.copy_data(
                {"parent_id": parent.id, "policy_id": policy.id, "reference_id": False}
            )[0]
            values.pop("child_ids", None)
            twin = self.create(values)
            criterion.copy_translations(twin, excluded=("child_ids", "parent_id"))
            copies[criterion] = twin
            for child in criterion.child_ids:
                copy_tree(child, twin)

        for root in self:
            copy_tree(root, self.browse())
        for criterion, twin in copies.items():
            if criterion.reference_id:
                twin.reference_id = copies[criterion.reference_id]

    def _value_by_code(self, field_name, value):
        """Turn the code of a related record into its id; leave the rest alone."""
        field = self._fields[field_name]
        if field.type != "many2one" or not isinstance(value, str):
            return value
        domain = [("code", "=", value)]
        if field.comodel_name == self._name:
            domain.append(("policy_id", "=", self.policy_id.id))
        record = self.env[field.comodel_name].search(domain, limit=1)
        if not record:
            raise ValidationError(
                self.env._(
                    "%(field)s: there is no “%(code)s”.",
                    field=field.get_description(self.env)["string"],
                    code=value,
                )
            )
        return record.id
