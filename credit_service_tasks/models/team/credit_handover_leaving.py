from odoo import api, models

from odoo.addons.credit_client_tiering.collision import collisions_retried


class CreditHandover(models.Model):
    """Nothing is orphaned: who leaves opens a handover for somebody to assign."""

    _inherit = "credit.handover"

    @api.model
    def _open_for(self, user, cause):
        """Open what ``user`` leaves behind as handovers to be assigned, and tell the heads.

        :param cause: ``archived``: everything; ``left``: clients of institutions where
            the user, or an institution above, has no seat any more
        """
        rows = self._members_of(user)
        near = self.env["crm.team"].sudo().with_context(active_test=False)
        if cause == "left":
            seats = user.sudo().crm_team_member_ids.filtered("active").crm_team_id
            near = near.search([("id", "child_of", seats.ids)]) if seats else near
            rows = rows.filtered(
                lambda m: (
                    m.partner_id.credit_institution_id
                    and m.partner_id.credit_institution_id not in near
                )
            )
        leaders = rows.filtered(lambda m: m.role == "leader")
        if leaders:
            leaders._close(self.env.company._credit_today())
        for institution, theirs in (rows - leaders).grouped("institution_id").items():
            handing = self._handing()
            packet = handing.search(
                [
                    ("from_user_id", "=", user.id),
                    ("institution_id", "=", institution.id),
                    ("state", "=", "draft"),
                ],
                limit=1,
            )
            new = not packet
            if new:
                packet = handing.create(
                    {
                        "from_user_id": user.id,
                        "institution_id": institution.id,
                        "cause": cause,
                    }
                )
            packet.cause = cause
            packet._add_members(theirs)
            if not packet.line_ids:  # all of it waits for a receiver already
                packet.state = "cancelled"
            elif new:
                packet._tell_heads()
        self._leave_work(user, near)
        if cause == "archived":
            self._return_to_heads(user)
            self.env["credit.absence"]._cover_gone(user)

    @api.model
    def _members_of(self, user, institution=None):
        """Return the open rows of ``user`` that a handover is about."""
        domain = [
            ("user_id", "=", user.id),
            ("date_to", "=", False),
            ("covers_id", "=", False),
        ]
        if institution:
            domain += [
                ("role", "!=", "leader"),
                ("partner_id.credit_institution_id", "child_of", institution.id),
            ]
        return self.env["credit.service.member"]._settled().search(domain)

    def _add_members(self, members):
        """Add what is not part of an open handover yet."""
        self.ensure_one()
        lines = self.line_ids._handing()
        taken = lines.search([("member_id", "in", members.ids), ("state", "=", "open")]).member_id
        with collisions_retried():
            lines.create(
                [
                    {
                        "handover_id": self.id,
                        "partner_id": member.partner_id.id,
                        "member_id": member.id,
                    }
                    for member in members - taken
                ]
            ).flush_recordset()
        self._freeze_parts()

    def _tell_heads(self):
        for row in self.sudo():
            for head in row.institution_id._credit_heads():
                reader = self.with_context(lang=head.lang).env
                row._ask(head, reader._("Assign the clients of %s", row.from_user_id.name))

    def _ask(self, user, summary):
        self._handing().activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.env.company._credit_today(),
            summary=summary,
            user_id=user.id,
        )
