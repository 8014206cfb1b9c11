from odoo import api, models
from odoo.tools import SQL

from odoo.addons.credit_client_tiering.engine.facts import no_restriction, restrict_to


class CreditContactReport(models.Model):
    """Duties owed "in total" (A33): any client the rule speaks of discharges them."""

    _inherit = "credit.contact.report"

    @api.model
    def _discharge(self, report_ids=None, date_from=None, date_to=None, obligation_ids=None):
        """Discharge also what persons owe in total; see the method that this extends."""
        discharged = super()._discharge(report_ids, date_from, date_to, obligation_ids)
        conditions = [SQL("r.state = 'submitted'")]
        if report_ids is not None:
            conditions.append(SQL("r.id = ANY(%s)", list(report_ids)))
        if date_from:
            conditions.append(SQL("r.date >= %s", date_from))
        if date_to:
            conditions.append(SQL("r.date <= %s", date_to))
        if obligation_ids is not None:
            if not obligation_ids:
                return discharged
            conditions.append(SQL("o.id = ANY(%s)", list(obligation_ids)))
        totals = self._discharge_totals(SQL(" AND ").join(conditions), report_ids)
        self._after_discharge(totals)
        return sorted({*discharged, *totals})

    @api.model
    def _discharge_totals(self, condition, report_ids=None):
        """Discharge duties of persons from reports in which they took part; return ids."""
        rows = self.env.execute_query(
            SQL(
                """SELECT rule_id, min(period_start), max(period_end)
                     FROM credit_obligation WHERE person_id IS NOT NULL GROUP BY rule_id"""
            )
        )
        # sudo: which clients a rule speaks of does not depend on who reports.
        rules = self.env["credit.cadence.rule"].sudo().browse([row[0] for row in rows])
        rules = rules.filtered("kind_id.discharged_by_contact")
        stretches = {row[0]: row[1:] for row in rows}
        restrict = no_restriction
        if report_ids is not None:
            reports = self.sudo().browse(report_ids)  # sudo: reports just submitted
            restrict = restrict_to((reports.partner_id | reports.also_client_ids).ids)
        duties = self.env["credit.obligation"]
        flags = duties._flags(self.env["credit.reading"]._chosen_options())
        clients = []
        for rule in rules:
            population = duties._population(rule, flags)
            if population:
                found = population.select(*stretches[rule.id], restrict, duties._target_clients())
                clients.append(
                    SQL("SELECT %s AS rule_id, x.partner_id, x.days FROM (%s) x", rule.id, found)
                )
        if not clients:
            return []
        counts_as = self.env["credit.duty.kind"]._fulfilled()
        pairs = [(kind, also) for kind, kinds in counts_as.items() for also in kinds]
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO credit_discharge (
                       obligation_id, report_id, date, entered_at, user_id, is_late_entry,
                       create_uid, create_date, write_uid, write_date)
                   SELECT DISTINCT o.id, r.id, r.date, r.submitted_at, o.person_id,
                          COALESCE(r.is_late_entry, FALSE),
                          %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                     FROM credit_contact_report r
                     JOIN credit_contact_participant w ON w.report_id = r.id
                     JOIN credit_obligation o
                       ON o.person_id = w.user_id
                      AND r.date BETWEEN o.period_start AND o.period_end
                      AND o.status NOT IN ('waived', 'ended')
                     JOIN credit_cadence_rule rule ON rule.id = o.rule_id
                     JOIN credit_contact_channel channel ON channel.id = r.channel_id
                     JOIN (%(clients)s) about
                       ON about.rule_id = o.rule_id AND r.date <@ about.days
                      AND (about.partner_id = r.partner_id OR EXISTS (
                              SELECT FROM credit_contact_report_client_rel also
                               WHERE also.credit_contact_report_id = r.id
                                 AND also.res_partner_id = about.partner_id))
                    WHERE %(condition)s
                      AND (channel.kind_id, o.kind_id) IN (
                              SELECT * FROM unnest(%(made)s::int[], %(fulfilled)s::int[]))
                      AND (NOT EXISTS (
                              SELECT FROM credit_cadence_rule_channel_rel x
                               WHERE x.credit_cadence_rule_id = o.rule_id)
                           OR EXISTS (
                              SELECT FROM credit_cadence_rule_channel_rel x
                               WHERE x.credit_cadence_rule_id = o.rule_id
                                 AND x.credit_contact_channel_id = r.channel_id))
                      AND (r.met_in_charge OR rule.needs_person_in_charge IS NOT TRUE)
              ON CONFLICT DO NOTHING
                RETURNING obligation_id""",
                uid=self.env.uid,
                clients=SQL(" UNION ALL ").join(clients),
                condition=condition,
                made=[kind for kind, _also in pairs],
                fulfilled=[also for _kind, also in pairs],
            )
        )
        return sorted({row[0] for row in rows})
