"""A record of every model of the service addon, and how each public method is called.

Built on the stage of the tiering addon: the same bank, the same two places.
"""

from .credit_client_tiering import PLACES
from .credit_client_tiering import Stage as TieringStage
from .generic import GenericSamples


class Stage(GenericSamples, TieringStage):
    engine = ()
    engine_fields = {}
    steered = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reference_company = cls.env["res.partner"].create({"name": "X", "is_company": True})
        cls.people_of = {"own": cls.manager, "other": cls.stranger}
        for place in PLACES:
            cls.make_native(place)
            cls.make_report(place)
        for name, model in sorted(cls.env.items()):
            if not name.startswith("credit.") or model._abstract or name in cls.samples:
                continue
            for place in PLACES if cls.is_placed(model) else ("own",):
                cls.sample_of(name, place)
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
            "credit.waiver": {"date_from": cls.today, "date_to": cls.today},
        }
        return values.get(model, {})
