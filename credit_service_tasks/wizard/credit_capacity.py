from calendar import monthrange

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.credit_client_tiering.models.policy.tiers import TIERS

from ..engine.holders import holders_sql, serving_sql


class CreditCapacity(models.TransientModel):
    """How many duties the lists bring per person and month, before anybody approves.

    Reads the cadence rules as they are; what would be is the lists after the moves of
    a simulation, or after the nominations that wait.
    """

    _name = "credit.capacity"
    _description = "Capacity"

    basis = fields.Selection(
        [
            ("lists", "The lists as they are"),
            ("nominations", "With the nominations that wait"),
            ("simulation", "With the moves of a simulation"),
        ],
        required=True,
        default="nominations",
    )
    simulation_id = fields.Many2one("credit.simulation", ondelete="cascade")
    month = fields.Date(
        required=True, default=lambda self: self.env.company._credit_today().replace(day=1)
    )
    working_days = fields.Integer(readonly=True)
    line_ids = fields.One2many("credit.capacity.line", "capacity_id", readonly=True)

    def action_compute(self):
        """Count anew and show the people, the most loaded first.

        Clauses S-S-1, S-Q-1b, S-Q-1c, R-P-1, R-V-1, R-M-3b.
        """
        self.ensure_one()
        if self.basis == "simulation" and not self.simulation_id:
            raise UserError(self.env._("Choose the simulation whose moves are to be counted."))
        self.month = self.month.replace(day=1)
        last = self.month.replace(day=monthrange(self.month.year, self.month.month)[1])
        # sudo: the calendar is the same for everybody.
        calendar = self.env["credit.working.day"].sudo()
        self.working_days = calendar._working_days(self.month, last)
        self.line_ids.unlink()
        self._count(last)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Capacity: %s", self._basis_word()),
            "res_model": "credit.capacity.line",
            "view_mode": "list,pivot,graph",
            "domain": [("capacity_id", "=", self.id)],
            "context": {"search_default_visits": 1},
            "help": Markup("<p>%s</p>") % self.env._("No cadence rule asks anything of anybody."),
        }

    def _basis_word(self):
        if self.basis == "simulation":
            return self.simulation_id.name or ""
        return dict(self._fields["basis"]._description_selection(self.env))[self.basis]

    def _count(self, last):
        for name in (
            "res.partner",
            "res.users",
            "crm.team",
            "crm.team.member",
            "credit.service.member",
            "credit.absence",
            "credit.cadence.rule",
            "credit.designation",
            "credit.nomination",
            "credit.capacity",
        ):
            self.env[name].flush_model()
        days_in_month = (last - self.month).days + 1
        chosen = self.env["credit.reading"]._chosen_options().ids
        self.env.execute_query(
            SQL(
                """INSERT INTO credit_capacity_line (
                       capacity_id, user_id, institution_id, post_id, kind_id, clients_now,
                       clients_then, owed_now, owed_then, change, working_days, per_day_now,
                       per_day_then, create_uid, create_date, write_uid, write_date)
                   SELECT %(id)s, duty.user_id, seat.crm_team_id, seat.post_id, duty.kind_id,
                          duty.clients_now, duty.clients_then, duty.owed_now, duty.owed_then,
                          duty.owed_then - duty.owed_now, %(working_days)s,
                          duty.owed_now / NULLIF(%(working_days)s, 0),
                          duty.owed_then / NULLIF(%(working_days)s, 0),
                          %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                     FROM (SELECT owed.user_id, owed.kind_id,
                                  count(DISTINCT owed.client_id) FILTER (WHERE owed.now)
                                      AS clients_now,
                                  count(DISTINCT owed.client_id) FILTER (WHERE owed.later)
                                      AS clients_then,
                                  COALESCE(sum(owed.times) FILTER (WHERE owed.now), 0)
                                      AS owed_now,
                                  COALESCE(sum(owed.times) FILTER (WHERE owed.later), 0)
                                      AS owed_then
                             FROM (%(owed)s) owed
                         GROUP BY owed.user_id, owed.kind_id) duty
                LEFT JOIN LATERAL (
                          SELECT m.crm_team_id, m.post_id
                            FROM crm_team_member m
                            JOIN credit_post p ON p.id = m.post_id
                           WHERE m.user_id = duty.user_id AND m.active
                        ORDER BY p.sequence, m.id LIMIT 1) seat ON TRUE
                RETURNING id""",
                id=self.id,
                uid=self.env.uid,
                working_days=self.working_days,
                owed=self._owed(last, days_in_month, chosen),
            )
        )
        self.invalidate_recordset(["line_ids"])

    def _owed(self, last, days_in_month, chosen):
        """One row per client and rule that applies now or later, with who owes it.

        Several posts share one duty (A34): it is counted for the highest that is held.
        """
        today = self.env.company._credit_today()
        return SQL(
            """SELECT client.id AS client_id, rule.kind_id,
                      %(applies_now)s AS now, %(applies_later)s AS later,
                      rule.quota * CASE rule.period
                          WHEN 'day' THEN %(working_days)s::float
                          WHEN 'week' THEN %(days)s / 7.0
                          WHEN 'month' THEN 1
                          WHEN 'quarter' THEN 1 / 3.0
                          WHEN 'half' THEN 1 / 6.0
                          ELSE 1 / 12.0 END AS times,
                      CASE WHEN rule.role IS NOT NULL THEN manager.user_id
                           ELSE officer.user_id END AS user_id
                 FROM credit_cadence_rule rule
           CROSS JOIN (%(client)s) client
            LEFT JOIN (%(serving)s) manager
                   ON manager.partner_id = client.id AND manager.role = rule.role
            LEFT JOIN (SELECT DISTINCT ON (x.credit_cadence_rule_id, h.institution_id)
                              x.credit_cadence_rule_id AS rule_id, h.institution_id, h.user_id
                         FROM credit_cadence_rule_post_rel x
                         JOIN (%(holders)s) h ON h.post_id = x.credit_post_id
                         JOIN credit_post p ON p.id = h.post_id
                     ORDER BY x.credit_cadence_rule_id, h.institution_id, p.sequence) officer
                   ON officer.rule_id = rule.id AND officer.institution_id = client.institution_id
                WHERE rule.active AND rule.subject = 'client' AND rule.target_client IS NOT TRUE
                  AND (rule.date_from IS NULL OR rule.date_from <= %(last)s)
                  AND (rule.date_to IS NULL OR rule.date_to >= %(first)s)
                  AND (NOT EXISTS (SELECT FROM credit_cadence_rule_option_rel o
                                    WHERE o.credit_cadence_rule_id = rule.id)
                       OR EXISTS (SELECT FROM credit_cadence_rule_option_rel o
                                   WHERE o.credit_cadence_rule_id = rule.id
                                     AND o.credit_reading_option_id = ANY(%(chosen)s)))
                  AND (NOT EXISTS (SELECT FROM credit_cadence_rule_designation_rel d
                                    WHERE d.credit_cadence_rule_id = rule.id)
                       OR EXISTS (SELECT FROM credit_cadence_rule_designation_rel d
                                    JOIN credit_designation g
                                      ON g.type_id = d.credit_designation_type_id
                                   WHERE d.credit_cadence_rule_id = rule.id
                                     AND g.partner_id = client.id AND %(designated)s))
                  AND NOT EXISTS (SELECT FROM credit_cadence_rule_excluded_rel d
                                    JOIN credit_designation g
                                      ON g.type_id = d.credit_designation_type_id
                                   WHERE d.credit_cadence_rule_id = rule.id
                                     AND g.partner_id = client.id AND %(designated)s)
                  AND (%(applies_now)s OR %(applies_later)s)""",
            applies_now=self._applies("tier_now"),
            applies_later=self._applies("tier_later"),
            working_days=self.working_days,
            days=days_in_month,
            client=self._clients(),
            serving=serving_sql(today),
            holders=holders_sql(today),
            first=self.month,
            last=last,
            chosen=chosen,
            designated=SQL(
                """g.holds AND g.voided_at IS NULL AND g.date_from <= %(day)s
                   AND (g.date_to IS NULL OR g.date_to >= %(day)s)""",
                day=today,
            ),
        )

    def _applies(self, column):
        tier = SQL.identifier("client", column)
        flagged = SQL("FALSE")
        if "credit_important" in self.env["res.partner"]._fields:
            flagged = SQL("client.important")
        return SQL(
            """(%(tier)s IS NOT NULL AND (rule.tier IS NULL OR rule.tier = %(tier)s)
                AND (rule.important IS NOT TRUE OR %(tier)s IN ('strategic', 'quality')
                     OR %(flagged)s))""",
            tier=tier,
            flagged=flagged,
        )

    def _clients(self):
        """The clients whose duties the user may count, with the list now and later."""
        later = SQL("p.credit_tier")
        moves = SQL()
        if self.basis == "simulation" and self.simulation_id:
            later = SQL(
                """CASE WHEN move.id IS NULL THEN p.credit_tier
                        WHEN move.tier_to = ANY(%s) THEN move.tier_to END""",
                [code for code, _name in TIERS],
            )
            moves = SQL(
                """LEFT JOIN credit_simulation_line move
                          ON move.partner_id = p.id AND move.simulation_id = %s""",
                self.simulation_id.id,
            )
        elif self.basis == "nominations":
            later = SQL("CASE WHEN move.id IS NULL THEN p.credit_tier ELSE move.tier END")
            moves = SQL(
                """LEFT JOIN credit_nomination move
                          ON move.partner_id = p.id AND move.state = 'submitted'"""
            )
        important = SQL()
        if "credit_important" in self.env["res.partner"]._fields:
            important = SQL(", p.credit_important AS important")
        whole_bank = self.env.user.has_group("credit_client_tiering.group_head_office")
        within = SQL("TRUE")
        if not whole_bank:
            teams = self.env["crm.team"].with_context(active_test=False)
            mine = teams.search([("id", "child_of", self.env.user.crm_team_ids.ids)])
            within = SQL("p.credit_institution_id = ANY(%s)", mine.ids)
        return SQL(
            """SELECT p.id, p.credit_institution_id AS institution_id,
                      p.credit_tier AS tier_now, %(later)s AS tier_later %(important)s
                 FROM res_partner p %(moves)s
                WHERE p.is_credit_client AND p.active AND %(within)s""",
            later=later,
            important=important,
            moves=moves,
            within=within,
        )
