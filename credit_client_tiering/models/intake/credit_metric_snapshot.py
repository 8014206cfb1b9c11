from decimal import Decimal

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from .columns import UNITS, HeaderMap
from .credit_import_batch import ADMIN
from .reader import number_text


class CreditMetricSnapshot(models.Model):
    """Figures from other systems, over the same path as files."""

    _inherit = "credit.metric.snapshot"

    @api.model
    def load_figures(self, rows, source, unit="yuan", as_of=None):
        """Load figures of clients, found by their unified social credit code.

        The same rules as for a file: every row is judged by itself, good rows are
        applied together with the new suggestions of their clients, rejected ones
        are named with the reason. Calling it again with the same rows changes
        nothing.

        :param list[dict] rows: per row ``credit_code`` (text) or ``client_name``,
            ``period`` (``"2025"`` for a year, ``"2025-03"`` for a month) and any
            figures by their technical name, e.g. ``exposure_avg``, ``deposit_avg``
            (amounts in ``unit``), ``settlement_share``, ``fund_return`` (percent,
            0–100), ``payroll_people`` (people), ``cards_issued`` (cards). Numbers,
            or texts where every digit counts. A figure left out or null is not
            supplied: it is carried over from an earlier report of the period, or
            stays unknown. The text ``"N/A"`` withdraws a figure.
        :param str source: the system the figures come from; kept with them
        :param str unit: unit of the amounts: ``yuan``, ``wan`` (10,000 yuan) or
            ``yi`` (100 million yuan)
        :param as_of: day the source produced the figures (``YYYY-MM-DD``); default:
            today
        :return: dict with ``batch_id`` (the import that keeps the rows), ``new``,
            ``changed``, ``unchanged``, ``rejected`` (counts), and ``rows``: per row
            of the call, in order, ``row`` (1 is the first), ``verdict`` (``new``,
            ``changed``, ``unchanged`` or ``rejected``) and ``reason`` (text, False
            unless rejected)
        :raises AccessError: the caller is no list administrator
        :raises UserError: no rows, an unknown key, an unknown unit, or no day
        :raises ValidationError: ``as_of`` lies in the future
        Clauses T-S-3, T-Q-3 to T-Q-5, T-B-1 to T-B-3.
        """
        if not self.env.user.has_group(ADMIN) and not self.env.su:
            raise AccessError(
                self.env._(
                    "Only a list administrator may load extracts; you (%s) are not one.",
                    self.env.user.name,
                )
            )
        headers = self._keys_of(rows)
        if unit not in UNITS:
            raise UserError(
                self.env._(
                    "“%(unit)s” is no unit of amounts. Known: %(known)s.",
                    unit=unit,
                    known=", ".join(UNITS),
                )
            )
        if not source or not isinstance(source, str):
            raise UserError(self.env._("Say which system the figures come from (source)."))
        vals = {"kind": "figures", "name": source, "source": source, "unit": unit}
        if as_of:
            vals["as_of"] = self.env.company._credit_day(as_of)
        batch = self.env["credit.import.batch"].create(vals)
        header_map = HeaderMap(self.env, "figures")
        self._refuse_unknown_keys(headers, header_map)
        cells = (
            (number, [_text(row.get(header)) for header in headers])
            for number, row in enumerate(rows, 1)
        )
        batch._check_rows(headers, cells, header_map)
        batch._apply_all()
        return {
            "batch_id": batch.id,
            **{v: batch[f"{v}_count"] for v in ("new", "changed", "unchanged", "rejected")},
            "rows": [
                {"row": line.row_no, "verdict": line.verdict, "reason": line.reason}
                for line in batch.line_ids.sorted("row_no")
            ],
        }

    def _keys_of(self, rows):
        if not rows or not isinstance(rows, list):
            raise UserError(self.env._("There are no rows to load."))
        headers = {}
        for number, row in enumerate(rows, 1):
            if not isinstance(row, dict):
                raise UserError(self.env._("Row %s is not an object of keys and values.", number))
            headers.update(dict.fromkeys(row))
        return list(headers)

    def _refuse_unknown_keys(self, headers, header_map):
        # A file may have columns of others; a caller who misspells a key must know.
        unknown = [header for header in headers if not header_map.code_of(header)[0]]
        if unknown:
            raise UserError(
                self.env._(
                    "Unknown keys: %(unknown)s. Known: %(known)s.",
                    unknown=", ".join(unknown),
                    known=", ".join(header_map.labels),
                )
            )


def _text(value):
    """Return a value that came as JSON as the text a file would hold."""
    if value is None or value is False:
        return ""
    if isinstance(value, int | float | Decimal) and value is not True:
        return number_text(value) if isinstance(value, float) else str(value)
    return str(value).strip().replace("\0", "")
