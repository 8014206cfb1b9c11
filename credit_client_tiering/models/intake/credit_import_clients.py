import unicodedata

from odoo import fields, models
from odoo.tools import SQL

from ..fact.res_partner import hold_assessment
from .parse import parse_selection

# Column of an extract: field of the client.
CLIENT_FIELDS = {
    "client_name": "name",
    "credit_code": "credit_code",
    "institution": "credit_institution_id",
    "size": "credit_size",
    "tax_grade": "credit_tax_grade",
    "business_since": "credit_business_since",
    "first_credit": "credit_first_date",
    "credit_end": "credit_end_date",
}
DATES = ("business_since", "first_credit", "credit_end")
CHOICES = ("size", "tax_grade")


class CreditImportBatch(models.Model):
    """Clients: companies of the book, created or brought up to date."""

    _inherit = "credit.import.batch"

    def _stage_clients(self, staging, header_map):
        given = [SQL("%s, j.%s", f, SQL.identifier(f)) for f in CLIENT_FIELDS.values()]
        differs = [
            SQL(
                "(j.%(f)s IS NOT NULL AND j.%(f)s IS DISTINCT FROM p.%(f)s)",
                f=SQL.identifier(field),
            )
            for field in CLIENT_FIELDS.values()
        ]
        self.env.cr.execute(
            SQL(
                """INSERT INTO credit_import_line (
                       batch_id, row_no, raw, problems, verdict, client_ref,
                       institution_ref, "values")
                   SELECT %(batch)s, j.row_no, j.raw,
                          CASE WHEN t.problems <> '{}' THEN to_jsonb(t.problems) END,
                          CASE WHEN t.problems <> '{}' THEN 'rejected'
                               WHEN p.id IS NULL THEN 'new'
                               WHEN p.is_credit_client IS NOT TRUE OR %(differs)s
                                   OR (j.parent_code IS NOT NULL
                                       AND j.parent_code IS DISTINCT FROM up.credit_code)
                                   THEN 'changed'
                               ELSE 'unchanged' END,
                          p.id, j.credit_institution_id,
                          jsonb_strip_nulls(jsonb_build_object(
                              %(given)s, 'parent_code', j.parent_code))
                     FROM (SELECT r.*, count(*) OVER same AS twins,
                                  min(r.row_no) OVER same AS first_row,
                                  max(r.row_no) OVER same AS last_row
                             FROM (%(read)s) r
                           WINDOW same AS (PARTITION BY coalesce(r.credit_code, r.name),
                                                        r.credit_code IS NULL)) j
                LEFT JOIN res_partner p ON p.id = j.client_ref
                LEFT JOIN res_partner up ON up.id = p.parent_id
               CROSS JOIN LATERAL (SELECT j.problems
                          || CASE WHEN j.twins > 1 AND coalesce(j.credit_code, j.name)
                                       IS NOT NULL
                                  THEN ARRAY[concat(%(twin)s::text, j.first_row, ',',
                                                    j.last_row)] ELSE '{}' END
                          || CASE WHEN coalesce(j.credit_end_date, p.credit_end_date)
                                     < coalesce(j.credit_first_date, p.credit_first_date)
                                  THEN ARRAY[%(order)s::text] ELSE '{}' END
                          || CASE WHEN j.credit_end_date IS NOT NULL AND
                                  coalesce(j.credit_first_date, p.credit_first_date) IS NULL
                                  THEN ARRAY[%(first)s::text] ELSE '{}' END
                          AS problems) t""",
                batch=self.id,
                given=SQL(", ").join(given),
                differs=SQL(" OR ").join(differs),
                read=self._clients_read(staging),
                twin=staging.problem(
                    "twin_code" if "credit_code" in staging.index else "twin", "credit_code"
                ),
                order=staging.problem("order", "credit_end"),
                first=staging.problem("first_missing", "credit_end"),
            )
        )
        self._check_parents(staging)

    def _clients_read(self, staging):
        """Return the SELECT of rows with the client they mean, and problems.

        By credit code; else a company of that name that has no code yet, so that
        a company the CRM knows is marked and not doubled.
        """
        joins, problems, columns = [], [], []
        where_join, where_problem = self._institution_meaning(staging)
        for code in DATES:
            join, problem = self._date_meaning(staging, code, code != "business_since")
            joins.append(join)
            problems.append(problem)
            columns.append(
                SQL("%s.value AS %s", SQL.identifier(code), SQL.identifier(CLIENT_FIELDS[code]))
            )
        for code in CHOICES:
            field = CLIENT_FIELDS[code]
            words = parse_selection(self.env, "res.partner", field)
            found = {
                text: words[text.lower()]
                for text in staging.distinct(code)
                if text.lower() in words
            }
            joins.append(staging.meaning(code, code, found, "varchar"))
            columns.append(SQL("%s.value AS %s", SQL.identifier(code), SQL.identifier(field)))
            labels = self.env["res.partner"]._fields[field]._description_selection(self.env)
            known = " / ".join(label for _value, label in labels)
            problems.append(
                SQL(
                    "CASE WHEN %s IS NOT NULL AND %s IS NULL THEN %s END",
                    staging.text(code),
                    SQL.identifier(code, "value"),
                    staging.problem("choice", code, known),
                )
            )
        check = self.env["res.partner"]._credit_code_problem
        wrong = [
            text
            for text in staging.distinct("credit_code")
            if check(unicodedata.normalize("NFKC", text))
        ]
        code, name = staging.text("credit_code"), staging.text("client_name")
        problems += [
            where_problem,
            SQL(
                "CASE WHEN %s = ANY(%s) THEN %s END",
                code,
                wrong,
                staging.problem("wrong_code", "credit_code"),
            ),
            SQL(
                "CASE WHEN known.id IS NOT NULL AND NOT known.active THEN %s END",
                staging.problem("archived", "credit_code"),
            ),
            SQL(
                "CASE WHEN known.id IS NULL AND named.hits > 1 THEN %s END",
                staging.problem("ambiguous", "client_name"),
            ),
            SQL(
                "CASE WHEN known.id IS NULL AND %s IS NULL THEN %s END",
                name,
                staging.problem("noname", "client_name"),
            ),
            *staging.formula_problems(["client_name", "credit_code", "parent_code"]),
        ]
        return SQL(
            """SELECT s.row_no, %(raw)s AS raw, %(name)s AS name,
                      %(code)s AS credit_code, %(parent)s AS parent_code,
                      institution.value AS credit_institution_id, %(columns)s,
                      coalesce(known.id, CASE WHEN named.hits = 1 THEN named.id END)
                          AS client_ref,
                      %(problems)s AS problems
                 FROM %(table)s s
            LEFT JOIN res_partner known
                   ON known.is_credit_client AND known.credit_code = %(code)s
            LEFT JOIN (SELECT p.name AS name, min(p.id) AS id, count(*) AS hits
                         FROM res_partner p
                        WHERE p.is_company AND p.active
                     GROUP BY p.name) every ON every.name = %(name)s
            LEFT JOIN (SELECT p.name AS name, min(p.id) AS id, count(*) AS hits
                         FROM res_partner p
                        WHERE p.is_company AND p.active AND p.credit_code IS NULL
                     GROUP BY p.name) nocode ON nocode.name = %(name)s
           CROSS JOIN LATERAL (SELECT
                         CASE WHEN %(raw_code)s IS NULL THEN every.id ELSE nocode.id END
                             AS id,
                         CASE WHEN %(raw_code)s IS NULL THEN every.hits ELSE nocode.hits END
                             AS hits) named
                      %(where_join)s %(joins)s
               OFFSET 0""",
            raw=staging.raw(),
            name=name,
            code=staging.credit_code(),
            raw_code=code,
            parent=staging.credit_code("parent_code"),
            columns=SQL(", ").join(columns),
            problems=staging.problems(problems),
            table=staging.table,
            where_join=where_join,
            joins=SQL(" ").join(joins),
        )

    def _check_parents(self, staging):
        """Reject rows whose parent nobody knows, or that would belong to themselves."""
        if "parent_code" not in staging.index:
            return
        rows = self.env.execute_query(
            SQL(
                """SELECT id, "values" ->> 'credit_code', "values" ->> 'parent_code'
                     FROM credit_import_line
                    WHERE batch_id = %s AND verdict <> 'rejected'""",
                self.id,
            )
        )
        above = {code: parent for _id, code, parent in rows if code}
        self.env.cr.execute(
            SQL(
                """SELECT p.credit_code, up.credit_code FROM res_partner p
                LEFT JOIN res_partner up ON up.id = p.parent_id
                    WHERE p.is_credit_client AND p.credit_code IS NOT NULL"""
            )
        )
        for code, parent in self.env.cr.fetchall():
            above[code] = above.get(code) or parent
        bad = {"parent": [], "own_parent": []}
        for line_id, code, parent in rows:
            if parent and parent not in above:
                bad["parent"].append(line_id)
            elif parent and _circular(code, parent, above):
                bad["own_parent"].append(line_id)
        for rule, ids in bad.items():
            self.env.cr.execute(
                SQL(
                    """UPDATE credit_import_line
                          SET verdict = 'rejected', problems = jsonb_build_array(%s::text)
                        WHERE id = ANY(%s)""",
                    staging.problem(rule, "parent_code"),
                    ids,
                )
            )

    # APPLY

    def _apply_clients(self, first, last):
        """Apply a slice; return the clients touched.

        Gone through twice: parents may stand below their daughters in the file,
        so they are linked when every company exists.
        """
        if first > self.last_row:
            return self._link_parents(first - self.last_row, last - self.last_row)
        lines = self.env["credit.import.line"].search(
            [
                ("batch_id", "=", self.id),
                ("row_no", ">=", first),
                ("row_no", "<=", last),
                ("verdict", "in", ("new", "changed")),
            ],
            order="row_no",
        )
        # sudo: whoever may load extracts may keep clients of the whole bank.
        partners = (
            self.env["res.partner"]
            .sudo()
            .with_context(
                tracking_disable=True,
                mail_create_nosubscribe=True,
                no_vat_validation=True,
                **hold_assessment(),
            )
        )
        existing = self._clients_now(lines)
        created, touched = [], []
        for line in lines:
            vals = {k: v for k, v in line.values.items() if k != "parent_code"}
            known = existing.get(line.id)
            if known:
                partner = partners.browse(known)
                changes = _changes(partner, dict(vals, is_credit_client=True))
                if changes:
                    partner.write(changes)
                    touched.append(partner.id)
            else:
                created.append(dict(vals, is_company=True, is_credit_client=True))
        new = partners.create(created)
        new.flush_recordset()
        self._engine().written_count += len(new) + len(touched)
        return [*touched, *new.ids]

    def _clients_now(self, lines):
        """Return per line the client it means now; another load may have been quicker."""
        codes = {line.values.get("credit_code"): line for line in lines}
        codes.pop(None, None)
        found = {line.id: line.client_ref for line in lines if line.client_ref and line.partner_id}
        rows = self.env.execute_query(
            SQL(
                """SELECT credit_code, id FROM res_partner
                    WHERE is_credit_client AND credit_code = ANY(%s)""",
                list(codes),
            )
        )
        found.update({codes[code].id: partner_id for code, partner_id in rows})
        return found

    def _link_parents(self, first, last):
        rows = self.env.execute_query(
            SQL(
                """SELECT p.id, up.id
                     FROM (SELECT l.values ->> 'parent_code' AS parent_code,
                                  CASE WHEN l.values ? 'credit_code' THEN
                                      (SELECT c.id FROM res_partner c
                                        WHERE c.is_credit_client
                                          AND c.credit_code = l.values ->> 'credit_code')
                                       ELSE l.client_ref END AS client_id
                             FROM credit_import_line l
                            WHERE l.batch_id = %s AND l.row_no BETWEEN %s AND %s
                              AND l.verdict <> 'rejected' AND l.values ? 'parent_code') l
                     JOIN res_partner p ON p.id = l.client_id
                     JOIN res_partner up ON up.is_credit_client
                      AND up.credit_code = l.parent_code
                    WHERE p.parent_id IS DISTINCT FROM up.id""",
                self.id,
                first,
                last,
            )
        )
        # sudo: as above.
        partners = (
            self.env["res.partner"].sudo().with_context(tracking_disable=True, **hold_assessment())
        )
        for partner_id, parent_id in rows:
            partners.browse(partner_id).write({"parent_id": parent_id})
        partners.flush_model()
        return [row[0] for row in rows]


def _changes(partner, vals):
    """Return what of ``vals`` differs from the client."""
    changes = {}
    for name, value in vals.items():
        field = partner._fields[name]
        now = partner[name].id if field.type == "many2one" else partner[name]
        if field.type == "date":
            value = fields.Date.to_date(value)
        if now != value:
            changes[name] = value
    return changes


def _circular(code, parent, above):
    """Tell whether a company would be above itself."""
    seen = {code}
    while parent:
        if parent in seen:
            return True
        seen.add(parent)
        parent = above.get(parent)
    return False
