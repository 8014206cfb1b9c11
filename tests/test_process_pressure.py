"""Two people at one plan, meeting, gift, price or application at once: one outcome."""

from unittest.mock import patch

from odoo import fields
from odoo.tests import new_test_user
from odoo.tools import SQL, mute_logger

from .pressure import ADDON, PressureCase

SERVICE = "credit_service_tasks"
ROUNDS = 2
MORE = {
    "p_head2": "corporate_head",
    "p_manager": "client_manager",
    "p_manager2": "client_manager",
}
# Children first; all of the test's own clients.
OF_CLIENTS = (
    "loan_payout",
    "request_decision",
    "pricing_request",
    "application",
    "client_paper",
    "care_gift",
    "service_plan",
)


class TestProcessPressure(PressureCase):
    def make_people(self, env):
        super().make_people(env)
        for login, post in MORE.items():
            user = new_test_user(env, login, groups="base.group_user")
            env["crm.team.member"].create(
                {
                    "user_id": user.id,
                    "crm_team_id": self.team_ids[0],
                    "post_id": env.ref(f"{ADDON}.post_{post}").id,
                }
            )
            self.users[login] = user.id
        company = env.company
        self.limit = company.credit_gift_limit
        company.credit_gift_limit = 1000
        self.lpr_id = (
            env["credit.lpr"]
            .create({"date": "2001-01-02", "term": "1y", "rate": 3.45, "source": "pressure"})
            .id
        )

    def remove_all(self, env):
        env.company.credit_gift_limit = self.limit
        env["credit.lpr"].browse(self.lpr_id).unlink()
        self.remove(env, "credit_meeting", SQL("institution_id = ANY(%s)", self.team_ids))
        for name in OF_CLIENTS:
            self.remove(env, f"credit_{name}", SQL("partner_id = ANY(%s)", self.client_ids))
        super().remove_all(env)

    def remove(self, env, table, condition):
        """Delete the test's own rows; what is kept cannot be deleted through the models."""
        ids = [
            row[0]
            for row in env.execute_query(
                SQL("SELECT id FROM %s WHERE %s", SQL.identifier(table), condition)
            )
        ]
        model = table.replace("_", ".", 1) if table == "credit_meeting" else self.model_of(table)
        for kept in ("mail_activity", "mail_message"):
            column = "model" if kept == "mail_message" else "res_model"
            env.cr.execute(
                SQL(
                    "DELETE FROM %s WHERE %s = %s AND res_id = ANY(%s)",
                    SQL.identifier(kept),
                    SQL.identifier(column),
                    model,
                    ids,
                )
            )
        if table == "credit_meeting":
            env["calendar.event"].search(
                [("res_model", "=", model), ("res_id", "in", ids)]
            ).unlink()
        env.cr.execute(SQL("DELETE FROM %s WHERE id = ANY(%s)", SQL.identifier(table), ids))

    def model_of(self, table):
        return next(m._name for m in self.registry.models.values() if m._table == table)

    def client(self, env):
        client = env["res.partner"].create(
            {
                "name": "Under pressure",
                "is_company": True,
                "is_credit_client": True,
                "credit_first_date": "2020-01-01",
                "credit_institution_id": self.team_ids[0],
                "user_id": self.users["p_manager"],
            }
        )
        self.client_ids.append(client.id)
        return client

    def call(self, model, record_id, method, *args, **context):
        def work(env):
            record = env[model].browse(record_id).with_context(**context)
            getattr(record, method)(*args)

        return work

    def play(self, make, works, check):
        """Make, let the works run at once, check; several times."""
        # The pauses between tries are for busy servers; here they only cost time.
        with (
            patch("odoo.service.model.random.uniform", lambda low, high: 0.01),
            mute_logger("odoo.sql_db", "odoo.service.model"),
        ):
            for number in range(ROUNDS):
                made = self.committed(make)
                refusals = self.at_once(works(made, number))
                self.committed(lambda env, m=made, r=refusals: check(env, m, r))

    # Plans

    def make_plan(self, env):
        today = env.company._credit_today()
        metric = env["credit.metric"].search([("code", "=", "deposit_avg")])
        plan = env["credit.service.plan"].create(
            {
                "partner_id": self.client(env).id,
                "needs": "Working capital",
                "credit_part": "A line",
                "measure_ids": [
                    fields.Command.create(
                        {"name": "Offer", "user_id": self.users["p_manager"], "date": today}
                    )
                ],
                "goal_ids": [
                    fields.Command.create(
                        {
                            "metric_id": metric.id,
                            "period": "year",
                            "period_start": f"{today.year}-01-01",
                            "goal": 1,
                        }
                    )
                ],
            }
        )
        return plan.id, metric.id, today.year

    def test_plan_approved_by_two_while_a_goal_is_added(self):
        def works(made, _number):
            plan_id, metric_id, year = made

            def add(env):
                env["credit.service.plan.goal"].create(
                    {
                        "plan_id": plan_id,
                        "metric_id": metric_id,
                        "period": "quarter",
                        "period_start": f"{year}-04-01",
                        "goal": 2,
                    }
                )

            approve = self.call("credit.service.plan", plan_id, "action_approve")
            return [("p_head", approve), ("p_head2", approve), ("p_manager", add)]

        def check(env, made, refusals):
            plan = env["credit.service.plan"].browse(made[0])
            self.assertEqual(plan.state, "approved")
            logins = [login for login, _text in refusals]
            self.assertEqual(len([x for x in logins if x != "p_manager"]), 1, refusals)
            self.assertEqual(len(plan.goal_ids), 1 if "p_manager" in logins else 2)
            self.assertEqual(len(plan.frozen["goals"]), len(plan.goal_ids), "frozen is what counts")
            self.assertEqual(len(plan.activity_ids), 1)

        self.play(self.make_plan, works, check)

    # Meetings

    def make_meeting(self, env):
        env = env(user=self.users["p_head"])
        return (
            env["credit.meeting"]
            .create(
                {
                    "type_ids": [
                        fields.Command.set(env.ref(f"{SERVICE}.meeting_type_promotion").ids)
                    ],
                    "institution_id": self.team_ids[0],
                    "start": "2026-01-05 01:00:00",
                    "minutes": "Said",
                    "chair_id": env.uid,
                    "attendee_ids": [fields.Command.set([env.uid])],
                }
            )
            .id
        )

    def test_meeting_closed_by_two_while_a_solution_is_added(self):
        def works(meeting_id, _number):
            def add(env):
                env["credit.meeting.line"].create(
                    {
                        "meeting_id": meeting_id,
                        "name": "Port",
                        "problem": "Slow",
                        "measure": "Call the port",
                        "user_id": env.uid,
                        "deadline": "2026-12-31",
                    }
                )

            close = self.call("credit.meeting", meeting_id, "action_close")
            return [("p_head", close), ("p_head2", close), ("p_head", add)]

        def check(env, meeting_id, refusals):
            meeting = env["credit.meeting"].browse(meeting_id)
            self.assertEqual(meeting.state, "held")
            lines = meeting.line_ids
            self.assertEqual(len(refusals), 2 - len(lines), refusals)
            # Whatever stands in the minutes has become somebody's task, once.
            self.assertTrue(all(line.activity_id for line in lines), "a solution was lost")
            self.assertEqual(len(meeting.activity_ids), len(lines))

        self.play(self.make_meeting, works, check)

    # Gifts

    def make_gifts(self, env):
        client = self.client(env)
        gifts = env(user=self.users["p_manager"])["credit.care.gift"].create(
            [{"partner_id": client.id, "name": "Tea", "value": 600} for _n in range(2)]
        )
        return gifts.ids

    def test_two_gifts_at_once_stay_within_the_limit(self):
        def works(ids, _number):
            give = [self.call("credit.care.gift", i, "action_give") for i in ids]
            return list(zip(("p_manager", "p_manager2"), give, strict=True))

        def check(env, ids, refusals):
            gifts = env["credit.care.gift"].browse(ids)
            given = gifts.filtered(lambda g: g.state == "given")
            self.assertEqual(len(given), 1)
            self.assertEqual(len(refusals), 1)
            self.assertIn("1,000.00", refusals[0][1])

        self.play(self.make_gifts, works, check)

    # Prices

    def make_price(self, env):
        client = self.client(env)
        env["credit.membership"]._enter(client, "strategic", "institution", "test")
        request = env(user=self.users["p_manager"])["credit.pricing.request"].create(
            {
                "partner_id": client.id,
                "kind": "loan_rate",
                "reason": "Kept for years",
                "amount": 10_000_000,
                "term_months": 12,
                "lpr_term": "1y",
                "rate": 3.0,
            }
        )
        request.action_submit()
        posts = request.sudo().post_ids.mapped("code")
        logins = [x for x in ("p_finance", "p_finance2", "p_credit") if self.post(x) in posts]
        return request.id, (logins * 2)[:2]

    def post(self, login):
        return {"p_credit": "credit_management"}.get(login, "corporate_finance")

    def test_price_decided_by_two(self):
        def works(made, number):
            request_id, logins = made
            outcomes = ("approve", ("refuse", "return")[number % 2])
            decide = [
                self.call("credit.pricing.request", request_id, "action_decide", outcome, "x")
                for outcome in outcomes
            ]
            return list(zip(logins, decide, strict=True))

        def check(env, made, refusals):
            request = env["credit.pricing.request"].browse(made[0])
            decisions = env["credit.request.decision"].search(
                [("partner_id", "=", request.partner_id.id)]
            )
            self.assertEqual((len(decisions), len(refusals)), (1, 1), refusals)
            after = {"approve": "approved", "refuse": "refused", "return": "returned"}
            self.assertEqual(request.state, after[decisions.outcome])

        self.play(self.make_price, works, check)

    # Applications

    def make_application(self, env):
        client = self.client(env)
        product = env["credit.loan.product"].search([], limit=1)
        application = env(user=self.users["p_manager"])["credit.application"].create(
            {"partner_id": client.id, "product_id": product.id, "amount": 1_000_000}
        )
        application.action_receive_all()
        application.action_complete_papers()
        return application.id, application.current_step_id.id

    def finish(self, made):
        return self.call(
            "credit.application", made[0], "action_finish_step", credit_step_shown=made[1]
        )

    def test_step_finished_by_two(self):
        def works(made, _number):
            return [("p_manager", self.finish(made)), ("p_manager2", self.finish(made))]

        def check(env, made, refusals):
            application = env["credit.application"].browse(made[0])
            done = application.step_ids.filtered(lambda s: s.state == "done")
            self.assertEqual((len(done), len(refusals)), (1, 1), refusals)
            self.assertEqual(
                application.step_ids.filtered(lambda s: s.state == "current")[0].id,
                application.step_ids[1].id,
            )

        self.play(self.make_application, works, check)

    def make_signed(self, env):
        """Bring an application to the step where the same person may do the next one, too."""
        made = self.make_application(env)
        application = env["credit.application"].browse(made[0])
        today = env.company._credit_today()
        for login in ("p_manager", "p_credit"):
            application._finish_step(today, env["res.users"].browse(self.users[login]))
        return made[0], application.current_step_id.id

    def test_a_second_click_does_not_finish_the_next_step(self):
        def works(made, _number):
            return [("p_manager", self.finish(made)), ("p_manager", self.finish(made))]

        def check(env, made, refusals):
            application = env["credit.application"].browse(made[0])
            done = application.step_ids.filtered(lambda s: s.state == "done")
            self.assertEqual((len(done), len(refusals)), (3, 1), refusals)
            self.assertIn("meanwhile", refusals[0][1])

        self.play(self.make_signed, works, check)

    def make_last(self, env):
        made = self.make_signed(env)
        application = env["credit.application"].browse(made[0])
        today = env.company._credit_today()
        for login in ("p_manager", "p_manager"):
            application._finish_step(today, env["res.users"].browse(self.users[login]))
        return made[0], application.current_step_id.id

    def test_money_paid_out_once(self):
        def works(made, _number):
            return [("p_head", self.finish(made)), ("p_head2", self.finish(made))]

        def check(env, made, refusals):
            application = env["credit.application"].browse(made[0])
            self.assertEqual((application.state, len(refusals)), ("disbursed", 1), refusals)
            self.assertEqual(application.payout_ids.mapped("amount"), [1_000_000])

        self.play(self.make_last, works, check)
