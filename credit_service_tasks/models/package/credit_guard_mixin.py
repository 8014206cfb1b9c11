from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

# Held by this module alone: a context that comes by RPC can never contain it.
_ENGINE = object()


class CreditGuardMixin(models.AbstractModel):
    """Records that people fill in and that move by their buttons alone.

    Whatever a model does not name as open (``_guard_open``, each class its own) is
    written by its own methods: states, dates, durations, frozen evidence.
    """

    _name = "credit.guard.mixin"
    _description = "Written by its own Methods"

    _guard_open = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        if not self._is_engine():
            for vals in vals_list:
                self._guard_refuse(set(vals) - self._guard_names())
        records = super().create(vals_list)
        if not self._is_engine():
            records._guard_references(self._guard_names())
        return records

    def write(self, vals):
        if not self._is_engine():
            touched = set(vals) - self._native_fields()
            self.check_access("write")
            self._guard_refuse(touched - self._guard_names())
            if touched:
                self._guard_editable(touched)
        result = super().write(vals)
        if not self._is_engine():
            self._guard_references(vals)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_guarded(self):
        if not self._is_engine():
            self._guard_deletable()

    @api.model
    def _guard_names(self):
        """Return what people enter; a model that is extended adds to it."""
        classes = type(self).mro()
        return frozenset().union(*(vars(c).get("_guard_open", ()) for c in classes))

    def _credit_closed_fields(self):
        entered = self._guard_names()
        return super()._credit_closed_fields() | {
            name for name, field in self._fields.items() if field.store and name not in entered
        }

    def _native_fields(self):
        """Return the names of what belongs to chatter and activities, which have rules of
        their own; a field of ours that is called alike does not."""
        native = {*self.env["mail.thread"]._fields, *self.env["mail.activity.mixin"]._fields}
        return {n for n in native if n.startswith(("message_", "activity_"))}

    def _guard_refuse(self, closed):
        """Refuse fields that only the model's own methods write."""
        closed = {name for name in closed if name in self._fields}
        if closed:
            labels = [self._fields[n]._description_string(self.env) or n for n in sorted(closed)]
            raise AccessError(
                self.env._(
                    "%(fields)s of “%(model)s” cannot be entered or changed by hand; they "
                    "follow from the buttons.",
                    fields=", ".join(labels),
                    model=self.env["ir.model"]._get(self._name).name,
                )
            )

    def _guard_references(self, names):
        """Refuse to name a client, a project or a record of ours that one may not read.

        Its name, and what is related to it, would show in the record that names it.
        """
        if self.env.su:
            return
        for name in names:
            field = self._fields.get(name)
            if not field or not field.store or field.type not in ("many2one", "many2many"):
                continue
            model = field.comodel_name
            if model in ("res.partner", "crm.lead") or model.startswith("credit."):
                self[name].check_access("read")

    def _guard_editable(self, touched):
        """Hook: refuse the open fields ``touched`` where a record is no longer open."""

    def _guard_deletable(self):
        """Hook: refuse to delete what has been relied on; the default keeps all."""
        raise AccessError(
            self.env._(
                "“%s” is kept: it documents what happened.",
                self.env["ir.model"]._get(self._name).name,
            )
        )

    def _is_engine(self):
        return self.env.context.get("credit_engine") is _ENGINE

    def _engine(self):
        """Return the records open for writing; whoever calls has checked the right."""
        # sudo: states, stamps and frozen evidence are read-only for everybody.
        return self.sudo().with_context(credit_engine=_ENGINE)

    def _lock(self):
        """Wait for whoever works on these records; then see what they did."""
        self.flush_recordset()
        self.env.execute_query(
            SQL(
                "SELECT id FROM %s WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
                SQL.identifier(self._table),
                list(self.ids),
            )
        )
        self.invalidate_recordset()

    def _touch(self):
        """Make whoever closes these records at once begin anew and see what we add to them.

        Only locked, the waiting transaction would go on with what it saw before.
        """
        if self.ids:
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET id = id WHERE id IN ("
                    "SELECT id FROM %s WHERE id = ANY(%s) ORDER BY id FOR UPDATE)",
                    SQL.identifier(self._table),
                    SQL.identifier(self._table),
                    list(self.ids),
                )
            )

    # Texts that were shown to somebody

    @api.model
    def _freeze_text(self, record, name="name"):
        """Return a text of a record so that it stays what it said, in every language."""
        source = record.with_context(lang=None)[name] or ""
        return [record._name, record.id, name, source, record[name] or ""]

    @api.model
    def _show_text(self, frozen):
        """Return a frozen text: in the reader's language as long as it says the same."""
        model, record_id, name, source, text = frozen
        # sudo: names of the configuration.
        record = self.env[model].sudo().browse(record_id).exists()
        if record and (record.with_context(lang=None)[name] or "") == source:
            return record[name] or ""
        return text

    # Who holds which post

    @api.model
    def _holders_of(self, posts, institution):
        """Return the members who hold a post in an institution, above it or at head office.

        :return: active ``crm.team.member`` rows, nearest institution first
        """
        # sudo: who holds a post is no secret.
        institution = institution.sudo()
        chain = [int(i) for i in (institution.parent_path or "").split("/") if i]
        members = (
            self.env["crm.team.member"]
            .sudo()
            .search([("post_id", "in", posts.ids), ("active", "=", True)])
        )
        near = members.filtered(
            lambda m: m.crm_team_id.id in chain or m.crm_team_id.institution_kind_id.is_head_office
        )
        rank = {team: len(chain) - place for place, team in enumerate(chain)}
        return near.sorted(lambda m: (rank.get(m.crm_team_id.id, len(chain) + 1), m.id))

    @api.model
    def _stands_in_for(self, posts):
        """Return whose place the user may take as holder of one of the posts."""
        rows = self.env["credit.stand.in"]._effective_for(self.env.user)
        codes = set(posts.sudo().mapped("code"))
        return rows.filtered(lambda r: r.department in codes)[:1].user_id
