"""The one field type Odoo lacks: a figure that may be unknown."""

from odoo import fields


class Figure(fields.Float):
    """A number that tells "unknown" from zero.

    Odoo's own ``Float`` turns an empty value into 0.0 when it writes, caches
    and reads. For the guide a missing figure is *unknown* and must never count
    as zero, so this field keeps NULL in the column, ``False`` in records and
    in RPC. Stored as an unrounded ``numeric``: amounts are compared to the
    cent (ambiguity A03), and ``digits`` would round before the comparison.
    """

    falsy_value = None

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("digits", 0)
        super().__init__(*args, **kwargs)

    def convert_to_column(self, value, record, values=None, validate=True):
        if _is_unknown(value):
            return None
        return super().convert_to_column(value, record, values, validate)

    def convert_to_cache(self, value, record, validate=True):
        if _is_unknown(value):
            return None
        return super().convert_to_cache(value, record, validate)

    def convert_to_record(self, value, record):
        return False if value is None else value

    def convert_to_read(self, value, record, use_display_name=True):
        return False if value is None else value

    def convert_to_export(self, value, record):
        return "" if _is_unknown(value) else value


def _is_unknown(value):
    # 0 == False in Python: identity, not equality, tells them apart.
    return value is None or value is False or value == ""
