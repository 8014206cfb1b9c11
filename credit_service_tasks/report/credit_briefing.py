"""One page before a visit: what the bank knows, owes and promised."""

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import format_date

from odoo.addons.credit_client_tiering.engine.explain import quantity


class CreditBriefing(models.AbstractModel):
    _name = "report.credit_service_tasks.report_credit_briefing"
    _description = "Briefing"

    @api.model
    def _get_report_values(self, docids, data=None):
        clients = self.env["res.partner"].browse(docids)
        return {"docs": clients, "briefings": [self._briefing(client) for client in clients]}

    def _briefing(self, client, event=None):
        """Return what the page of one client says, with the reader's rights and words."""
        client.check_access("read")
        client = client._credit_client_of()
        if not client:
            raise UserError(self.env._("Briefings are about credit clients."))
        words = {
            name: dict(client._fields[name]._description_selection(self.env))
            for name in ("credit_tier", "credit_suggested")
        }
        gap = client.credit_assessment_id and client.credit_explain()["gap"]
        today = self.env.company._credit_today()
        figures, periods = self._figures(client)
        return {
            "client": client,
            "event": event,
            "printed": format_date(self.env, today),
            "tier": words["credit_tier"].get(client.credit_tier) or self.env._("on no list"),
            "suggested": words["credit_suggested"].get(client.credit_suggested) or "–",
            "manager": client.user_id.name or "–",
            "institution": client.credit_institution_id.name or "–",
            "gap_tier": gap and words["credit_suggested"].get(gap["tier"]),
            "gap": gap and "; ".join(gap["steps"]),
            "figures": figures,
            "periods": periods,
            "products": ", ".join(
                client.credit_holding_ids.filtered(
                    lambda h: not h.date_to or h.date_to >= today
                ).mapped("product_id.name")
            ),
            "duties": self._duties(client),
            "promises": self._promises(client),
            "commitments": client._credit_commitment_lines(),
            "contacts": [
                {
                    "when": format_date(self.env, report.date),
                    "what": self.env._(
                        "%(channel)s, %(people)s",
                        channel=report.channel_id.name,
                        # sudo: names of who took part in a report the reader may read.
                        people=", ".join(report.sudo().participant_ids.user_id.mapped("name")),
                    ),
                    "outcome": (report.outcome or "")[:160],
                    "next_step": report.next_step or "",
                }
                for report in client._credit_recent_contacts()
            ],
            "people": self._people(client, today),
        }

    def _figures(self, client):
        """Return the figures of the last year reported against the one before."""
        snapshots = client.credit_snapshot_ids.filtered(lambda s: s.period_type == "year")
        snapshots = snapshots.sorted("period_start", reverse=True)
        if not snapshots:
            return [], ("", "")
        now = snapshots[0]
        before = snapshots.filtered(
            lambda s: s.period_start == now.period_start - relativedelta(years=1)
        )
        lines = []
        for metric in self.env["credit.metric"].search(Domain.TRUE):
            value = now[metric.code]
            old = before[metric.code] if before else False
            if value is False and old is False:
                continue
            change = ""
            if value is not False and old is not False:
                difference = value - old
                sign = "+" if difference > 0 else ""
                change = sign + quantity(self.env, round(difference, 2), metric.unit)
            lines.append(
                {
                    "name": metric.name,
                    "now": quantity(self.env, value, metric.unit) or "?",
                    "before": quantity(self.env, old, metric.unit) or "?",
                    "change": change,
                }
            )
        year = now.period_start.year
        return lines, (str(year), str(year - 1))

    def _duties(self, client):
        duties = self.env["credit.obligation"].search(
            [
                ("partner_id", "=", client.id),
                ("status", "in", ("open", "overdue")),
                ("period_start", "<=", self.env.company._credit_today()),
            ]
        )
        return [
            self.env._(
                "%(duty)s: %(who)s, by %(day)s (%(done)s of %(required)s)",
                duty=duty.name,
                who=duty.user_id.name or self.env._("nobody"),
                day=format_date(self.env, duty.due_date),
                done=duty.done,
                required=duty.required,
            )
            for duty in duties
        ]

    def _promises(self, client):
        promises = self.env["credit.promise"].search(
            [("partner_id", "=", client.id), ("state", "=", "open")]
        )
        sides = dict(promises._fields["by"]._description_selection(self.env))
        return [
            self.env._(
                "%(side)s: %(promise)s, %(owner)s, by %(day)s",
                side=sides[promise.by],
                promise=promise.name,
                owner=promise.user_id.name,
                day=format_date(self.env, promise.date),
            )
            for promise in promises
        ]

    def _people(self, client, today):
        """Return the people of the client, next birthday first, then those without."""
        people = self.env["res.partner"].search(
            [("id", "child_of", client.id), ("is_company", "=", False), ("type", "=", "contact")]
        )
        lines = []
        for person in people:
            coming = self._next_birthday(person.credit_birthday, today)
            dates = [person.credit_dates] if person.credit_dates else []
            if coming:
                dates.insert(0, self.env._("birthday on %s", format_date(self.env, coming)))
            lines.append(
                {
                    "order": (
                        not person.credit_in_charge,
                        coming or today + relativedelta(years=2),
                    ),
                    "name": person.name,
                    "in_charge": person.credit_in_charge,
                    "function": person.function or "",
                    "phone": person.phone or "",
                    "dates": ", ".join(dates),
                }
            )
        return sorted(lines, key=lambda line: line["order"])

    def _next_birthday(self, birthday, today):
        """Return the next day on which to congratulate; 29 February falls on the 28th."""
        if not birthday:
            return False
        coming = birthday + relativedelta(year=today.year)
        return coming if coming >= today else birthday + relativedelta(year=today.year + 1)


class CreditBriefingEvent(models.AbstractModel):
    _name = "report.credit_service_tasks.report_credit_briefing_event"
    _inherit = "report.credit_service_tasks.report_credit_briefing"
    _description = "Briefing of a Planned Visit"

    @api.model
    def _get_report_values(self, docids, data=None):
        events = self.env["calendar.event"].browse(docids)
        events.check_access("read")
        return {
            "docs": events,
            "briefings": [
                self._briefing(event.credit_client_id, event)
                for event in events
                if event.credit_client_id
            ],
        }
