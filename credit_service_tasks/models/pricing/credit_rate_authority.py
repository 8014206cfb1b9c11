from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CreditRateAuthority(models.Model):
    """A branch designated for loan rates above the prime rate, from a day to a day.

    The guide names no branch (X-11); the head office enters its own list.
    """

    _name = "credit.rate.authority"
    _inherit = ["mail.thread"]
    _description = "Authority for Loan Rates"
    _order = "institution_id, date_from desc"
    _rec_name = "institution_id"

    institution_id = fields.Many2one(
        "crm.team", required=True, index=True, ondelete="restrict", tracking=True
    )
    date_from = fields.Date(
        "Designated from",
        required=True,
        tracking=True,
        default=lambda self: self.env.company._credit_today(),
    )
    date_to = fields.Date("Designated until", tracking=True)
    source = fields.Char("By document", required=True, tracking=True)

    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A designation cannot end before it begins.",
    )

    @api.constrains("institution_id")
    def _check_kind(self):
        for authority in self:
            kind = authority.institution_id.institution_kind_id
            if not kind.may_have_rate_authority:
                raise ValidationError(
                    self.env._(
                        "%(institution)s is a %(kind)s; only prefecture branches can be "
                        "designated (S-S-5b, A48).",
                        institution=authority.institution_id.name,
                        kind=kind.name or self.env._("team without a kind"),
                    )
                )

    @api.model
    def _institution_for(self, institution, day):
        """Return the designated institution a unit belongs to on ``day``, or nothing."""
        # sudo: who is designated is no secret.
        chain = [int(i) for i in (institution.sudo().parent_path or "").split("/") if i]
        found = self.sudo().search(
            [
                ("institution_id", "in", chain),
                ("date_from", "<=", day),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", day),
            ]
        )
        return found.institution_id.sorted(lambda t: -chain.index(t.id))[:1]
