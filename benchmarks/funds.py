"""Large funds: a year of daily movements, the evening's run against its bare SQL."""

from datetime import timedelta
from pathlib import Path
from statistics import median

from database import clone, drop, environment, server, stopwatch
from results import Measure, say

HERE = Path(__file__).parent
FLOOR = (HERE / "funds_floor.sql").read_text()
ROWS_PER_CLIENT = 100
ROUNDS = 3
WRITTEN = (
    "credit_fund_bulletin_line",
    "credit_fund_bulletin",
    "credit_fund_alert",
    "credit_fund_rhythm",
    "credit_fund_run",
)
FOUND = """
    SELECT (SELECT count(*) FROM credit_fund_rhythm),
           (SELECT sum(usual_amount) FROM credit_fund_rhythm),
           (SELECT count(*) FROM credit_fund_alert WHERE state = 'open'),
           (SELECT count(*) FROM credit_fund_alert WHERE state = 'quiet'),
           (SELECT sum(amount) FROM credit_fund_alert),
           (SELECT count(*) FROM credit_fund_bulletin),
           (SELECT count(*) FROM credit_fund_bulletin_line),
           (SELECT sum(net) FROM credit_fund_bulletin_line)
"""


def fill(name, clients):
    """Give every client its movements; return how many rows there are."""
    with environment(name) as env:
        today = env.company._credit_today()
    with server(name) as cursor:
        # The rows need no log here, and their keys are right by construction.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("ALTER TABLE credit_fund_movement SET UNLOGGED")
        cursor.execute((HERE / "funds.sql").read_text(), {"days": ROWS_PER_CLIENT, "today": today})
        # Every client has a manager, so that every task goes onto somebody's list.
        cursor.execute("UPDATE res_partner SET user_id = 2 WHERE is_credit_client")
        cursor.execute("VACUUM ANALYZE credit_fund_movement")
        cursor.execute("ANALYZE credit_planned_payment")
        cursor.execute("SELECT count(*) FROM credit_fund_movement")
        count = cursor.fetchone()[0]
    assert count == clients * ROWS_PER_CLIENT, count
    return count


def clear(name):
    """Forget what a run wrote, so that the next one meets what the first one met."""
    with server(name) as cursor:
        cursor.execute("DELETE FROM mail_activity WHERE res_model = 'credit.fund.alert'")
        cursor.execute(f"TRUNCATE {', '.join(WRITTEN)}")
        cursor.execute("CHECKPOINT")


def found(name):
    with server(name) as cursor:
        cursor.execute(FOUND)
        return cursor.fetchone()


def floor(name, today):
    """Run the hand-written statements in one transaction."""
    with server(name) as cursor:
        cursor.execute(
            "BEGIN;" + FLOOR + ";COMMIT", {"today": today, "since": today - timedelta(days=365)}
        )


def ours(name):
    """Run as the nightly job does: slice by slice, each committed, reminders included."""
    with environment(name) as env:
        run = env["credit.fund.run"]._of(env.company._credit_today())
        while run._next_slice():
            env.cr.commit()


def run(empty, work, clients):
    import book

    clone(empty, work)
    book.fill(work, clients)
    rows = fill(work, clients)
    say(f"  {rows:,} movements")
    with environment(work) as env:
        today = env.company._credit_today()
    seconds = {"floor": [], "ours": []}
    try:
        for number in range(1, ROUNDS + 1):
            clear(work)
            with stopwatch() as took:
                floor(work, today)
            seconds["floor"].append(took[0])
            expected = found(work)
            clear(work)
            with stopwatch() as took:
                ours(work)
            seconds["ours"].append(took[0])
            assert found(work) == expected, (found(work), expected)
            say(
                f"  round {number}: "
                + ", ".join(f"{key} {times[-1]:.2f} s" for key, times in seconds.items())
            )
    finally:
        drop(work)
    rhythms, _usual, opened, quiet, *_rest, lines, _net = expected
    note = (
        f"Large funds: both sides found the same {rhythms:,} rhythms, {opened:,} open and "
        f"{quiet:,} quiet alerts and {lines:,} lines of bulletins; ours also put the open ones "
        "on the lists of their owners."
    )
    return [
        Measure(
            f"7. Large funds, nightly run over {rows:,} movements of {clients:,} clients",
            median(seconds["ours"]),
            median(seconds["floor"]),
            "hand-written SQL (funds_floor.sql)",
            at_most=2.0,
        )
    ], [note]
