from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

# Held by this package alone: a context that comes by RPC can never contain it.
_CLOSING = object()


class CreditMonthClose(models.Model):
    """The month of an institution as it was reported: figures that no longer move.

    What is entered afterwards still counts in the ledger, and is told here apart.
    """

    _name = "credit.month.close"
    _inherit = ["mail.thread"]
    _description = "Month Closing"
    _order = "month desc, institution_id"

    name = fields.Char(compute="_compute_name")
    institution_id = fields.Many2one(
        "crm.team", required=True, index=True, ondelete="restrict", readonly=True
    )
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    closed_at = fields.Datetime(required=True, readonly=True)
    closed_by_id = fields.Many2one(
        "res.users",
        string="Closed by",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
    )
    line_ids = fields.One2many("credit.month.close.line", "close_id", string="Figures")
    due = fields.Integer(readonly=True, help="Duties due, less the waived and ended ones.")
    done = fields.Integer("Done in time", readonly=True)
    late = fields.Integer("Done late", readonly=True)
    overdue = fields.Integer(readonly=True)
    waived = fields.Integer(readonly=True)
    rate = fields.Float("In time (%)", compute="_compute_rate", digits=(5, 1))
    later_ids = fields.Many2many(
        "credit.discharge",
        compute="_compute_later",
        string="Entered after the closing",
        help="They settle the duties, but change none of the figures above.",
    )
    later_count = fields.Integer("Entered later", compute="_compute_later")

    _once = models.UniqueIndex(
        "(institution_id, month)", "The month of this institution is closed already."
    )

    @api.depends("institution_id", "month")
    def _compute_name(self):
        for close in self:
            month = fields.Date.to_string(close.month)[:7] if close.month else ""
            close.name = f"{close.institution_id.name or ''} {month}".strip()

    @api.depends("done", "due")
    def _compute_rate(self):
        for close in self:
            close.rate = 100 * close.done / close.due if close.due else 0

    def _compute_later(self):
        discharges = self.env["credit.discharge"]
        for close in self:
            close.later_ids = discharges.search(
                [
                    ("entered_at", ">", close.closed_at),
                    ("obligation_id.institution_id", "=", close.institution_id.id),
                    ("obligation_id.due_date", ">=", close.month),
                    ("obligation_id.due_date", "<", close.month + relativedelta(months=1)),
                ]
            )
            close.later_count = len(close.later_ids)

    def action_close_last_month(self):
        """Close the month before this one for every institution that did not do so.

        :return: the action that shows the closings
        :raises AccessError: not a list administrator
        """
        first = self.env.company._credit_today().replace(day=1) - relativedelta(months=1)
        self._close(first)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Month closings"),
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": [("month", "=", first)],
        }

    @api.model
    def _close(self, month, institution_ids=None):
        """Freeze the figures of a month that is over.

        :param month: date, first day of the month
        :param institution_ids: ids; None: all with duties of the month
        :return: the closings made
        """
        today = self.env.company._credit_today()
        if not self.env.su and not self.env.user.has_group(
            "credit_client_tiering.group_list_admin"
        ):
            raise AccessError(
                self.env._(
                    "%s cannot close a month; a list administrator does.", self.env.user.name
                )
            )
        following = month + relativedelta(months=1)
        if following > today:
            raise UserError(
                self.env._(
                    "The month from %(first)s is not over; it can be closed from %(next)s on.",
                    first=month,
                    next=following,
                )
            )
        self.env["credit.obligation"]._settle()
        self.flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT o.institution_id, o.rule_id, o.post_id, o.user_id, o.tier,
                          count(*) FILTER (
                              WHERE o.status IN ('done', 'late', 'overdue')) AS due,
                          count(*) FILTER (WHERE o.status = 'done') AS done,
                          count(*) FILTER (WHERE o.status = 'late') AS late,
                          count(*) FILTER (WHERE o.status = 'overdue') AS overdue,
                          count(*) FILTER (WHERE o.status = 'waived') AS waived,
                          count(*) FILTER (WHERE o.status = 'ended') AS ended,
                          count(*) FILTER (WHERE o.guideline) AS guideline
                     FROM credit_obligation o
                    WHERE o.due_date >= %(first)s AND o.due_date < %(following)s
                      AND o.institution_id IS NOT NULL AND %(restriction)s
                      AND NOT EXISTS (SELECT FROM credit_month_close c
                                       WHERE c.institution_id = o.institution_id
                                         AND c.month = %(first)s)
                 GROUP BY o.institution_id, o.rule_id, o.post_id, o.user_id, o.tier""",
                first=month,
                following=following,
                restriction=SQL("TRUE")
                if institution_ids is None
                else SQL("o.institution_id = ANY(%s)", list(institution_ids)),
            )
        )
        by_institution = {}
        for row in rows:
            by_institution.setdefault(row.pop("institution_id"), []).append(row)
        # sudo: the right was checked above; nobody writes closings directly.
        closings = self.sudo().with_context(credit_closing=_CLOSING)
        return closings.create(
            [
                {
                    "institution_id": institution,
                    "month": month,
                    "closed_at": fields.Datetime.now(),
                    "closed_by_id": self.env.uid,
                    "line_ids": [fields.Command.create(line) for line in lines],
                    **{
                        figure: sum(line[figure] for line in lines)
                        for figure in ("due", "done", "late", "overdue", "waived")
                    },
                }
                for institution, lines in sorted(by_institution.items())
            ]
        )

    @api.model
    def _is_closed(self, institution_id, day, at=None):
        """Return whether the month of ``day`` is closed for an institution (id).

        :param datetime at: whether it was closed then; now without it
        """
        domain = [("institution_id", "=", institution_id), ("month", "=", day.replace(day=1))]
        if at:
            domain.append(("closed_at", "<=", at))
        # sudo: that a month is closed is no secret.
        return bool(self.sudo().search_count(domain))

    # ORM

    @api.model_create_multi
    def create(self, vals_list):
        self._check_closing()
        return super().create(vals_list)

    def write(self, vals):
        self._check_closing()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._check_closing()

    def _check_closing(self):
        if self.env.context.get("credit_closing") is not _CLOSING:
            raise AccessError(
                self.env._(
                    "A closed month stays as it was reported; closings are made by closing "
                    "the month, not entered, changed or deleted."
                )
            )
