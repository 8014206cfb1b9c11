import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .reader import open_source

_logger = logging.getLogger(__name__)
# Rows applied as one piece. Clients go through the ORM, two hundred times slower.
SLICE = 20_000
CLIENT_SLICE = 500
# One load at a time writes facts; the number only has to be ours.
ADVISORY_KEY = 0x63726564


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
                        f"{t.institution_id.name or ''} {t.name} {t.difference:+,.2f}"
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

    def _apply_slice(self):
        """Apply the next slice as a whole; return whether there is more to do.

        The position moves in the same transaction as the facts: killed at any
        moment, an import stands exactly at the end of a slice.
        """
        self.ensure_one()
        # A second load waits here instead of doing work that the database would
        # refuse as concurrent; refused or not, Odoo starts it again.
        self.env.cr.execute(SQL("SELECT pg_advisory_xact_lock(%s)", ADVISORY_KEY))
        for model in (
            "res.partner",
            "credit.metric.snapshot",
            "credit.product.holding",
            "credit.designation",
        ):
            self.env[model].flush_model()
        first, last = self.position + 1, self.position + self._slice_size()
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
            # The person who pressed the button is who the facts come from.
            batch = batch.with_user(batch.applied_by_id).sudo()
            more = True
            while more:
                batch = batch.try_lock_for_update()
                if not batch or batch.state != "applying":
                    break
                more = batch._apply_slice()
                left = batch._steps() - batch.position if more else 0
                if not cron._commit_progress(0 if more else 1, remaining=max(left, 0)):
                    return

    @api.model
    def _load(self, source, kind, **options):
        """Load a file in one transaction: check, and apply the good rows.

        :param source: the bytes of the file, or its path
        :param str kind: ``clients``, ``figures``, ``products`` or ``designations``
        :param options: other fields of the import: ``unit``, ``source``,
            ``as_of``, ``full_extract``, ``period_type``, ``period_start``
        :return: the import, with its counts and rejected rows
        """
        batch = self.create({"kind": kind, "name": options.pop("name", kind), **options})
        with open_source(self.env, source) as stream:
            batch._check_stream(stream)
        batch._apply_all()
        return batch

    def _apply_all(self):
        """Apply a checked import to its end, in the running transaction."""
        self._check_may_apply()
        self._start_applying()
        while self._apply_slice():
            _logger.info("import %s: %.0f %%", self.id, self.progress)
