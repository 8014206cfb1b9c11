from odoo import api, fields, models

from ..bank.res_partner import VIEWERS


class ResPartner(models.Model):
    """The drift workbench: who should move, why, since when."""

    _inherit = "res.partner"

    credit_carrier = fields.Char(
        "Carried by",
        compute="_compute_credit_headlines",
        groups=VIEWERS,
        help="The figure or fact the official list rests on; for a client on no list, "
        "the one its suggestion rests on.",
    )
    credit_why = fields.Char(
        "Grounds",
        compute="_compute_credit_headlines",
        groups=VIEWERS,
        help="What speaks for the suggestion, or against the list the client is on.",
    )
    credit_drift_days = fields.Integer(
        "For days",
        compute="_compute_credit_drift_days",
        groups=VIEWERS,
        help="Days for which list and facts have disagreed in the present way.",
    )

    @api.depends_context("lang")
    @api.depends("credit_assessment_id", "credit_drift", "credit_tier", "credit_suggested")
    def _compute_credit_headlines(self):
        """Words for a page of clients: policies are compiled once, facts read in bulk."""
        plans = {}
        for partner in self:
            headline = partner.credit_assessment_id._headline(plans)
            if not headline:
                partner.credit_carrier = partner.credit_why = ""
                continue
            partner.credit_carrier = headline.carries(
                partner.credit_tier or partner.credit_suggested
            )
            partner.credit_why = headline.explains(
                partner.credit_drift,
                partner.credit_tier,
                partner.credit_suggested,
                ended_on=partner.credit_end_date,
            )

    @api.depends("credit_drift_since")
    def _compute_credit_drift_days(self):
        today = self.env.company._credit_today()
        for partner in self:
            since = partner.credit_drift_since
            partner.credit_drift_days = (today - since).days if since else 0
