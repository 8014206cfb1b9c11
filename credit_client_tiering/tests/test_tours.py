"""The main screens in a real browser, and the unit tests of our field widgets."""

from odoo.tests import HttpCase, tagged

from .common import BankCase


def hoot_id(name):
    """Return the identifier under which the test page runs one suite."""
    number = 0
    for letter in name:
        number = ((number << 5) - number + ord(letter)) & 0xFFFFFFFF
    return f"{number:08x}"


@tagged("post_install", "-at_install")
class TestTours(BankCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The tours read English words off the screen; a database set up in Chinese
        # knows no other language, and new users speak it.
        cls.env["res.lang"]._activate_lang("en_US")
        (cls.manager + cls.lister).lang = "en_US"

    def test_client_from_list_to_tier(self):
        self.client("Tour client")
        self.start_tour("/odoo/credit-clients", "credit_client_tour", login="t_manager")

    def test_policy_draft_switched_and_simulated(self):
        self.quality_client()
        self.start_tour("/odoo/credit-policies", "credit_policy_tour", login="t_lister")

    def test_widgets(self):
        suite = hoot_id("@credit_client_tiering")
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={suite}",
            "",
            "",
            login="admin",
            timeout=120,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )
