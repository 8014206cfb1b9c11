"""What the tests beside the addons stand on.

Odoo tags test classes that live in ``odoo.addons``; here, outside, we must do it ourselves. Without
``standard`` Odoo's block on requests to the outside is off, and without any tag pytest cannot
collect the class at all. Subclasses inherit the tags. Never name a test method ``test_tags``: it
would hide them.
"""

from odoo.tests import HttpCase, TransactionCase, tagged


@tagged("standard", "post_install", "-at_install")
class ProjectCase(TransactionCase):
    """A test in a transaction that is rolled back."""


@tagged("standard", "post_install", "-at_install")
class ProjectHttpCase(HttpCase):
    """A test that talks HTTP to the server or drives a browser; needs ``pytest --odoo-http``."""
