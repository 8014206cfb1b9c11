"""What the tests beside the addons stand on.

Odoo tags test classes that live in ``odoo.addons``; here, outside, we must do it ourselves. Without
``standard`` Odoo's block on requests to the outside is off, and without any tag pytest cannot
collect the class at all. Subclasses inherit the tags. Never name a test method ``test_tags``: it
would hide them.
"""

import threading

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, HttpCase, TransactionCase, tagged
from odoo.tests.common import get_db_name


@tagged("standard", "post_install", "-at_install")
class ProjectCase(TransactionCase):
    """A test in a transaction that is rolled back."""


@tagged("standard", "post_install", "-at_install")
class ProjectHttpCase(HttpCase):
    """A test that talks HTTP to the server or drives a browser; needs ``pytest --odoo-http``."""


@tagged("standard", "post_install", "-at_install")
class ConcurrentCase(BaseCase):
    """A test of several people at once; what it commits it removes itself."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())

    def committed(self, work):
        with self.registry.cursor() as cr:
            return work(api.Environment(cr, SUPERUSER_ID, {}))

    def at_once(self, *works):
        """Run each work in a transaction of its own, all begun before any goes on."""
        barrier = threading.Barrier(len(works), timeout=30)
        errors = []

        def run(work):
            first = [True]
            try:
                with self.registry.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})

                    def attempt():
                        cr.execute("SELECT 1")  # the transaction's view of the data begins
                        if first:
                            first.clear()
                            barrier.wait()
                        work(env)

                    retrying(attempt, env)
            except Exception as error:  # noqa: BLE001 - told below
                errors.append(error)

        threads = [threading.Thread(target=run, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual(errors, [])
