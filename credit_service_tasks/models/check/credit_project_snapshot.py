from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from odoo.addons.credit_client_tiering.fields import Figure

from ..development.crm_stage import STEPS


class CreditProjectSnapshot(models.Model):
    """The project library as it stood at the end of a month (R-P-C1, R-V-C1).

    Taken once, by the first nightly run after the month; nothing that happens to a project
    later changes it.
    """

    _name = "credit.project.snapshot"
    _description = "Project Library at Month's End"
    _order = "month desc, institution_id, id"
    _rec_name = "project_name"
    _log_access = False

    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    taken_on = fields.Date(readonly=True)
    lead_id = fields.Many2one(
        "crm.lead", string="Project", index="btree_not_null", readonly=True, ondelete="set null"
    )
    project_name = fields.Char("Name then", readonly=True)
    company_name = fields.Char("Company", readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
    )
    institution_id = fields.Many2one(
        "crm.team", index="btree_not_null", readonly=True, ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users", string="Manager", index="btree_not_null", readonly=True, ondelete="restrict"
    )
    step = fields.Selection(STEPS, readonly=True)
    expected_amount = Figure(readonly=True)
    drawdown_month = fields.Date("Expected drawdown", readonly=True)
    last_follow_up = fields.Date(readonly=True)
    is_stale = fields.Boolean(
        "Follow-up overdue", readonly=True, help="Nothing was noted in the last full week (R-V-3f)."
    )
    is_target = fields.Boolean("Target of the month", readonly=True)

    _once = models.UniqueIndex("(month, lead_id)", "The project is in the snapshot already.")

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        self._refuse_by_hand()

    def write(self, vals):  # pylint: disable=method-required-super
        self._refuse_by_hand()

    def unlink(self):  # pylint: disable=method-required-super
        self._refuse_by_hand()

    def _refuse_by_hand(self):
        raise AccessError(
            self.env._("The library of a past month stays as it was; it is not entered by hand.")
        )

    @api.model
    def _take(self, month):
        """Freeze the library of a month that is over (date, its first day), once.

        :return: how many projects were frozen; 0 if the month was frozen before
        """
        today = self.env.company._credit_today()
        following = month + relativedelta(months=1)
        if following > today or self.sudo().search_count([("month", "=", month)], limit=1):
            return 0
        for name in ("crm.lead", "credit.project.target", "res.partner"):
            self.env[name].flush_model()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO credit_project_snapshot (
                       month, taken_on, lead_id, project_name, company_name, partner_id,
                       institution_id, user_id, step, expected_amount, drawdown_month,
                       last_follow_up, is_stale, is_target)
                SELECT %(month)s, %(today)s, l.id, l.name, coalesce(p.name, l.partner_name),
                       p.id, l.team_id, l.user_id, s.credit_step, l.expected_amount,
                       l.drawdown_month, l.last_follow_up,
                       coalesce(l.last_follow_up, l.create_date::date) < %(monday)s,
                       EXISTS (SELECT FROM credit_project_target t
                                WHERE t.lead_id = l.id AND t.month = %(month)s)
                  FROM crm_lead l
             LEFT JOIN res_partner p ON p.id = l.partner_id
             LEFT JOIN crm_stage s ON s.id = l.stage_id
                 WHERE l.is_credit_project AND l.active AND l.won_status = 'pending'
                   AND l.create_date < %(following)s
                """,
                month=month,
                today=today,
                following=following,
                # The Monday of the last week that was over when the month ended.
                monday=following - relativedelta(days=following.weekday() + 7),
            )
        )
        self.invalidate_model(flush=False)
        return self.env.cr.rowcount
