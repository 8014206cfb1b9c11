from odoo import api, models
from odoo.exceptions import UserError


class CreditFactMixin(models.AbstractModel):
    """What every fact about a client has in common: it is stated once and kept.

    A fact is never edited or deleted, since decisions rest on it; a newer fact
    ends or supersedes it. Models list in ``_fact_endings`` the few fields by
    which a fact may end. Whatever changes facts re-assesses the clients
    concerned in the same transaction.
    """

    _name = "credit.fact.mixin"
    _description = "Fact about a credit client"

    # The only fields that may change after creation.
    _fact_endings = frozenset()

    def write(self, vals):
        frozen = set(vals) - self._fact_endings
        if frozen and not self._credit_is_loading():
            labels = [
                self._fields[n].get_description(self.env)["string"]
                for n in sorted(frozen)
                if n in self._fields
            ]
            raise UserError(
                self.env._(
                    "%(record)s is a fact that decisions may rest on, so %(fields)s "
                    "cannot be changed. Enter a new one; it takes the place of this "
                    "one and both stay on file.",
                    record=self[:1].display_name,
                    fields=", ".join(labels),
                )
            )
        result = super().write(vals)
        self._assess_clients()
        return result

    def _end(self, vals):
        """Write endings without assessing: the caller assesses when it is done."""
        return super().write(vals)  # pylint: disable=super-method-mismatch

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        # Removing the client or the addon removes its facts by cascade in the
        # database, not through here.
        raise UserError(
            self.env._(
                "%s cannot be deleted: decisions may rest on it. Enter a newer fact instead.",
                self[:1].display_name,
            )
        )

    def _assess_clients(self):
        """Bring the suggestion of the clients concerned up to date, at once."""
        self.env["credit.assessment"]._assess(self.partner_id.ids)
