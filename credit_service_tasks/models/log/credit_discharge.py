from odoo import api, fields, models
from odoo.tools import SQL


class CreditDischarge(models.Model):
    _inherit = "credit.discharge"

    log_id = fields.Many2one(
        "credit.work.log", string="Work log", index="btree_not_null", ondelete="restrict"
    )

    _once_per_log = models.UniqueIndex(
        "(obligation_id, log_id) WHERE log_id IS NOT NULL", "The log already discharges this duty."
    )

    @api.model
    def _sources(self):
        return {
            **super()._sources(),
            "log_id": SQL(
                """SELECT l.id AS source_id, o.id AS obligation_id, l.date,
                          l.submitted_at AS entered_at, l.user_id,
                          COALESCE(l.is_late, FALSE) AS late
                     FROM credit_work_log l
                     JOIN credit_duty_kind k ON k.code = 'work_log'
                     JOIN credit_obligation o
                       ON o.kind_id = k.id AND o.person_id = l.user_id
                      AND l.date BETWEEN o.period_start AND o.period_end
                    WHERE l.state = 'submitted'"""
            ),
        }
