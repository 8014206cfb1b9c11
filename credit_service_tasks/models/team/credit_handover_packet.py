from odoo import api, models


class CreditHandover(models.Model):
    """The packet: what is open with the clients that pass on, as it was then."""

    _inherit = "credit.handover"

    @api.model
    def _credit_handover_parts(self, partners, user):
        """Return what is open with clients that ``user`` hands over.

        Every room adds its own by extending this: promises, plans, alerts.

        :return: list of (title, dict of client id to list of texts); the key of the
            duties is ``duties``
        """
        # sudo: the receiver must see what is taken over; only titles and dates.
        duties = {}
        for duty in (
            self.env["credit.obligation"]
            .sudo()
            .search(
                [("partner_id", "in", partners.ids), ("status", "in", ("open", "overdue"))],
                order="due_date, id",
            )
        ):
            if duty.user_id and duty.user_id != user:
                continue
            duties.setdefault(duty.partner_id.id, []).append(
                f"{duty.name or duty.kind_id.name} ({duty.due_date})"
            )
        drafts = {}
        for report in (
            self.env["credit.contact.report"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", partners.ids),
                    ("user_id", "=", user.id),
                    ("state", "=", "draft"),
                ]
            )
        ):
            drafts.setdefault(report.partner_id.id, []).append(
                f"{report.date} {report.channel_id.name}"
            )
        nominations = {}
        for nomination in (
            self.env["credit.nomination"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", partners.ids),
                    ("state", "in", ("draft", "submitted", "returned")),
                ]
            )
        ):
            states = dict(nomination._fields["state"]._description_selection(self.env))
            nominations.setdefault(nomination.partner_id.id, []).append(states[nomination.state])
        activities = {}
        for activity in (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", "res.partner"),
                    ("res_id", "in", partners.ids),
                    ("user_id", "=", user.id),
                ]
            )
        ):
            title = activity.summary or activity.activity_type_id.name or ""
            activities.setdefault(activity.res_id, []).append(f"{title} ({activity.date_deadline})")
        return [
            (self.env._("Open duties"), duties),
            (self.env._("Reports in draft"), drafts),
            (self.env._("Nominations on their way"), nominations),
            (self.env._("Activities"), activities),
        ]

    def _freeze_parts(self):
        """Write down on each line what is open now; the receiver decides on that."""
        for row in self:
            lines = row.line_ids.filtered(lambda li: li.state == "open")
            parts = self._credit_handover_parts(lines.partner_id, row.from_user_id)
            for line in lines._handing():
                texts = [
                    f"{title}: {'; '.join(by_client[line.partner_id.id])}"
                    for title, by_client in parts
                    if by_client.get(line.partner_id.id)
                ]
                line.write(
                    {
                        "packet": "\n".join(texts),
                        "open_duties": len(parts[0][1].get(line.partner_id.id, [])),
                        "tier": line.partner_id.credit_tier,
                        "joint_visit": line.partner_id.credit_tier == "strategic",
                    }
                )
