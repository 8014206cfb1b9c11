from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...engine.facts import gather
from ...engine.verdict import judge
from .credit_assessment import FACT_MODELS


class CreditSimulation(models.Model):
    """What a policy would say about the whole book, without touching it.

    Compares a version, usually a draft, with what clients are suggested today or
    with another version; who moves, from where to where, with what amounts.
    """

    _name = "credit.simulation"
    _description = "Simulation"
    _order = "id desc"

    name = fields.Char(compute="_compute_name", store=True)
    policy_id = fields.Many2one(
        "credit.policy",
        string="Policy to try",
        required=True,
        ondelete="cascade",
        index=True,
    )
    compare_policy_id = fields.Many2one(
        "credit.policy",
        string="Compared with",
        ondelete="cascade",
        help="Empty: with what clients are suggested today.",
    )
    as_of = fields.Date(required=True, default=lambda self: self.env.company._credit_today())
    run_at = fields.Datetime(readonly=True, copy=False)
    client_count = fields.Integer("Clients", readonly=True, copy=False)
    mover_count = fields.Integer("Movers", readonly=True, copy=False)
    line_ids = fields.One2many("credit.simulation.line", "simulation_id", "Clients moved")

    @api.depends("policy_id.name", "as_of")
    def _compute_name(self):
        for simulation in self:
            simulation.name = f"{simulation.policy_id.name or ''} {simulation.as_of or ''}"

    def action_run(self):
        """Run the policies over the whole book and keep the movers.

        :raises UserError: the policy has no criteria, or its criteria are incomplete
        """
        for simulation in self:
            simulation.check_access("write")
            simulation._run()
        return True

    def _run(self):
        self.ensure_one()
        for policy in self.policy_id | self.compare_policy_id:
            problems = policy.criterion_ids._problems()
            if problems or not policy.root_ids:
                raise UserError(
                    self.env._(
                        "“%(policy)s” cannot be tried yet: %(problems)s",
                        policy=policy.name,
                        problems="; ".join(problems) or self.env._("no criteria"),
                    )
                )
        for model in FACT_MODELS:
            self.env[model].flush_model()
        self.line_ids.unlink()
        tried = self._suggestions(self.policy_id)
        current = (
            self._suggestions(self.compare_policy_id)
            if self.compare_policy_id
            else SQL("SELECT id AS partner_id, credit_suggested AS suggested FROM res_partner")
        )
        self.env.execute_query(
            SQL(
                """INSERT INTO credit_simulation_line (
                       simulation_id, partner_id, institution_id, tier_from, tier_to,
                       exposure, deposit, create_uid, create_date, write_uid, write_date)
                   SELECT %(id)s, p.id, p.credit_institution_id, c.suggested, t.suggested,
                          y.exposure_avg, y.deposit_avg, %(uid)s,
                          now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                     FROM (%(tried)s) t
                     JOIN (%(current)s) c ON c.partner_id = t.partner_id
                     JOIN res_partner p ON p.id = t.partner_id
                LEFT JOIN credit_metric_snapshot y
                       ON y.partner_id = p.id AND y.period_type = 'year'
                      AND y.period_start = %(year)s AND y.superseded_at IS NULL
                    WHERE c.suggested IS DISTINCT FROM t.suggested
                RETURNING id""",
                id=self.id,
                uid=self.env.uid,
                tried=tried,
                current=current,
                year=self.as_of.replace(year=self.as_of.year - 1, month=1, day=1),
            )
        )
        self.invalidate_recordset(["line_ids"])
        self.write(
            {
                "run_at": fields.Datetime.now(),
                "client_count": self.env["res.partner"].search_count(
                    [("is_credit_client", "=", True)]
                ),
                "mover_count": self.env["credit.simulation.line"].search_count(
                    [("simulation_id", "=", self.id)]
                ),
            }
        )

    def _suggestions(self, policy):
        # sudo: a simulation counts the whole book; its lines follow record rules.
        plan = policy._plan()
        return SQL(
            "SELECT j.partner_id, j.suggested FROM (%s) j",
            judge(plan, gather(plan, self.as_of)),
        )

    def action_open_movers(self):
        """Open the clients whose suggestion would change."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Movers: %s", self.name),
            "res_model": "credit.simulation.line",
            "view_mode": "list,pivot,graph",
            "domain": [("simulation_id", "=", self.id)],
        }
