from odoo import api, models

CLIENT = "partner_id"
OPEN = [("state", "=", "open")]
# What people answer for beside their duties, which follow the team: the model, who answers,
# the client, the institution, and which of it is not over.
WORK = (
    ("credit.save.case", "user_id", CLIENT, "institution_id", OPEN),
    ("credit.client.issue", "user_id", CLIENT, "institution_id", OPEN),
    ("credit.fund.alert", "user_id", CLIENT, "institution_id", OPEN),
    ("credit.uplift", "user_id", CLIENT, "institution_id", OPEN),
    ("credit.promise", "user_id", CLIENT, "partner_id.credit_institution_id", OPEN),
    (
        "credit.care.line",
        "user_id",
        CLIENT,
        "institution_id",
        [("state", "=", "todo"), ("round_id.state", "!=", "closed")],
    ),
    (
        "credit.application",
        "user_id",
        CLIENT,
        "institution_id",
        [("state", "in", ("papers", "running"))],
    ),
    (
        "credit.application.step",
        "user_id",
        CLIENT,
        "institution_id",
        [("state", "in", ("waiting", "current"))],
    ),
    (
        "credit.service.plan",
        "user_id",
        CLIENT,
        "institution_id",
        [("state", "in", ("draft", "approved"))],
    ),
    (
        "credit.service.plan.measure",
        "user_id",
        CLIENT,
        "institution_id",
        [("state", "=", "open"), ("plan_id.state", "in", ("draft", "approved"))],
    ),
    ("credit.client.cluster", "user_id", None, "institution_id", []),
    ("credit.meeting", "chair_id", None, "institution_id", [("state", "=", "planned")]),
    ("credit.meeting.line", "user_id", CLIENT, "institution_id", [("measure", "!=", False)]),
    ("credit.care.round", "user_id", None, "institution_id", [("state", "!=", "closed")]),
    (
        "crm.lead",
        "user_id",
        CLIENT,
        "team_id",
        [("is_credit_project", "=", True), ("won_status", "=", "pending")],
    ),
)


class CreditHandover(models.Model):
    """Cases, measures, promises and the like pass on with whoever answers for them."""

    _inherit = "credit.handover"

    @api.model
    def _work_of(self, user):
        """Yield (records, field of the person, of the client, of the institution)."""
        for model, person, client, institution, still_open in WORK:
            # sudo: an engine; nothing may be overlooked because somebody cannot read it.
            records = self.env[model].sudo().search([(person, "=", user.id), *still_open])
            if model == "credit.meeting.line":
                records = records.filtered(lambda x: x.meeting_id.state == "planned" or x._is_due())
            if records:
                yield records, person, client, institution

    @api.model
    def _give_work(self, records, person, receiver):
        """Let ``receiver`` answer for records; reminders follow, lost ones come again."""
        before = records[person]
        engine = getattr(records, "_engine", records.sudo)()
        engine.write({person: receiver.id})
        activities = self.env["mail.activity"].sudo()
        activities.search(
            [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("user_id", "in", before.ids),
            ]
        ).write({"user_id": receiver.id})
        # Whose reminders are kept elsewhere says so itself.
        after = getattr(engine, "_after_given", None)
        if after:
            after(receiver)
        else:
            self._remind_of(engine, receiver)

    @api.model
    def _leave_work(self, user, near):
        """Give to the heads what no packet takes along, so that nothing is nobody's.

        :param near: institutions where the user still works; empty: gone for good
        """
        lines = self.env["credit.handover.line"].sudo()
        packed = lines.search(
            [("handover_id.from_user_id", "=", user.id), ("state", "=", "open")]
        ).partner_id
        seats = user.sudo().with_context(active_test=False).crm_team_member_ids
        home = seats.sorted("write_date")[-1:].crm_team_id
        for records, person, client, institution in self._work_of(user):
            if client:
                records = records.filtered(lambda r, c=client: r[c] not in packed)
            places = records.grouped(lambda r, i=institution: r.mapped(i)[:1] or home)
            for place, theirs in places.items():
                head = place and place not in near and place._credit_heads_but(user)[:1]
                if head:
                    self._give_work(theirs, person, head)

    def _take_work(self):
        """Let the receiver answer for what is open with the clients taken over."""
        for row in self:
            clients = row.line_ids.filtered(lambda li: li.state == "open").partner_id
            for records, person, client, _institution in self._work_of(row.from_user_id):
                theirs = client and records.filtered(lambda r, c=client, p=clients: r[c] in p)
                if theirs:
                    self._give_work(theirs, person, row.to_user_id)

    @api.model
    def _credit_handover_parts(self, partners, user):
        parts = super()._credit_handover_parts(partners, user)
        for records, _person, client, _institution in self._work_of(user):
            found = {}
            for record in records if client else ():
                if record[client] in partners:
                    found.setdefault(record[client].id, []).append(record.display_name)
            if found:
                # sudo: what a kind of record is called.
                parts.append((self.env["ir.model"].sudo()._get(records._name).name, found))
        return parts

    @api.model
    def _return_to_heads(self, user):
        """What waits for somebody who is gone goes back to whoever settles it."""
        for row in self._handing().search(
            [("to_user_id", "=", user.id), ("state", "=", "proposed")]
        ):
            row.line_ids.filtered(lambda li: li.to_user_id == user).write({"to_user_id": False})
            row.write({"state": "draft", "to_user_id": False})
            row.activity_unlink(["mail.mail_activity_data_todo"])
            row._tell_heads()
        for model in ("credit.service.request", "credit.pricing.request"):
            # sudo: an engine, whoever archived the person that was asked to decide.
            waiting = self.env[model].sudo().search([("state", "=", "submitted")])
            for request in waiting.filtered(lambda r: not r.activity_ids):
                request._ask_deciders()

    @api.model
    def _remind_of(self, records, receiver):
        """Put records on the list of whoever answers for them from now on."""
        if "activity_ids" not in records._fields:
            return
        reader = self.with_context(lang=receiver.lang).env
        for record in records:
            if not record.activity_ids.filtered(lambda a: a.user_id == receiver):
                record.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=self.env.company._credit_today(),
                    summary=reader._("Taken over: it was with somebody who left"),
                    user_id=receiver.id,
                )
