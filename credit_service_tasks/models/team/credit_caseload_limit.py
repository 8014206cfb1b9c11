from odoo import api, fields, models


class CreditCaseloadLimit(models.Model):
    """How many clients a manager may look after (R-5a, R-5b)."""

    _name = "credit.caseload.limit"
    _inherit = ["mail.thread"]
    _description = "Caseload Limit"
    _order = "segment, date_from desc, id"
    _rec_name = "segment"

    segment = fields.Selection(
        [("corporate", "Corporate clients"), ("retail", "Retail clients")],
        required=True,
        tracking=True,
    )
    per_manager = fields.Integer(
        "Clients per manager",
        required=True,
        tracking=True,
        help="Not more than this many; the number itself is still within.",
    )
    clause = fields.Char(required=True, help="Clause id of the guide, e.g. R-5a.")
    date_from = fields.Date("In force from", required=True, tracking=True)
    date_to = fields.Date("In force until", tracking=True)
    active = fields.Boolean(default=True)

    _positive = models.Constraint("CHECK (per_manager > 0)", "A limit is a positive number.")
    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)", "A limit cannot end before it begins."
    )
    # One a segment: without an extension gist knows no text.
    _one_corporate_per_day = models.Constraint(
        "EXCLUDE USING gist (daterange(date_from, date_to, '[]') WITH &&)"
        " WHERE (active AND segment = 'corporate')",
        "Two limits cannot be in force on the same day.",
    )
    _one_retail_per_day = models.Constraint(
        "EXCLUDE USING gist (daterange(date_from, date_to, '[]') WITH &&)"
        " WHERE (active AND segment = 'retail')",
        "Two limits cannot be in force on the same day.",
    )

    @api.model
    def _limits(self):
        """Return the limits in force today."""
        day = self.env.company._credit_today()
        # sudo: the limits are no secret.
        return self.sudo().search(
            [("date_from", "<=", day), "|", ("date_to", "=", False), ("date_to", ">=", day)]
        )

    def _of(self, segment):
        """Return the limit of a segment, or 0 for none."""
        return self.filtered(lambda li: li.segment == segment)[:1].per_manager

    def _exceeded(self, corporate, retail, load):
        """Tell whether numbers of clients are above the limits in force.

        :param load: the two shares of the limits added up, 1 for a full load; counts
            only where A46 is read so
        """
        if self.env["credit.reading"]._chosen("A46") == "proportional":
            return load > 1
        pairs = ((corporate, self._of("corporate")), (retail, self._of("retail")))
        return any(limit and number > limit for number, limit in pairs)
