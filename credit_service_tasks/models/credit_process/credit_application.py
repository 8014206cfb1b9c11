from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from odoo.addons.credit_client_tiering.fields import Figure
from odoo.addons.credit_client_tiering.models.policy.tiers import TIERS

from ..package.credit_service_package import CHANNEL_RANK, CHANNELS

_lt = LazyTranslate(__name__)

OPEN_STATES = ("papers", "running")
APPLIED_FOR = frozenset({"partner_id", "product_id", "amount", "term_months", "purpose"})
BASES = [("calendar", "Calendar days"), ("working", "Working days")]


class CreditApplication(models.Model):
    """An application for a loan, with the papers, steps and clocks that were promised.

    People enter what is applied for; days, durations and states follow from the
    buttons and from nothing else (S-B-3 to S-B-3g).
    """

    _name = "credit.application"
    _inherit = ["credit.guard.mixin", "credit.internal.thread", "mail.activity.mixin"]
    _description = "Credit Application"
    _order = "channel_rank, applied_on, id"

    # Papers and requests have guards of their own.
    _guard_open = frozenset(
        {
            "partner_id",
            "product_id",
            "amount",
            "term_months",
            "purpose",
            "user_id",
            "conditions",
            "paper_ids",
            "service_request_ids",
        }
    )

    name = fields.Char("Number", readonly=True, copy=False, default="/")
    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("is_credit_client", "=", True)],
    )
    product_id = fields.Many2one(
        "credit.loan.product", string="Loan", required=True, index=True, ondelete="restrict"
    )
    amount = Figure(help="Applied for, in yuan.")
    term_months = fields.Integer("Term (months)")
    purpose = fields.Char()
    conditions = fields.Text(
        "Conditions of the drawdown", help="What must be met before money is paid out."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Client manager",
        index="btree_not_null",
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    process_id = fields.Many2one(
        "credit.process", readonly=True, copy=False, index=True, ondelete="restrict"
    )
    # Frozen when the application came in, and again when the clock started.
    institution_id = fields.Many2one(
        "crm.team", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    tier = fields.Selection(TIERS, string="List", readonly=True, copy=False)
    channel = fields.Selection(CHANNELS, readonly=True, copy=False)
    channel_rank = fields.Integer(readonly=True, copy=False, default=len(CHANNELS))
    package_id = fields.Many2one(
        "credit.service.package",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    state = fields.Selection(
        [
            ("papers", "Papers"),
            ("running", "In process"),
            ("disbursed", "Disbursed"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        default="papers",
        readonly=True,
        copy=False,
        index=True,
    )
    applied_on = fields.Date(readonly=True, copy=False)
    complete_on = fields.Date("Papers complete on", readonly=True, copy=False)
    clock_from = fields.Date(
        "Day one", readonly=True, copy=False, help="First day that counts (A47)."
    )
    day_basis = fields.Selection(BASES, string="Days counted", readonly=True, copy=False)
    in_scope = fields.Boolean(
        "Under the promise",
        readonly=True,
        copy=False,
        help="Counts in the averages of the three reductions (A47).",
    )
    current_step_id = fields.Many2one(
        "credit.process.step",
        string="Step",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        group_expand="_group_expand_current_step_id",
        falsy_value_label=_lt("No step under way"),  # pylint: disable=translation-field
    )
    step_user_id = fields.Many2one(
        "res.users",
        string="Now with",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    step_ids = fields.One2many("credit.application.step", "application_id", string="Steps")
    paper_ids = fields.One2many("credit.application.paper", "application_id", string="Papers")
    suspension_ids = fields.One2many(
        "credit.application.suspension", "application_id", string="Suspensions"
    )
    disbursed_on = fields.Date(readonly=True, copy=False)
    closed_on = fields.Date(readonly=True, copy=False, help="Decided or withdrawn on.")
    change_count = fields.Integer(
        "Changes after approval", readonly=True, copy=False, aggregator="sum"
    )

    # ORM

    @api.model_create_multi
    def create(self, vals_list):
        """Take in applications; the papers the archive already holds are reused.

        :param list[dict] vals_list: ``partner_id``, ``product_id`` (ids), ``amount``
            (yuan), ``term_months``, ``purpose``, ``user_id``
        :raises AccessError: not the caller's client
        :raises ValidationError: not a credit client
        Clauses S-B-3, S-S-3, S-Q-3a.
        """
        applications = super().create(vals_list)
        for application in applications:
            application._take_in(self.env.company._credit_today())
        return applications

    def _take_in(self, day):
        self.ensure_one()
        client = self.partner_id
        client.check_access("read")
        if not client.is_credit_client:
            raise ValidationError(
                self.env._("%s is not marked as a credit client.", client.display_name)
            )
        # sudo: numbering and configuration.
        number = self.env["ir.sequence"].sudo().next_by_code("credit.application")
        self._engine().write(
            {
                "name": number or "/",
                "applied_on": day,
                "process_id": self.product_id.process_id.id,
                **self._entitlement(day),
            }
        )
        listed = self.paper_ids.type_id
        self._engine()._list_papers(self.product_id.paper_type_ids - listed, day)
        self._refresh_clock(day)

    def _entitlement(self, day):
        """Return institution, list, package and channel of the client on ``day``."""
        self.ensure_one()
        client = self.partner_id
        package = self.env["credit.service.package"]._in_force(client.credit_tier, day)
        channels = [package.channel or "normal"]
        process = self.product_id.process_id
        if client.credit_size in ("micro", "small") and process.small_micro_channel:
            channels.append(process.small_micro_channel)
        channel = min(channels, key=CHANNEL_RANK.get)
        return {
            "institution_id": client.credit_institution_id.id,
            "tier": client.credit_tier,
            "package_id": package.id,
            "channel": channel,
            "channel_rank": CHANNEL_RANK[channel],
        }

    def _guard_editable(self, touched):
        for application in self:
            closed = application.state not in OPEN_STATES
            if closed or (application.complete_on and touched & APPLIED_FOR):
                raise UserError(
                    self.env._(
                        "%s: what was applied for can be changed until the papers are complete.",
                        application.display_name,
                    )
                )
            if touched & {"partner_id", "product_id"}:
                raise UserError(self.env._("Open another application for another client or loan."))

    def _guard_deletable(self):
        for application in self:
            if application.notice_on or application.state != "papers":
                raise UserError(
                    self.env._(
                        "%s has been handled and is kept; withdraw it instead.",
                        application.display_name,
                    )
                )
        self._engine().paper_ids.unlink()

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for application in self:
            application.display_name = f"{application.name} {application.partner_id.name or ''}"

    def _group_expand_current_step_id(self, steps, domain):
        # sudo: the steps of the process are open to whoever sees an application.
        shown = self.env["credit.process.step"].sudo().search(Domain.TRUE)
        return steps | self.env["credit.process.step"].browse(shown.ids)

    def _today(self):
        return self.env.company._credit_today()
