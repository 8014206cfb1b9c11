from odoo import api, models

OURS = ("contact", "visit", "duty", "next_step")


class MailActivityType(models.Model):
    """Our activity types stay: reminders and next steps are of them."""

    _inherit = "mail.activity.type"

    @api.model
    def _get_model_info_by_xmlid(self):
        info = super()._get_model_info_by_xmlid()
        for name in OURS:
            info[f"credit_service_tasks.activity_type_{name}"] = {
                "res_model": "res.partner",
                "unlink": False,
            }
        info["credit_service_tasks.activity_type_save_case"] = {
            "res_model": "credit.save.case",
            "unlink": False,
        }
        info["credit_service_tasks.activity_type_returned"] = {
            "res_model": "credit.contact.report",
            "unlink": False,
        }
        return info
