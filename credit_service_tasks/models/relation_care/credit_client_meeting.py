from odoo import api, fields, models
from odoo.exceptions import UserError

AFTERWARDS = frozenset({"minutes", "issue_ids"})


class CreditClientMeeting(models.Model):
    """A meeting with several clients, online or offline, and what they raised (M-2).

    Also what keeps a relation warm besides: party-building fellowship, cultural and
    sports exchange (S-Q-6), an interest circle (M-6).
    """

    _name = "credit.client.meeting"
    _inherit = ["credit.guard.mixin", "credit.internal.thread", "mail.activity.mixin"]
    _description = "Meeting with Clients"
    _order = "date desc, id desc"
    _guard_open = frozenset(
        {
            "name",
            "kind",
            "mode",
            "date",
            "place",
            "institution_id",
            "user_id",
            "partner_ids",
            "attended_ids",
            "attendee_ids",
            "interest_id",
            "minutes",
            "issue_ids",
        }
    )

    name = fields.Char("Subject", required=True)
    kind = fields.Selection(
        [
            ("discussion", "Discussion meeting"),
            ("communication", "Communication meeting"),
            ("party_building", "Party-building fellowship"),
            ("culture_sports", "Cultural and sports exchange"),
            ("circle", "Interest circle"),
            ("other", "Other"),
        ],
        required=True,
        default="discussion",
    )
    mode = fields.Selection(
        [("offline", "Offline"), ("online", "Online")], required=True, default="offline"
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    place = fields.Char("Place or link")
    institution_id = fields.Many2one(
        "crm.team",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user.crm_team_ids[:1],
    )
    user_id = fields.Many2one(
        "res.users",
        string="Held by",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    partner_ids = fields.Many2many(
        "res.partner",
        "credit_client_meeting_partner_rel",
        string="Clients invited",
        domain=[("is_credit_client", "=", True)],
    )
    attended_ids = fields.Many2many(
        "res.partner",
        "credit_client_meeting_attended_rel",
        string="Clients that came",
        domain="[('id', 'in', partner_ids)]",
    )
    attendee_ids = fields.Many2many(
        "res.users", "credit_client_meeting_user_rel", string="From the bank"
    )
    interest_id = fields.Many2one(
        "credit.interest", string="Circle", index="btree_not_null", ondelete="restrict"
    )
    minutes = fields.Html()
    issue_ids = fields.One2many("credit.client.issue", "meeting_id", string="Issues raised")
    issue_count = fields.Integer(compute="_compute_issue_count")
    state = fields.Selection(
        [("planned", "Planned"), ("held", "Held"), ("cancelled", "Cancelled")],
        required=True,
        default="planned",
        readonly=True,
        tracking=True,
        copy=False,
    )

    @api.depends("issue_ids")
    def _compute_issue_count(self):
        for meeting in self:
            meeting.issue_count = len(meeting.issue_ids)

    # ORM: what came of it may still be written down; who met whom when stays.

    def _guard_editable(self, touched):
        for meeting in self:
            if meeting.state == "cancelled" or meeting.state == "held" and touched - AFTERWARDS:
                raise UserError(
                    self.env._(
                        "“%s” was held or called off; who met whom and when stays as it was noted.",
                        meeting.name,
                    )
                )

    def action_held(self):
        """Note that meetings took place.

        :return: True
        :raises UserError: nobody came, or it lies ahead
        """
        self.check_access("write")
        self._lock()
        for meeting in self:
            if meeting.state != "planned":
                raise UserError(self.env._("“%s” was held or called off already.", meeting.name))
            if not meeting.attended_ids:
                raise UserError(
                    self.env._("“%s”: note which clients came; none is no meeting.", meeting.name)
                )
            if meeting.date > fields.Datetime.now():
                raise UserError(self.env._("“%s” lies ahead.", meeting.name))
        self._engine().write({"state": "held"})
        return True

    def action_cancel(self):
        """Call meetings off.

        :return: True
        :raises UserError: held, or called off already
        """
        self.check_access("write")
        self._lock()
        for meeting in self:
            if meeting.state != "planned":
                raise UserError(self.env._("“%s” was held or called off already.", meeting.name))
        self._engine().write({"state": "cancelled"})
        return True
