from odoo.addons.credit_client_tiering.hooks import uninstall_hook

__all__ = ["uninstall_hook"]
