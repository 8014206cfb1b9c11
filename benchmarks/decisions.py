"""The lists: a bulk confirmation against bare SQL, its growth, the board with everybody on it.

The board is what its action opens: its view, its context, its filter, its columns with their sums
and bars, against contacts' own kanban of the same clients by the same lists.

The membership write is ``_enter`` as the last approval calls it: the rows the clients were on (half
of them) are closed, the new ones inserted, the clients show them, the drift is compared again. The
other side inserts the very same rows and does nothing else.
"""

from contextlib import nullcontext
from functools import partial
from statistics import median
from unittest.mock import patch

import screens
from database import clone, drop, environment, server, stopwatch, vacuum
from results import Measure, say

from odoo import Command

LINES = 5_000
FEW = 500
TIERS = ("strategic", "quality", "basic", "potential")
BARE = """
    INSERT INTO credit_membership (
           partner_id, tier, institution_id, date_from, listed_since, origin, reason,
           assessment_id, nomination_id, create_uid, create_date, write_uid, write_date)
    SELECT p.id, 'strategic', p.credit_institution_id, n.day, n.day, 'head_office', 'x',
           p.credit_assessment_id, n.id, 1, now(), 1, now()
      FROM bench_line n JOIN res_partner p ON p.id = n.partner_id
  ORDER BY p.id
"""
NOMINATE = """
    INSERT INTO credit_nomination (
           partner_id, institution_id, tier, state, round, agrees, suggested, assessment_id,
           nominated_by, submitted_at, finance_approved, create_uid, create_date, write_uid,
           write_date)
    SELECT p.id, p.credit_institution_id, 'strategic', 'submitted', 1, TRUE, 'strategic',
           p.credit_assessment_id, 1, now(), TRUE, 1, now(), 1, now()
      FROM res_partner p
     WHERE p.is_credit_client AND p.credit_tier IS DISTINCT FROM 'strategic'
  ORDER BY p.id LIMIT %s
 RETURNING id, partner_id
"""


def prepare(name, lines):
    """Put submitted lines, and a reviewer for the second department, into a database."""
    with environment(name) as env:
        env.cr.execute(NOMINATE, [lines])
        rows = env.cr.fetchall()
        day = env.company._credit_today()
        env.cr.execute("CREATE TABLE bench_line (id int, partner_id int, day date)")
        env.cr.execute(
            "INSERT INTO bench_line SELECT id, partner_id, %s FROM credit_nomination", [day]
        )
        group = env.ref("credit_client_tiering.group_credit_management")
        env["res.users"].create(
            {"name": "Bench", "login": "bench", "group_ids": [Command.link(group.id)]}
        )
    vacuum(name)
    return rows


def bare(name):
    with server(name) as cursor:
        # Only to make room for the new rows; not measured.
        cursor.execute("UPDATE credit_membership SET date_to = date_from WHERE date_to IS NULL")
        cursor.execute("VACUUM credit_membership")
        with stopwatch() as took:
            cursor.execute(BARE)
    return took[0]


def entered(name, alone=False):
    """Return seconds of the membership write of all lines.

    :param alone: without what other addons do once lists have changed
    """
    with environment(name) as env:
        env.cr.execute("SELECT id, partner_id FROM bench_line ORDER BY partner_id")
        rows = env.cr.fetchall()
        clients = env["res.partner"].browse(client for _line, client in rows)
        nominations = {client: line for line, client in rows}
        lists = env["credit.membership"]
        lists.search([], limit=1)
        others = patch.object(type(lists), "_on_lists_changed", lambda *_: None)
        with others if alone else nullcontext(), stopwatch() as took:
            lists._enter(clients, "strategic", "head_office", "x", nominations=nominations)
            env.flush_all()
    return took[0]


def decided(name, lines):
    """Return (seconds, queries) of the second department approving all lines in bulk."""
    with environment(name) as env:
        user = env["res.users"].search([("login", "=", "bench")])
        env.cr.execute("SELECT id FROM bench_line ORDER BY id LIMIT %s", [lines])
        ids = [row[0] for row in env.cr.fetchall()]
        work = env["credit.nomination"].with_user(user).browse(ids)
        user.has_group("base.group_user")
        before = env.cr.sql_log_count
        with stopwatch() as took:
            work.action_approve_agreeing()
            env.flush_all()
        queries = env.cr.sql_log_count - before
        assert set(work.mapped("state")) == {"confirmed"}
    return took[0], queries


def everybody_listed(name):
    """Put the whole book on the lists, so that the board has no empty column."""
    with environment(name) as env:
        env.cr.execute("SELECT id FROM res_partner WHERE is_credit_client ORDER BY id")
        ids = [row[0] for row in env.cr.fetchall()]
        for number, tier in enumerate(TIERS):
            clients = env["res.partner"].browse(ids[number :: len(TIERS)])
            env["credit.membership"]._enter(clients, tier, "institution", "x")
    vacuum(name)


def run(assessed, work, rounds):
    """Measure on copies of a database whose clients are assessed."""
    ready = f"{work}_lines"
    try:
        return measured(assessed, work, ready, rounds)
    finally:
        drop(ready)


def measured(assessed, work, ready, rounds):
    clone(assessed, ready)
    prepare(ready, LINES)
    times = {"bare": [], "ours": [], "all": []}
    growth = {FEW: [], LINES: []}
    for _round in range(rounds):
        for kind, write in (
            ("bare", bare),
            ("ours", partial(entered, alone=True)),
            ("all", entered),
        ):
            clone(ready, work)
            times[kind].append(write(work))
        for lines, found in growth.items():
            clone(ready, work)
            found.append(decided(work, lines))
    ours, floor = median(times["ours"]), median(times["bare"])
    seconds = {lines: median(t for t, _q in found) for lines, found in growth.items()}
    queries = {lines: max(q for _t, q in found) for lines, found in growth.items()}
    for lines in growth:
        say(f"  {lines:,} lines: {seconds[lines]:.2f} s, {queries[lines]} queries")
    measures = [
        Measure(
            f"Membership write of a bulk confirmation, {LINES:,} lines",
            ours,
            floor,
            "bare SQL inserting the same rows",
            at_most=3,
        ),
        Measure(
            "   the same with the service addon: teams compared, duties told of it",
            median(times["all"]),
            floor,
            "bare SQL inserting the same rows, which tells nobody",
        ),
        Measure(
            f"Bulk decision of {LINES:,} lines, per line",
            seconds[LINES] / LINES * 1000,
            seconds[FEW] / FEW * 1000,
            f"per line of {FEW:,} lines",
            at_most=1.2,
            unit="ms",
        ),
        Measure(
            f"   Queries of {LINES:,} lines",
            queries[LINES],
            queries[FEW],
            f"{FEW:,} lines; Odoo inserts 100 rows a statement",
            unit="queries",
        ),
    ]
    clone(assessed, work)
    everybody_listed(work)
    return measures + board(work)


def board(name):
    """Opening the board: the action's own kanban, everybody on a list."""
    views = screens.Screens(name)
    kinds = {"board": [], "stock kanban": []}
    for kind in kinds:
        views.board(kind, 80)
    for _repeat in range(screens.REPEATS):
        for kind, taken in kinds.items():
            taken.append(views.board(kind, 80)[0])
    ours, stock = (median(taken) for taken in kinds.values())
    counts = [views.board("board", cards)[1] for cards in (20, 40, 80)]
    say(f"  queries of the board: {counts}")
    return [
        Measure(
            f"Board, {views.members():,} on the lists, 80 cards a column",
            ours * 1000,
            stock * 1000,
            "contacts' own kanban of the same clients by the same lists",
            at_most=1.3,
            unit="ms",
        ),
        Measure(
            "   Queries of the board: 20, 40 and 80 cards a column",
            max(counts),
            min(counts),
            "with 20 cards",
            at_most=1,
            unit="queries",
        ),
    ]
