from odoo import api, models
from odoo.exceptions import AccessError, UserError

from .credit_service_plan import PARTS

COPIED = (
    "kind",
    "needs",
    "product_package",
    "service_policy",
    "entry_project",
    *PARTS,
    "next_step",
    "next_date",
)


class CreditServicePlan(models.Model):
    """From the draft to what is in force, version after version."""

    _inherit = "credit.service.plan"

    def action_approve(self):
        """Put drafts in force: what they say is frozen and takes the place of the version
        before.

        :return: True
        :raises AccessError: the caller heads no corporate line of the plan's institution,
            or owns the plan
        :raises UserError: something is missing
        """
        self.check_access("write")
        self._check_may_approve()
        self._check_not_own()
        for plan in self:
            plan._lock()
            if plan.state != "draft":
                raise UserError(self.env._("“%s” is no draft.", plan.display_name))
            missing = plan._missing()
            if missing:
                raise UserError(
                    self.env._(
                        "“%(plan)s” cannot be approved yet. Missing: %(what)s (R-M-2c).",
                        plan=plan.display_name,
                        what=", ".join(missing),
                    )
                )
            today = self.env.company._credit_today()
            before = self._engine().search(plan._same_domain() + [("state", "=", "approved")])
            before.write({"state": "replaced", "ended_on": today})
            before.flush_recordset()
            plan._engine().write(
                {
                    "state": "approved",
                    "approved_on": today,
                    "approved_by_id": self.env.uid,
                    "frozen": plan._evidence(),
                }
            )
            plan.measure_ids._schedule()
            plan._clients()._credit_refresh_plan_gaps()
        return True

    def action_new_version(self):
        """Draft the version that follows a plan in force.

        :return: the action that opens it
        :raises UserError: the plan is not in force, or a draft exists
        """
        self.ensure_one()
        self.check_access("write")
        if self.state != "approved":
            raise UserError(self.env._("“%s” is not in force.", self.display_name))
        if self.search_count(self._same_domain() + [("state", "=", "draft")]):
            raise UserError(self.env._("The next version of “%s” is a draft.", self.display_name))
        values = {name: self[name] for name in COPIED}
        following = self._engine().create(
            {
                **values,
                "partner_id": self.partner_id.id,
                "cluster_id": self.cluster_id.id,
                "user_id": self.user_id.id,
                "designer_ids": [(6, 0, self.designer_ids.ids)],
                "version": self.version + 1,
                "origin_id": (self.origin_id or self).id,
                "product_ids": [(0, 0, line._copied()) for line in self.product_ids],
                "measure_ids": [
                    (0, 0, line._copied()) for line in self.measure_ids if line.state == "open"
                ],
                "goal_ids": [(0, 0, line._copied()) for line in self.goal_ids],
            }
        )
        return self._open_form(following)

    def action_close(self):
        """End plans in force; the gap of their clients opens again.

        :return: True
        :raises AccessError: the caller heads no corporate line of the plan's institution
        """
        self.check_access("write")
        self._check_may_approve()
        for plan in self:
            plan._lock()
            if plan.state != "approved":
                raise UserError(self.env._("“%s” is not in force.", plan.display_name))
            plan._engine().write({"state": "closed", "ended_on": self.env.company._credit_today()})
            plan._clients()._credit_refresh_plan_gaps()
        return True

    def _open_form(self, plan):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": plan.id,
            "views": [(False, "form")],
        }

    def _clients(self):
        # sudo: the members of a cluster may belong to several institutions.
        plans = self.sudo()
        return plans.partner_id | plans.cluster_id.partner_ids

    def _same_domain(self):
        self.ensure_one()
        return [
            ("id", "!=", self.id),
            ("kind", "=", self.kind),
            ("partner_id", "=", self.partner_id.id),
            ("cluster_id", "=", self.cluster_id.id),
        ]

    def _is_headed(self):
        """Tell whether the user settles plans of these institutions."""
        if self.env.su or self.env.user.has_group("credit_client_tiering.group_list_admin"):
            return True
        return self.institution_id <= self.env["crm.team"]._credit_headed_by(self.env.user)

    def _check_not_own(self):
        for plan in self:
            if plan.user_id == self.env.user and not self.env.su:
                raise AccessError(
                    self.env._(
                        "%(who)s owns “%(plan)s” and cannot approve it as well (four eyes): "
                        "another head of the corporate line, or somebody above, does.",
                        who=self.env.user.name,
                        plan=plan.display_name,
                    )
                )

    def _check_may_approve(self):
        for plan in self:
            if not plan._is_headed():
                raise AccessError(
                    self.env._(
                        "%(who)s cannot approve or close “%(plan)s”: the head of the corporate "
                        "line of %(institution)s or somebody above does.",
                        who=self.env.user.name,
                        plan=plan.display_name,
                        institution=plan.institution_id.display_name,
                    )
                )

    def _missing(self):
        """Return the labels of what a plan needs before it is approved (R-M-2c)."""
        self.ensure_one()
        names = ["needs"]
        missing = [self._fields[n]._description_string(self.env) for n in names if not self[n]]
        if not any(self[part] for part in PARTS):
            missing.append(
                self.env._("at least one of credit, settlement, wealth, intermediary services")
            )
        if not self.measure_ids:
            missing.append(self.env._("a measure with owner and date"))
        if not self.goal_ids:
            missing.append(self.env._("a goal"))
        return missing

    def _evidence(self):
        """Return what the approver saw of the client, as JSON."""
        self.ensure_one()
        client = self.partner_id
        return {
            "tier": client.credit_tier or None,
            "band": client.credit_band or None,
            "exposure": client.credit_exposure_measure
            if client.credit_exposure_measure is not False
            else None,
            "members": self.cluster_id.sudo().partner_ids.ids if self.cluster_id else [],
            "goals": [
                {
                    "metric": goal.metric_id.code,
                    "period": str(goal.period_start),
                    "goal": None if goal.goal is False else goal.goal,
                    "actual": None if goal.actual is False else goal.actual,
                }
                for goal in self.goal_ids
            ],
        }

    @api.model
    def _draft_for(self, clients):
        """Draft one-to-one plans of clients that have none under way; return the drafts."""
        there = self.search(
            [
                ("partner_id", "in", clients.ids),
                ("kind", "=", "one_to_one"),
                ("state", "in", ("draft", "approved")),
            ]
        )
        drafts = there.filtered(lambda p: p.state == "draft")
        for client in clients - there.partner_id:
            plan = self.create({"partner_id": client.id})
            plan._compare_products()
            drafts |= plan
        return drafts
