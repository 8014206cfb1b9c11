from odoo import fields, models

from odoo.addons.credit_client_tiering.models.policy.tiers import TIERS

PERIODS = [
    ("day", "Working day"),
    ("week", "Week (Monday to Sunday)"),
    ("month", "Month"),
    ("quarter", "Quarter"),
    ("half", "Half-year"),
    ("year", "Year"),
]


class CreditCadenceRule(models.Model):
    """How often somebody owes something: a sentence of the guide as data."""

    _name = "credit.cadence.rule"
    _inherit = ["mail.thread"]
    _description = "Cadence Rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Stable key, one per version.")
    clause = fields.Char(required=True, help="Clause ids of the guide, e.g. S-S-1b.")
    sequence = fields.Integer(default=10)
    subject = fields.Selection(
        [
            ("client", "Each client"),
            ("institution", "Each institution"),
            ("person", "Each holder of the post"),
        ],
        required=True,
        default="client",
        help="What one duty of a period is about.",
    )
    tier = fields.Selection(TIERS, string="List", help="Clients on this list. Empty: any.")
    important = fields.Boolean(
        "Important clients",
        help="Strategic and quality clients and those flagged as important (A32).",
    )
    designation_type_ids = fields.Many2many(
        "credit.designation.type",
        "credit_cadence_rule_designation_rel",
        string="Only clients with one of",
    )
    excluded_type_ids = fields.Many2many(
        "credit.designation.type",
        "credit_cadence_rule_excluded_rel",
        string="Not clients with one of",
    )
    target_client = fields.Boolean(
        "Targets of the project library only",
        help="Clients that are targets of the month in the project library (A38).",
    )
    post_ids = fields.Many2many(
        "credit.post",
        "credit_cadence_rule_post_rel",
        string="Owed by",
        help="Holders of one of these posts; any of them fulfils it (A34).",
    )
    role = fields.Selection(
        [("a", "A manager"), ("b1", "B1 manager"), ("b2", "B2 manager")],
        string="Owed by the team's",
        help="Instead of a post: the client's own manager.",
    )
    joint_post_ids = fields.Many2many(
        "credit.post",
        "credit_cadence_rule_joint_post_rel",
        string="Together with",
        help="One of these must take part as well: a joint visit.",
    )
    kind_id = fields.Many2one("credit.duty.kind", required=True, index=True, ondelete="restrict")
    channel_ids = fields.Many2many(
        "credit.contact.channel",
        "credit_cadence_rule_channel_rel",
        string="Channels that count",
        help="Empty: every channel that makes the kind of duty.",
    )
    quota = fields.Integer("Times per period", required=True, default=1)
    period = fields.Selection(PERIODS, required=True)
    option_ids = fields.Many2many(
        "credit.reading.option",
        "credit_cadence_rule_option_rel",
        string="Under the reading",
        help="In force only while one of these readings is chosen. Empty: always.",
    )
    date_from = fields.Date("In force from")
    date_to = fields.Date("In force until")
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "Another cadence rule already has this code.")
    _quota_positive = models.Constraint(
        "CHECK (quota > 0)", "A duty is owed at least once per period."
    )
