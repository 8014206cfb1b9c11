import hashlib
import io
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .columns import UNITS, HeaderMap
from .parse import find_by_code_or_name, parse_date
from .reader import Reader, check_size
from .staging import Staging

# What a check or an apply reads with SQL, and the ORM may still hold back.
READ_MODELS = (
    "res.partner",
    "crm.team",
    "credit.metric",
    "credit.metric.snapshot",
    "credit.product.holding",
    "credit.designation",
    "credit.import.batch",
)
VERDICTS = ("new", "changed", "unchanged", "rejected")


class CreditImportBatch(models.Model):
    """Checking: from the file to staged rows with verdicts, and totals."""

    _inherit = "credit.import.batch"

    def _file_attachment(self):
        # sudo: the attachment of this very import, whose access was checked.
        return (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_field", "=", "file"),
                    ("res_id", "=", self.id),
                ],
                limit=1,
            )
        )

    @contextmanager
    def _open_file(self):
        """Give the file as a binary stream, from disk where attachments lie there."""
        attachment = self._file_attachment()
        check_size(self.env, attachment.file_size)
        if attachment.store_fname:
            with open(attachment._full_path(attachment.store_fname), "rb") as stream:
                yield stream
        else:
            with io.BytesIO(attachment.raw) as stream:
                yield stream

    def _check_stream(self, stream):
        """Stage the rows of an open file and judge each of them."""
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        stream.seek(0)
        header_map = HeaderMap(self.env, self.kind)
        reader = Reader(self.env, stream, header_map)
        self._check_rows(reader.headers, reader, header_map, reader.padded)
        self._engine().write({"checksum": digest})

    def _check_rows(self, headers, rows, header_map, padded=True):
        """Stage ``rows``, an iterable of (row number, texts), and judge each of them.

        The rows go to a temporary table by COPY; one statement per kind of
        extract finds clients and meanings, tests every rule and stores the rows
        with verdict. Nothing but this import is written.
        """
        self._forget_staged()
        optional = ["period"] if self.period_start and self.period_type else []
        codes = header_map.match(headers, self.unit, optional)
        staging = Staging(self.env, headers, codes)
        for model in READ_MODELS:
            self.env[model].flush_model()
        count = staging.fill(rows, padded)
        if not count:
            raise UserError(self.env._("The file has a header but no rows."))
        getattr(self, f"_stage_{self.kind}")(staging, header_map)
        ignored = [h for h, code in zip(headers, codes, strict=True) if h and not code]
        self._engine().write(
            {
                "state": "staged",
                "headers": headers,
                "ignored_columns": ", ".join(ignored) or False,
                "checked_at": fields.Datetime.now(),
                **self._count_verdicts(),
            }
        )
        self._store_totals(staging, header_map)
        self.env.cr.execute(SQL("DROP TABLE %s", staging.table))
        self._say_checked()

    def _forget_staged(self):
        self.ensure_one()
        self.env.cr.execute(SQL("DELETE FROM credit_import_line WHERE batch_id = %s", self.id))
        self.env["credit.import.line"].invalidate_model(flush=False)
        self.total_ids._engine_unlink()
        self._engine().write(
            {
                "position": 0,
                "last_row": 0,
                "written_count": 0,
                "ended_count": 0,
                "row_count": 0,
                **{f"{verdict}_count": 0 for verdict in VERDICTS},
            }
        )

    def _count_verdicts(self):
        rows = self.env.execute_query(
            SQL(
                """SELECT verdict, count(*), max(row_no) FROM credit_import_line
                    WHERE batch_id = %s GROUP BY verdict""",
                self.id,
            )
        )
        counts = {verdict: count for verdict, count, _last in rows}
        result = {f"{verdict}_count": counts.get(verdict, 0) for verdict in VERDICTS}
        result["row_count"] = sum(counts.values())
        result["last_row"] = max(row[2] for row in rows)
        return result

    def _say_checked(self):
        self._message_log(
            body=self.env._(
                "Checked: %(rows)s rows; %(new)s new, %(changed)s changed, "
                "%(unchanged)s unchanged, %(rejected)s rejected.",
                rows=self.row_count,
                new=self.new_count,
                changed=self.changed_count,
                unchanged=self.unchanged_count,
                rejected=self.rejected_count,
            )
        )

    # What all kinds share

    def _source_name(self):
        return self.source or self.file_name or self.name

    def _institution_meaning(self, staging):
        """Return the JOIN and the problem of the institution that a row names."""
        found, ambiguous = find_by_code_or_name(
            self.env,
            "crm.team",
            "institution_code",
            staging.distinct("institution"),
            [("active", "=", True)],
        )
        text = staging.text("institution")
        problem = SQL(
            """CASE WHEN %(text)s IS NULL OR institution.value IS NOT NULL THEN NULL
                    WHEN %(text)s = ANY(%(ambiguous)s) THEN %(twice)s
                    ELSE %(unknown)s END""",
            text=text,
            ambiguous=sorted(ambiguous),
            twice=staging.problem("institution_twice", "institution"),
            unknown=staging.problem("institution", "institution"),
        )
        return staging.meaning("institution", "institution", found, "integer"), problem

    def _date_meaning(self, staging, code, may_be_future=True):
        """Return the JOIN and the problem of a column of dates."""
        today = self.env.company._credit_today()
        days = {text: parse_date(text) for text in staging.distinct(code)}
        days = {text: day for text, day in days.items() if day}
        problem = SQL(
            "CASE WHEN %(text)s IS NULL THEN NULL WHEN %(value)s IS NULL THEN %(date)s "
            "WHEN %(limited)s AND %(value)s > %(today)s THEN %(future)s END",
            text=staging.text(code),
            value=SQL.identifier(code, "value"),
            date=staging.problem("date", code),
            limited=not may_be_future,
            today=today,
            future=staging.problem("future", code, today.isoformat()),
        )
        return staging.meaning(code, code, days, "date"), problem

    # Totals

    def _store_totals(self, staging, header_map):
        """Add up the rows per institution, and set the source's totals beside them."""
        controls = self._control_totals(staging, header_map)
        totals = {key: [Decimal(0), Decimal(0)] for key in controls}
        for institution_id, metric_id, in_file, accepted in self._sums(staging, header_map):
            for key in ((institution_id, metric_id, False), (None, metric_id, True)):
                line = totals.setdefault(key, [Decimal(0), Decimal(0)])
                line[0] += Decimal(in_file or 0)
                line[1] += Decimal(accepted or 0)
        rows = [(*key, *sums, controls.get(key)) for key, sums in totals.items()]
        # Not by create(): it would turn exact sums into binary floats.
        columns = list(zip(*rows, strict=True))
        self.env.cr.execute(
            SQL(
                """INSERT INTO credit_import_total (
                       batch_id, institution_id, metric_id, whole, file_total,
                       accepted_total, control_total)
                   SELECT %s, u.* FROM unnest(%s::integer[], %s::integer[], %s::boolean[],
                       %s::numeric[], %s::numeric[], %s::numeric[]) u""",
                self.id,
                *map(list, columns),
            )
        )
        self.env["credit.import.total"].invalidate_model(flush=False)
        self.invalidate_recordset(["total_ids", "has_difference"], flush=False)

    def _sums(self, staging, header_map):
        """Return (institution id, metric id or None, sum in file, sum accepted)."""
        metrics = [
            m
            for code, m in header_map.metrics.items()
            if m.unit == "yuan" and code in staging.index
        ]
        sums = [
            SQL(
                "sum(r.%(m)s)::text, (sum(r.%(m)s) FILTER (WHERE l.verdict <> 'rejected'))::text",
                m=SQL.identifier(metric.code),
            )
            for metric in metrics
        ]
        record = [SQL("%s numeric", SQL.identifier(m.code)) for m in metrics]
        rows = self.env.execute_query(
            SQL(
                """SELECT coalesce(nullif(l.institution_ref, 0), p.credit_institution_id),
                          count(*), count(*) FILTER (WHERE l.verdict <> 'rejected')%(sums)s
                     FROM credit_import_line l
                LEFT JOIN res_partner p ON p.id = l.client_ref
                          %(record)s
                    WHERE l.batch_id = %(batch)s
                 GROUP BY 1""",
                sums=SQL(", %s", SQL(", ").join(sums)) if sums else SQL(""),
                record=SQL(
                    "CROSS JOIN LATERAL jsonb_to_record(l.values) AS r(%s)",
                    SQL(", ").join(record),
                )
                if record
                else SQL(""),
                batch=self.id,
            )
        )
        result = []
        for institution_id, count, accepted, *amounts in rows:
            result.append((institution_id, None, count, accepted))
            for i, metric in enumerate(metrics):
                result.append((institution_id, metric.id, *amounts[2 * i : 2 * i + 2]))
        return result

    def _control_totals(self, staging, header_map):
        """Read the control rows of the file: the source's own totals.

        A control row says so in its first cell, or in place of the client
        (合计, 总计, control total); it names an institution, or none for the whole
        file, and holds amounts in the columns they control.
        """
        totals = {}
        column = staging.index.get("institution")
        names = [cells[column] for _n, cells in staging.controls if column is not None]
        found, _ambiguous = find_by_code_or_name(
            self.env, "crm.team", "institution_code", [n for n in names if n]
        )
        for number, cells in staging.controls:
            name = cells[column] if column is not None else ""
            if name and name not in found:
                raise UserError(
                    self.env._(
                        "Row %(row)s holds control totals of “%(name)s”, which is no institution.",
                        row=number,
                        name=name,
                    )
                )
            for code, metric in header_map.metrics.items():
                text = code in staging.index and cells[staging.index[code]]
                if text and metric.unit == "yuan":
                    key = (found.get(name), metric.id, not name)
                    totals[key] = self._control_amount(number, metric, text)
        return totals

    def _control_amount(self, number, metric, text):
        try:
            amount = Decimal(text.replace(",", ""))
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite():
            raise UserError(
                self.env._(
                    "Row %(row)s: the control total “%(text)s” of %(metric)s is not a number.",
                    row=number,
                    text=text,
                    metric=metric.name,
                )
            )
        return amount * UNITS[self.unit]
