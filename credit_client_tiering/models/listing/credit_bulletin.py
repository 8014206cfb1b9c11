import base64

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...spreadsheet import spreadsheet

# Held by this module alone: a context that comes by RPC can never contain it.
_ISSUING = object()


class CreditBulletin(models.Model):
    """The confirmed entries and exits of a period, numbered and frozen once issued."""

    _name = "credit.bulletin"
    _inherit = ["credit.internal.thread"]
    _description = "List Bulletin"
    _order = "date_to desc, id desc"

    name = fields.Char("Number", readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("issued", "Issued")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    institution_id = fields.Many2one(
        "crm.team",
        index="btree_not_null",
        ondelete="restrict",
        help="With the units below it. Empty: the whole bank.",
    )
    date_from = fields.Date("From", required=True, default=lambda self: self._default_date_from())
    date_to = fields.Date(
        "Until", required=True, default=lambda self: self.env.company._credit_today()
    )
    note = fields.Text("Preface")
    issued_at = fields.Datetime(readonly=True, copy=False)
    issued_by_id = fields.Many2one("res.users", string="Issued by", readonly=True, copy=False)
    line_ids = fields.One2many("credit.bulletin.line", "bulletin_id", string="Moves")
    xlsx_file = fields.Binary("Spreadsheet", readonly=True, copy=False, attachment=True)
    xlsx_name = fields.Char(compute="_compute_xlsx_name")

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A bulletin cannot end before it begins."
    )
    _number_unique = models.UniqueIndex(
        "(name) WHERE name IS NOT NULL", "This number has been given already."
    )

    @api.model
    def _default_date_from(self):
        return self.env.company._credit_today().replace(day=1)

    @api.depends("name")
    def _compute_xlsx_name(self):
        for bulletin in self:
            bulletin.xlsx_name = f"{bulletin.name or ''}.xlsx"

    @api.depends("name", "date_from", "date_to")
    def _compute_display_name(self):
        for bulletin in self:
            period = f"{bulletin.date_from} – {bulletin.date_to}"
            bulletin.display_name = bulletin.name or period

    def write(self, vals):
        issuing = self.env.context.get("credit_issuing") is _ISSUING
        touched = {n for n in vals if not n.startswith(("message_", "activity_"))}
        if touched and not issuing:
            if {"state", "name", "issued_at", "issued_by_id", "xlsx_file"} & touched:
                raise AccessError(self.env._("A bulletin is numbered and issued by its button."))
            for bulletin in self:
                if bulletin.state == "issued":
                    raise UserError(bulletin._frozen_message())
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            for name in ("state", "name", "issued_at", "issued_by_id", "xlsx_file"):
                vals.pop(name, None)
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        for bulletin in self:
            if bulletin.state == "issued":
                raise UserError(bulletin._frozen_message())

    def _frozen_message(self):
        self.ensure_one()
        return self.env._(
            "Bulletin %s has been issued and stays as it is; issue another one.", self.name
        )

    def action_collect(self):
        """Collect the entries and exits of the period into the draft."""
        for bulletin in self:
            bulletin.check_access("write")
            if bulletin.state == "issued":
                raise UserError(bulletin._frozen_message())
            bulletin._collect()
        return True

    def _collect(self):
        self.ensure_one()
        lines = self.env["credit.bulletin.line"].sudo().with_context(credit_issuing=_ISSUING)
        lines.search([("bulletin_id", "=", self.id)]).unlink()
        entries, exits, before = self._moves()
        lines.create(
            [self._entry_values(row, before.get(row.id)) for row in entries]
            + [self._exit_values(row) for row in exits]
        )
        self.invalidate_recordset(["line_ids"])

    def _moves(self):
        """Return who entered and who left in the period, and per entry the stay before.

        :return: memberships that began, memberships that ended, dict of id to membership
        """
        members = self.env["credit.membership"]
        entries = members.search(
            [
                ("date_from", ">=", self.date_from),
                ("date_from", "<=", self.date_to),
                *self._inside(),
            ]
        )
        exits = members.search(
            [
                ("date_to", ">=", self.date_from),
                ("date_to", "<=", self.date_to),
                ("leave_status", "!=", "moved"),
                *self._inside(),
            ]
        )
        before, after = self._neighbours(entries | exits)
        # A client that goes from one institution to another stays on its list: a move
        # only for a bulletin of one of the two.
        entries = entries.filtered(
            lambda r: r.origin != "transfer" or not self._covers(before.get(r.id))
        )
        exits = exits.filtered(
            lambda r: r.leave_status != "transferred" or not self._covers(after.get(r.id))
        )
        return entries, exits, before

    def _inside(self):
        if not self.institution_id:
            return []
        return [("institution_id", "child_of", self.institution_id.id)]

    def _covers(self, row):
        """Return whether a membership lies in the bulletin's institution."""
        if not row:
            return False
        if not self.institution_id:
            return True
        path = self.institution_id.sudo().parent_path
        return (row.institution_id.sudo().parent_path or "").startswith(path)

    def _neighbours(self, rows):
        """Return per row the stay just before and the one just after, on the same day."""
        # sudo: only to tell where the client came from or went.
        stays = rows.sudo().search([("partner_id", "in", rows.partner_id.ids)], order="id")
        before, after = {}, {}
        for _client, of_client in stays.grouped("partner_id").items():
            for earlier, later in zip(of_client, of_client[1:], strict=False):
                if earlier.date_to == later.date_from:
                    before[later.id], after[earlier.id] = earlier, later
        return before, after

    def _entry_values(self, row, before):
        moved = before if before and before.leave_status in ("moved", "transferred") else None
        return {
            **self._client_values(row),
            "moved_on": row.date_from,
            "tier_from": moved.tier if moved and row.origin != "transfer" else False,
            "tier_to": row.tier,
            "reason": row.nomination_id.justification or row.reason,
            "decided_by": self._deciders(row.nomination_id) or self._origin_name(row),
        }

    def _exit_values(self, row):
        gone = dict(row._fields["leave_status"]._description_selection(self.env))
        return {
            **self._client_values(row),
            "moved_on": row.date_to,
            "tier_from": row.tier,
            "tier_to": False,
            "reason": row.reason_left or gone[row.leave_status],
        }

    def _client_values(self, row):
        client = row.partner_id.sudo()  # listed for the bulletin's readers
        return {
            "bulletin_id": self.id,
            "partner_id": client.id,
            "client_name": client.name,
            "credit_code": client.credit_code,
            "institution_name": row.institution_id.name,
        }

    def _origin_name(self, row):
        return dict(row._fields["origin"]._description_selection(self.env))[row.origin]

    def _deciders(self, nomination):
        """Return department, person and day of each approval, as text."""
        departments = dict(
            self.env["credit.nomination.decision"]
            ._fields["department"]
            ._description_selection(self.env)
        )
        parts = []
        for decision in nomination.sudo().decision_ids:
            if decision.round != nomination.round:
                continue
            names = decision.user_id.name
            if decision.on_behalf_of_id:
                names = self.env._(
                    "%(stand_in)s for %(reviewer)s",
                    stand_in=names,
                    reviewer=decision.on_behalf_of_id.name,
                )
            parts.append(
                f"{departments[decision.department]}: {names} "
                f"{fields.Datetime.context_timestamp(self, decision.decided_at).date()}"
            )
        return "; ".join(parts)

    def action_issue(self):
        """Number the bulletin, freeze it and keep its spreadsheet.

        :raises UserError: issued already, or nothing moved in the period
        """
        for bulletin in self:
            bulletin.check_access("write")
            if bulletin.state == "issued":
                raise UserError(bulletin._frozen_message())
            bulletin._collect()
            if not bulletin.line_ids:
                raise UserError(
                    self.env._(
                        "No client moved between %(first)s and %(last)s.",
                        first=bulletin.date_from,
                        last=bulletin.date_to,
                    )
                )
            # sudo: numbers are drawn and the state written for whoever may write it.
            issuing = bulletin.sudo().with_context(credit_issuing=_ISSUING)
            issuing.write(
                {
                    "name": issuing.env["ir.sequence"].next_by_code("credit.bulletin"),
                    "state": "issued",
                    "issued_at": fields.Datetime.now(),
                    "issued_by_id": self.env.uid,
                }
            )
            issuing.xlsx_file = base64.b64encode(bulletin._spreadsheet())
        return True

    def action_spreadsheet(self):
        """Download the spreadsheet that was kept when the bulletin was issued."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/xlsx_file/{self.xlsx_name}?download=true",
            "target": "self",
        }

    def _spreadsheet(self):
        """Return the bulletin as XLSX (bytes)."""
        self.ensure_one()
        return spreadsheet([("", self._rows())])

    def _rows(self):
        """Return titles and rows of the bulletin's table."""
        titles = self.line_ids._titles()
        return [titles, *(line._cells() for line in self.line_ids)]

    def _sections(self):
        """Return the moves per list they lead to, for the printed bulletin.

        :return: list of (heading, lines)
        """
        names = dict(self.line_ids._fields["tier_to"]._description_selection(self.env))
        sections = []
        for tier in (*names, False):
            lines = self.line_ids.filtered(lambda line, tier=tier: line.tier_to == tier)
            if not lines:
                continue
            if tier:
                heading = self.env._(
                    "Entered the list “%(list)s”: %(count)s", list=names[tier], count=len(lines)
                )
            else:
                heading = self.env._("Left the lists: %s", len(lines))
            sections.append((heading, lines))
        return sections
