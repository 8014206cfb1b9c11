import logging

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .reader import open_source

_logger = logging.getLogger(__name__)
# Rows applied as one piece. Clients go through the ORM, two hundred times slower.
SLICE = 20_000
CLIENT_SLICE = 500
# Its row is the turn-stile: whoever applies a slice writes it.
TURN_PARAMETER = "credit_client_tiering.import_turn"
TRIES = 5


class CreditImportBatch(models.Model):
    """Applying: good rows into the book, in slices that can be interrupted."""

    _inherit = "credit.import.batch"

    def _steps(self):
        """Return how far ``position`` runs; clients are gone through twice."""
        return (self.last_row or 1) * (2 if self.kind == "clients" else 1)

    def _slice_size(self):
        return CLIENT_SLICE if self.kind == "clients" else SLICE

    def _check_may_apply(self):
        self.ensure_one()
        if self.state not in ("staged", "applying"):
            raise UserError(
                self.env._(
                    "“%(batch)s” is not ready to be applied (%(state)s). Check the file first.",
                    batch=self.name,
                    state=dict(self._fields["state"]._description_selection(self.env))[self.state],
                )
            )
        if self.has_difference and not self.accept_difference:
            wrong = [t for t in self.total_ids if t._differs()]
            raise UserError(
                self.env._(
                    "“%(batch)s” does not add up to the source's totals: %(what)s. "
                    "Complete the file, or accept the difference.",
                    batch=self.name,
                    what="; ".join(
                        f"{t.institution_id.name or ''} {t.name} {t.difference:+,.2f}".strip()
                        for t in wrong[:5]
                    ),
                )
            )

    def _start_applying(self):
        if self.state == "staged":
            self._engine().write({"state": "applying", "applied_by_id": self.env.uid})

    def _apply_first(self):
        """Apply the first slice; leave the rest of a large file to the job."""
        self._apply_slice()
        if self.state == "applying":
            # sudo: the job belongs to the system; it applies what was checked here.
            self.env.ref("credit_client_tiering.ir_cron_import").sudo()._trigger()

    def _apply_slice(self, size=None):
        """Apply the next slice as a whole; return whether there is more to do.

        The position moves in the same transaction as the facts: killed at any
        moment, an import stands exactly at the end of a slice.
        """
        self.ensure_one()
        self._take_turn()
        for model in (
            "res.partner",
            "credit.metric.snapshot",
            "credit.product.holding",
            "credit.designation",
        ):
            self.env[model].flush_model()
        first, last = self.position + 1, self.position + (size or self._slice_size())
        rows = self.last_row
        if self.position < rows < last:
            last = rows  # the two passes over clients do not share a slice
        touched = getattr(self, f"_apply_{self.kind}")(first, last)
        self.env["credit.assessment"]._assess(touched)
        values = {"position": last}
        if last >= self._steps():
            values.update(state="applied", applied_at=fields.Datetime.now())
        self._engine().write(values)
        if self.state == "applied":
            self._say_applied()
        return self.state == "applying"

    def _take_turn(self):
        """Let one load at a time write facts.

        A second one waits here for the first. What the first wrote, the second one
        cannot see in its own transaction: PostgreSQL refuses it as concurrent, and
        Odoo starts it again. An advisory lock would wait, and then go on blindly.
        """
        self.env.cr.execute(
            SQL(
                """INSERT INTO ir_config_parameter (key, value) VALUES (%(key)s, %(id)s)
                   ON CONFLICT (key) DO UPDATE SET value = excluded.value""",
                key=TURN_PARAMETER,
                id=str(self.id),
            )
        )

    def _say_applied(self):
        self._message_log(
            body=self.env._(
                "Applied: %(written)s facts written, %(rejected)s rows rejected.",
                written=self.written_count,
                rejected=self.rejected_count,
            )
        )

    def _make_todo(self, query):
        """Keep the rows of ``query`` for the statements of one slice."""
        self.env.cr.execute("DROP TABLE IF EXISTS credit_import_todo")
        self.env.cr.execute(
            SQL("CREATE TEMPORARY TABLE credit_import_todo ON COMMIT DROP AS %s", query)
        )
        self.env.cr.execute("ANALYZE credit_import_todo")

    def _todo_count(self):
        return self.env.execute_query(SQL("SELECT count(*) FROM credit_import_todo"))[0][0]

    @api.model
    def _cron_apply(self):
        """Go on with imports that are being applied; each slice is committed."""
        batches = self.search([("state", "=", "applying")], order="id")
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(batches))
        for batch in batches:
            # The person who pressed the button is who the facts come from. sudo: it was
            # checked then that they may.
            batch = batch.with_user(batch.applied_by_id).sudo()
            while batch := batch._apply_next():
                remaining = batch._steps() - batch.position
                done = batch.state != "applying"
                if not cron._commit_progress(int(done), remaining=max(remaining, 0)):
                    return
                if done:
                    break

    def _apply_next(self):
        """Apply a slice for the job; return the import unless another has it."""
        for attempt in range(TRIES):
            batch = self.try_lock_for_update()
            if not batch or batch.state != "applying":
                return self.browse()
            try:
                batch._apply_slice()
                return batch
            except SerializationFailure:
                # Somebody else wrote facts of the same clients; look again.
                self.env.cr.rollback()
                self.env.invalidate_all()
                if attempt == TRIES - 1:
                    raise
        return self.browse()

    @api.model
    def _load(self, data, kind, /, **options):
        """Load a file in one transaction: check, and apply the good rows.

        :param data: the bytes of the file, or its path
        :param str kind: ``clients``, ``figures``, ``products`` or ``designations``
        :param options: other fields of the import: ``unit``, ``source``,
            ``as_of``, ``full_extract``, ``period_type``, ``period_start``
        :return: the import, with its counts and rejected rows
        """
        batch = self.create({"kind": kind, "name": options.pop("name", kind), **options})
        with open_source(self.env, data) as stream:
            batch._check_stream(stream)
        batch._apply_all()
        return batch

    def _apply_all(self):
        """Apply a checked import to its end, in the running transaction."""
        self._check_may_apply()
        self._start_applying()
        # Slices would not be committed here; only the ORM is better fed in portions.
        size = None if self.kind == "clients" else self._steps()
        while self._apply_slice(size):
            _logger.info("import %s: %.0f %%", self.id, self.progress)
