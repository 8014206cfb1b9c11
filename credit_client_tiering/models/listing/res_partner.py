from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ..bank.res_partner import VIEWERS
from ..policy.tiers import HEAD_OFFICE_TIERS, TIERS

_lt = LazyTranslate(__name__)

# Not exported by Odoo with the field, unlike its label.
ON_NO_LIST = _lt("On no list")


class ResPartner(models.Model):
    """The official tier: the list the client is on, decided by people."""

    _inherit = "res.partner"

    credit_tier = fields.Selection(
        TIERS,
        string="Official tier",
        readonly=True,
        copy=False,
        groups=VIEWERS,
        falsy_value_label=ON_NO_LIST,
        group_expand="_group_expand_credit_tier",
        help="The list the client is on. Decided by people, see the memberships.",
    )
    credit_tier_since = fields.Date("On the list since", readonly=True, copy=False, groups=VIEWERS)
    credit_membership_ids = fields.One2many(
        "credit.membership", "partner_id", string="Memberships", groups=VIEWERS
    )
    credit_nomination_ids = fields.One2many(
        "credit.nomination", "partner_id", string="Nominations", groups=VIEWERS
    )

    credit_grace_until = fields.Date(
        "Grace until",
        compute="_compute_credit_grace_until",
        groups=VIEWERS,
        help="A client that stopped meeting its list may stay until then (a setting).",
    )
    credit_downgrade_overdue = fields.Boolean(
        "Grace is over",
        compute="_compute_credit_grace_until",
        search="_search_credit_downgrade_overdue",
        groups=VIEWERS,
        help="A downgrade risk whose days of grace are over.",
    )

    @api.depends("credit_drift", "credit_drift_since")
    def _compute_credit_grace_until(self):
        today = self.env.company._credit_today()
        grace = timedelta(days=self.env.company.credit_downgrade_grace_days)
        for partner in self:
            risk = partner.credit_drift == "downgrade"
            partner.credit_grace_until = risk and (partner.credit_drift_since or today) + grace
            partner.credit_downgrade_overdue = risk and partner.credit_grace_until < today

    def _search_credit_downgrade_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env.company._credit_today()
        before = today - timedelta(days=self.env.company.credit_downgrade_grace_days)
        overdue = [("credit_drift", "=", "downgrade"), ("credit_drift_since", "<", before)]
        return overdue if True in value else ["!", "&", *overdue]

    def _group_expand_credit_tier(self, groups, domain):
        # All four columns, also the empty ones.
        return [tier for tier, _name in TIERS]

    def credit_may_nominate(self):
        """Return the head-office lists one client may be declared for.

        :return: list of tier codes, highest first: those whose criteria hold today,
            less those the head office refused on this very evidence (A16)
        Clauses T-Q-1a, L-6.
        """
        self.ensure_one()
        self.check_access("read")
        verdicts = self.credit_tier_verdicts or ""
        refused = self.credit_nomination_ids.filtered(
            lambda n: n.state == "refused" and n.assessment_id == self.credit_assessment_id
        ).mapped("tier")
        return [
            tier
            for (tier, _name), verdict in zip(TIERS, verdicts, strict=False)
            if tier in HEAD_OFFICE_TIERS
            and verdict == "T"
            and tier not in refused
            and tier != self.credit_tier
        ]

    def credit_list_as_of(self, day):
        """Return the official list clients were on at the end of a day.

        :param day: date, or text ``YYYY-MM-DD``
        :return: dict of client id to tier code; False when on no list
        :raises UserError: a day in the future
        Clause L-4; the suggestion of a day is ``credit_tier_as_of``.
        """
        self.check_access("read")
        # Whoever may see companies need not see on which list they are.
        self.env["credit.membership"].check_access("read")
        day = fields.Date.to_date(day)
        if day > self.env.company._credit_today():
            raise UserError(self.env._("%s lies in the future; there is no answer yet.", day))
        rows = self.env.execute_query(
            SQL(
                "SELECT partner_id, tier FROM (%s) lists WHERE partner_id = ANY(%s)",
                self.env["credit.membership"]._lists_on(day),
                list(self.ids),
            )
        )
        found = dict(rows)
        return {i: found.get(i, False) for i in self.ids}

    def _credit_ask(self, type_xmlid, summary, users=None):
        """Ask somebody real to see to each client; whoever is asked already is not again.

        The manager of the client, else whoever answers for its institution.

        :param type_xmlid: activity type; one open activity of it per client
        :param dict users: per client id the user to ask instead, if still active
        """
        kind = self.env.ref(type_xmlid)
        # sudo: the calendar and decisions ask, whoever caused them.
        activities = self.env["mail.activity"].sudo()
        asked = activities.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("activity_type_id", "=", kind.id),
            ]
        ).mapped("res_id")
        clients = self.sudo().browse([i for i in self.ids if i not in set(asked)])
        answerable = clients.credit_institution_id._credit_answerable()
        keeper = self.env["crm.team"]._credit_list_keeper()
        due = self.env.company._credit_today() + timedelta(days=kind.delay_count)
        values = []
        for client in clients:
            choices = (
                (users or {}).get(client.id),
                client.user_id,
                answerable.get(client.credit_institution_id.id),
                keeper,
            )
            user = next((u for u in choices if u and u.active and not u.share), keeper)
            values.append(
                {
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": client.id,
                    "activity_type_id": kind.id,
                    "summary": summary,
                    "date_deadline": due,
                    "user_id": user.id,
                }
            )
        # The daily digest tells them, not a mail per activity.
        activities.with_context(mail_activity_quick_update=True).create(values)
