from odoo import api, models

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG


class Base(models.AbstractModel):
    """The context of a caller opens no door to the bank's records.

    Whoever calls by RPC writes its own context. Odoo believes three things found there,
    past every check of ``create``, ``write`` and ``unlink``: first values (``default_…``; also
    those that people save for themselves), that a module is being loaded, and that one is
    being removed. Modules are loaded and removed by the superuser, who never calls by RPC.
    """

    _inherit = "base"

    def unlink(self):
        if self.env.context.get(MODULE_UNINSTALL_FLAG) and not self.env.su:
            return self.with_context(**{MODULE_UNINSTALL_FLAG: False}).unlink()
        return super().unlink()

    @api.model
    def default_get(self, fields):
        closed = self._credit_closed_fields().intersection(fields)
        if not closed:
            return super().default_get(fields)
        defaults = super().default_get([name for name in fields if name not in closed])
        for name in closed:
            field = self._fields[name]
            if field.default:
                value = field.convert_to_cache(field.default(self), self, validate=False)
                defaults[name] = field.convert_to_write(value, self)
        return defaults

    def _credit_closed_fields(self):
        """Return the names of the fields that begin as the model says, whoever asks."""
        if self._transient or self._abstract:
            return set()
        ours = self._name.startswith("credit.")
        return {
            name
            for name, field in self._fields.items()
            if field.store and field.readonly and (ours or name.startswith("credit_"))
        }

    @api.model
    def _credit_is_loading(self):
        """Tell whether a module's own records are being loaded."""
        return bool(self.env.context.get("install_mode") and self.env.su)
