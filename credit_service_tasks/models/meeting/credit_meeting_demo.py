"""Plans, meetings and logs of the demo bank; called by its demo data alone."""

import base64
from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Command

TIERING = "credit_client_tiering"
PLANS = {
    "rank_500": (
        "新建冷轧生产线，中长期贷款约两亿元；现有承兑保证金偏高。",
        "项目贷款加银团，票据池置换保证金。",
        "结算资金归集，供应商付款迁入我行。",
    ),
    "holding": (
        "集团内部资金归集，成员企业用信分散。",
        "集团统一授信，成员企业切分使用。",
        "现金管理与资金池。",
    ),
}
NOTES = {
    "operation": "主要产品为冷轧板带，前五大客户占销售约四成，产能利用率较高。",
    "controller": "实际控制人行业经验丰富，家族另有物流企业一家。",
    "needs": "中长期项目贷款、票据池、供应商付款。",
    "funds": "月初回款、月末集中付款，主要往来在两家国有银行。",
    "preferences": "偏好稳健，重视放款时效，季度末配置短期理财。",
}


class CreditMeeting(models.Model):
    _inherit = "credit.meeting"

    @api.model
    def _demo_service(self):
        """Leave plans, meetings and logs as the people of the demo bank would have."""
        president = self._demo_ref("user_president")
        own = self.with_user(president).with_context(lang=president.lang)
        today = self.env.company._credit_today()
        own._demo_plans(today)
        own._demo_logs(today)
        own._demo_analyses(today)
        own._demo_routine(today)
        # What is left is handed up, before the agenda of the coming meeting is drawn.
        self.env["credit.obligation"]._demo_hand_up()
        own._demo_meetings(today)

    def _demo_ref(self, name):
        return self.env.ref(f"{TIERING}.{name}")

    def _demo_plans(self, today):
        plans = self.env["credit.service.plan"]
        manager = self._demo_ref("user_manager")
        deposits = self.env["credit.metric"].search([("code", "=", "deposit_avg")])
        cluster = self.env["credit.client.cluster"].create(
            {
                "name": "襄阳汽车零部件产业集群",
                "kind": "industry",
                "institution_id": self._demo_ref("team_xiangyang").id,
                "user_id": manager.id,
                "partner_ids": [
                    Command.set(
                        [
                            self._demo_ref(f"client_{name}").id
                            for name in ("exposure_exact", "q_structure", "no_year")
                        ]
                    )
                ],
            }
        )
        common = {
            "next_step": "报送方案并约见财务总监",
            "next_date": today + timedelta(days=6),
            "measure_ids": [
                Command.create(
                    {
                        "name": name,
                        "user_id": manager.id,
                        "date": today + timedelta(days=days),
                    }
                )
                for name, days in (("测算票据池额度", 4), ("拜访财务总监", 12))
            ],
            "goal_ids": [
                Command.create(
                    {
                        "metric_id": deposits.id,
                        "period": "year",
                        "period_start": today + relativedelta(years=-back, month=1, day=1),
                        "goal": goal,
                    }
                )
                for back, goal in ((1, 60_000_000.0), (0, 80_000_000.0))
            ],
        }
        for name, (needs, credit, settlement) in PLANS.items():
            client = self._demo_ref(f"client_{name}")
            plan = plans.create(
                {
                    **common,
                    "partner_id": client.id,
                    "needs": needs,
                    "credit_part": credit,
                    "settlement_part": settlement,
                    "entry_project": credit.split("，")[0].rstrip("。"),
                }
            )
            plan.action_compare_products()
            plan.product_ids.filtered(lambda x: not x.held)[:2].proposed = True
            plan.action_approve()
        plans.create(
            {
                **common,
                "kind": "cluster",
                "cluster_id": cluster.id,
                "needs": "集群企业普遍需要订单融资、设备更新贷款与代发工资。",
                "credit_part": "统一准入、批量授信。",
                "settlement_part": "园区代发与收付款优惠。",
            }
        ).action_approve()
        draft = plans.create(
            {"partner_id": self._demo_ref("client_industry_100").id, "needs": "票据池额度偏紧。"}
        )
        draft.action_compare_products()
        items = self.env["credit.archive.item"].sudo()
        self.env["credit.profile.note"].with_user(manager).create(
            [
                {
                    "partner_id": self._demo_ref(f"client_{client}").id,
                    "item_id": items.search([("code", "=", code)]).id,
                    "text": text,
                }
                for client in ("rank_500", "industry_100")
                for code, text in NOTES.items()
                if client == "rank_500" or code in ("operation", "needs")
            ]
        )

    def _demo_meeting(self, types, day, **values):
        users = [self._demo_ref(f"user_{n}") for n in ("president", "deputy", "head", "manager")]
        return self.create(
            {
                "type_ids": [
                    Command.set(
                        [self.env.ref(f"credit_service_tasks.meeting_type_{t}").id for t in types]
                    )
                ],
                "institution_id": self._demo_ref("team_xiangyang").id,
                "start": datetime.combine(day, time(1, 0)),
                "chair_id": users[0].id,
                "attendee_ids": [Command.set([u.id for u in users])],
                "place": "三楼会议室",
                **values,
            }
        )

    def _demo_hold(self, meetings):
        """Close past meetings as they were closed then."""
        for meeting in meetings:
            meeting._engine().write(
                {"state": "held", "held_at": meeting.start + timedelta(hours=2)}
            )
            meeting.line_ids._schedule()
        self.env["credit.discharge"]._discharge_by("meeting_id", meetings.ids)

    def _demo_analyses(self, today):
        """The analysis meetings of the last months; one institution missed one."""
        # sudo: the chairs of every institution hold theirs.
        duties = (
            self.env["credit.obligation"]
            .sudo()
            .search(
                [
                    ("kind_id.code", "=", "analysis"),
                    ("status", "in", ("open", "overdue")),
                    ("period_start", "<", today - timedelta(days=20)),
                ],
                order="due_date, id",
            )
        )
        met = duties.filtered("user_id")._demo_met(today)
        days = self.env["credit.working.day"].sudo()  # sudo: the same for everybody
        for duty in met:
            meeting = self.sudo()._demo_meeting(
                ("analysis",),
                days._list(duty.period_start, min(duty.due_date, today - timedelta(days=1)))[-4],
                institution_id=duty.unit_id.id,
                chair_id=duty.user_id.id,
                attendee_ids=[
                    Command.set(
                        (duty.unit_id.sudo().crm_team_member_ids.filtered("active").user_id).ids
                    )
                ],
                minutes="逐户分析现有合作、当前效益和下一步目标。",
            )
            meeting.action_draw_agenda()
            meeting._demo_analysed(duty.unit_id, duty.period_start.month)
            for line in meeting.analysis_ids:
                line.write(
                    {
                        "cooperation": line.cooperation or "流动资金贷款",
                        "benefit": line.benefit or "存款与结算为主",
                        "manner": line.manner or "直接授信，名单制管理",
                        "future_goal": line.future_goal or "代发工资与票据池落地",
                    }
                )
            self._demo_hold(meeting)

    def _demo_analysed(self, unit, month):
        """Three clients a month, others each time."""
        self.analysis_ids[3:].unlink()
        if self.analysis_ids:
            return
        clients = self.env["res.partner"].search(
            [
                ("is_credit_client", "=", True),
                ("credit_tier", "!=", False),
                ("credit_institution_id", "child_of", unit.id),
            ],
            order="id",
        )
        start = month % 4 * 3 % max(len(clients), 1)
        self.env["credit.client.analysis"].create(
            [
                {"meeting_id": self.id, "partner_id": client.id, **self._draft_analysis(client)}
                for client in clients[start : start + 3]
            ]
        )

    def _demo_meetings(self, today):
        monday = today - timedelta(days=today.weekday())
        manager = self._demo_ref("user_manager")
        held = self.browse()
        for weeks in (3, 1):  # the second last week was left out
            meeting = self._demo_meeting(
                ("promotion", "supervision"),
                monday - timedelta(weeks=weeks),
                minutes="逐项过了重点项目进度，明确责任人和时限。",
                next_items="跟进冷轧项目银团条件；清理逾期走访。",
            )
            meeting.action_draw_agenda()
            meeting.line_ids[:1].write(
                {
                    "problem": "抵押物评估偏低",
                    "measure": "联系担保公司补充增信",
                    "user_id": manager.id,
                    "deadline": today + timedelta(days=5),
                }
            )
            held |= meeting
        event = self._demo_meeting(
            ("sme_event",),
            monday - timedelta(days=6),
            minutes="园区小微企业对接会，到会十二家。",
            place="高新区企业服务中心",
            plan_attachment_ids=[
                Command.create(
                    {
                        "name": "活动策划方案.txt",
                        "datas": base64.b64encode("目标、流程、分工、预算".encode()),
                    }
                )
            ],
            acquisition_ids=[
                Command.create({"name": name, "need": need, "user_id": manager.id})
                for name, need in (
                    ("襄创模具有限公司", "设备更新贷款"),
                    ("汉北包装有限公司", "代发工资"),
                )
            ],
        )
        self._demo_hold(held | event)
        event.acquisition_ids[:1].action_make_lead()
        coming = monday + timedelta(weeks=1)
        self._demo_meeting(("promotion", "supervision"), coming).action_draw_agenda()

    def _demo_logs(self, today):
        logs = self.env["credit.work.log"]
        manager = self._demo_ref("user_manager")
        days = self.env["credit.working.day"].sudo()._list(today - timedelta(days=12), today)[:-1]
        made = logs.browse()
        for day in days[-5:-2] + days[-1:]:  # one is missing
            log = logs.with_user(manager).create(
                {
                    "date": day,
                    "summary": "学习新政策。",
                    "done_ids": [
                        Command.create({"name": name})
                        for name in ("拜访砚池钢铁，核实冷轧项目进度", "整理青樾汽车零部件授信资料")
                    ],
                }
            )
            log._draft()
            log._engine().write(
                {
                    "state": "submitted",
                    "submitted_at": datetime.combine(day, time(9, 30)),
                }
            )
            made |= log
        self.env["credit.discharge"]._discharge_by("log_id", made.ids)
        made[:2].with_user(self._demo_ref("user_head")).action_mark_read()
