"""Two people at once: whoever comes second tries again instead of failing."""

from contextlib import contextmanager

from psycopg2.errors import UniqueViolation

from odoo.exceptions import ConcurrencyError


@contextmanager
def collisions_retried():
    """Treat a duplicate that was checked for before as a collision.

    A transaction does not see the row another one is just adding, so only the
    unique index finds out. Odoo rolls back and repeats the whole request upon
    ``ConcurrencyError``; the second time the other row is visible. Flush inside.
    """
    try:
        yield
    except UniqueViolation as error:
        raise ConcurrencyError(str(error)) from error
