from odoo import fields, models


class CreditContactFinding(models.Model):
    """Something worth asking about a report; no verdict, and shown to who may ask only."""

    _name = "credit.contact.finding"
    _description = "Plausibility Finding"
    _order = "report_id, check_id"
    _rec_name = "check_id"

    report_id = fields.Many2one(
        "credit.contact.report", required=True, index=True, ondelete="cascade"
    )
    check_id = fields.Many2one(
        "credit.contact.check", required=True, index=True, ondelete="restrict"
    )
    detail = fields.Char(help="The number found, where there is one.")

    _once = models.UniqueIndex("(report_id, check_id)", "It was found already.")
