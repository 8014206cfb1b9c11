"""Thirteen weeks of meetings, logs and bulletins; called by the demo data alone."""

from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Command

DAYS = (
    "走访客户，核对回款与订单；整理授信资料。",
    "办理续贷手续，补收财务报表；电话联系三户。",
    "参加支行例会；准备评级材料。",
    "贷后检查一户，填写检查表；跟进代发签约。",
    "对账回访，收集企业水电费单据。",
    "拜访园区管委会，了解新入园企业。",
    "整理客户档案，核对抵押物权证。",
)
MINUTES = (
    "逐项过了重点项目进度，明确责任人和时限。",
    "两个项目进入申报，一户暂缓；存款缺口逐户落实。",
    "重点讨论存量客户提额与他行挖转目标。",
)
NEXT = ("跟进申报项目补件；清理逾期走访。", "落实代发签约；完成月度走访计划。")
# A payment or two a day of one client per institution; all below what is called large.
PAYMENTS = (3_200_000, -2_750_000, 6_480_000, -5_100_000, 1_860_000, -940_000, 8_350_000)


class CreditMeeting(models.Model):
    _inherit = "credit.meeting"

    @api.model
    def _demo_routine(self, today):
        """Let meetings, logs and bulletins discharge what most people did in the quarter."""
        quiet = self.sudo().with_context(
            tracking_disable=True,
            mail_create_nolog=True,
            mail_create_nosubscribe=True,
            dont_notify=True,
        )
        duties = quiet.env["credit.obligation"].search(
            [
                ("partner_id", "=", False),
                ("status", "in", ("open", "overdue")),
                ("user_id", "!=", False),
                ("period_end", "<", today),
            ],
            order="due_date, id",
        )
        met = duties._demo_met(today).grouped(lambda d: d.kind_id.code)
        none = duties.browse()
        quiet._demo_past_meetings(
            (met.get("promotion", none) | met.get("supervision", none)).sorted("due_date")
        )
        quiet._demo_past_logs(met.get("work_log", none), today)
        quiet._demo_past_bulletins(met.get("week_bulletin", none), today)
        quiet._demo_movements(met.get("fund_bulletin", none))

    def _demo_past_meetings(self, duties):
        """Hold the weekly meetings of one institution and week in one session (A39)."""
        types = {t.kind_id: t for t in self.env["credit.meeting.type"].search([])}
        values = []
        sessions = duties.grouped(lambda d: (d.unit_id, d.period_start))
        for number, owed in enumerate(sessions.values()):
            unit = owed.unit_id
            held = datetime.combine(min(owed.mapped("due_date")), time(1, 30))
            staff = unit.sudo().crm_team_member_ids.filtered("active").user_id
            values.append(
                {
                    "type_ids": [Command.set([types[kind].id for kind in owed.kind_id])],
                    "institution_id": unit.id,
                    "start": held - timedelta(days=(number % 3 if held.weekday() > 2 else 0)),
                    "chair_id": owed[0].user_id.id,
                    "attendee_ids": [Command.set((staff | owed.user_id).ids)],
                    "place": "会议室",
                    "minutes": MINUTES[number % len(MINUTES)],
                    "next_items": NEXT[number % len(NEXT)],
                    "state": "held",
                    "held_at": held + timedelta(hours=2),
                }
            )
        meetings = self._engine().create(values)
        self.env["credit.discharge"]._discharge_by("meeting_id", meetings.ids)

    def _demo_past_logs(self, duties, today):
        seats = {}
        for seat in duties.person_id.sudo().crm_team_member_ids.filtered("active"):
            seats.setdefault(seat.user_id, seat.crm_team_id)
        logs = (
            self.env["credit.work.log"]
            ._engine()
            .create(
                [
                    {
                        "user_id": duty.person_id.id,
                        "institution_id": seats.get(duty.person_id, self.env["crm.team"]).id,
                        "date": duty.due_date,
                        "summary": DAYS[duty._demo_lot(today) % len(DAYS)],
                        "done_ids": [
                            Command.create({"name": name, "kind": "done"})
                            for name in DAYS[duty._demo_lot(today) % len(DAYS)]
                            .rstrip("。")
                            .split("；")
                            if (today - duty.due_date).days < 20
                        ],
                        "state": "submitted",
                        "submitted_at": datetime.combine(duty.due_date, time(9, 40)),
                    }
                    for duty in duties
                ]
            )
        )
        self.env["credit.discharge"]._discharge_by("log_id", logs.ids)

    def _demo_past_bulletins(self, duties, today):
        """Publish the bulletins of past weeks, each with how far one was by then."""
        bulletins = self.env["credit.week.bulletin"]._engine().with_context(tracking_disable=True)
        targets = self._demo_targets(duties.unit_id, today)
        values = []
        for duty in duties:
            monday = duty.period_start - timedelta(days=7)  # on the week before
            lines = []
            for target in targets.get(duty.unit_id, ()):
                if target.period_start <= monday <= target.period_end:
                    end = min(target.period_end, today)
                    share = ((monday - target.period_start).days + 7) / (
                        (end - target.period_start).days + 1
                    )
                    line = target._bulletin_line()
                    actual = line["actual"] is not False and int(line["actual"] * min(share, 1))
                    reached = actual is not False and round(100 * actual / target.amount, 1)
                    lines.append({**line, "actual": actual, "achieved": reached, "gap": False})
            published = datetime.combine(duty.due_date, time(8, 30))
            values.append(
                {
                    "institution_id": duty.unit_id.id,
                    "week": monday,
                    "drawn_up_at": published - timedelta(hours=1),
                    "published_at": published,
                    "published_by_id": duty.user_id.id,
                    "state": "published",
                    "remark": "进度落后的同事本周内补报跟进计划。",
                    "line_ids": [Command.create(line) for line in lines],
                }
            )
        there = {(b.institution_id.id, b.week) for b in bulletins.search([])}
        made = bulletins.create(
            [v for v in values if (v["institution_id"], v["week"]) not in there]
        )
        self.env["credit.discharge"]._discharge_by("week_bulletin_id", made.ids)

    def _demo_targets(self, institutions, today):
        """Return the persons' targets of this quarter and the last, by institution."""
        indicator = self.env.ref("credit_service_tasks.indicator_new_clients")
        targets = self.env["credit.target"].sudo()
        values = []
        for seat in institutions.sudo().crm_team_member_ids.filtered("active"):
            if seat.post_id.code != "client_manager":
                continue
            for months in (0, 3):
                values.append(
                    {
                        "indicator_id": indicator.id,
                        "level": "person",
                        "user_id": seat.user_id.id,
                        "institution_id": seat.crm_team_id.id,
                        "period_start": targets._first_day(
                            today - relativedelta(months=months), "quarter"
                        ),
                        "amount": 3,
                    }
                )
        there = {
            (t.user_id.id, t.period_start)
            for t in targets.search([("indicator_id", "=", indicator.id), ("level", "=", "person")])
        }
        targets.create(
            [v for v in values if (v["user_id"], v["period_start"]) not in there]
        ).action_confirm()
        return targets.search(
            [("level", "=", "person"), ("institution_id", "in", institutions.ids)]
        ).grouped("institution_id")

    def _demo_movements(self, duties):
        """Load the daily extract of a client per institution; bulletins follow from it."""
        clients = self.env["res.partner"].search(
            [("is_credit_client", "=", True), ("credit_code", "!=", False)], order="id"
        )
        by_institution = {}
        for client in clients:
            by_institution.setdefault(client.credit_institution_id, client)
        lines = ["统一社会信用代码,交易日期,金额,流水号,跨行"]
        days = set()
        for number, duty in enumerate(duties):
            client = by_institution.get(duty.unit_id)
            if not client:
                continue
            days.add(duty.due_date)
            amount = PAYMENTS[number % len(PAYMENTS)]
            lines.append(f"{client.credit_code},{duty.due_date},{amount},R{duty.id},否")
        self.env["credit.import.batch"]._load("\n".join(lines).encode(), "movements")
        for day in sorted(days):
            self.env["credit.fund.bulletin"]._draw_up(day)
