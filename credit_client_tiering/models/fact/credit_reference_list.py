from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .credit_reference_entry import _ENGINE, ADMIN, OPEN_STATES

IDENTITY = ("name", "credit_code", "rank")
IMPORTED = frozenset({"version", "date", "date_first", "superseded_by_id", "entry_ids"})


class CreditReferenceList(models.Model):
    """One edition of a published list of names that become designations of clients.

    A later version of the same edition is imported into the same record; the edition of
    another year is a record of its own with the same publisher and name.
    """

    _name = "credit.reference.list"
    _inherit = ["mail.thread"]
    _description = "Reference List"
    _order = "year desc, name, id"

    name = fields.Char(required=True, tracking=True)
    publisher = fields.Char(required=True, tracking=True)
    year = fields.Integer(
        required=True,
        aggregator=None,
        tracking=True,
        default=lambda self: self.env.company._credit_today().year,
    )
    version = fields.Char(
        readonly=True, copy=False, tracking=True, help="What the publisher calls this version."
    )
    date = fields.Date(
        "In force from",
        readonly=True,
        copy=False,
        tracking=True,
        help="Day from which the version imported last is in force.",
    )
    date_first = fields.Date(
        "First version in force from",
        readonly=True,
        copy=False,
        help="Designations of the edition before end on the day before.",
    )
    designation_type_id = fields.Many2one(
        "credit.designation.type",
        string="Becomes the designation",
        required=True,
        index=True,
        tracking=True,
        ondelete="restrict",
    )
    has_rank = fields.Boolean(related="designation_type_id.has_rank")
    superseded_by_id = fields.Many2one(
        "credit.reference.list",
        string="Superseded by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    entry_ids = fields.One2many("credit.reference.entry", "list_id", string="Entries")
    entry_count = fields.Integer("Names", compute="_compute_counts")
    matched_count = fields.Integer("Matched", compute="_compute_counts")
    to_decide_count = fields.Integer("To decide", compute="_compute_counts")
    unmatched_count = fields.Integer("Unmatched", compute="_compute_counts")
    dropped_count = fields.Integer("Dropped", compute="_compute_counts")

    _edition_unique = models.UniqueIndex(
        "(publisher, name, year)",
        "This edition is on file already (same publisher, name and year). Import the new "
        "version into it.",
    )

    @api.depends("entry_ids.state")
    def _compute_counts(self):
        # sudo: staff see the names of their own clients only, the numbers are no secret.
        rows = (
            self.env["credit.reference.entry"]
            .sudo()
            ._read_group([("list_id", "in", self.ids)], ["list_id", "state"], ["__count"])
        )
        counts = {(edition.id, state): count for edition, state, count in rows}
        for edition in self:
            for state in ("matched", "to_decide", "unmatched", "dropped"):
                edition[f"{state}_count"] = counts.get((edition.id, state), 0)
            edition.entry_count = (
                edition.matched_count + edition.to_decide_count + edition.unmatched_count
            )

    @api.depends("name", "year")
    def _compute_display_name(self):
        for edition in self:
            edition.display_name = f"{edition.name} {edition.year or ''}".strip()

    @api.constrains("year")
    def _check_year(self):
        for edition in self:
            if not 1900 <= edition.year <= 2999:
                raise ValidationError(
                    self.env._("%(year)s is no year of a list.", year=edition.year)
                )

    def _engine(self):
        """Return the lists open for what only an import may write."""
        return self.with_context(credit_reference=_ENGINE)

    def _check_engine(self, vals):
        forged = IMPORTED & set(vals)
        if forged and self.env.context.get("credit_reference") is not _ENGINE:
            labels = [self._fields[n].get_description(self.env)["string"] for n in sorted(forged)]
            raise AccessError(
                self.env._(
                    "%s follow from importing the file of a list; they cannot be entered.",
                    ", ".join(labels),
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_engine(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_engine(vals)
        new_type = vals.get("designation_type_id")
        for edition in self if new_type else ():
            if edition.designation_type_id.id != new_type and edition._designations():
                raise UserError(
                    self.env._(
                        "Clients were already designated “%(type)s” by “%(list)s”. Create "
                        "another list for another designation.",
                        type=edition.designation_type_id.name,
                        list=edition.display_name,
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for edition in self:
            if edition._designations():
                raise UserError(
                    self.env._(
                        "“%s” designated clients; it stays as the proof of that.",
                        edition.display_name,
                    )
                )

    def _designations(self):
        return self.env["credit.designation"].search(
            [("reference_entry_id.list_id", "in", self.ids)], limit=1
        )

    def _source_text(self):
        return f"{self.publisher}, {self.name}, {self.year}"

    # IMPORT

    def _check_admin(self):
        if not self.env.su and not self.env.user.has_group(ADMIN):
            raise AccessError(
                self.env._(
                    "Only a list administrator may import and match reference lists; you "
                    "(%s) are not one.",
                    self.env.user.name,
                )
            )

    def _import_rows(self, rows, date, version=None):
        """Bring the list to the state of a version of its file.

        :param rows: list of dicts ``name``, ``credit_code``, ``rank``, ``note``, each
            name (or code) once
        :param date: day from which the version is in force
        :return: dict of counts ``new``, ``changed``, ``dropped``, ``unchanged``; nothing
            is written when only ``unchanged`` is above zero
        """
        self.ensure_one()
        self._check_admin()
        if not self.try_lock_for_update():
            raise UserError(
                self.env._(
                    "“%s” is being imported in another session right now.", self.display_name
                )
            )
        self._check_version_date(date)
        entries = self.entry_ids._engine()
        new, changed, dropped, noted = self._compare(entries, rows)
        counts = {
            "new": len(new),
            "changed": len(changed),
            "dropped": len(dropped),
            "unchanged": len(rows) - len(new) - len(changed),
        }
        for entry, row in noted:
            entry.note = row["note"]
        if not (new or changed or dropped):
            return counts
        live = self._leave(dropped, changed, date) | self._supersede(date)
        ended = live.partner_id.ids
        added = entries.create(
            [dict(row, list_id=self.id, date_from=date, state="unmatched") for row in new]
        )
        self._engine().write(
            {"date": date, "version": version, "date_first": self.date_first or date}
        )
        again = self._change(changed, date)
        # What a person ended or withdrew is not stated anew for another rank.
        (added | again)._match(designate_again=again & live.reference_entry_id)
        self.env["credit.assessment"]._assess(sorted(ended))
        self._say_imported(counts)
        return counts

    def _check_version_date(self, date):
        if self.date and date < self.date:
            raise ValidationError(
                self.env._(
                    "“%(list)s” has a version in force from %(last)s; one from %(date)s is "
                    "older and cannot replace it.",
                    list=self.display_name,
                    last=self.date,
                    date=date,
                )
            )
        for other in self._editions():
            if other.year < self.year and not self.date_first and other.date >= date:
                self._refuse_order(other, date)
            if other.year > self.year and other.date_first <= date:
                self._refuse_order(other, date)

    def _refuse_order(self, other, date):
        raise ValidationError(
            self.env._(
                "“%(list)s” cannot be in force from %(date)s: “%(other)s” is from %(day)s, "
                "and editions follow each other by year.",
                list=self.display_name,
                date=date,
                other=other.display_name,
                day=other.date if other.year < self.year else other.date_first,
            )
        )

    def _editions(self):
        """Return the other editions of the list that were imported."""
        return self.search(
            [
                ("publisher", "=", self.publisher),
                ("name", "=", self.name),
                ("id", "!=", self.id),
                ("date", "!=", False),
            ],
            order="year",
        )

    def _compare(self, entries, rows):
        """Return new rows, and pairs or records of changed, dropped, noted entries.

        An entry is the same when its code is, or else its name key: a list may gain
        codes in a later version. Dropped names that come back are changed entries.
        """
        by_code = {e.credit_code: e for e in entries if e.credit_code}
        by_key = {}
        for entry in entries:
            by_key.setdefault(entry.name_key, []).append(entry)
        seen, new, changed, noted = set(), [], [], []
        for row in rows:
            code = row["credit_code"]
            entry = by_code.get(code) if code else None
            if not entry:
                namesakes = by_key.get(entries._name_key(row["name"]), ())
                entry = next(
                    (e for e in namesakes if e.id not in seen and not (code and e.credit_code)),
                    None,
                )
            if not entry:
                new.append(row)
                continue
            seen.add(entry.id)
            if entry.state == "dropped" or any(
                (row[field] or False) != (entry[field] or False) for field in IDENTITY
            ):
                changed.append((entry, row))
            elif (row["note"] or False) != entry.note:
                noted.append((entry, row))
        dropped = entries.filtered(lambda e: e.id not in seen and e.state != "dropped")
        return new, changed, dropped, noted

    def _leave(self, dropped, changed, date):
        """End what the last version said and this one does not.

        :return: the designations that ended
        """
        last_day = date - timedelta(days=1)
        staying = (entry for entry, _row in changed if entry.state != "dropped")
        live = dropped.union(*staying)._end_designations(last_day)
        dropped._forget_pending()
        dropped.write({"state": "dropped", "date_to": last_day, "question": False})
        return live

    def _supersede(self, date):
        """Put an edition imported for the first time in its place between the others.

        :return: the designations of the edition before, which end
        """
        if self.date_first:
            return self.env["credit.designation"]
        others = self._editions()
        later = others.filtered(lambda e: e.year > self.year)[:1]
        earlier = others.filtered(lambda e: e.year < self.year)[-1:]
        self._engine().superseded_by_id = later
        earlier._engine().superseded_by_id = self
        entries = earlier.entry_ids._engine()
        entries._forget_pending()
        return entries._end_designations(date - timedelta(days=1))

    def _change(self, changed, date):
        """Bring changed entries to their rows; return those to be matched anew."""
        again = []
        for entry, row in changed:
            values = dict(row, date_from=date, date_to=False)
            same = entry.name_key == entry._name_key(row["name"])
            same = same and (entry.credit_code or False) == (row["credit_code"] or False)
            if entry.state == "dropped" or not same:
                values["state"] = "unmatched"
                values.update(partner_id=False, match_kind=False)
            entry.write(values)
            again.append(entry.id)
        return self.env["credit.reference.entry"]._engine().browse(again)

    def _say_imported(self, counts):
        self._message_log(
            body=self.env._(
                "Imported%(version)s, in force from %(date)s: %(new)s new names, %(changed)s "
                "changed, %(dropped)s dropped, %(unchanged)s unchanged. Now %(matched)s "
                "matched, %(to_decide)s to decide, %(unmatched)s unmatched.",
                version=f" {self.version}" if self.version else "",
                date=self.date,
                matched=self.matched_count,
                to_decide=self.to_decide_count,
                unmatched=self.unmatched_count,
                **counts,
            )
        )

    # ACTIONS

    def action_match(self):
        """Look again for the clients of names that have none yet.

        :return: True
        :raises AccessError: the caller is no list administrator
        """
        self._check_admin()
        self.check_access("write")
        self._open_entries()._match()
        return True

    def _open_entries(self):
        return (
            self.env["credit.reference.entry"]
            ._engine()
            .search(
                [
                    ("list_id", "in", self.ids),
                    ("list_id.superseded_by_id", "=", False),
                    ("state", "in", OPEN_STATES),
                ]
            )
        )

    @api.model
    def _cron_match(self):
        """Nightly: match what other ways than the ORM brought into the book."""
        editions = self.search([("superseded_by_id", "=", False), ("date", "!=", False)])
        remaining = len(editions)
        index = self.env["credit.reference.entry"]._client_index()
        for edition in editions:
            edition._open_entries()._match(index=index)
            remaining -= 1
            if not self.env["ir.cron"]._commit_progress(1, remaining=remaining):
                return

    def action_view_entries(self):
        """Open the names of the list; the context may name a ``state`` to show.

        :return: an action that opens a list
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_client_tiering.credit_reference_entry_action"
        )
        state = self.env.context.get("entry_state")
        action["domain"] = [("list_id", "=", self.id)]
        action["context"] = {f"search_default_{state}": 1} if state else {}
        return action

    def action_view_candidates(self):
        """Open the questions of the list that wait for a person.

        :return: an action that opens a list
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_client_tiering.credit_reference_candidate_action"
        )
        action["domain"] = [("entry_id.list_id", "=", self.id)]
        return action
