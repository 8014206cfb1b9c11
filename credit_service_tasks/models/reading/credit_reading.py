from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class CreditReading(models.Model):
    """Readings that govern service: chosen for the whole bank, not per policy.

    Tiering's readings are switched on a draft policy; those on teams and duties
    hold from the day they are chosen, for what is generated from then on.
    """

    _inherit = "credit.reading"

    chosen_option_id = fields.Many2one(
        "credit.reading.option",
        string="Chosen for the bank",
        domain="[('reading_id', '=', id)]",
        ondelete="restrict",
        help="Empty: the default option. Only readings on teams and duties look at this.",
    )

    @api.constrains("chosen_option_id")
    def _check_chosen_option(self):
        for reading in self:
            option = reading.chosen_option_id
            if option and option.reading_id != reading:
                raise ValidationError(
                    self.env._(
                        "%(option)s is no option of %(reading)s.",
                        option=option.display_name,
                        reading=reading.code,
                    )
                )

    @api.model
    def _chosen_options(self):
        """Return the options in force (:class:`credit.reading.option`), one a reading."""
        # sudo: which reading is in force is no secret, and duties depend on it.
        readings = self.sudo().search(Domain.TRUE)
        chosen = readings.option_ids.browse()
        for reading in readings:
            default = reading.option_ids.filtered("is_default")
            chosen |= reading.chosen_option_id or default[:1]
        return chosen

    @api.model
    def _chosen(self, code):
        """Return the code of the option in force of the reading ``code`` (``A42``)."""
        return self._chosen_options().filtered(lambda o: o.reading_id.code == code).code
