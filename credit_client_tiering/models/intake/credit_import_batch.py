import os

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .reader import check_size

# Held by this module alone: a context that comes by RPC can never contain it.
_ENGINE = object()
ADMIN = "credit_client_tiering.group_list_admin"
# What the person who loads an extract says about it; all else is found out.
DECLARED = frozenset(
    {
        "name",
        "kind",
        "file",
        "file_name",
        "unit",
        "source",
        "as_of",
        "period_type",
        "period_start",
        "full_extract",
    }
)
ALWAYS_OPEN = frozenset({"accept_difference", "name", "total_ids"})


class CreditImportBatch(models.Model):
    """One extract of the bank's systems on its way into the book.

    Checked first (staged row by row, nothing of the book touched), looked at by
    a person, then applied. Rejected rows stay here with the reason.
    """

    _name = "credit.import.batch"
    _inherit = "mail.thread"
    _description = "Import"
    _order = "id desc"

    name = fields.Char(required=True, default=lambda self: self.env._("New import"))
    kind = fields.Selection(
        [
            ("clients", "Clients"),
            ("figures", "Figures"),
            ("products", "Products"),
            ("designations", "Designations"),
        ],
        string="Content",
        required=True,
        default="figures",
    )
    file = fields.Binary(attachment=True, copy=False, help="CSV or XLSX.")
    file_name = fields.Char(copy=False)
    checksum = fields.Char(
        "SHA-256",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Tells whether the very same file was loaded before.",
    )
    unit = fields.Selection(
        [("yuan", "yuan"), ("wan", "10,000 yuan"), ("yi", "100 million yuan")],
        string="Unit of amounts",
        required=True,
        default="yuan",
        help="The unit the amounts of the file are written in.",
    )
    source = fields.Char(
        help="The system the extract comes from; kept with every fact. "
        "Empty: the name of the file.",
    )
    as_of = fields.Date(
        "Reported on",
        required=True,
        default=lambda self: self.env.company._credit_today(),
        help="The day the source produced the extract.",
    )
    period_type = fields.Selection(
        [("year", "Year"), ("month", "Month")],
        help="For figures without a column that names the period.",
    )
    period_start = fields.Date(
        "Period", help="Any day of the period, for files that do not name it."
    )
    full_extract = fields.Boolean(
        help="The file names every product its clients hold: what it does not name has "
        "ended. Clients with a rejected row keep their products."
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("staged", "Checked"),
            ("applying", "Being applied"),
            ("applied", "Applied"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    headers = fields.Json(readonly=True, copy=False)
    ignored_columns = fields.Char(
        readonly=True, copy=False, help="Columns of the file that are not read."
    )
    row_count = fields.Integer("Rows", readonly=True, copy=False)
    new_count = fields.Integer("New", readonly=True, copy=False)
    changed_count = fields.Integer("Changed", readonly=True, copy=False)
    unchanged_count = fields.Integer("Unchanged", readonly=True, copy=False)
    rejected_count = fields.Integer("Rejected", readonly=True, copy=False)
    written_count = fields.Integer(
        "Facts written",
        readonly=True,
        copy=False,
        help="Rows that really changed something when they were applied.",
    )
    ended_count = fields.Integer(
        "Products ended",
        readonly=True,
        copy=False,
        help="Products that a full extract no longer names.",
    )
    position = fields.Integer(
        readonly=True, copy=False, help="Last row applied; where an interrupted run goes on."
    )
    last_row = fields.Integer(readonly=True, copy=False)
    progress = fields.Float(compute="_compute_progress", help="Percent of the rows applied.")
    checked_at = fields.Datetime("Checked on", readonly=True, copy=False)
    applied_at = fields.Datetime("Applied on", readonly=True, copy=False)
    applied_by_id = fields.Many2one("res.users", "Applied by", readonly=True, copy=False)
    line_ids = fields.One2many("credit.import.line", "batch_id", "Rows of the file")
    rejected_line_ids = fields.One2many(
        "credit.import.line",
        "batch_id",
        "Rejected rows",
        domain=[("verdict", "=", "rejected")],
    )
    total_ids = fields.One2many("credit.import.total", "batch_id", "Control totals")
    has_difference = fields.Boolean(compute="_compute_has_difference")
    accept_difference = fields.Boolean(
        "Accept the difference",
        copy=False,
        help="Apply although the totals differ from those of the source.",
    )
    earlier_batch_id = fields.Many2one(
        "credit.import.batch",
        string="Same file applied before",
        compute="_compute_earlier_batch_id",
    )
    rejected_file = fields.Binary(compute="_compute_rejected_file")
    rejected_file_name = fields.Char(compute="_compute_rejected_file")

    @api.depends("position", "last_row", "state")
    def _compute_progress(self):
        for batch in self:
            done = 100.0 * batch.position / batch._steps() if batch.last_row else 0.0
            batch.progress = 100.0 if batch.state == "applied" else min(done, 100.0)

    @api.depends("total_ids.difference")
    def _compute_has_difference(self):
        for batch in self:
            batch.has_difference = any(t._differs() for t in batch.total_ids)

    @api.depends("checksum")
    def _compute_earlier_batch_id(self):
        for batch in self:
            batch.earlier_batch_id = batch.checksum and self.search(
                [
                    ("checksum", "=", batch.checksum),
                    ("kind", "=", batch.kind),
                    ("state", "=", "applied"),
                    ("id", "!=", batch._origin.id),
                ],
                limit=1,
            )

    def _compute_rejected_file(self):
        for batch in self:
            stem = os.path.splitext(batch.file_name or batch.name)[0]
            batch.rejected_file_name = f"{stem}-{self.env._('rejected')}.csv"
            lines = batch.rejected_line_ids
            batch.rejected_file = lines._as_csv(batch) if lines else False

    @api.constrains("as_of")
    def _check_as_of(self):
        today = self.env.company._credit_today()
        for batch in self:
            if batch.as_of > today:
                raise ValidationError(
                    self.env._(
                        "%(batch)s: an extract cannot be from the future (%(day)s); "
                        "today is %(today)s.",
                        batch=batch.name,
                        day=batch.as_of,
                        today=today,
                    )
                )

    # ORM: what the check found out is not for typing in.

    @api.model_create_multi
    def create(self, vals_list):
        """Prepare the loading of extracts.

        :param list[dict] vals_list: per extract ``kind`` (``clients``,
            ``figures``, ``products`` or ``designations``), ``file`` (base64 of a
            CSV or XLSX file), ``file_name``, ``unit`` of amounts (``yuan``,
            ``wan`` or ``yi``), ``source``, ``as_of`` (date), ``full_extract``
            (bool, products only)
        :return: the imports, in state ``draft``
        :raises UserError: an empty file, or one above the size limit
        """
        for vals in vals_list:
            self._check_declared(vals)
            self._check_file(vals)
            if vals.get("file_name") and not vals.get("name"):
                vals["name"] = vals["file_name"]
        return super().create(vals_list)

    def write(self, vals):
        self._check_declared(vals)
        self._check_file(vals)
        if set(vals) & (DECLARED - ALWAYS_OPEN) and not self._by_engine():
            for batch in self:
                if batch.state != "draft":
                    raise UserError(
                        self.env._(
                            "“%s” has been checked. Set it back to draft before you "
                            "change what it loads.",
                            batch.name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_applied(self):
        for batch in self:
            if batch.state in ("applying", "applied"):
                raise UserError(
                    self.env._(
                        "“%s” was applied; it stays as the proof of where facts come from.",
                        batch.name,
                    )
                )

    def _by_engine(self):
        return self.env.context.get("credit_intake") is _ENGINE

    def _engine(self):
        """Return the import open for what only checking and applying may write."""
        return self.with_context(credit_intake=_ENGINE)

    def _check_declared(self, vals):
        forged = {
            name
            for name in set(vals) - DECLARED - ALWAYS_OPEN
            if name in self._fields and not name.startswith(("message_", "activity_"))
        }
        if forged and not self._by_engine():
            labels = [self._fields[n].get_description(self.env)["string"] for n in forged]
            raise AccessError(
                self.env._(
                    "%s follow from checking and applying the file; they cannot be entered.",
                    ", ".join(sorted(labels)),
                )
            )

    def _check_file(self, vals):
        if vals.get("file"):
            # base64 turns 3 bytes into 4; decoded only when it is small enough
            check_size(self.env, len(vals["file"]) * 3 // 4)

    # ACTIONS

    def action_check(self):
        """Read the file and stage its rows; nothing of the book is changed.

        :return: True; the import is in state ``staged`` with its counts
        :raises UserError: no file, or a file that cannot be read as an extract;
            the message names row, column and rule
        :raises AccessError: the caller is no list administrator
        """
        for batch in self:
            batch._lock()
            if batch.state not in ("draft", "staged"):
                raise UserError(
                    self.env._(
                        "“%s” is being applied or finished; it cannot be checked again.",
                        batch.name,
                    )
                )
            if not batch.file_name and not batch._file_attachment():
                raise UserError(self.env._("“%s” has no file yet.", batch.name))
            with batch._open_file() as stream:
                batch._check_stream(stream)
        return True

    def action_apply(self):
        """Apply the good rows, or go on applying where an earlier run stopped.

        Small files are done in this call, as one piece. Large files are applied
        in slices by the scheduled job, each slice as a whole; the call returns
        after the first slice.

        :return: True
        :raises UserError: not checked yet, totals that differ from the source's
        :raises AccessError: the caller is no list administrator
        """
        for batch in self:
            batch._lock()
            batch._check_may_apply()
            batch._start_applying()
            batch._apply_first()
        return True

    def action_cancel(self):
        """Give up an import that was not applied.

        :return: True
        :raises UserError: it is being applied or finished
        """
        for batch in self:
            batch._lock()
            if batch.state in ("applying", "applied"):
                raise UserError(self.env._("“%s” was applied; it cannot be cancelled.", batch.name))
        self._engine().write({"state": "cancelled"})
        return True

    def action_reset(self):
        """Set checked or cancelled imports back to draft; staged rows are dropped.

        :return: True
        :raises UserError: it is being applied or finished
        """
        for batch in self:
            batch._lock()
            if batch.state in ("applying", "applied"):
                raise UserError(self.env._("“%s” was applied; load the file anew.", batch.name))
            batch._forget_staged()
        self._engine().write({"state": "draft"})
        return True

    def action_download_rejected(self):
        """Download the rejected rows with the reason, to be corrected and loaded.

        :return: an action that downloads a CSV file (UTF-8 with BOM)
        :raises UserError: no row was rejected
        """
        self.ensure_one()
        self.check_access("read")
        if not self.rejected_count:
            raise UserError(self.env._("No row of “%s” was rejected.", self.name))
        return {
            "type": "ir.actions.act_url",
            "target": "self",
            "url": f"/web/content/credit.import.batch/{self.id}/rejected_file"
            f"?download=true&filename_field=rejected_file_name",
        }

    def action_view_lines(self):
        """Open the rows of the file with their verdicts.

        :return: an action that opens a list
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Rows of %s", self.name),
            "res_model": "credit.import.line",
            "view_mode": "list,form",
            "domain": [("batch_id", "=", self.id)],
        }

    def _lock(self):
        """Let one person at a time check or apply an import."""
        self.ensure_one()
        if not self.env.su and not self.env.user.has_group(ADMIN):
            raise AccessError(
                self.env._(
                    "Only a list administrator may load extracts; you (%s) are not one.",
                    self.env.user.name,
                )
            )
        self.check_access("write")
        if not self.try_lock_for_update():
            raise UserError(
                self.env._("“%s” is being worked on in another session right now.", self.name)
            )
        self.invalidate_recordset(["state", "position"])
