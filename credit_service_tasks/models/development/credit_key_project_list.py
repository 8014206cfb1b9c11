from odoo import api, fields, models
from odoo.exceptions import AccessError

# Held by this package alone: a context that comes by RPC can never contain it.
_IMPORT = object()
ADMIN = "credit_client_tiering.group_list_admin"
COMPARED = ("name", "owner_code", "field_id", "institution_id", "amount", "note")


class CreditKeyProjectList(models.Model):
    """A list of key projects the head office or an authority published (K-3b, K-3c)."""

    _name = "credit.key.project.list"
    _inherit = ["mail.thread"]
    _description = "Key-Project List"
    _order = "year desc, name, id"

    name = fields.Char(required=True, tracking=True)
    publisher = fields.Char(required=True, tracking=True)
    year = fields.Integer(
        required=True,
        aggregator=None,
        default=lambda self: self.env.company._credit_today().year,
    )
    date = fields.Date("In force from", readonly=True, copy=False)
    project_ids = fields.One2many("credit.key.project", "list_id", string="Projects")
    project_count = fields.Integer("Projects listed", compute="_compute_counts")
    blank_count = fields.Integer("Without an owner", compute="_compute_counts")

    _edition_unique = models.UniqueIndex(
        "(publisher, name, year)", "This list is on file already. Import into it."
    )

    @api.depends("project_ids.listed", "project_ids.has_owner")
    def _compute_counts(self):
        rows = self.env["credit.key.project"]._read_group(
            [("list_id", "in", self.ids), ("listed", "=", True)],
            ["list_id", "has_owner"],
            ["__count"],
        )
        counts = {(edition.id, owned): count for edition, owned, count in rows}
        for edition in self:
            edition.blank_count = counts.get((edition.id, False), 0)
            edition.project_count = edition.blank_count + counts.get((edition.id, True), 0)

    @api.depends("name", "year")
    def _compute_display_name(self):
        for edition in self:
            edition.display_name = f"{edition.name or ''} {edition.year or ''}".strip()

    def _import_rows(self, rows, date):
        """Bring the list to the state of its file; doing it twice changes nothing.

        :param rows: list of dicts ``name``, ``owner_name``, ``owner_code``, ``field_id``,
            ``institution_id``, ``amount`` (yuan or False), ``note``; each project once
        :return: dict of counts ``new``, ``changed``, ``dropped``, ``unchanged``
        """
        self.ensure_one()
        if not self.env.su and not self.env.user.has_group(ADMIN):
            raise AccessError(
                self.env._(
                    "Only a list administrator may import key-project lists; you (%s) are not one.",
                    self.env.user.name,
                )
            )
        projects = self.with_context(active_test=False).project_ids
        projects = projects.with_context(credit_key_project=_IMPORT)
        known = {(p.name, p.owner_name): p for p in projects}
        counts = dict.fromkeys(("new", "changed", "dropped", "unchanged"), 0)
        new, seen = [], projects.browse()
        for row in rows:
            project = known.get((row["name"], row["owner_name"]))
            if not project:
                new.append(dict(row, list_id=self.id, date_from=date))
                continue
            seen |= project
            changes = {
                name: row[name]
                for name in COMPARED
                if (row[name] or False)
                != (project[name].id if name[-3:] == "_id" else project[name])
            }
            if not project.listed:
                changes["listed"] = True
            counts["changed" if changes else "unchanged"] += 1
            if changes:
                project.write(changes)
        dropped = (projects - seen).filtered("listed")
        dropped.write({"listed": False})
        counts.update(new=len(new), dropped=len(dropped))
        projects.create(new)._find_owners()
        if len(rows) > counts["unchanged"] or dropped:
            self.date = date
            self._message_log(
                body=self.env._(
                    "Imported: %(new)s new, %(changed)s changed, %(dropped)s dropped, "
                    "%(unchanged)s unchanged projects.",
                    **counts,
                )
            )
        return counts
