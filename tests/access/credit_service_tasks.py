"""A record of every model of the service addon, and how each public method is called.

Built on the stage of the tiering addon: the same bank, the same two places.
"""

from datetime import timedelta

from odoo import SUPERUSER_ID
from odoo.tools import mute_logger

from .credit_client_tiering import PLACES
from .credit_client_tiering import Stage as TieringStage
from .generic import GenericSamples


class Stage(GenericSamples, TieringStage):
    # Written by the engine, the calendar or an import alone.
    engine = (
        "credit.application.suspension",
        "credit.commitment.check",
        "credit.contact.finding",
        "credit.contact.position",
        "credit.discharge",
        "credit.fund.bulletin",
        "credit.fund.bulletin.line",
        "credit.fund.month",
        "credit.fund.movement",
        "credit.fund.rhythm",
        "credit.fund.run",
        "credit.key.project",
        "credit.ledger.mark",
        "credit.month.close",
        "credit.month.close.line",
        "credit.obligation",
        "credit.project.snapshot",
        "credit.request.decision",
        "credit.run.problem",
        "credit.week.bulletin.line",
    )
    engine_fields = {
        "credit_band": "1",
        "credit_band_id": 1,
        "credit_exposure_as_of": "2020-01-01",
        "credit_exposure_current": 1,
        "credit_exposure_measure": 1,
        "credit_exposure_partial": False,
        "credit_team_gap": "",
    }
    # Moved by buttons alone, on records that people may write otherwise.
    steered = {
        "credit.acquisition": {"lead_id": 1},
        "credit.application": {
            "state": "disbursed",
            "complete_on": "2020-01-01",
            "net_days": 1,
            "channel": "normal",
            "answered_on": "2020-01-01",
            "is_breach": False,
        },
        "credit.application.paper": {"state": "waived", "client_paper_id": 1, "reused": True},
        "credit.application.step": {"state": "done", "finished_on": "2020-01-01", "net_days": 1},
        "credit.care.gift": {
            "state": "given",
            "user_id": SUPERUSER_ID,
            "asked_by_id": SUPERUSER_ID,
            "approved_by_id": SUPERUSER_ID,
            "limit_applied": 1,
            "given_before": 1,
        },
        "credit.care.line": {
            "state": "done",
            "done_on": "2020-01-01",
            "done_by_id": SUPERUSER_ID,
            "contact_report_id": 1,
        },
        "credit.care.round": {"state": "closed"},
        "credit.client.issue": {
            "state": "solved",
            "raised_on": "2020-01-01",
            "closed_on": "2020-01-01",
        },
        "credit.client.meeting": {"state": "held"},
        "credit.commitment": {
            "state": "running",
            "changed_by_id": SUPERUSER_ID,
            "confirmed_by_id": SUPERUSER_ID,
            "confirmed_at": "2020-01-01",
            "ended_on": "2020-01-01",
            "last_verdict": "met",
        },
        "credit.contact.correction": {"state": "approved", "approver_id": SUPERUSER_ID},
        "credit.contact.report": {"state": "submitted", "submitted_at": "2020-01-01"},
        "credit.contact.report (submitted)": {"outcome": "x", "date": "2020-01-01"},
        "credit.contact.review": {"state": "fine", "reviewer_id": SUPERUSER_ID},
        "credit.fund.alert": {
            "state": "done",
            "closed_by_id": SUPERUSER_ID,
            "amount": 1,
            "due_date": "2020-01-01",
        },
        "credit.handover": {"state": "accepted"},
        "credit.meeting": {
            "state": "held",
            "held_at": "2020-01-01",
            "is_late_entry": False,
            "event_id": 1,
            "discharge_ids": [(0, 0, {"late": False})],
        },
        "credit.meeting.line": {"activity_id": 1},
        "credit.pricing.request": {
            "state": "approved",
            "round": 9,
            "post_ids": [(5, 0, 0)],
            "route": "branch",
            "lpr_rate": 1,
            "requested_by_id": SUPERUSER_ID,
            "evidence": {},
        },
        "credit.profile.note": {"updated_by_id": SUPERUSER_ID, "updated_on": "2020-01-01"},
        "credit.project.follow.up": {"user_id": SUPERUSER_ID},
        "credit.promise": {"state": "kept"},
        "credit.result.check": {"value": 99, "state": "frozen", "checked_by_id": SUPERUSER_ID},
        "credit.retail.plan": {"state": "agreed", "agreed_by_id": SUPERUSER_ID},
        "credit.retention.hint": {
            "state": "dismissed",
            "case_id": 1,
            "answered_by_id": SUPERUSER_ID,
            "fall": 1,
        },
        "credit.save.case": {
            "state": "closed",
            "origin": "hint",
            "opened_on": "2020-01-01",
            "opened_by_id": SUPERUSER_ID,
            "closed_by_id": SUPERUSER_ID,
        },
        "credit.service.plan": {
            "state": "approved",
            "version": 9,
            "approved_by_id": SUPERUSER_ID,
            "approved_on": "2020-01-01",
            "frozen": {},
            "institution_id": 1,
        },
        "credit.service.plan.measure": {
            "state": "done",
            "done_on": "2020-01-01",
            "activity_id": 1,
        },
        "credit.service.plan.product": {"held": True, "peer_share": 1, "peers": 1},
        "credit.service.request": {"state": "approved", "round": 9},
        "credit.service.use": {"user_id": SUPERUSER_ID, "tier": "strategic", "note": "x"},
        "credit.target": {"state": "confirmed", "actual": 1},
        "credit.waiver": {"state": "approved", "approver_id": SUPERUSER_ID},
        "credit.week.bulletin": {"state": "published"},
        "credit.work.log": {
            "state": "submitted",
            "user_id": SUPERUSER_ID,
            "submitted_at": "2020-01-01",
            "is_late": False,
            "read_by_id": SUPERUSER_ID,
        },
        "credit.work.log.line": {"res_model": "res.users", "res_id": 1},
        "mail.activity": {"credit_obligation_id": 1},
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reference_company = cls.env["res.partner"].create({"name": "X", "is_company": True})
        cls.people_of = {"own": cls.manager, "other": cls.stranger}
        for place in PLACES:
            cls.make_native(place)
            cls.make_report(place)
            cls.make_correction(place)
        problems = []
        for name, model in sorted(cls.env.items()):
            if not name.startswith("credit.") or model._abstract or name in cls.samples:
                continue
            for place in PLACES if cls.is_placed(model) else ("own",):
                try:
                    with mute_logger("odoo.sql_db"), cls.env.cr.savepoint():
                        cls.sample_of(name, place)
                except Exception as error:  # noqa: BLE001 - all of them are told together
                    cls.env.invalidate_all(flush=False)
                    problems.append(f"{name}: {str(error).splitlines()[0]}")
        if problems:
            raise AssertionError("\n".join(["sample_values() must help with:", *problems]))
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def mine(cls, name):
        return cls.env.ref(f"credit_service_tasks.{name}")

    @classmethod
    def make_native(cls, place):
        """Records of Odoo's own models that the addon adds methods to."""
        institution, user = cls.institutions[place], cls.people_of[place]
        client = cls.samples["res.partner"][place]
        client.user_id = user
        lead = cls.env["crm.lead"].create(
            {
                "name": f"Project {place}",
                "type": "opportunity",
                "is_credit_project": True,
                "partner_name": f"Company {place}",
                "prospect_source_id": cls.mine("prospect_source_door_visit").id,
                "team_id": institution.id,
                "user_id": user.id,
            }
        )
        event = cls.env["calendar.event"].create(
            {
                "name": f"Visit {place}",
                "start": f"{cls.today} 09:00:00",
                "stop": f"{cls.today} 10:00:00",
                "user_id": user.id,
                "partner_ids": [(6, 0, user.partner_id.ids)],
                "privacy": "public",
                "credit_client_id": client.id,
            }
        )
        activity = client.activity_schedule("mail.mail_activity_data_todo", user_id=user.id)
        cls.keep(place, lead, event, activity, client.credit_member_ids[:1])

    @classmethod
    def make_report(cls, place, submit=True, kind=" (submitted)"):
        """A report as its author wrote it; the generic one is a draft."""
        user = cls.people_of[place]
        report = (
            cls.env["credit.contact.report"]
            .with_user(user)
            .create(
                {
                    "partner_id": cls.samples["res.partner"][place].id,
                    "date": cls.today,
                    "channel_id": cls.mine("channel_phone").id,
                    "attendee_ids": [(6, 0, user.ids)],
                    "outcome": "Talked",
                }
            )
        )
        if submit:
            report.action_submit()
        report = cls.env["credit.contact.report"].browse(report.id)
        if kind:
            cls.keep(place, report, kind=kind)
        return report

    @classmethod
    def make_correction(cls, place):
        report = cls.samples["credit.contact.report (submitted)"][place]
        asked = (
            cls.env["credit.contact.correction"]
            .with_user(cls.people_of[place])
            .create({"report_id": report.id, "kind": "withdraw", "reason": "wrong"})
        )
        cls.keep(place, cls.env["credit.contact.correction"].browse(asked.id))

    @classmethod
    def sample_values(cls, model, place):
        values = {
            "credit.relation": {"other_id": cls.reference_company.id},
            "credit.contact.finding": {
                "report_id": cls.samples["credit.contact.report (submitted)"][place].id
            },
            "credit.contact.review": {
                "report_id": cls.samples["credit.contact.report (submitted)"][place].id
            },
            "credit.request.decision": {
                "service_request_id": cls.sample_of("credit.service.request", place).id
            },
            "credit.application": {"applied_on": cls.today},
            "credit.business.score": {"quarter": "2024-04-01"},
            "credit.care.round": {"start_date": cls.today.replace(day=1), "date": cls.today},
            "credit.commitment": {"date_from": cls.today, "date_to": "2999-12-31"},
            "credit.service.request": {"post_ids": [(6, 0, cls.ref("post_president").ids)]},
            "credit.pricing.request": {"post_ids": [(6, 0, cls.ref("post_president").ids)]},
            "credit.waiver": {"date_from": cls.today, "date_to": cls.today},
        }
        return values.get(model, {})

    # How methods are called

    def call_of(self, model, method, place, user):
        special = f"call_{model}.{method}".replace(".", "_")
        if self.env[model]._transient and not hasattr(self, special):
            return self.dialog(model, place, user), (), {}
        return super().call_of(model, method, place, user)

    def dialog(self, model, place, user, **values):
        """Return a dialog as the user fills it in: what is required, in the place."""
        sample = self.samples[model].get(place) or self.samples[model]["own"]
        wizards = self.env[model].with_user(user)
        given = wizards.default_get(list(wizards._fields))
        for name, field in wizards._fields.items():
            if field.required and field.store and name not in given:
                value = sample[name]
                values.setdefault(name, value.id if field.type == "many2one" else value)
        values.update(
            {
                n: v
                for n, v in self.place_values(wizards, place).items()
                if wizards._fields[n].store and not wizards._fields[n].readonly
            }
        )
        return wizards.create(values)

    def sample(self, model, place, user, kind=""):
        return self.samples[f"{model}{kind}"][place].with_user(user)

    def call_calendar_event_action_credit_join(self, place, user):
        event = self.samples["calendar.event"][place]
        day = self.today + timedelta(days=1)
        event.sudo().write({"start": f"{day} 01:00:00", "stop": f"{day} 02:00:00"})
        return event.with_user(user), (), {}

    def call_credit_contact_report_action_ask_correction(self, place, user):
        return self.sample("credit.contact.report", place, user, " (submitted)"), (), {}

    def call_credit_contact_report_action_take_position(self, place, user):
        return self.sample("credit.contact.report", place, user), (30.5, 114.3, 10.0), {}

    def call_credit_contact_review_action_return(self, place, user):
        review = self.samples["credit.contact.review"][place]
        review.sudo().note = "What was agreed?"
        return review.with_user(user), (), {}

    def call_credit_fund_alert_action_done(self, place, user):
        alert = self.samples["credit.fund.alert"][place]
        alert._engine_self().write({"outcome": "kept", "useful": "yes"})
        return alert.with_user(user), (), {}

    def call_credit_fund_movement_load_movements(self, place, user):
        row = {
            "credit_code": self.samples["res.partner"][place].credit_code,
            "value_date": str(self.today),
            "fund_amount": -1,
        }
        return self.env["credit.fund.movement"].with_user(user), ([row], "core"), {}

    def call_credit_planned_payment_load_payments(self, place, user):
        row = {
            "credit_code": self.samples["res.partner"][place].credit_code,
            "value_date": str(self.today),
            "fund_amount": 1,
            "reference": "1",
        }
        return self.env["credit.planned.payment"].with_user(user), ([row], "core"), {}

    def asked(self, model, place):
        """A request on its way to whoever decides."""
        request = self.samples[model][place]
        request._engine().write({"state": "submitted", "requested_by_id": self.manager.id})
        return request

    def call_credit_service_request_action_decide(self, place, user):
        request = self.asked("credit.service.request", place)
        return request.with_user(user), ("approve",), {}

    def call_credit_pricing_request_action_decide(self, place, user):
        request = self.asked("credit.pricing.request", place)
        return request.with_user(user), ("approve",), {}

    def call_credit_request_decide_action_decide(self, place, user):
        request = self.asked("credit.service.request", place)
        wizard = self.dialog("credit.request.decide", place, user)
        context = {"active_model": request._name, "active_ids": request.ids}
        return wizard, (), {"context": context}

    def proposed(self, place):
        handover = self.samples["credit.handover"][place]
        handover._handing().write(
            {"state": "proposed", "to_user_id": self.people_of[place].id, "reason": "x"}
        )
        return handover

    def call_credit_handover_action_accept(self, place, user):
        return self.proposed(place).with_user(user), (), {}

    call_credit_handover_action_refuse = call_credit_handover_action_accept

    def call_credit_handover_refusal_action_confirm(self, place, user):
        self.proposed(place)
        return self.dialog("credit.handover.refusal", place, user, reason="x"), (), {}

    def call_credit_promise_report_action_show(self, place, user):
        report = self.env["credit.promise.report"].with_user(user)
        return report.create({"date_from": self.today, "date_to": self.today}), (), {}

    call_credit_promise_report_action_previous = call_credit_promise_report_action_show

    def call_credit_waiver_action_revoke(self, place, user):
        waiver = self.samples["credit.waiver"][place]
        waiver.with_user(self.president if place == "own" else self.viewer).action_approve()
        return waiver.with_user(user), (), {}

    def call_credit_week_bulletin_action_draw_up_now(self, place, user):
        return self.env["credit.week.bulletin"].with_user(user), (), {}
