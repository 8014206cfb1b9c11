from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# The key of effects under which a reading sets the policy itself.
POLICY = "policy"


class CreditReadingOption(models.Model):
    """One way to read an ambiguity: what it changes in a policy's criteria."""

    _name = "credit.reading.option"
    _description = "Option of a Reading"
    _order = "reading_id, sequence, id"

    reading_id = fields.Many2one("credit.reading", required=True, index=True, ondelete="cascade")
    reading_code = fields.Char(related="reading_id.code", string="No.")
    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    is_default = fields.Boolean("Default")
    effects = fields.Json(
        help="Per criterion code the fields to set, e.g. "
        '{"T-Q-5": {"combine": "all"}}. Records are named by their code.',
    )

    _code_unique = models.UniqueIndex("(reading_id, code)", "The reading already has this option.")

    @api.depends("reading_id.code", "name")
    def _compute_display_name(self):
        for option in self:
            option.display_name = f"{option.reading_id.code}: {option.name}"

    @api.constrains("effects")
    def _check_effects(self):
        for option in self:
            for code, values in (option.effects or {}).items():
                model = "credit.policy" if code == POLICY else "credit.policy.criterion"
                unknown = set(values) - set(self.env[model]._fields)
                if unknown:
                    raise ValidationError(
                        self.env._(
                            "%(option)s sets what no criterion has: %(fields)s.",
                            option=option.display_name,
                            fields=", ".join(sorted(unknown)),
                        )
                    )

    def action_apply(self):
        """Apply the option to the draft named by the context key ``policy_id``."""
        policy = self.env["credit.policy"].browse(self.env.context.get("policy_id"))
        policy = policy.exists()
        if not policy:
            raise UserError(self.env._("Open the draft first and switch there."))
        for option in self:
            option._apply(policy)
        return True

    def _apply(self, policy):
        """Set the criteria of the draft ``policy`` as the option reads the guide."""
        self.ensure_one()
        if policy.state != "draft":
            raise UserError(policy._frozen_message())
        # The default first: options may touch different criteria.
        default = self.reading_id.option_ids.filtered("is_default") - self
        for option in default | self if default else self:
            option._set_criteria(policy)
        policy.option_ids = (
            policy.option_ids.filtered(lambda o: o.reading_id != self.reading_id) | self
        )

    def _set_criteria(self, policy):
        by_code = {c.code: c for c in policy.criterion_ids}
        for code, values in (self.effects or {}).items():
            if code == POLICY:
                policy.write(values)
                continue
            criterion = by_code.get(code)
            if not criterion:
                raise UserError(
                    self.env._(
                        "Policy “%(policy)s” has no criterion %(code)s, which the reading "
                        "%(option)s would change.",
                        policy=policy.name,
                        code=code,
                        option=self.display_name,
                    )
                )
            criterion.write({n: criterion._value_by_code(n, v) for n, v in values.items()})
