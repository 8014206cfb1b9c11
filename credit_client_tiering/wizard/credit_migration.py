from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..fields import Figure
from ..models.policy.tiers import TIERS


class CreditMigration(models.TransientModel):
    """Who was on which list on one day and on another: the from–to matrix."""

    _name = "credit.migration"
    _description = "Migration between two Days"

    date_from = fields.Date(
        "From the lists of", required=True, default=lambda self: self._default_date_from()
    )
    date_to = fields.Date(
        "To the lists of", required=True, default=lambda self: self.env.company._credit_today()
    )

    @api.model
    def _default_date_from(self):
        return self.env.company._credit_today().replace(month=1, day=1)

    def action_show(self):
        """Compare the lists of two days and open the matrix.

        :raises UserError: the days are out of order, or lie in the future
        """
        self.ensure_one()
        if self.date_from > self.date_to:
            raise UserError(self.env._("The first day must not come after the second."))
        if self.date_to > self.env.company._credit_today():
            raise UserError(self.env._("%s lies in the future.", self.date_to))
        self.env["credit.migration.line"]._fill(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._(
                "Migration %(first)s – %(last)s", first=self.date_from, last=self.date_to
            ),
            "res_model": "credit.migration.line",
            "view_mode": "pivot,graph,list",
            "domain": [("migration_id", "=", self.id)],
            "context": {"pivot_measures": ["__count", "exposure"]},
        }


class CreditMigrationLine(models.TransientModel):
    """One client that was on a list on either day."""

    _name = "credit.migration.line"
    _description = "Client in a Migration"
    _order = "tier_from, tier_to, exposure desc, id"
    _rec_name = "partner_id"

    migration_id = fields.Many2one(
        "credit.migration", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one("res.partner", string="Client", index="btree_not_null")
    institution_id = fields.Many2one(
        "crm.team", help="The institution on the second day; of a client that left, on the first."
    )
    institution_from_id = fields.Many2one("crm.team", string="From institution")
    tier_from = fields.Selection(TIERS, string="From list")
    tier_to = fields.Selection(TIERS, string="To list")
    move = fields.Selection(
        [
            ("entry", "Entered"),
            ("exit", "Left"),
            ("up", "Rose"),
            ("down", "Fell"),
            ("institution", "Changed institution"),
            ("stay", "Stayed"),
        ]
    )
    exposure_from = Figure("Exposure before the first day")
    exposure = Figure("Exposure before the second day")

    @api.model
    def _fill(self, migration):
        """Insert a line per client the user may see, in one statement."""
        lists = self.env["credit.membership"]
        # The user's own clients: the ORM's rules decide, not this statement. Also those
        # that are archived or no credit clients any more: they were on a list once.
        clients = (
            self.env["res.partner"]
            .with_context(active_test=False)
            ._search([("credit_membership_ids", "!=", False)])
        )
        self.env.execute_query(
            SQL(
                """WITH before AS (%(before)s), after AS (%(after)s)
                INSERT INTO credit_migration_line (
                       migration_id, partner_id, institution_id, institution_from_id,
                       tier_from, tier_to, move, exposure_from, exposure,
                       create_uid, create_date, write_uid, write_date)
                SELECT %(id)s, p.id,
                       CASE WHEN a.tier IS NULL THEN b.institution_id ELSE a.institution_id END,
                       b.institution_id, b.tier, a.tier,
                       CASE WHEN b.tier IS NULL THEN 'entry'
                            WHEN a.tier IS NULL THEN 'exit'
                            WHEN array_position(%(ladder)s, a.tier)
                               < array_position(%(ladder)s, b.tier) THEN 'up'
                            WHEN a.tier <> b.tier THEN 'down'
                            WHEN a.institution_id IS DISTINCT FROM b.institution_id
                                 THEN 'institution'
                            ELSE 'stay' END,
                       x.exposure_avg, y.exposure_avg,
                       %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM res_partner p
             LEFT JOIN before b ON b.partner_id = p.id
             LEFT JOIN after a ON a.partner_id = p.id
             LEFT JOIN credit_metric_snapshot x
                    ON x.partner_id = p.id AND x.period_type = 'year'
                   AND x.period_start = %(year_from)s AND x.superseded_at IS NULL
             LEFT JOIN credit_metric_snapshot y
                    ON y.partner_id = p.id AND y.period_type = 'year'
                   AND y.period_start = %(year)s AND y.superseded_at IS NULL
                 WHERE (b.tier IS NOT NULL OR a.tier IS NOT NULL)
                   AND p.id IN %(clients)s
             RETURNING id""",
                before=lists._lists_on(migration.date_from),
                after=lists._lists_on(migration.date_to),
                ladder=SQL("%s::varchar[]", [tier for tier, _name in TIERS]),
                id=migration.id,
                uid=self.env.uid,
                year_from=self._year_before(migration.date_from),
                year=self._year_before(migration.date_to),
                clients=clients.subselect(),
            )
        )

    @api.model
    def _year_before(self, day):
        """Return the first day of the calendar year before ``day``."""
        return day.replace(year=day.year - 1, month=1, day=1)
