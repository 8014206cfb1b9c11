from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.credit_client_tiering.fields import Figure


class CreditBusinessScore(models.Model):
    """The score an institution got in the bank's business assessment of a quarter (R-P-C3).

    Entered or imported as the head office gave it; how it comes about is not in the guide.
    """

    _name = "credit.business.score"
    _inherit = ["credit.internal.thread"]
    _description = "Business Assessment Score"
    _order = "quarter desc, institution_id"
    _rec_name = "institution_id"

    institution_id = fields.Many2one(
        "crm.team",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    quarter = fields.Date(
        required=True, tracking=True, help="Any day of the quarter; kept as its first day."
    )
    quarter_name = fields.Char("Quarter of", compute="_compute_quarter_name")
    score = Figure(required=True, tracking=True)
    full_score = Figure("Out of", help="The full mark of the assessment, if it has one.")
    source = fields.Char(
        required=True, help="The notice or file of the head office the score comes from."
    )
    note = fields.Text()

    _once = models.UniqueIndex(
        "(institution_id, quarter)", "The institution already has a score for this quarter."
    )
    _quarter_starts = models.Constraint(
        "CHECK (quarter = date_trunc('quarter', quarter::timestamp)::date)",
        "A quarter is kept by its first day.",
    )
    _not_negative = models.Constraint(
        "CHECK (score >= 0 AND (full_score IS NULL OR score <= full_score))",
        "A score cannot be below zero nor above the full mark.",
    )

    @api.depends("quarter")
    def _compute_quarter_name(self):
        for score in self:
            day = score.quarter
            score.quarter_name = day and f"{day.year}Q{(day.month + 2) // 3}"

    @api.depends("institution_id", "quarter")
    def _compute_display_name(self):
        for score in self:
            score.display_name = f"{score.institution_id.name or ''} {score.quarter_name or ''}"

    @api.constrains("quarter")
    def _check_quarter(self):
        today = self.env.company._credit_today()
        for score in self:
            if score.quarter > today:
                raise ValidationError(
                    self.env._(
                        "%(score)s: the quarter has not begun; today is %(today)s.",
                        score=score.display_name,
                        today=today,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._normalise(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._normalise(vals))

    @api.model
    def _normalise(self, vals):
        day = fields.Date.to_date(vals.get("quarter"))
        if not day:
            return vals
        return dict(vals, quarter=day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1))
