"""The monthly report of one institution, against the time of its own queries.

Every statement the report sends is kept and sent again by itself, rows fetched: what remains is
what Odoo, the rules and the page cost. The page is the HTML that is turned into a PDF outside of
Odoo; that program is not measured.
"""

from contextlib import contextmanager
from datetime import date
from statistics import median
from unittest.mock import patch

import decisions
import duties
from database import clone, environment, stopwatch, vacuum
from results import Measure, say

from odoo.sql_db import Cursor

MONTH = date(2026, 6, 1)
REPORT = "credit_service_tasks.action_report_month"


def prepare(name):
    """Everybody on a list, the duties of the month generated."""
    decisions.everybody_listed(name)
    duties.prepare(name)
    duties.generate(name, MONTH)
    vacuum(name)


@contextmanager
def kept():
    """Keep every statement that is executed, as it went to the database."""
    statements = []
    execute = Cursor.execute

    def keep(self, *args, **kwargs):
        answer = execute(self, *args, **kwargs)
        statements.append(self._obj.query)
        return answer

    with patch.object(Cursor, "execute", keep):
        yield statements


def page(env, report):
    return env["ir.actions.report"]._render_qweb_html(REPORT, report.ids)[0]


def spreadsheet(env, report):
    return report._spreadsheet()


def opened(env, institution):
    report = env["credit.month.report"].create({"institution_id": institution, "month": MONTH})
    env.flush_all()
    env.invalidate_all()
    return report


def measured(name, institution, write):
    """Return (seconds of the report, seconds of its queries alone, queries)."""
    with environment(name) as env:
        report = opened(env, institution)
        with stopwatch() as took:
            write(env, report)
        env.cr.rollback()
    with environment(name) as env:
        report = opened(env, institution)
        with kept() as statements:
            write(env, report)
        reads = [text for text in statements if text.lstrip().upper().startswith(b"SELECT")]
        with stopwatch() as alone:
            for text in reads:
                env.cr._obj.execute(text)
                env.cr._obj.fetchall()
        env.cr.rollback()
    return took[0], alone[0], len(reads)


def run(assessed, work, rounds):
    """Measure on a copy of a database whose clients are assessed."""
    clone(assessed, work)
    prepare(work)
    with environment(work) as env:
        institution = env["crm.team"].search([("institution_code", "=", "B1")]).id
        client = [("credit_institution_id", "=", institution)]
        size = env["res.partner"].search_count(client)
        owed = env["credit.obligation"].search_count([("institution_id", "=", institution)])
    say(f"  the institution has {size:,} clients and {owed:,} duties")
    measures = []
    for label, write in (("page", page), ("spreadsheet", spreadsheet)):
        measured(work, institution, write)  # templates get compiled, rights cached
        found = [measured(work, institution, write) for _round in range(rounds)]
        ours, alone = (median(part) for part in list(zip(*found, strict=True))[:2])
        measures.append(
            Measure(
                f"Monthly report of an institution with {size:,} clients, {label}",
                ours * 1000,
                alone * 1000,
                f"its own {found[0][2]} queries alone",
                at_most=3,
                unit="ms",
            )
        )
    return measures
