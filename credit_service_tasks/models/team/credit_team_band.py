from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from odoo.addons.credit_client_tiering.fields import Figure

BANDS = [("1", "Band 1"), ("2", "Band 2"), ("3", "Band 3")]
PLANS = [
    ("one_to_one", "One-to-one plan required"),
    ("either", "One-to-one plan expected, cluster plan accepted"),
    ("cluster", "Cluster plan"),
]


class CreditTeamBand(models.Model):
    """Who must serve a client of which exposure: a limit of R-1 to R-3 as data."""

    _name = "credit.team.band"
    _inherit = ["mail.thread"]
    _description = "Team Band"
    _order = "institution_kind_id, band, date_from desc, id"
    _rec_name = "clause"

    band = fields.Selection(BANDS, required=True, tracking=True)
    institution_kind_id = fields.Many2one(
        "credit.institution.kind", required=True, index=True, ondelete="restrict", tracking=True
    )
    clause = fields.Char(required=True, help="Clause ids of the guide, e.g. R-1a.")
    exposure_above = Figure(
        "Above",
        tracking=True,
        help="Yuan. Exceeding this amount, the amount itself not included. Empty: no limit.",
    )
    exposure_up_to = Figure(
        "Up to",
        tracking=True,
        help="Yuan. Not exceeding this amount, which is included. Empty: no limit.",
    )
    needs_a = fields.Boolean("A", default=True, tracking=True)
    needs_b1 = fields.Boolean("B1", default=True, tracking=True)
    needs_b2 = fields.Boolean("B2", tracking=True)
    plan = fields.Selection(PLANS, required=True, tracking=True)
    date_from = fields.Date("In force from", required=True, tracking=True)
    date_to = fields.Date("In force until", tracking=True)
    active = fields.Boolean(default=True)

    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)", "A band cannot end before it begins."
    )
    _limits_in_order = models.Constraint(
        "CHECK (exposure_up_to IS NULL OR exposure_above IS NULL"
        " OR exposure_up_to > exposure_above)",
        "The upper limit of a band lies above the lower one.",
    )

    @api.depends("band", "institution_kind_id.name", "clause")
    def _compute_display_name(self):
        words = dict(self._fields["band"]._description_selection(self.env))
        for row in self:
            row.display_name = (
                f"{words.get(row.band, '')} {row.institution_kind_id.name or ''} ({row.clause})"
            )

    @api.constrains(
        "institution_kind_id", "exposure_above", "exposure_up_to", "date_from", "date_to", "active"
    )
    def _check_no_overlap(self):
        """An exposure falls into one band of a kind of institution on one day."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT one.id, other.id
                     FROM credit_team_band one
                     JOIN credit_team_band other
                       ON other.institution_kind_id = one.institution_kind_id
                      AND other.id <> one.id AND other.active
                      AND daterange(other.date_from, other.date_to, '[]')
                          && daterange(one.date_from, one.date_to, '[]')
                      AND numrange(other.exposure_above, other.exposure_up_to, '(]')
                          && numrange(one.exposure_above, one.exposure_up_to, '(]')
                    WHERE one.active AND one.id = ANY(%s) LIMIT 1""",
                list(self.ids),
            )
        )
        if rows:
            one, other = self.browse(rows[0])
            raise ValidationError(
                self.env._(
                    "%(one)s and %(other)s overlap: one exposure would fall into two bands.",
                    one=one.display_name,
                    other=other.display_name,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        bands = super().create(vals_list)
        self.env["res.partner"]._credit_refresh_teams()
        return bands

    def write(self, vals):
        result = super().write(vals)
        self.env["res.partner"]._credit_refresh_teams()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["res.partner"]._credit_refresh_teams()
        return result

    def _plan_satisfied(self, plan):
        """Tell whether a plan of the kind satisfies the band (R-1d, R-2d, R-3c, A44).

        :param plan: ``one_to_one``, ``cluster``, or False for none
        """
        self.ensure_one()
        if not plan:
            return False
        strict = self.env["credit.reading"]._chosen("A44") == "as_named"
        if self.plan == "one_to_one" or (strict and self.plan == "either"):
            return plan == "one_to_one"
        if strict and self.plan == "cluster":
            return plan == "cluster"
        return plan in ("one_to_one", "cluster")
