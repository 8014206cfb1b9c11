from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ...fields import Figure
from ..bank.res_partner import VIEWERS
from ..policy.tiers import DRIFTS, OUTCOMES, TIERS
from .credit_assessment import CLIENT_FIELDS

_lt = LazyTranslate(__name__)

# Written by the engine in SQL, or by the listing; never by a person or by RPC.
ENGINE_FIELDS = frozenset(CLIENT_FIELDS) | {"credit_tier", "credit_tier_since"}

# Odoo exports labels, help and choices of fields by itself, this label it does not.
NOT_ASSESSED = _lt("Not assessed")


class ResPartner(models.Model):
    """What the rules suggest for a client, and how that stands to its list."""

    _inherit = "res.partner"

    credit_assessment_id = fields.Many2one(
        "credit.assessment",
        string="Current assessment",
        readonly=True,
        copy=False,
        groups=VIEWERS,
    )
    credit_assessment_ids = fields.One2many(
        "credit.assessment", "partner_id", string="Assessments", groups=VIEWERS
    )
    credit_state = fields.Selection(
        [
            ("never", "Never had credit"),
            ("active", "Has credit"),
            ("ended", "Credit ended"),
        ],
        string="State of credit",
        readonly=True,
        copy=False,
        groups=VIEWERS,
    )
    credit_suggested = fields.Selection(
        OUTCOMES,
        string="Suggested tier",
        falsy_value_label=NOT_ASSESSED,
        readonly=True,
        copy=False,
        groups=VIEWERS,
        help="What the policy in force says on the facts known today. It decides "
        "nothing: people put clients on the lists.",
    )
    credit_prospective = fields.Selection(
        TIERS,
        string="Prospective tier",
        readonly=True,
        copy=False,
        groups=VIEWERS,
        help="The tier the client would be eligible for once it has credit (A13).",
    )
    credit_indicative = fields.Selection(
        TIERS,
        string="Tier by current figures",
        readonly=True,
        copy=False,
        groups=VIEWERS,
        help="For information only: the tier if today's figures stood for a missing "
        "previous year (A26).",
    )
    credit_tier_verdicts = fields.Char(readonly=True, copy=False, groups=VIEWERS)
    credit_drift = fields.Selection(
        DRIFTS,
        string="Drift",
        falsy_value_label=NOT_ASSESSED,
        readonly=True,
        copy=False,
        groups=VIEWERS,
        help="How the suggestion stands to the official list.",
    )
    credit_drift_since = fields.Date(
        "Drift since",
        readonly=True,
        copy=False,
        groups=VIEWERS,
        help="Day from which the suggestion has stood to the official list as it does.",
    )
    credit_exposure_prev_year = Figure(
        "Exposure of the previous year",
        readonly=True,
        copy=False,
        groups=VIEWERS,
        help="Average daily exposure of the previous calendar year, in yuan.",
    )
    credit_group_exposure_prev_year = Figure(
        "Group exposure of the previous year",
        compute="_compute_credit_group_exposure_prev_year",
        groups=VIEWERS,
        help="The same, added up over the credit clients of the group whose figure is known (A06).",
    )

    # A column of the board, the largest first.
    _credit_board_index = models.Index(
        "(credit_tier, credit_exposure_prev_year DESC NULLS LAST) WHERE credit_tier IS NOT NULL"
    )

    def _compute_credit_group_exposure_prev_year(self):
        """One query for all clients on the screen."""
        self.env["res.partner"].flush_model(["credit_group_id", "credit_exposure_prev_year"])
        # Of other members of the group only the sum is shown. Nobody reported it is not
        # the same as zero.
        total = dict(
            self.env.execute_query(
                SQL(
                    """SELECT credit_group_id, sum(credit_exposure_prev_year)
                         FROM res_partner
                        WHERE credit_group_id = ANY(%s) AND credit_exposure_prev_year IS NOT NULL
                     GROUP BY credit_group_id""",
                    self.credit_group_id.ids,
                )
            )
        )
        for partner in self:
            partner.credit_group_exposure_prev_year = total.get(partner.credit_group_id.id, False)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_engine_fields(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_engine_fields(vals)
        return super().write(vals)

    @api.model
    def _refuse_engine_fields(self, vals):
        forged = ENGINE_FIELDS & set(vals)
        if forged:
            labels = [self._fields[n].get_description(self.env)["string"] for n in sorted(forged)]
            raise AccessError(
                self.env._(
                    "%(fields)s follow from the facts, the policy and the lists; they "
                    "cannot be entered.",
                    fields=", ".join(labels),
                )
            )

    def credit_explain(self):
        """Explain the current suggestion for a client.

        :return: dict as of ``credit.assessment.explain``; amounts in yuan, ratios
            in percent
        :raises UserError: not exactly one client, or it was never assessed
        Clauses T-S-R, T-Q-R, T-B-R, T-P-1.
        """
        if len(self) != 1:
            raise UserError(self.env._("Explain one client at a time."))
        self.check_access("read")
        if not self.credit_assessment_id:
            raise UserError(
                self.env._(
                    "%s has not been assessed: it is not marked as a credit client, or "
                    "no policy is in force.",
                    self.display_name,
                )
            )
        return self.credit_assessment_id.explain()

    def credit_tier_as_of(self, day):
        """Return what the rules suggested for clients on a past day.

        :param day: date, or text ``YYYY-MM-DD``
        :return: dict of client id to suggested tier; False when there was no
            assessment yet
        :raises UserError: no day, or one in the future
        """
        self.check_access("read")
        day = self.env.company._credit_day(day)
        if day > self.env.company._credit_today():
            raise UserError(self.env._("%s lies in the future; there is no answer yet.", day))
        found = self.env["credit.assessment"].search(
            [("partner_id", "in", self.ids), ("as_of", "<=", day)],
            order="as_of, id",
        )
        latest = {a.partner_id.id: a.suggested for a in found}
        return {i: latest.get(i, False) for i in self.ids}

    def action_credit_assessments(self):
        """Open the history of assessments of the client."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Assessments of %s", self.display_name),
            "res_model": "credit.assessment",
            "view_mode": "list,form",
            "domain": [("partner_id", "=", self.id)],
        }
