"""Targets 1 to 3: the whole book, nothing changed, one in a hundred changed, plain Python."""

from statistics import median

from book import answers, floor, floor_parameters
from database import clone, environment, stopwatch, vacuum
from plain_python import PlainPython
from results import Measure, say

SAMPLE = 500
CHANGE = """
    UPDATE credit_metric_snapshot SET exposure_avg = coalesce(exposure_avg, 0) + 1
     WHERE period_type = 'year' AND partner_id % 100 = 0 RETURNING partner_id
"""


def assess(name, ids=None):
    """Assess through Odoo, commit included; return seconds and how many changed."""
    with stopwatch() as took, environment(name) as env:
        changed = env["credit.assessment"]._assess(ids)
    return took[0], len(changed)


def change_one_in_a_hundred(name):
    with environment(name) as env:
        env.cr.execute(CHANGE)
        return [row[0] for row in env.cr.fetchall()]


def run(template, work, clients, rounds):
    """Measure both sides ``rounds`` times, one after the other, each on a fresh copy."""
    seconds = {key: [] for key in ("plain", "floor", "engine", "unchanged", "changed", "orm")}
    for number in range(1, rounds + 1):
        clone(template, work)
        with environment(work) as env:
            parameters = floor_parameters(env)
        with stopwatch() as took:
            floor(work, parameters, with_client=False)
        seconds["plain"].append(took[0])

        clone(template, work)
        with stopwatch() as took:
            floor(work, parameters)
        seconds["floor"].append(took[0])
        expected = answers(work) if number == 1 else None

        clone(template, work)
        with environment(work) as env:  # compile and cache what a running server has anyway
            env["credit.assessment"]._assess([0])
        took, count = assess(work)
        assert count == clients, f"{count} of {clients} assessed"
        seconds["engine"].append(took)
        if expected:
            assert answers(work) == expected, "the floor and the engine do not answer the same"
            del expected

        vacuum(work)
        took, count = assess(work)
        assert not count, f"{count} assessed although nothing changed"
        seconds["unchanged"].append(took)

        with environment(work) as env:
            seconds["orm"].append(plain_python(env, clients))

        took, count = assess(work, ids=(ids := change_one_in_a_hundred(work)))
        assert count == len(ids) == clients // 100, (count, len(ids))
        seconds["changed"].append(took)
        say(
            f"  round {number}: "
            + ", ".join(f"{key} {times[-1]:.2f} s" for key, times in seconds.items())
        )
    return measures({key: median(times) for key, times in seconds.items()}, clients)


def plain_python(env, clients):
    """Return the seconds that plain Python would need for the book, from a sample."""
    partners = env["res.partner"]
    step = max(clients // SAMPLE, 1)
    ids = partners.search([("is_credit_client", "=", True)], order="id").ids[::step][:SAMPLE]
    env.invalidate_all()
    with stopwatch() as took:
        rules = PlainPython(env)
        found = {i: rules.answer(partners.browse(i)) for i in ids}
    for client in partners.browse(ids):
        expected = (client.credit_suggested, client.credit_tier_verdicts)
        assert found[client.id] == expected, (client.id, found[client.id], expected)
    return took[0] / len(ids) * clients


def measures(middle, clients):
    floor_seconds = middle["floor"]
    book = f"{clients:,} clients"
    return [
        Measure(
            f"1. Full assessment, evidence stored, {book}",
            middle["engine"],
            floor_seconds,
            "hand-written SQL (floor.sql)",
            at_most=2.0,
        ),
        Measure(
            "   the same against the floor that does not show the answer on the client",
            middle["engine"],
            middle["plain"],
            "floor.sql without its last UPDATE",
        ),
        Measure(
            "2. Nothing changed",
            middle["unchanged"],
            floor_seconds,
            "hand-written SQL (floor.sql)",
            at_most=0.5,
        ),
        Measure(
            f"   1 % changed ({clients // 100:,} clients)",
            middle["changed"],
            floor_seconds,
            "hand-written SQL (floor.sql)",
            at_most=0.1,
        ),
        Measure(
            "3. Plain ORM Python, verdict only",
            middle["orm"],
            middle["engine"],
            f"the engine; Python extrapolated from {SAMPLE} clients",
            at_least=30,
        ),
    ]
