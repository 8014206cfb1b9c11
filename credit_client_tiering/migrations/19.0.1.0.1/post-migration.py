"""The exposure of the previous year came to stand on the client; lists are sorted by it."""

from odoo import SUPERUSER_ID, api

from odoo.addons.credit_client_tiering.engine.facts import no_restriction


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["credit.assessment"]._refresh_exposure(no_restriction, env.company._credit_today())
