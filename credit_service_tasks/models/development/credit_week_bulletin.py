from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# Held by this package alone: a context that comes by RPC can never contain it.
_ENGINE = object()


class CreditWeekBulletin(models.Model):
    """Each person's progress on the indicators of R-V-3b, drawn up every week and kept."""

    _name = "credit.week.bulletin"
    _inherit = ["mail.thread"]
    _description = "Weekly Bulletin"
    _order = "week desc, institution_id"
    _rec_name = "institution_id"

    institution_id = fields.Many2one(
        "crm.team", required=True, index=True, readonly=True, ondelete="restrict"
    )
    week = fields.Date("Week of", required=True, readonly=True, help="Its Monday.")
    drawn_up_at = fields.Datetime(readonly=True)
    published_at = fields.Datetime(readonly=True)
    published_by_id = fields.Many2one("res.users", readonly=True)
    state = fields.Selection(
        [("draft", "Drawn up"), ("published", "Published")],
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
    )
    line_ids = fields.One2many("credit.week.bulletin.line", "bulletin_id", readonly=True)
    remark = fields.Text(help="What the head of the line says about the week.")

    _once = models.UniqueIndex(
        "(institution_id, week)", "This week's bulletin of the institution exists already."
    )

    @api.depends("institution_id", "week")
    def _compute_display_name(self):
        for bulletin in self:
            week = bulletin.week.strftime("%G-W%V") if bulletin.week else ""
            bulletin.display_name = f"{bulletin.institution_id.name or ''} {week}"

    @api.model_create_multi
    def create(self, vals_list):
        self._check_engine()
        return super().create(vals_list)

    def write(self, vals):
        if set(vals) - {"remark"} and not all(n.startswith("message_") for n in vals):
            self._check_engine()
        for bulletin in self.filtered(lambda b: b.state == "published"):
            if "remark" in vals:
                raise UserError(self.env._("“%s” is published.", bulletin.display_name))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("Bulletins are kept."))

    def _check_engine(self):
        if self.env.context.get("credit_bulletin") is not _ENGINE:
            raise AccessError(self.env._("Bulletins are drawn up by the system from the targets."))

    @api.model
    def _engine(self):
        # sudo: read-only for everybody; callers have checked the right.
        return self.sudo().with_context(credit_bulletin=_ENGINE)

    @api.model
    def _cron_draw_up(self):
        """Mondays: the bulletin of the week that ended, for institutions with targets."""
        today = self.env.company._credit_today()
        self._draw_up(today - timedelta(days=today.weekday() + 7))

    @api.model
    def _draw_up(self, monday, institutions=None):
        """Draw up the missing bulletins of the week that begins on ``monday``.

        :return: the new bulletins
        """
        sunday = monday + timedelta(days=6)
        targets = self.env["credit.target"].sudo()
        running = targets.search(
            [
                ("level", "=", "person"),
                ("state", "=", "confirmed"),
                ("indicator_id.in_bulletin", "=", True),
                ("period_start", "<=", sunday),
                ("period_end", ">=", monday),
                (
                    "institution_id",
                    "in" if institutions else "!=",
                    institutions.ids if institutions else False,
                ),
            ]
        )
        running._refresh_actuals()
        there = self.sudo().search([("week", "=", monday)]).institution_id
        values = []
        for institution, own in running.grouped("institution_id").items():
            if institution in there:
                continue
            values.append(
                {
                    "institution_id": institution.id,
                    "week": monday,
                    "drawn_up_at": fields.Datetime.now(),
                    "line_ids": [fields.Command.create(t._bulletin_line()) for t in own],
                }
            )
        return self.browse(self._engine().create(values).ids)

    def action_publish(self):
        """Publish bulletins: from now on they cannot be changed.

        :return: True
        :raises AccessError: a bulletin of another institution, or no head of a line
        """
        self.check_access("write")
        drafts = self.filtered(lambda b: b.state == "draft")
        drafts._engine_self().write(
            {
                "state": "published",
                "published_at": fields.Datetime.now(),
                "published_by_id": self.env.uid,
            }
        )
        for bulletin in drafts:
            members = bulletin.institution_id.member_ids.partner_id
            bulletin.message_post(
                body=self.env._("%s is published.", bulletin.display_name),
                partner_ids=members.ids,
                subtype_xmlid="mail.mt_note",
            )
        return True

    def _engine_self(self):
        return self.sudo().with_context(credit_bulletin=_ENGINE)

    @api.model
    def action_draw_up_now(self):
        """Draw up last week's bulletins of the caller's institutions that are missing.

        :return: an action that opens the list
        :raises AccessError: the caller may not publish bulletins
        """
        self.check_access("write")
        today = self.env.company._credit_today()
        own = self.env["crm.team"].search([("id", "child_of", self.env.user.crm_team_ids.ids)])
        self._draw_up(today - timedelta(days=today.weekday() + 7), own)
        return self.env["ir.actions.act_window"]._for_xml_id(
            "credit_service_tasks.credit_week_bulletin_action"
        )
