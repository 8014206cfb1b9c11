"""A lived-in quarter for the demo bank; called by its demo data alone."""

from datetime import timedelta

from odoo import api, fields, models

TIERING = "credit_client_tiering"
# client: who keeps the weekly contact, and what was talked about lately
STORIES = {
    "rank_500": (
        "president",
        "企业计划新建一条冷轧生产线，需要中长期贷款约两亿元。",
        "提交综合服务方案",
    ),
    "industry_100": ("president", "新能源车型订单增加，票据池额度偏紧。", "测算票据池额度"),
    "exposure_exact": ("president", "海外订单回款周期变长，关注汇率。", "介绍远期结售汇"),
    "exposure_cent_below": (
        "president",
        "正在招标自动化设备，资金安排在明年一季度。",
        "跟进招标结果",
    ),
    "q_settlement": ("president", "代发工资在他行，愿意比较方案。", "报送代发方案"),
    "q_money_below": ("president", "厂区搬迁，短期流动资金紧张。", "核实搬迁补偿进度"),
    "q_margin_below": ("president", "原料涨价，利润承压。", "约见财务总监"),
    "power_grid": ("leader", "年度框架协议续签，已达成一致。", "准备签约仪式"),
    "provincial_port": ("leader", "港区二期项目已获批复。", "对接项目贷款"),
    "agreement_full": ("deputy2", "景区门票结算拟集中到我行。", "提供收单方案"),
}
# Weeks back on which nothing was reported, by client: something has to be missing.
SILENT = {"exposure_exact": {0, 1}, "q_money_below": {0, 2, 3}, "q_margin_below": {0}}


class CreditContactReport(models.Model):
    _inherit = "credit.contact.report"

    @api.model
    def _demo_quarter(self):
        """Report thirteen weeks of contacts, as the people of the demo bank would have."""
        self = self.with_context(lang=self.env.ref(f"{TIERING}.user_head").lang)
        today = self.env.company._credit_today()
        for order, (name, (login, story, step)) in enumerate(STORIES.items()):
            client = self.env.ref(f"{TIERING}.client_{name}")
            user = self.env.ref(f"{TIERING}.user_{login}")
            for weeks in range(12, -1, -1):
                if weeks in SILENT.get(name, ()):
                    continue
                # Tuesday to Thursday, never in the future.
                monday = today - timedelta(days=today.weekday() + 7 * weeks)
                day = monday + timedelta(days=1 + order % 3)
                if day > today:
                    continue
                self._demo_contact(client, user, day, weeks, story, step)
        # What was entered in time after all settles the duties anew, and the next run
        # escalates only what is left.
        discharges = self.env["credit.discharge"].search([("report_id", "!=", False)])
        self.env["credit.obligation"]._settle(discharges.obligation_id.ids)
        self.env["credit.obligation"]._generate()
        self._demo_promises(today)
        self._demo_plans(today)

    def _demo_contact(self, client, user, day, weeks, story, step):
        visit = weeks % 4 == 1
        values = {
            "partner_id": client.id,
            "date": day,
            "channel_id": self.env.ref(
                f"credit_service_tasks.channel_{'visit' if visit else 'phone'}"
            ).id,
            "purpose_id": self.env.ref(
                f"credit_service_tasks.purpose_{'needs' if visit else 'keep_in_touch'}"
            ).id,
            "attendee_ids": [fields.Command.set(user.ids)],
        }
        if user.login == "president" and weeks % 3:
            # The deputy joins the call.
            deputy = self.env.ref(f"{TIERING}.user_deputy")
            values["attendee_ids"] = [fields.Command.set((user | deputy).ids)]
        if visit:
            met = client.child_ids.filtered("credit_in_charge")[:1]
            last = weeks == 1
            # The client manager comes along.
            values.update(
                met_ids=[fields.Command.set(met.ids)],
                met_others=False if met else "总经理",
                outcome=story if last else f"{day.month}月例行拜访，经营正常。{story[:12]}",
                attendee_ids=[fields.Command.set((user | client.user_id).ids)],
                next_step=step if last else False,
                next_step_date=day + timedelta(days=14) if last else False,
            )
            if not last:
                values["purpose_id"] = self.env.ref("credit_service_tasks.purpose_progress").id
        report = self.with_user(user).create(values)
        report.action_submit()
        # Reported on the evening of the day, not at the installation.
        evening = fields.Datetime.to_datetime(day) + timedelta(hours=9)
        report._submitting().write({"submitted_at": evening, "is_late_entry": False})
        self.env["credit.discharge"]._ledger().search([("report_id", "=", report.id)]).write(
            {"entered_at": evening, "is_late_entry": False}
        )

    def _demo_promises(self, today):
        rows = (
            ("rank_500", "一周内答复贷款利率", "bank", 6, "open"),
            ("rank_500", "提供最近一期审计报告", "client", -3, "open"),
            ("q_settlement", "报送代发工资方案", "bank", -20, "kept"),
            ("q_settlement", "安排网银培训", "bank", -9, "broken"),
            ("industry_100", "测算票据池额度", "bank", 2, "open"),
            ("power_grid", "派专人对接签约", "bank", -30, "kept"),
        )
        for name, text, side, days, state in rows:
            client = self.env.ref(f"{TIERING}.client_{name}")
            report = self.search([("partner_id", "=", client.id)], limit=1)
            promise = self.env["credit.promise"].create(
                {
                    "name": text,
                    "partner_id": client.id,
                    "report_id": report.id,
                    "by": side,
                    "user_id": client.user_id.id,
                    "date": today + timedelta(days=days),
                }
            )
            if state != "open":
                promise.write({"state": state, "closed_on": promise.date})

    def _demo_plans(self, today):
        """Plan visits of the coming days, so that colleagues see who goes where."""
        events = self.env["calendar.event"]
        for name, login, days in (
            ("rank_500", "leader", 2),
            ("exposure_exact", "president", 1),
            ("q_money_below", "deputy", 3),
            ("provincial_port", "leader", 6),
        ):
            client = self.env.ref(f"{TIERING}.client_{name}")
            user = self.env.ref(f"{TIERING}.user_{login}")
            mine = events.with_user(user)
            action = mine._credit_plan_action(client.with_user(user))
            start = fields.Datetime.to_datetime(today + timedelta(days=days)) + timedelta(hours=2)
            mine.with_context(**action["context"], no_mail_to_attendees=True).create(
                {
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    "credit_topics": STORIES[name][2],
                    "credit_questions": STORIES[name][1],
                }
            )
