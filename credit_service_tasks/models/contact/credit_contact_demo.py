"""A lived-in quarter for the demo bank; called by its demo data alone."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

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
SILENT = {"exposure_exact": {0, 1}, "q_money_below": set(range(6)), "q_margin_below": {0}}
# What the others talked about.
TOPICS = (
    "订单饱满，四季度排产已满，回款正常。",
    "拟更换两台设备，正在比价，资金需求年后明确。",
    "应收账款账期拉长，关注下游付款。",
    "对公理财到期，愿意续做短期限产品。",
    "代发工资手续齐备，约定下月首发。",
    "新厂房已封顶，等待消防验收。",
    "询问票据贴现价格，已按指导价格报价。",
    "财务总监更换，安排新负责人见面。",
    "原料价格回落，库存周转加快。",
    "准备年度审计，授信资料月底前补齐。",
    "与上游签订长期供货合同，付款方式改为电汇。",
)


class CreditContactReport(models.Model):
    _inherit = "credit.contact.report"

    @api.model
    def _demo_quarter(self):
        """Report thirteen weeks of contacts, as the people of the demo bank would have."""
        self = self.with_context(
            lang=self.env.ref(f"{TIERING}.user_head").lang,
            tracking_disable=True,
            mail_create_nolog=True,
            mail_create_nosubscribe=True,
        )
        today = self.env.company._credit_today()
        contacts = []
        for order, (name, (login, story, step)) in enumerate(STORIES.items()):
            client = self.env.ref(f"{TIERING}.client_{name}")
            user = self.env.ref(f"{TIERING}.user_{login}")
            for weeks in range(12, -1, -1):
                if weeks in SILENT.get(name, ()):
                    continue
                # Tuesday to Thursday, never in the future.
                monday = today - timedelta(days=today.weekday() + 7 * weeks)
                day = monday + timedelta(days=1 + order % 3)
                if day <= today:
                    contacts.append(self._demo_story(client, user, day, weeks, story, step))
        self._demo_enter(contacts)
        self._demo_enter(self._demo_others(today))
        self._demo_copied(today)
        # What was entered in time after all settles the duties anew.
        discharges = self.env["credit.discharge"].search([("report_id", "!=", False)])
        self.env["credit.obligation"]._settle(discharges.obligation_id.ids)
        self._demo_promises(today)
        self._demo_plans(today)

    def _demo_story(self, client, user, day, weeks, story, step):
        """Return the values of one contact of a story."""
        visit = weeks % 4 == 1
        people = user
        if user.login == "president" and weeks % 3:
            people |= self.env.ref(f"{TIERING}.user_deputy")  # the deputy joins the call
        values = self._demo_values(client, user, day, visit)
        if visit:
            last = weeks == 1
            people = user | client.user_id  # the client manager comes along
            values["outcome"] = story if last else f"{day.month}月例行拜访，经营正常。{story[:12]}"
            if last:
                values.update(
                    purpose_id=self.env.ref("credit_service_tasks.purpose_needs").id,
                    next_step=step,
                    next_step_date=day + timedelta(days=14),
                )
        values["attendee_ids"] = [fields.Command.set(people.ids)]
        return values

    def _demo_values(self, client, author, day, visit):
        met = client.child_ids.filtered("credit_in_charge")[:1]
        purpose = "progress" if visit else "keep_in_touch"
        return {
            "user_id": author.id,
            "partner_id": client.id,
            "date": day,
            "channel_id": self.env.ref(
                f"credit_service_tasks.channel_{'visit' if visit else 'phone'}"
            ).id,
            "purpose_id": self.env.ref(f"credit_service_tasks.purpose_{purpose}").id,
            "met_ids": [fields.Command.set(met.ids if visit else [])],
            "met_others": "总经理" if visit and not met else False,
            "met_in_charge": visit,
        }

    def _demo_others(self, today):
        """Return contacts that discharge most of what is left, by the manner of each person."""
        duties = (
            self.env["credit.obligation"]
            .search(
                [
                    ("status", "in", ("open", "overdue")),
                    ("kind_id.code", "in", ("visit", "contact")),
                    ("guideline", "=", False),
                    ("user_id", "!=", False),
                    ("period_start", "<=", today),
                ],
                order="partner_id, kind_id DESC, due_date, id",
            )
            ._demo_met(today)
        )
        found = []
        for client, theirs in duties.grouped("partner_id").items():
            days = {}  # when somebody calls: who, and whether in person
            for duty in theirs.sorted(lambda d: (d.kind_id.code != "visit", d.due_date, d.id)):
                lot = duty._demo_lot(today)
                span = self._demo_days(max(duty.since, duty.period_start), today, duty.period_end)
                open_days = [day for day in span if day not in days]
                joined = [day for day in span if day in days]
                for turn in range(duty.required - duty.done):
                    if joined:
                        day = joined.pop()
                    elif open_days:
                        day = open_days.pop(lot % len(open_days))
                    else:
                        break
                    there = days.setdefault(day, [[], False, lot + turn])
                    there[0].append(duty)
                    there[1] |= duty.kind_id.code == "visit"
            found += [self._demo_call(client, day, *there) for day, there in sorted(days.items())]
        return found

    def _demo_days(self, start, today, end):
        # sudo: the calendar is the same for everybody.
        calendar = self.env["credit.working.day"].sudo()
        return calendar._list(start, min(end, today)) if start <= today else []

    def _demo_call(self, client, day, duties, visit, lot):
        """Return the values of one contact that several duties asked for."""
        people = self.env["res.users"].union(*(d.user_id for d in duties))
        # The most junior of them writes it down; of a visit the client manager.
        author = max(duties, key=lambda d: (d.post_id.sequence, d.id)).user_id
        if visit and client.user_id.active and client.user_id.crm_team_member_ids:
            people |= client.user_id
            author = client.user_id
        values = self._demo_values(client, author, day, visit)
        values["attendee_ids"] = [fields.Command.set(people.ids)]
        topic = TOPICS[lot % len(TOPICS)]
        if visit:
            values["outcome"] = f"{day.month}月{day.day}日走访{client.name}：{topic}"
        elif not lot % 3:
            values["outcome"] = f"{day.month}月{day.day}日来电：{topic}"
        return values

    def _demo_copied(self, today):
        """One manager reported three clients in a minute last week, in the same words."""
        manager = self.env.ref(f"{TIERING}.user_manager3")
        day = today - timedelta(days=today.weekday() + 5)
        clients = self.env["res.partner"].search(
            [("is_credit_client", "=", True), ("user_id", "=", manager.id)], limit=3, order="id"
        )
        reports = self._demo_enter(
            [
                {
                    **self._demo_values(client, manager, day, True),
                    "outcome": "企业经营正常，无新增需求。",
                    "attendee_ids": [fields.Command.set(manager.ids)],
                }
                for client in clients
            ],
            at=fields.Datetime.to_datetime(day) + timedelta(hours=9, minutes=58),
        )
        monday = day - timedelta(days=day.weekday())
        self.env["credit.contact.check"]._run(fields.Datetime.to_datetime(monday))
        self.env["credit.contact.review"]._draw(monday)
        return reports

    def _demo_enter(self, contacts, at=None):
        """Submit contacts as if on the evening of their day, and a few a week late.

        :param contacts: list of values, each with its author
        :param at: the moment for all of them
        """
        reports = self._submitting().create(contacts)
        for number, report in enumerate(reports):
            problems = report._submission_problems()
            if problems:
                raise UserError("\n".join([report.display_name, *problems]))
            late = not at and number % 31 == 17 and not report.next_step
            days = 7 if late else 0
            evening = fields.Datetime.to_datetime(report.date) + timedelta(
                days=days, hours=8, minutes=number * 7 % 115
            )
            late = late and evening < fields.Datetime.now()
            report.write(
                {
                    "state": "submitted",
                    "submitted_at": at or min(evening, fields.Datetime.now()),
                    "institution_id": report.partner_id.credit_institution_id.id,
                    "is_late_entry": late,
                }
            )
        reports._copy_posts()
        self._discharge(reports.ids)
        for report in reports:
            report._schedule_next_step()
        # The last month in the history of the client, on the day itself, by who reported.
        month = self.env.company._credit_today() - timedelta(days=31)
        for report in reports.filtered(lambda r: r.outcome and r.date > month):
            report.with_user(report.user_id)._log_on_client()
            report.partner_id.message_ids[:1].date = report.submitted_at
        return reports

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
