from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.credit_client_tiering.fields import Figure


class CreditTargetBreakDown(models.TransientModel):
    """Break a target down to the level below: the parts add up to the last cent (R-P-3c)."""

    _name = "credit.target.break.down"
    _description = "Breaking Down a Target"

    target_id = fields.Many2one("credit.target", required=True, ondelete="cascade")
    amount = Figure(related="target_id.amount", string="To be broken down")
    unit = fields.Selection(related="target_id.unit")
    line_ids = fields.One2many(
        "credit.target.break.down.line",
        "wizard_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    parts = Figure("Sum of the parts", compute="_compute_parts")
    difference = Figure(compute="_compute_parts")

    @api.depends("target_id")
    def _compute_line_ids(self):
        for wizard in self:
            subjects = wizard._subjects()
            shares = wizard._equal_shares(len(subjects))
            there = {(c.level, c._subject()): c.amount for c in wizard.target_id.child_ids}
            wizard.line_ids = [
                fields.Command.clear(),
                *(
                    fields.Command.create(
                        dict(values, amount=there.get((values["level"], subject), share))
                    )
                    for (values, subject), share in zip(subjects, shares, strict=True)
                ),
            ]

    def _equal_shares(self, count):
        """Return ``count`` shares of the target; the first ones take the remainder."""
        if not count:
            return []
        step = 1 if self.target_id.unit != "yuan" else 0.01
        units = round((self.target_id.amount or 0) / step)
        base, rest = divmod(units, count)
        return [round((base + (i < rest)) * step, 2) for i in range(count)]

    def _subjects(self):
        """Return the (values, record) of the level below."""
        target = self.target_id
        if target.level == "client":
            raise UserError(self.env._("A client's target is not broken down any further."))
        if target.level == "person":
            clients = self.env["res.partner"].search(
                [("is_credit_client", "=", True), ("user_id", "=", target.user_id.id)]
            )
            return [
                (
                    {
                        "level": "client",
                        "partner_id": client.id,
                        "user_id": target.user_id.id,
                        "institution_id": client.credit_institution_id.id,
                    },
                    client,
                )
                for client in clients
            ]
        teams = self.env["crm.team"]
        if target.level == "bank":
            head = teams.search([("institution_kind_id.is_head_office", "=", True)])
            below = teams.search([("parent_id", "in", head.ids)])
        else:
            below = target.institution_id.child_ids
        found = [({"level": "institution", "institution_id": team.id}, team) for team in below]
        members = target.institution_id.crm_team_member_ids.filtered(
            lambda m: m.post_id.code in ("client_manager", "corporate_head")
        )
        found += [
            (
                {
                    "level": "person",
                    "user_id": member.user_id.id,
                    "institution_id": target.institution_id.id,
                },
                member.user_id,
            )
            for member in members
        ]
        return found

    @api.depends("line_ids.amount", "amount")
    def _compute_parts(self):
        for wizard in self:
            wizard.parts = sum(line.amount or 0 for line in wizard.line_ids)
            wizard.difference = round(wizard.parts - (wizard.amount or 0), 2)

    def action_apply(self):
        """Write the parts as draft targets; parts that exist get the new amount.

        :return: an action that opens the parts
        :raises UserError: the parts do not add up and the indicator refuses that
        :raises AccessError: the target of another institution
        """
        self.ensure_one()
        target = self.target_id
        target.check_access("read")
        if self.difference and target.indicator_id.difference == "refuse":
            raise UserError(
                self.env._(
                    "“%(target)s”: the parts differ from the target by %(difference)s; "
                    "“%(indicator)s” refuses that.",
                    target=target.display_name,
                    difference=f"{self.difference:+,.2f}",
                    indicator=target.indicator_id.name,
                )
            )
        there = {(c.level, c._subject()): c for c in target.child_ids}
        new = []
        for line in self.line_ids:
            part = there.get((line.level, line._subject()))
            if part and part.amount != line.amount:
                part.amount = line.amount or 0
            elif not part and line.amount is not False:
                new.append(
                    {
                        "parent_id": target.id,
                        "indicator_id": target.indicator_id.id,
                        "period": target.period,
                        "period_start": target.period_start,
                        "level": line.level,
                        "institution_id": line.institution_id.id,
                        "user_id": line.user_id.id,
                        "partner_id": line.partner_id.id,
                        "amount": line.amount,
                    }
                )
        self.env["credit.target"].create(new)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_service_tasks.credit_target_action"
        )
        action["domain"] = [("parent_id", "=", target.id)]
        action["context"] = {}
        return action


class CreditTargetBreakDownLine(models.TransientModel):
    _name = "credit.target.break.down.line"
    _description = "Part of a Target"

    wizard_id = fields.Many2one("credit.target.break.down", required=True, ondelete="cascade")
    level = fields.Selection(
        [("institution", "Institution"), ("person", "Person"), ("client", "Client")], required=True
    )
    institution_id = fields.Many2one("crm.team", ondelete="cascade")
    user_id = fields.Many2one("res.users", string="Person", ondelete="cascade")
    partner_id = fields.Many2one("res.partner", string="Client", ondelete="cascade")
    unit = fields.Selection(related="wizard_id.unit")
    amount = Figure()

    def _subject(self):
        field = {"person": "user_id", "client": "partner_id"}.get(self.level, "institution_id")
        return self[field]
