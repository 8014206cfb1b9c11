import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ...engine.card import CardExplainer
from ...engine.explain import Explainer
from ...engine.facts import (
    credit_state,
    no_restriction,
    restrict_to,
    restrict_to_range,
    stored_facts,
)
from ...engine.headline import Headline
from ...engine.sources import find_rows
from ...engine.store import assess, refresh_drift, refresh_exposure
from ...engine.verdict import judge
from ..policy.tiers import OUTCOMES, TIERS

_logger = logging.getLogger(__name__)

# Facts the engine reads; written by the ORM, so flushed before it looks.
FACT_MODELS = (
    "res.partner",
    "credit.metric.snapshot",
    "credit.designation",
    "credit.designation.type",
    "credit.product",
    "credit.product.family",
    "credit.product.holding",
    "credit.policy",
    "credit.policy.criterion",
)
# What the engine writes on the client.
CLIENT_FIELDS = (
    "credit_assessment_id",
    "credit_state",
    "credit_suggested",
    "credit_prospective",
    "credit_indicative",
    "credit_tier_verdicts",
    "credit_drift",
    "credit_drift_since",
    "credit_exposure_prev_year",
)
# What is said about a client follows from the above.
DERIVED_FIELDS = (
    "credit_carrier",
    "credit_why",
    "credit_drift_days",
    "credit_grace_until",
    "credit_downgrade_overdue",
    "credit_tier_card",
)
SLICE = 50_000


class CreditAssessment(models.Model):
    """What the rules said about one client on one day, and on what facts.

    Written by the engine alone, in SQL; a new row only when facts or policy
    changed. The rows of a client are its history: the last one up to a date is
    the answer for that date.
    """

    _name = "credit.assessment"
    _description = "Assessment"
    _order = "as_of desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", string="Client", required=True, index=True, ondelete="cascade"
    )
    policy_id = fields.Many2one("credit.policy", required=True, index=True, ondelete="restrict")
    as_of = fields.Date("Assessed for", required=True)
    credit_state = fields.Selection(
        [
            ("never", "Never had credit"),
            ("active", "Has credit"),
            ("ended", "Credit ended"),
        ]
    )
    suggested = fields.Selection(OUTCOMES, string="Suggested tier")
    prospective = fields.Selection(TIERS, string="Prospective tier")
    indicative = fields.Selection(
        TIERS,
        string="Tier by current figures",
        help="For information: the tier if today's figures stood for the missing "
        "previous year (A26).",
    )
    tier_verdicts = fields.Char(
        help="Per tier from strategic to potential: T holds, F does not, ? unknown."
    )
    verdicts = fields.Char(help="The same per criterion, in the policy's order.")
    facts = fields.Json(help="Every fact the verdict rests on, as it was read.")

    def init(self):
        # Hash of facts and policy, by which the engine skips the unchanged. Not a
        # field: the ORM has no 64-bit integer, and nobody else reads it.
        self.env.cr.execute(
            SQL("ALTER TABLE credit_assessment ADD COLUMN IF NOT EXISTS fingerprint bigint")
        )

    # ORM: nobody writes assessments.

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise AccessError(self._engine_only())

    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(self._engine_only())

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self._engine_only())

    def _engine_only(self):
        return self.env._(
            "Assessments are written by the classification itself, from the facts and "
            "the policy in force; nobody can enter, change or delete one."
        )

    # BUSINESS

    @api.model
    def _assess(self, client_ids=None, day=None):
        """Assess clients on the facts as they are now, and store what changed.

        :param client_ids: ids of the clients; None for the whole book
        :param day: date of the assessment (default: the bank's today)
        :return: ids of the clients whose assessment changed
        """
        if client_ids is not None and not client_ids:
            return []
        if client_ids is None:
            return self._assess_where(no_restriction, day)
        return self._assess_where(restrict_to(self._with_group(client_ids)), day)

    @api.model
    def _assess_where(self, restrict, day=None):
        """Assess the clients that meet ``restrict`` (see ``engine.facts``)."""
        day = day or self.env.company._credit_today()
        for model in FACT_MODELS:
            self.env[model].flush_model()
        self._refresh_exposure(restrict, day)
        policy = self.env["credit.policy"]._get_active_policy(day)
        if not policy:
            return []
        plan = policy._plan()
        started, ended = self._turns(restrict, day)
        rows = self.env.execute_query(assess(plan, day, self.env.uid, restrict))
        drifted = self.env.execute_query(refresh_drift(day, restrict))
        changed = [row[0] for row in rows]
        self._forget(changed + [row[0] for row in drifted])
        lists = self.env["credit.membership"]
        lists._follow_institutions(restrict, day)
        if started or ended:
            lists._on_credit_turn(started, ended)
        if changed and policy.automatic_strategic:
            lists._list_strategic(changed)
        return changed

    @api.model
    def _refresh_exposure(self, restrict, day):
        """Put the previous year's exposure on the clients, by which lists are sorted.

        Whatever changes a figure comes here in the same transaction, a new year with the
        nightly run.
        """
        rows = self.env.execute_query(refresh_exposure(f"{day.year - 1}-01-01", restrict))
        self._forget([row[0] for row in rows])

    def _turns(self, restrict, day):
        """Return the ids of clients whose first credit began, and whose ended.

        Credit that begins anew moves a client by itself only from the potential list,
        where its institution has put it again; others wait for people (A25, A27).
        """
        state = credit_state("p", day)
        rows = self.env.execute_query(
            SQL(
                """SELECT p.id, %(state)s, p.credit_state = 'never' OR p.credit_tier = 'potential'
                     FROM res_partner p
                    WHERE p.is_credit_client AND p.active AND %(restriction)s
                      AND p.credit_state <> %(state)s""",
                state=state,
                restriction=restrict("p", "id"),
            )
        )
        started = [i for i, new, moves in rows if new == "active" and moves]
        ended = [i for i, new, _moves in rows if new == "ended"]
        return started, ended

    def _with_group(self, client_ids):
        """Add the other members of the groups, when the policy adds groups up."""
        ids = set(client_ids)
        policy = self.env["credit.policy"]._get_active_policy()
        if "group" not in policy.criterion_ids.filtered("enabled").mapped("scope"):
            return sorted(ids)
        self.env["res.partner"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT other.id FROM res_partner p
                     JOIN res_partner other ON other.credit_group_id = p.credit_group_id
                    WHERE p.id = ANY(%s) AND other.is_credit_client""",
                list(ids),
            )
        )
        return sorted(ids.union(row[0] for row in rows))

    def _forget(self, client_ids):
        """Drop what the cache still believes about clients the engine wrote to."""
        self.env["res.partner"].browse(client_ids).invalidate_recordset(CLIENT_FIELDS, flush=False)
        self.env["res.partner"].browse(client_ids).invalidate_recordset(
            ["credit_assessment_ids", *DERIVED_FIELDS], flush=False
        )

    @api.model
    def _cron_assess(self):
        """Nightly: bring the whole book up to date, slice by slice.

        Unchanged clients cost a comparison; whatever the calendar changed (a new
        year, an expired designation, credit that starts today) is assessed. Each
        slice is committed, so a run that is cut off goes on where it stopped.
        """
        today = self.env.company._credit_today()
        parameters = self.env["ir.config_parameter"].sudo()
        key = "credit_client_tiering.nightly_position"
        stamp, _sep, position = parameters.get_param(key, "").partition(":")
        last = int(position or 0) if stamp == today.isoformat() else 0
        while bounds := self._next_slice(last):
            first, last, size = bounds
            self._assess_range(first, last)
            parameters.set_param(key, f"{today.isoformat()}:{last}")
            remaining = self.env["res.partner"].search_count(
                [("is_credit_client", "=", True), ("id", ">", last)]
            )
            if not self.env["ir.cron"]._commit_progress(size, remaining=remaining):
                return

    def _assess_range(self, first, last):
        """Assess a range of ids; one client that cannot be assessed stops no other."""
        try:
            with self.env.cr.savepoint():
                self._assess_where(restrict_to_range(first, last))
        except OperationalError:
            raise  # the database wants the whole transaction again
        except Exception:
            if first == last:
                _logger.exception("Client %s cannot be assessed", first)
                return
            middle = (first + last) // 2
            self._assess_range(first, middle)
            self._assess_range(middle + 1, last)

    def _next_slice(self, last):
        """Return first id, last id and size of the next slice after ``last``."""
        rows = self.env.execute_query(
            SQL(
                """SELECT min(id), max(id), count(*) FROM (
                       SELECT id FROM res_partner
                        WHERE is_credit_client AND active AND id > %s
                     ORDER BY id LIMIT %s) slice""",
                last,
                SLICE,
            )
        )
        return rows[0] if rows[0][2] else None

    def _replay(self):
        """Return per assessment id the (suggested, verdicts) its own facts give now.

        The stored facts run through the same query under the stored policy: the
        answer must be the stored one.
        """
        answers = {}
        for policy, records in self.grouped("policy_id").items():
            plan = policy._plan()
            for record in records:
                facts = stored_facts(plan, SQL("a.id = %s", record.id))
                rows = self.env.execute_query(
                    SQL("SELECT j.suggested, j.verdicts FROM (%s) j", judge(plan, facts))
                )
                answers[record.id] = rows[0]
        return answers

    def explain(self):
        """Explain one assessment criterion by criterion.

        :return: dict with ``client_id``, ``as_of`` (date), ``policy`` (name),
            ``credit_state``, ``suggested``, ``prospective``, ``indicative``
            (codes or False), ``criteria`` (one tree per tier: ``code``,
            ``clause``, ``name``, ``verdict`` yes/no/unknown, ``value``,
            ``value_text``, ``threshold``, ``threshold_text``, ``period``,
            ``source``, ``source_as_of``, ``supplied_by``, ``advisory``,
            ``children``), ``gap`` (``tier``, ``steps``) or False, and ``unknown``
            (``name``, ``supplied_by`` per missing fact). Amounts in yuan, ratios
            in percent.
        :raises UserError: more or less than one assessment
        """
        if len(self) != 1:
            raise UserError(self.env._("Explain one assessment at a time."))
        self.check_access("read")
        return self._explain_all()[self.id]

    def _explain_all(self):
        """Explain many assessments in a bounded number of queries (see :meth:`explain`)."""
        # sudo: the caller may read these assessments; the policy they name is public
        # to every viewer, and the facts are those of the same clients.
        records = self.sudo()
        found = find_rows(records.env, [record.facts or {} for record in records])
        answers = {}
        for policy, assessments in records.grouped("policy_id").items():
            plan = policy._plan()
            for record in assessments:
                explainer = Explainer(
                    record.env, plan, policy, record.facts or {}, record.verdicts or "", found
                )
                answers[record.id] = {
                    **record._outcome(),
                    "policy": policy.name,
                    "criteria": explainer.tree(),
                    "gap": explainer.gap(record.suggested),
                    "unknown": explainer.unknown(record.suggested),
                }
        return answers

    def _explain_card(self):
        """Explain what decides one assessment (see ``engine.card``), in a few queries."""
        # sudo: as for explain(); the caller has read the client it belongs to.
        record = self.sudo()
        policy = record.policy_id
        # What clients were assessed by has been in force: it is frozen.
        plan = policy._frozen_plan(policy.id)
        explainer = CardExplainer(
            record.env, plan, record.facts or {}, record.verdicts or "", record.suggested
        )
        return {**record._outcome(), **explainer.card()}

    def _outcome(self):
        return {
            "client_id": self.partner_id.id,
            "as_of": self.as_of,
            "credit_state": self.credit_state,
            "suggested": self.suggested,
            "prospective": self.prospective,
            "indicative": self.indicative,
        }

    def _headline(self, plans):
        """Return what puts the assessment into one line, or None without a verdict.

        :param dict plans: compiled policies by id, filled here and shared by a page
        """
        # sudo: as for explain(); callers have read the client it belongs to.
        record = self.sudo()
        if not record.verdicts:
            return None
        policy = record.policy_id
        if policy.id not in plans:
            plans[policy.id] = policy._plan(), {c.code: c for c in policy.criterion_ids}
        plan, criteria = plans[policy.id]
        return Headline(record.env, plan, criteria, record.facts or {}, record.verdicts)

    def action_open_client(self):
        """Open the client that was assessed."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "view_mode": "form",
        }
