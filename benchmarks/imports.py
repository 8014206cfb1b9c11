"""Target 4: loading 100,000 rows of figures, against COPY with a bare upsert and Odoo's load().

An extract names its clients; load() finds them by name, ours as well ("named"). That search is
most of the time of load(), so it is also measured with what no extract holds: load() is given the
database id of every client, while ours goes on finding them by their credit code.

Who is assessed is the same on both sides: either nobody (the facts alone), or every client the rows
touch, within the transaction of the rows, as for any change of a fact.
"""

import csv
import io
from contextlib import nullcontext
from statistics import median
from unittest.mock import patch

from database import clone, environment, stopwatch
from dateutil.relativedelta import relativedelta
from results import Measure, say

SAMPLE = 300
FIGURES = (
    "exposure_now",
    "deposit_now",
    "payroll_people",
    "payroll_amount",
    "pos_amount",
    "cards_issued",
)
STAGING = """
    CREATE TEMP TABLE extract (credit_code varchar, period date, exposure_now numeric,
        deposit_now numeric, payroll_people numeric, payroll_amount numeric,
        pos_amount numeric, cards_issued numeric) ON COMMIT DROP
"""
UPSERT = """
    INSERT INTO credit_metric_snapshot AS s (
        partner_id, period_type, period_start, as_of, source, exposure_now, deposit_now,
        payroll_people, payroll_amount, pos_amount, cards_issued,
        create_uid, create_date, write_uid, write_date)
    SELECT p.id, 'month', e.period, e.period, 'bench', e.exposure_now, e.deposit_now,
           e.payroll_people, e.payroll_amount, e.pos_amount, e.cards_issued, 1, now(), 1, now()
      FROM extract e
      JOIN res_partner p ON p.credit_code = e.credit_code AND p.is_credit_client
    ON CONFLICT (partner_id, period_type, period_start) WHERE superseded_at IS NULL
    DO UPDATE SET exposure_now = excluded.exposure_now, deposit_now = excluded.deposit_now,
           payroll_people = excluded.payroll_people, payroll_amount = excluded.payroll_amount,
           pos_amount = excluded.pos_amount, cards_issued = excluded.cards_issued
"""


def extract(env, rows):
    """Return the rows of a monthly extract that the book does not know yet."""
    month = env.company._credit_today().replace(day=1) - relativedelta(months=2)
    env.cr.execute(
        """SELECT p.id, p.credit_code, p.name, s.exposure_now, s.deposit_now, s.payroll_people,
                  s.payroll_amount, s.pos_amount, s.cards_issued
             FROM res_partner p
             JOIN credit_metric_snapshot s ON s.partner_id = p.id AND s.period_type = 'month'
            WHERE p.is_credit_client ORDER BY p.id LIMIT %s""",
        [rows],
    )
    return month, env.cr.fetchall()


def as_csv(header, rows):
    text = io.StringIO()
    writer = csv.writer(text)
    if header:
        writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def bare(work, month, rows):
    """COPY into a staging table and one upsert; the text is ready beforehand."""
    text = as_csv(None, [(code, month, *figures) for _id, code, _name, *figures in rows])
    with stopwatch() as took, environment(work) as env:
        env.cr.execute(STAGING)
        env.cr._obj.copy_expert("COPY extract FROM STDIN WITH (FORMAT csv)", io.StringIO(text))
        env.cr.execute(UPSERT)
    return took[0]


def assessment(env, wanted):
    """Return a context in which changed facts are assessed, or not."""
    if wanted:
        return nullcontext()
    return patch.object(type(env["credit.assessment"]), "_assess", lambda *a, **k: [])


def ours(work, month, rows, assessing=True, named=False):
    """Load the same rows as an extract: staged, judged, applied; then assessed or not."""
    header = ["client_name" if named else "credit_code", "period", "period_type", *FIGURES]
    text = as_csv(
        header,
        [
            (name if named else code, f"{month:%Y-%m}", "month", *figures)
            for _id, code, name, *figures in rows
        ],
    )
    with stopwatch() as took, environment(work) as env:
        with assessment(env, assessing):
            batch = env["credit.import.batch"]._load(
                text.encode(), "figures", unit="yuan", source="bench", as_of=month
            )
        counts = (batch.state, batch.rejected_count)
    assert counts == ("applied", 0), counts
    return took[0]


def odoo_load(work, month, rows, assessing=True, named=False):
    """Odoo's own load() on a sample; returns the seconds for all rows."""
    client = "partner_id" if named else "partner_id/.id"
    header = [client, "period_type", "period_start", "source", *FIGURES]
    sample = rows[:: max(len(rows) // SAMPLE, 1)][:SAMPLE]
    table = [
        [
            name if named else str(id_),
            "month",
            str(month),
            "bench",
            *("" if v is None else str(v) for v in figures),
        ]
        for id_, _code, name, *figures in sample
    ]
    with stopwatch() as took, environment(work) as env, assessment(env, assessing):
        answer = env["credit.metric.snapshot"].load(header, table)
    assert answer["ids"] and len(answer["ids"]) == len(sample), answer["messages"][:3]
    return took[0] / len(sample) * len(rows)


def run(assessed, work, rows_wanted, rounds):
    """``assessed`` is a copy of the book that was assessed already."""
    steps = {
        "bare": bare,
        "facts": lambda *a: ours(*a, assessing=False),
        "load_facts": lambda *a: odoo_load(*a, assessing=False),
        "named": lambda *a: ours(*a, assessing=False, named=True),
        "load_named": lambda *a: odoo_load(*a, assessing=False, named=True),
        "whole": ours,
        "load": odoo_load,
    }
    seconds = {key: [] for key in steps}
    for number in range(1, rounds + 1):
        for key, step in steps.items():
            clone(assessed, work)
            with environment(work) as env:
                month, rows = extract(env, rows_wanted)
            seconds[key].append(step(work, month, rows))
        told = ", ".join(f"{key} {times[-1]:.2f} s" for key, times in seconds.items())
        say(f"  round {number}: {told}")
    middle = {key: median(times) for key, times in seconds.items()}
    return [
        Measure(
            f"4. Import of {len(rows):,} rows of figures: staged, judged, applied",
            middle["facts"],
            middle["bare"],
            "COPY and a bare upsert",
            at_most=4,
        ),
        Measure(
            "   Odoo's load() of the same rows, clients named, nobody assessed on either side",
            middle["load_named"],
            middle["named"],
            f"our import of these rows; load() extrapolated from {SAMPLE} rows",
            at_least=15,
        ),
        Measure(
            "   Odoo's load() given database ids instead, nobody assessed on either side",
            middle["load_facts"],
            middle["facts"],
            f"our import by credit code; load() extrapolated from {SAMPLE} rows",
            at_least=15,
        ),
        Measure(
            "   the same import with the assessment of every client it touches",
            middle["whole"],
            middle["bare"],
            "COPY and a bare upsert, which assess nothing",
        ),
        Measure(
            "   Odoo's load() given database ids, both sides with the assessment",
            middle["load"],
            middle["whole"],
            f"our import with the assessment; load() extrapolated from {SAMPLE} rows",
            at_least=15,
        ),
    ]
