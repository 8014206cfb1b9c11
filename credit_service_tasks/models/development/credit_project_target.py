from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.credit_client_tiering.collision import collisions_retried


class CreditProjectTarget(models.Model):
    """A company is a target of a month for a manager (R-V-3e).

    The cadence asks here whom R-M-3b is about: ``partner_id`` is a target of the
    month ``month`` (its first day) for ``user_id``.
    """

    _name = "credit.project.target"
    _description = "Target of a Month"
    _order = "month desc, user_id, id"
    _rec_name = "partner_id"

    lead_id = fields.Many2one(
        "crm.lead", string="Project", required=True, index=True, ondelete="restrict"
    )
    month = fields.Date(required=True, help="Any day of the month; kept as its first day.")
    partner_id = fields.Many2one(
        "res.partner", string="Company", required=True, index=True, ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users", string="Manager", required=True, index=True, ondelete="restrict"
    )
    institution_id = fields.Many2one("crm.team", index="btree_not_null", ondelete="restrict")
    carried_over = fields.Boolean(
        compute="_compute_carried_over",
        help="The manager had the company as a target before; it counts all the same (A40).",
    )

    _once_per_month = models.UniqueIndex(
        "(month, user_id, partner_id)", "The company already is a target of this month."
    )
    _month_starts = models.Constraint(
        "CHECK (EXTRACT(day FROM month) = 1)", "A month is kept by its first day."
    )

    @api.depends("month", "user_id", "partner_id")
    def _compute_carried_over(self):
        first = {
            (user.id, partner.id): month
            for user, partner, month in self._read_group(
                [("partner_id", "in", self.partner_id.ids), ("user_id", "in", self.user_id.ids)],
                ["user_id", "partner_id"],
                ["month:min"],
            )
        }
        for target in self:
            earliest = first.get((target.user_id.id, target.partner_id.id))
            target.carried_over = bool(earliest and earliest < target.month)

    @api.model_create_multi
    def create(self, vals_list):
        """Fix projects as targets of months.

        :param list[dict] vals_list: per target ``lead_id`` (id) and ``month`` (any day
            of it); company, manager and institution are the project's
        :return: the targets
        :raises UserError: the project names no company or no manager, or the month is over
        Clause R-V-3e.
        """
        prepared = []
        for vals in vals_list:
            lead = self.env["crm.lead"].browse(vals.get("lead_id"))
            lead.check_access("write")
            prepared.append(self._prepare(lead, fields.Date.to_date(vals.get("month"))))
        with collisions_retried():
            targets = super().create(prepared)
            targets.flush_recordset()
        self.env["credit.obligation"]._soon(targets.partner_id.ids)
        return targets

    def unlink(self):
        clients = self.partner_id.ids
        result = super().unlink()
        self.env["credit.obligation"]._soon(clients)
        return result

    @api.model
    def _prepare(self, lead, day):
        if not lead.is_credit_project:
            raise UserError(self.env._("“%s” is no project of the library.", lead.name or ""))
        if not lead.user_id:
            raise UserError(self.env._("“%s” has no manager yet (R-V-3e).", lead.name))
        self._check_month(day)
        values = {
            "month": day.replace(day=1),
            "partner_id": lead._project_company().id,
            "user_id": lead.user_id.id,
        }
        if self.search_count([(name, "=", value) for name, value in values.items()]):
            raise UserError(
                self.env._(
                    "%(company)s already is a target of %(user)s for %(month)s; one company "
                    "counts once (R-V-3e).",
                    company=lead.partner_id.display_name,
                    user=lead.user_id.name,
                    month=day.strftime("%Y-%m"),
                )
            )
        return dict(values, lead_id=lead.id, institution_id=lead.team_id.id)

    def _check_month(self, day):
        this_month = self.env.company._credit_today().replace(day=1)
        if not day:
            raise UserError(self.env._("Name the month of the target."))
        if day < this_month and not self.env.su:
            raise UserError(
                self.env._(
                    "%s is over; its targets can no longer be changed.", day.strftime("%Y-%m")
                )
            )

    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(
            self.env._("A target of a month is not edited: remove it and fix another one.")
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_while_running(self):
        for target in self:
            self._check_month(target.month)
