from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidLength
from stdnum.exceptions import ValidationError as StdnumError

from odoo import api, fields, models
from odoo.exceptions import ValidationError

VIEWERS = "credit_client_tiering.group_viewer"


class ResPartner(models.Model):
    """A company the bank serves with credit, or courts for it."""

    _inherit = "res.partner"

    is_credit_client = fields.Boolean(
        "Credit client",
        groups=VIEWERS,
        index="btree_not_null",
        help="The company has, had or is to be won for credit at this bank. "
        "Only marked companies are classified.",
    )
    credit_code = fields.Char(
        "Unified social credit code",
        groups=VIEWERS,
        copy=False,
        help="18 characters; the last one is a check digit.",
    )
    credit_institution_id = fields.Many2one(
        "crm.team",
        string="Institution",
        groups=VIEWERS,
        index="btree_not_null",
        ondelete="restrict",
        help="The institution that manages the client and keeps it on its list.",
    )
    credit_group_id = fields.Many2one(
        "res.partner",
        string="Group",
        compute="_compute_credit_group_id",
        recursive=True,
        store=True,
        index="btree_not_null",
        groups=VIEWERS,
        help="The ultimate parent company, or the company itself; figures of a "
        "group add up over it without counting anything twice.",
    )
    credit_size = fields.Selection(
        [
            ("micro", "Micro"),
            ("small", "Small"),
            ("medium", "Medium"),
            ("large", "Large"),
        ],
        string="Enterprise size",
        groups=VIEWERS,
    )
    credit_business_since = fields.Date(
        "Business with the bank since",
        groups=VIEWERS,
        help="Start of the business relation; T-Q-0a looks for three years.",
    )
    credit_first_date = fields.Date(
        "First credit effective on",
        groups=VIEWERS,
        help="Day the first credit facility took effect. Empty: never had credit.",
    )
    credit_end_date = fields.Date(
        "Credit ended on",
        groups=VIEWERS,
        help="Day from which no credit is in effect any more. Empty: still in effect.",
    )

    _credit_code_unique = models.UniqueIndex(
        "(credit_code) WHERE is_credit_client AND credit_code IS NOT NULL",
        "Another credit client already has this unified social credit code.",
    )
    _credit_dates_in_order = models.Constraint(
        "CHECK (credit_end_date IS NULL OR credit_end_date >= credit_first_date)",
        "Credit cannot end before it began.",
    )

    @api.model
    def default_get(self, fields_list):
        """A new client goes to the only institution its creator works for.

        Not a default of the field: that would be set for every partner, and for
        people who may not see it.
        """
        values = super().default_get(fields_list)
        teams = self.env.user.crm_team_ids
        if values.get("is_credit_client") and "credit_institution_id" in fields_list:
            if len(teams) == 1:
                values.setdefault("credit_institution_id", teams.id)
        return values

    @api.depends("is_company", "parent_id", "parent_id.credit_group_id")
    def _compute_credit_group_id(self):
        for partner in self:
            if partner.parent_id:
                partner.credit_group_id = partner.parent_id.credit_group_id or partner.parent_id
            else:
                # Not for persons: a private contact is nobody's group.
                partner.credit_group_id = partner if partner.is_company else False

    @api.constrains("is_credit_client", "is_company")
    def _check_credit_client_is_company(self):
        # sudo: also people who may not see credit fields edit companies.
        for partner in self.sudo():
            if partner.is_credit_client and not partner.is_company:
                raise ValidationError(
                    self.env._(
                        "%s is a person; only a company can be a credit client.",
                        partner.display_name,
                    )
                )

    @api.constrains("is_credit_client", "credit_first_date", "credit_end_date")
    def _check_credit_end_needs_first(self):
        for partner in self.sudo():  # as above
            if partner.credit_end_date and not partner.credit_first_date:
                raise ValidationError(
                    self.env._(
                        "%s: credit that ended must have begun. Enter the day the "
                        "first credit took effect.",
                        partner.display_name,
                    )
                )

    @api.constrains("is_credit_client", "credit_code")
    def _check_credit_code(self):
        clients = self.sudo()  # as above
        for partner in clients.filtered(lambda p: p.is_credit_client and p.credit_code):
            problem = self._credit_code_problem(partner.credit_code)
            if problem:
                raise ValidationError(
                    self.env._(
                        "%(client)s: %(problem)s",
                        client=partner.display_name,
                        problem=problem,
                    )
                )

    @api.model
    def _credit_code_problem(self, code):
        """Return why ``code`` is no unified social credit code, or False."""
        try:
            uscc.validate(code)
        except InvalidLength:
            return self.env._(
                "the unified social credit code %(code)s has %(length)s characters instead of 18.",
                code=code,
                length=len(uscc.compact(code)),
            )
        except InvalidChecksum:
            return self.env._(
                "the last character of the unified social credit code %(code)s should "
                "be %(digit)s; one of the characters is mistyped.",
                code=code,
                digit=uscc.calc_check_digit(uscc.compact(code)[:-1]),
            )
        except StdnumError:
            return self.env._(
                "the unified social credit code %s contains characters that cannot occur in one.",
                code,
            )
        return False

    @api.model
    def _normalise_credit_code(self, vals):
        """Drop spaces and hyphens, so that one code has one spelling."""
        code = vals.get("credit_code")
        if isinstance(code, str):
            vals = dict(vals, credit_code=uscc.compact(code) or False)
        return vals

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._normalise_credit_code(v) for v in vals_list])

    def write(self, vals):
        return super().write(self._normalise_credit_code(vals))
