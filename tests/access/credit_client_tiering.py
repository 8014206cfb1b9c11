"""A record of every model for the access matrix, and how each public method is called.

``own`` lies in the institution of the manager and the head, below that of the deputy and the
president; ``other`` in an institution neither of them sees. What belongs to no institution has a
record ``own`` only.
"""

import base64

from odoo import SUPERUSER_ID

from odoo.addons.credit_client_tiering.models.listing import credit_digest
from odoo.addons.credit_client_tiering.tests.common import BankCase
from odoo.addons.credit_client_tiering.tests.import_common import csv_bytes, make_code

PLACES = ("own", "other")


class Stage(BankCase):
    """The bank of the tests, with something of everything."""

    # Written by the engine, the listing or the calendar alone: nobody enters or changes them.
    engine = (
        "credit.assessment",
        "credit.membership",
        "credit.nomination.decision",
        "credit.list.review",
        "credit.digest",
        "credit.bulletin.line",
        "credit.import.line",
    )
    # On the client, the same.
    engine_fields = {
        "credit_tier": "strategic",
        "credit_tier_since": "2020-01-01",
        "credit_suggested": "strategic",
        "credit_drift": "aligned",
        "credit_drift_since": "2020-01-01",
        "credit_assessment_id": 1,
        "credit_state": "active",
    }
    # Moved by buttons alone, on records that people may write otherwise.
    steered = {
        "credit.nomination": {"state": "confirmed", "credit_approved": True, "round": 9},
        "credit.list.review": {"state": "closed"},
        "credit.list.review.line": {"drift": "aligned", "suggested": "basic"},
        "credit.bulletin": {"state": "issued", "name": "X", "note": "changed"},
        "credit.declaration": {"closed_on": "2020-01-01"},
        "credit.confidential.note": {"author_id": SUPERUSER_ID},
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.viewer = cls.staff("t_viewer", cls.head_office, "head_office_leader")
        cls.institutions = {"own": cls.sub_branch, "other": cls.other_branch}
        cls.samples = {}
        for number, place in enumerate(PLACES):
            cls.make_client(place, number)
            cls.make_listing(place)
            cls.make_import(place)
        cls.make_reference()
        cls.make_rules()
        # What the samples are made of must not count as the persona's own work.
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def keep(cls, place, *records, kind=""):
        """Remember the records; ``kind`` tells several samples of a model apart."""
        for record in records:
            record.ensure_one()
            cls.samples.setdefault(f"{record._name}{kind}", {})[place] = record

    @classmethod
    def make_client(cls, place, number):
        client = cls.quality_client(
            f"Client {place}",
            credit_institution_id=cls.institutions[place].id,
            credit_code=make_code(700 + number),
        )
        cls.env["credit.membership"]._enter(client, "basic", "institution", "x")
        cls.keep(
            place,
            client,
            client.credit_assessment_id,
            client.credit_membership_ids,
            client.credit_snapshot_ids[0],
            client.credit_designation_ids[0],
            client.credit_holding_ids[0],
        )

    @classmethod
    def make_listing(cls, place):
        env, institution = cls.env, cls.institutions[place]
        nominee = cls.quality_client(f"Nominee {place}", credit_institution_id=institution.id)
        nomination = env["credit.nomination"].create({"partner_id": nominee.id, "tier": "quality"})
        decision = (
            env["credit.nomination.decision"]
            ._deciding()
            .create(
                {
                    "nomination_id": nomination.id,
                    "round": 0,
                    "department": "corporate_finance",
                    "outcome": "return",
                    "user_id": cls.finance.id,
                    "decided_at": "2020-01-01",
                }
            )
        )
        window = env["credit.declaration"].create(
            {
                "name": f"Window {place}",
                "institution_id": institution.id,
                "date_from": cls.today,
                "date_to": cls.today,
            }
        )
        nomination.declaration_id = window
        review = (
            env["credit.list.review"]
            ._opening()
            .create(
                {
                    "institution_id": institution.id,
                    "tier": "basic",
                    "due_date": cls.today,
                }
            )
        )
        review._add_lines()
        bulletin = env["credit.bulletin"].create(
            {
                "institution_id": institution.id,
                "date_from": cls.today,
                "date_to": cls.today,
            }
        )
        issued = bulletin.copy()
        issued.action_issue()
        cls.keep(
            place, nomination, decision, window, review, review.line_ids[0], issued.line_ids[0]
        )
        cls.keep(place, issued)
        cls.keep(place, bulletin, kind=" (draft)")
        recognition = env["credit.nomination"].create(
            {
                "partner_id": cls.client(credit_institution_id=institution.id).id,
                "tier": "strategic",
                "special": True,
                "special_reason": "x",
                "special_until": "2999-12-31",
            }
        )
        cls.keep(place, recognition, kind=" (special)")
        client = cls.samples["res.partner"][place]
        cls.keep(
            place,
            env["credit.as.of"].create({"partner_id": client.id}),
            env["credit.decide"].create({"nomination_ids": nomination.ids}),
            env["credit.nominate"].create({"partner_ids": client.ids, "tier": "quality"}),
        )
        note = env["credit.confidential.note"].with_user(
            cls.head if place == "own" else cls.stranger
        )
        client = cls.samples["res.partner"][place]
        note = note.create({"partner_id": client.id, "subject": "s"})
        note.reader_ids = cls.finance
        cls.keep(place, env["credit.confidential.note"].browse(note.id))
        if place == "own":
            stand_in = env["credit.stand.in"].create(
                {
                    "user_id": cls.credit.id,
                    "stand_in_id": cls.viewer.id,
                    "department": "credit_management",
                    "date_from": "2020-01-01",
                    "date_to": "2020-01-02",
                    "reason": "x",
                }
            )
            cls.keep("own", stand_in)
            digest = env["credit.digest"].with_context(credit_sending=credit_digest._SENDING)
            digest = digest.create({"user_id": cls.head.id, "date": cls.today})
            cls.keep("own", env["credit.digest"].browse(digest.id))

    @classmethod
    def make_import(cls, place):
        if place == "other":
            return
        client = cls.samples["res.partner"][place]
        data = csv_bytes(
            ["credit_code", "period", "exposure_avg"],
            [client.credit_code, str(cls.last_year), "50000001"],
            ["nonsense", str(cls.last_year), "1"],
        )
        batch = cls.env["credit.import.batch"].create(
            {"name": "Import", "kind": "figures", "file": base64.b64encode(data)}
        )
        batch.action_check()
        lines = cls.env["credit.import.line"].search([("batch_id", "=", batch.id)])
        totals = cls.env["credit.import.total"].search([("batch_id", "=", batch.id)])
        cls.keep("own", batch, lines[:1], totals[:1])

    @classmethod
    def make_reference(cls):
        cls.reference = cls.env["credit.reference.list"].create(
            {
                "name": "Top 500",
                "publisher": "Confederation",
                "year": 2025,
                "designation_type_id": cls.ref("designation_type_national_rank").id,
            }
        )
        # Almost the listed names, so that a person has to say whether it is them.
        stems = {"own": "湖北华成", "other": "武汉远航"}
        for place, stem in stems.items():
            cls.client(f"{stem}有限公司", credit_institution_id=cls.institutions[place].id)
        rows = [[str(rank), f"{stem}股份有限公司"] for rank, stem in enumerate(stems.values(), 1)]
        wizard = cls.env["credit.reference.import"].create(
            {
                "list_id": cls.reference.id,
                "file": base64.b64encode(csv_bytes(["rank", "name"], *rows)),
                "date": cls.today,
            }
        )
        wizard.action_import()
        cls.keep("own", cls.reference)
        for place, stem in stems.items():
            entry = cls.reference.entry_ids.filtered(lambda e, s=stem: e.name.startswith(s))
            cls.keep(place, entry, entry.candidate_ids)

    @classmethod
    def make_rules(cls):
        env = cls.env
        policy = cls.ref("policy_guide_2021")
        cls.draft = policy.copy()
        simulation = env["credit.simulation"].create({"policy_id": cls.draft.id})
        for place in PLACES:
            client = cls.samples["res.partner"][place]
            line = {"simulation_id": simulation.id, "partner_id": client.id}
            cls.keep(place, env["credit.simulation.line"].create(line))
        cls.keep("own", cls.draft, cls.draft.criterion_ids[:1], simulation)
        cls.keep(
            "own",
            env["credit.institution.kind"].search([], limit=1),
            env["credit.post"].search([], limit=1),
            env["credit.metric"].search([], limit=1),
            env["credit.product"].search([], limit=1),
            env["credit.product.family"].search([], limit=1),
            env["credit.designation.type"].search([], limit=1),
            env["credit.reading"].search([], limit=1),
            env["credit.reading.option"].search([], limit=1),
        )

    # How a method is called when its own record without arguments will not do:
    # (model, method) -> (records as the user, arguments, named arguments). What is done here is
    # done with the user's rights, unless it says sudo.

    def call_of(self, model, method, place, user):
        name = f"{model}.{method}".replace(".", "_")
        special = getattr(self, f"call_{name}", None)
        if special:
            return special(place, user)
        if self.env[model]._transient and model not in self.samples:
            return self.env[model].with_user(user).create({}), (), {}
        return self.samples.get(model, {}).get(place, self.env[model]).with_user(user), (), {}

    def call_credit_bulletin_action_collect(self, place, user):
        return self.samples["credit.bulletin (draft)"][place].with_user(user), (), {}

    call_credit_bulletin_action_issue = call_credit_bulletin_action_collect

    def call_credit_designation_action_withdraw(self, place, user):
        return self.samples["credit.designation"][place].with_user(user), ("wrong",), {}

    def call_credit_designation_end_action_confirm(self, place, user):
        designation = self.samples["credit.designation"][place]
        wizards = self.env["credit.designation.end"].with_user(user)
        return wizards.create({"designation_id": designation.id}), (), {}

    def call_credit_list_review_action_close(self, place, user):
        review = self.samples["credit.list.review"][place]
        review.sudo().line_ids.write({"answer": "keep"})
        return review.with_user(user), (), {}

    def call_credit_list_review_line_action_open_nomination(self, place, user):
        line = self.samples["credit.list.review.line"][place]
        line.sudo().action_nominate()
        return line.with_user(user), (), {}

    def call_credit_metric_snapshot_load_figures(self, place, user):
        client = self.samples["res.partner"][place]
        row = {"credit_code": client.credit_code, "period": str(self.last_year), "deposit_avg": 1}
        return self.env["credit.metric.snapshot"].with_user(user), ([row], "core"), {}

    def call_credit_migration_action_show(self, place, user):
        wizards = self.env["credit.migration"].with_user(user)
        return wizards.create({"date_from": "2020-01-01"}), (), {}

    def submitted(self, place):
        nomination = self.samples["credit.nomination"][place]
        nomination.sudo().action_submit()
        return nomination

    def call_credit_nomination_action_decide(self, place, user):
        return self.submitted(place).with_user(user), ("refuse", "because"), {}

    def call_credit_nomination_action_approve_agreeing(self, place, user):
        return self.submitted(place).with_user(user), (), {}

    def call_credit_nomination_action_withdraw(self, place, user):
        return self.submitted(place).with_user(user), (), {}

    call_credit_nomination_action_approve = call_credit_nomination_action_approve_agreeing
    call_credit_nomination_action_return = call_credit_nomination_action_approve_agreeing
    call_credit_nomination_action_refuse = call_credit_nomination_action_approve_agreeing

    def call_credit_as_of_action_show(self, place, user):
        return self.env["credit.as.of"].with_user(user).create({}), (), {}

    def call_credit_decide_action_confirm(self, place, user):
        wizards = self.env["credit.decide"].with_user(user)
        return wizards.create({"nomination_ids": self.submitted(place).ids}), (), {}

    def call_credit_nominate_action_prepare(self, place, user):
        client = self.samples["res.partner"][place]
        wizards = self.env["credit.nominate"].with_user(user)
        return wizards.create({"partner_ids": client.ids, "tier": "quality"}), (), {}

    call_credit_nominate_action_submit = call_credit_nominate_action_prepare

    def call_credit_nominate_action_open_pending(self, place, user):
        client = self.samples["credit.nomination"][place].partner_id
        wizards = self.env["credit.nominate"].with_user(user)
        return wizards.create({"partner_ids": client.ids, "tier": "quality"}), (), {}

    def call_credit_reading_option_action_apply(self, place, user):
        option = self.ref("reading_a10").option_ids[:1]
        return option.with_user(user), (), {"context": {"policy_id": self.draft.id}}

    def call_credit_reference_entry_action_unmatch(self, place, user):
        entry = self.samples["credit.reference.entry"][place]
        entry.sudo().action_confirm()
        return entry.with_user(user), (), {}

    def call_credit_reference_import_action_import(self, place, user):
        wizards = self.env["credit.reference.import"].with_user(user)
        file = base64.b64encode(csv_bytes(["rank", "name"], ["2", "Anybody"]))
        values = {"list_id": self.reference.id, "file": file, "date": self.today}
        return wizards.create(values), (), {}

    def call_res_partner_action_credit_open_nomination(self, place, user):
        client = self.samples["credit.nomination"][place].partner_id
        return client.with_user(user), (), {}

    def call_res_partner_credit_list_as_of(self, place, user):
        return self.samples["res.partner"][place].with_user(user), (str(self.today),), {}

    call_res_partner_credit_tier_as_of = call_res_partner_credit_list_as_of
