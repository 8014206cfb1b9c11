from odoo import api, fields, models
from odoo.tools import SQL

EVERYS = [
    ("client", "Client without a keeper"),
    ("action", "Action without a doer"),
    ("loan", "Loan without a watcher"),
    ("risk", "Risk without a bearer"),
]
# Where something without a name was found: key, label, table of record.
WHERE = [
    ("client", "Client", "res.partner"),
    ("duty", "Duty", "credit.obligation"),
    ("measure", "Measure of a plan", "credit.service.plan.measure"),
    ("uplift", "Measure of an uplift", "credit.uplift.measure"),
    ("solution", "Solution of a meeting", "credit.meeting.line"),
    ("promise", "Promise", "credit.promise"),
    ("issue", "Difficulty of a client", "credit.client.issue"),
    ("step", "Step of an application", "credit.application.step"),
    ("project", "Project of the library", "crm.lead"),
    ("greeting", "Festival greeting", "credit.care.line"),
    ("loan", "Loan paid out", "credit.application"),
    ("credit", "Credit in effect", "res.partner"),
    ("case", "Save case", "credit.save.case"),
    ("alert", "Large-funds task", "credit.fund.alert"),
    ("hint", "Hint from figures", "credit.retention.hint"),
    ("commitment", "Return commitment that falls short", "credit.commitment"),
]
# Where the record itself cannot be opened in a form of its own: what is opened instead.
OPENED = {
    "credit.uplift.measure": "uplift_id",
    "credit.meeting.line": "meeting_id",
    "credit.application.step": "application_id",
    "credit.service.plan.measure": "plan_id",
    "credit.care.line": "round_id",
}


class CreditUnattended(models.Model):
    """The four “everys” (R-5d): what has nobody's name to it, in one list.

    Every client has a keeper, every action a doer, every loan a watcher, every risk a
    bearer. The name of somebody who has left the bank is no name. Who has to be in a
    team is told by its requirements; here only that somebody of it is missing.
    """

    _name = "credit.unattended"
    _description = "Without a Name"
    _auto = False
    _order = "every, due_date, id"
    _rec_name = "subject"

    every = fields.Selection(EVERYS, string="What is missing", readonly=True)
    place = fields.Selection([w[:2] for w in WHERE], string="Found in", readonly=True)
    res_id = fields.Integer("Record", readonly=True, aggregator=None)
    subject = fields.Char(compute="_compute_subject")
    partner_id = fields.Many2one("res.partner", string="Client", readonly=True)
    institution_id = fields.Many2one("crm.team", readonly=True)
    left_id = fields.Many2one(
        "res.users", string="Who has left", readonly=True, help="Named, but no longer there."
    )
    roles = fields.Char("Roles nobody holds", readonly=True)
    due_date = fields.Date("Due", readonly=True)

    @property
    def _table_query(self):
        parts = [
            self._part("client", "client", SQL("res_partner"), roles=("no_a",)),
            self._part(
                "loan",
                "loan",
                SQL(
                    """credit_application x
                       JOIN res_partner ON res_partner.id = x.partner_id
                        AND x.state = 'disbursed'
                        AND x.disbursed_on + x.term_months * interval '1 month' >= %s""",
                    self.env.company._credit_today(),
                ),
                roles=("no_a", "no_b1", "no_b2"),
                source=SQL("x.id"),
                due=SQL("(x.disbursed_on + x.term_months * interval '1 month')::date"),
            ),
            # Loans from before the applications were kept here.
            self._part(
                "loan",
                "credit",
                SQL(
                    """(SELECT * FROM res_partner r WHERE r.credit_state = 'active'
                           AND NOT EXISTS (SELECT FROM credit_application x
                                            WHERE x.partner_id = r.id
                                              AND x.state = 'disbursed')) res_partner"""
                ),
                roles=("no_a", "no_b1", "no_b2"),
            ),
            *(self._open_part(*source) for source in self._open_sources()),
        ]
        return SQL(
            """SELECT x.source_id::bigint * 100 + x.number AS id, x.every, x.place,
                      x.source_id AS res_id, x.partner_id, x.institution_id, x.left_id, x.roles,
                      x.due_date
                 FROM (%s) x""",
            SQL(" UNION ALL ").join(parts),
        )

    def _head(self, every, place):
        number = next(n for n, where in enumerate(WHERE) if where[0] == place)
        return SQL("%s AS number, %s::varchar AS every, %s::varchar AS place", number, every, place)

    def _part(self, every, place, table, roles, source=None, due=None):
        """Return the SELECT of clients, or of their loans, that lack one of ``roles``."""
        gaps = [
            SQL(
                "CASE WHEN ',' || res_partner.credit_team_gap || ',' LIKE %s THEN %s END",
                f"%,{role},%",
                role.removeprefix("no_").upper(),
            )
            for role in roles
        ]
        return SQL(
            """SELECT * FROM (
                SELECT %(head)s, %(source)s AS source_id, res_partner.id AS partner_id,
                       res_partner.credit_institution_id AS institution_id,
                       CASE WHEN u.active IS FALSE THEN u.id END AS left_id,
                       nullif(concat_ws(', ', %(gaps)s), '') AS roles,
                       %(due)s::date AS due_date
                  FROM %(table)s
             LEFT JOIN res_users u ON u.id = res_partner.user_id
                 WHERE res_partner.is_credit_client AND res_partner.active
                   AND res_partner.credit_team_gap IS NOT NULL) y
                WHERE y.roles IS NOT NULL""",
            head=self._head(every, place),
            source=source or SQL("res_partner.id"),
            due=due or SQL("NULL"),
            gaps=SQL(", ").join(gaps),
            table=table,
        )

    def _open_sources(self):
        """Return (every, place, table, condition, person, due day, client, institution)."""
        sql = SQL
        own = sql("p.credit_institution_id")
        client, user = sql("s.partner_id"), sql("s.user_id")
        return [
            (
                "action",
                "duty",
                sql("credit_obligation s"),
                sql("s.status IN ('open', 'overdue')"),
                user,
                sql("s.due_date"),
                client,
                sql("s.institution_id"),
            ),
            (
                "action",
                "measure",
                sql(
                    """credit_service_plan_measure s
                       JOIN credit_service_plan o ON o.id = s.plan_id AND o.state = 'approved'"""
                ),
                sql("s.state = 'open'"),
                user,
                sql("s.date"),
                client,
                sql("s.institution_id"),
            ),
            (
                "action",
                "uplift",
                sql(
                    """credit_uplift_measure s
                       JOIN credit_uplift o ON o.id = s.uplift_id AND o.state = 'open'"""
                ),
                sql("s.done_on IS NULL"),
                user,
                sql("s.due_date"),
                sql("o.partner_id"),
                own,
            ),
            (
                "action",
                "solution",
                sql(
                    """credit_meeting_line s
                       JOIN credit_meeting o ON o.id = s.meeting_id AND o.state = 'held'
                  LEFT JOIN mail_activity a ON a.id = s.activity_id"""
                ),
                sql("s.measure IS NOT NULL AND a.active IS NOT FALSE"),
                user,
                sql("s.deadline"),
                client,
                sql("s.institution_id"),
            ),
            (
                "action",
                "promise",
                sql("credit_promise s"),
                sql("s.state = 'open'"),
                user,
                sql("s.date"),
                client,
                own,
            ),
            (
                "action",
                "issue",
                sql("credit_client_issue s"),
                sql("s.state = 'open'"),
                user,
                sql("s.due_date"),
                client,
                own,
            ),
            (
                "action",
                "step",
                sql("credit_application_step s"),
                sql("s.state = 'current'"),
                user,
                sql("NULL"),
                client,
                sql("s.institution_id"),
            ),
            (
                "action",
                "project",
                sql("crm_lead s"),
                sql("s.is_credit_project AND s.active AND s.won_status = 'pending'"),
                user,
                sql("NULL"),
                client,
                sql("s.team_id"),
            ),
            (
                "action",
                "greeting",
                sql(
                    """credit_care_line s
                       JOIN credit_care_round o ON o.id = s.round_id AND o.state = 'open'"""
                ),
                sql("s.state = 'todo'"),
                user,
                sql("s.date"),
                client,
                sql("s.institution_id"),
            ),
            (
                "risk",
                "case",
                sql("credit_save_case s"),
                sql("s.state = 'open'"),
                user,
                sql("s.contact_by"),
                client,
                own,
            ),
            (
                "risk",
                "alert",
                sql("credit_fund_alert s"),
                sql("s.state = 'open'"),
                user,
                sql("s.due_date"),
                client,
                sql("s.institution_id"),
            ),
            (
                "risk",
                "hint",
                sql("credit_retention_hint s"),
                sql("s.state = 'open'"),
                sql("p.user_id"),
                sql("NULL"),
                client,
                own,
            ),
            (
                "risk",
                "commitment",
                sql("credit_commitment s"),
                sql("s.state = 'running' AND s.last_verdict = 'short'"),
                sql("p.user_id"),
                sql("s.date_to"),
                client,
                own,
            ),
        ]

    def _open_part(self, every, place, table, condition, person, due, client, institution):
        """Return the SELECT of what is open and has nobody, or somebody who has left."""
        return SQL(
            """SELECT %(head)s, s.id AS source_id, %(client)s AS partner_id,
                      %(institution)s AS institution_id, u.id AS left_id, NULL::varchar AS roles,
                      %(due)s::date AS due_date
                 FROM %(table)s
            LEFT JOIN res_partner p ON p.id = %(client)s
            LEFT JOIN res_users u ON u.id = %(person)s
                WHERE %(condition)s AND u.active IS NOT TRUE""",
            head=self._head(every, place),
            client=client,
            institution=institution,
            due=due,
            table=table,
            person=person,
            condition=condition,
        )

    @api.depends("place", "res_id")
    def _compute_subject(self):
        models_of = {where[0]: where[2] for where in WHERE}
        for place, rows in self.grouped("place").items():
            # sudo: the row was found with the reader's own rights; of the record behind it
            # only the name is shown.
            records = self.env[models_of[place]].sudo().browse(rows.mapped("res_id")).exists()
            names = {record.id: record.display_name for record in records}
            for row in rows:
                row.subject = names.get(row.res_id)

    def action_open_record(self):
        """Open what has nobody's name to it.

        :return: an action that opens a form
        :raises AccessError: the record is not the person's to see
        """
        self.ensure_one()
        self.check_access("read")
        model = next(where[2] for where in WHERE if where[0] == self.place)
        record = self.env[model].browse(self.res_id)
        if model in OPENED:
            record = record[OPENED[model]]
        record.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }
