from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .credit_care_round import HEADS

# The three topics of concern (M-1b).
CONCERNS = ("concern_business", "concern_people", "concern_funding")


class CreditCareLine(models.Model):
    """One client of a festival round: who greets it, was it done, what was learnt."""

    _name = "credit.care.line"
    _inherit = ["credit.guard.mixin"]
    _description = "Client of a Festival Round"
    _order = "state desc, user_id, id"
    _rec_name = "partner_id"
    _guard_open = frozenset(
        {
            "round_id",
            "partner_id",
            "user_id",
            "greeting",
            "concern_business",
            "concern_people",
            "concern_funding",
            "note",
            "gift_ids",
        }
    )

    round_id = fields.Many2one("credit.care.round", required=True, index=True, ondelete="cascade")
    institution_id = fields.Many2one(related="round_id.institution_id", store=True, index=True)
    date = fields.Date(related="round_id.date", store=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        domain=[("is_credit_client", "=", True)],
        ondelete="restrict",
    )
    tier = fields.Selection(related="partner_id.credit_tier", string="List")
    user_id = fields.Many2one(
        "res.users", string="Responsible", required=True, index=True, ondelete="restrict"
    )
    greeting = fields.Selection(
        [
            ("visit", "In person"),
            ("phone", "By phone"),
            ("message", "By message"),
            ("card", "By card"),
        ],
        string="Way of greeting",
    )
    contact_report_id = fields.Many2one(
        "credit.contact.report",
        string="Contact report",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    # The three topics of concern (M-1b).
    concern_business = fields.Char("Production and business")
    concern_people = fields.Char("Health of managers and staff")
    concern_funding = fields.Char("Funding needs")
    note = fields.Char()
    gift_ids = fields.One2many("credit.care.gift", "line_id", string="Gifts")
    state = fields.Selection(
        [("todo", "To greet"), ("done", "Greeted"), ("skipped", "Left out")],
        required=True,
        default="todo",
        readonly=True,
        index=True,
    )
    done_on = fields.Date(readonly=True)
    done_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")

    _once = models.UniqueIndex("(round_id, partner_id)", "The client is part of the round already.")

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        for line in lines:
            line.partner_id.check_access("read")
            if line.round_id.state == "closed":
                raise UserError(self.env._("The round is closed."))
            if not line.partner_id.is_credit_client:
                raise UserError(
                    self.env._("%s is not marked as a credit client.", line.partner_id.display_name)
                )
        return lines

    def _guard_editable(self, touched):
        for line in self:
            if line.round_id.state == "closed" or line.state == "done" and touched & {"greeting"}:
                raise UserError(
                    self.env._("%s has been greeted; that stays.", line.partner_id.display_name)
                )
            if line.state == "skipped" and touched & {"note"}:
                raise UserError(
                    self.env._(
                        "%s was left out with a reason; that stays.", line.partner_id.display_name
                    )
                )
            if touched & {"round_id", "partner_id"}:
                raise UserError(self.env._("Add another line for another client."))
            if "user_id" in touched and not self._is_head():
                raise AccessError(
                    self.env._(
                        "Only the head of the line or a president hands %(client)s to somebody "
                        "else; you (%(user)s) are neither.",
                        client=line.partner_id.display_name,
                        user=self.env.user.name,
                    )
                )

    def _guard_deletable(self):
        for line in self:
            if line.state != "todo" or line.gift_ids:
                raise UserError(self.env._("Clients that were greeted stay in the round."))
            if line.round_id.state != "draft" and not self._is_head():
                raise AccessError(
                    self.env._(
                        "%(client)s is to be greeted by %(owner)s: leave it out with a reason "
                        "instead of deleting it.",
                        client=line.partner_id.display_name,
                        owner=line.user_id.name,
                    )
                )

    def _is_head(self):
        return self.env.su or any(self.env.user.has_group(group) for group in HEADS)

    def _check_mine(self):
        heads = self._is_head()
        for line in self:
            if line.round_id.state != "open" or line.state != "todo":
                raise UserError(
                    self.env._(
                        "%s cannot be greeted now: the round is not under way, or it was done.",
                        line.partner_id.display_name,
                    )
                )
            if not heads and line.user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "%(owner)s greets %(client)s; only they, the head of the line or a "
                        "president note it.",
                        owner=line.user_id.name,
                        client=line.partner_id.display_name,
                    )
                )

    def action_done(self):
        """Note that the client was greeted.

        :return: True
        :raises UserError: not said how
        Clauses M-1a, M-1b.
        """
        self.check_access("write")
        self._lock()
        self._check_mine()
        for line in self:
            if not line.greeting:
                raise UserError(
                    self.env._("%s: say how it was greeted.", line.partner_id.display_name)
                )
        self._finish(self.env.company._credit_today(), self.env.user)
        return True

    def action_skip(self):
        """Leave clients out, with a reason.

        :return: True
        """
        self.check_access("write")
        self._lock()
        self._check_mine()
        for line in self:
            if not (line.note or "").strip():
                raise UserError(
                    self.env._("%s: note why it is left out.", line.partner_id.display_name)
                )
        self._engine().write({"state": "skipped", "done_by_id": self.env.uid})
        return True

    def action_report_contact(self):
        """Open the one-minute contact report; once submitted it discharges the line."""
        self.ensure_one()
        return self.partner_id.action_credit_report_contact()

    def _finish(self, day, user, **values):
        self._engine().write({"state": "done", "done_on": day, "done_by_id": user.id, **values})

    @api.model
    def _discharge_by(self, reports):
        """Contacts with a client in the days of a round greet it, too (M-1a)."""
        for report in reports:
            # sudo: whoever reports a contact may be of another institution than the round.
            lines = self.sudo().search(
                [
                    ("partner_id", "in", (report.partner_id | report.also_client_ids).ids),
                    ("state", "=", "todo"),
                    ("round_id.state", "=", "open"),
                    ("round_id.start_date", "<=", report.date),
                    ("round_id.date", ">=", report.date),
                ]
            )
            for line in lines:
                # What was said in confidence stays in the report.
                topics = () if report.is_confidential else CONCERNS
                line._finish(
                    report.date,
                    report.user_id,
                    contact_report_id=report.id,
                    **{name: line[name] or report[name] for name in topics},
                )
