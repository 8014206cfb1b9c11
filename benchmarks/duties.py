"""Targets of the ledger: a period's start, a day without news, one client in a hundred changed."""

from datetime import date
from statistics import median

from database import clone, drop, environment, server, stopwatch, vacuum
from results import Measure, say

# A Monday on which a month begins too; the half-year and the year are running.
START = date(2026, 6, 1)
NEXT_DAY = date(2026, 6, 2)
POSTS = ("president", "deputy_president", "corporate_head")
CHANGE = """
    UPDATE res_partner SET credit_institution_id = (
        SELECT min(id) FROM crm_team
         WHERE id > credit_institution_id AND institution_kind_id IS NOT NULL)
     WHERE is_credit_client AND id %% 101 = 0
       AND credit_institution_id < (SELECT max(id) FROM crm_team)
"""
# What somebody would write by hand who knows this bank: flat institutions, one holder per
# post, the dates of this very day.
FLOOR = """
WITH stated AS (
    SELECT d.partner_id, bool_or(d.type_id = ANY(%(sub_groups)s)) AS sub_group,
           bool_or(d.type_id = %(flag)s) AS flagged
      FROM credit_designation d
     WHERE d.type_id = ANY(%(sub_groups)s || %(flag)s) AND d.holds AND d.voided_at IS NULL
       AND d.date_from <= %(day)s AND (d.date_to IS NULL OR d.date_to >= %(day)s)
  GROUP BY d.partner_id
), holder AS (
    SELECT m.crm_team_id, m.post_id, m.user_id FROM crm_team_member m WHERE m.active
), client AS (
    SELECT p.id, p.credit_tier AS tier, p.credit_institution_id AS institution_id,
           COALESCE(s.sub_group, FALSE) AS sub_group
      FROM res_partner p LEFT JOIN stated s ON s.partner_id = p.id
     WHERE p.is_credit_client AND p.active
       AND (p.credit_tier IN ('strategic', 'quality') OR s.flagged)
), owed AS (
    SELECT c.id, c.tier, c.institution_id, r.rule, r.post, r.start, r.stop, r.due
      FROM client c
      JOIN (VALUES %(rows)s) AS r(rule, post, start, stop, due, sub_group)
        ON r.sub_group IS NULL OR (c.tier = 'strategic' AND r.sub_group = c.sub_group)
)
INSERT INTO credit_obligation (
    rule_id, kind_id, clause, partner_id, institution_id, user_id, post_id, tier, period,
    period_start, period_end, quota, required, done, due_date, latest_safe_date, status,
    guideline, since, escalation_level, create_uid, create_date, write_uid, write_date)
SELECT o.rule, r.kind_id, r.clause, o.id, o.institution_id, h.user_id, o.post, o.tier,
       r.period, o.start, o.stop, r.quota, r.quota, 0, o.due, o.due, 'open', FALSE, o.start, 0,
       1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
  FROM owed o
  JOIN credit_cadence_rule r ON r.id = o.rule
  LEFT JOIN holder h ON h.crm_team_id = o.institution_id AND h.post_id = o.post
"""
# Duties of an institution (its meetings and bulletins, a handful) belong to no client; the
# engine writes them too, the hand-written SQL does not.
ANSWERS = """
    SELECT rule_id, partner_id, institution_id, user_id, post_id, tier, period_start,
           period_end, required, due_date, status, guideline, since
      FROM credit_obligation WHERE partner_id IS NOT NULL
  ORDER BY rule_id, partner_id, period_start
"""


def prepare(name):
    """Add holders of the posts, and let the ledger begin long before."""
    with environment(name) as env:
        env["credit.working.year"]._load_official(2025)
        teams = env["crm.team"].search([("institution_kind_id", "!=", False)])
        users = (
            env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                [
                    {"name": f"{post} {team.id}", "login": f"bench_{post}_{team.id}"}
                    for team in teams
                    for post in POSTS
                ]
            )
        )
        posts = {post.code: post.id for post in env["credit.post"].search([])}
        pairs = [(team, post) for team in teams for post in POSTS]
        env["crm.team.member"].create(
            [
                {"user_id": user.id, "crm_team_id": team.id, "post_id": posts[post]}
                for user, (team, post) in zip(users, pairs, strict=True)
            ]
        )
        env.company.credit_ledger_start = date(2025, 12, 1)
    vacuum(name)


def floor_statement(env):
    """Return the hand-written statement with this day's rules and dates."""
    rules = {
        code: env.ref(f"credit_service_tasks.rule_{code}").id
        for code in (
            "s_s_1a",
            "s_s_1b",
            "s_s_1b_joint",
            "weekly_contact_president",
            "monthly_visit_president",
            "weekly_contact_deputy_or_head",
            "monthly_visit_deputy_or_head",
        )
    }
    posts = {post.code: post.id for post in env["credit.post"].search([])}
    week = ("2026-06-01", "2026-06-07", "2026-06-05")
    month = ("2026-06-01", "2026-06-30", "2026-06-30")
    half = ("2026-01-01", "2026-06-30", "2026-06-30")
    year = ("2026-01-01", "2026-12-31", "2026-12-31")
    rows = [
        ("s_s_1a", "president", year, False),
        ("s_s_1b", "president", half, True),
        ("s_s_1b_joint", "president", year, True),
        ("weekly_contact_president", "president", week, None),
        ("monthly_visit_president", "president", month, None),
        ("weekly_contact_deputy_or_head", "deputy_president", week, None),
        ("monthly_visit_deputy_or_head", "deputy_president", month, None),
    ]
    values = ", ".join(
        f"({rules[code]}, {posts[post]}, "
        + "".join(f"'{day}'::date, " for day in dates)
        + f"{'NULL' if group is None else group}::boolean)"
        for code, post, dates, group in rows
    )
    types = [
        env.ref(f"credit_client_tiering.designation_type_{code}").id
        for code in ("bank_shareholder", "government_group", "head_to_head_agreement")
    ]
    flag = env.ref("credit_service_tasks.designation_type_important_client").id
    return FLOOR.replace("%(rows)s", values), {"sub_groups": types, "flag": flag, "day": START}


def generate(name, day):
    """Keep the ledger of ``day`` through Odoo, commit included.

    :return: seconds, and how many duties to clients changed; institutions and persons have duties
        of each day
    """
    with stopwatch() as took, environment(name) as env:
        touched = env["credit.obligation"]._generate(day)
    with server(name) as cursor:
        cursor.execute(
            "SELECT count(*) FROM credit_obligation WHERE id = ANY(%s) AND partner_id IS NOT NULL",
            [list(touched)],
        )
        return took[0], cursor.fetchone()[0]


def answers(name):
    with server(name) as cursor:
        cursor.execute(ANSWERS)
        return cursor.fetchall()


def run(template, work, clients, rounds):
    """Measure both sides ``rounds`` times, one after the other, each on a fresh copy."""
    clone(template, work)
    prepared = f"{work}_duties"
    clone(work, prepared)
    prepare(prepared)
    seconds = {key: [] for key in ("floor", "start", "quiet", "changed")}
    for number in range(1, rounds + 1):
        clone(prepared, work)
        with environment(work) as env:
            statement, parameters = floor_statement(env)
        with stopwatch() as took, server(work) as cursor:
            cursor.execute(statement, parameters)
        seconds["floor"].append(took[0])
        expected = answers(work) if number == 1 else None

        clone(prepared, work)
        with environment(work) as env:  # compile and cache what a running server has anyway
            env["credit.obligation"]._generate(START, client_ids=[0])
        took, count = generate(work, START)
        seconds["start"].append(took)
        if expected:
            assert answers(work) == expected, "the floor and the engine do not say the same"
            say(f"  {len(expected):,} duties of {clients:,} clients")
        vacuum(work)
        took, count = generate(work, NEXT_DAY)
        assert not count, f"{count} duties changed on a day without news"
        seconds["quiet"].append(took)
        with server(work) as cursor:
            cursor.execute(CHANGE.replace("%%", "%"))
            moved = cursor.rowcount
        took, count = generate(work, NEXT_DAY)
        assert count, "nothing followed the clients that moved"
        seconds["changed"].append(took)
        say(
            f"  round {number}: {moved} clients moved, {count} duties followed; "
            + ", ".join(f"{key} {times[-1]:.2f} s" for key, times in seconds.items())
        )
    drop(prepared)
    middle = {key: median(times) for key, times in seconds.items()}
    other = "hand-written SQL inserting the same duties"
    return [
        Measure(
            f"6. Duties of a period's start, {clients:,} clients",
            middle["start"],
            middle["floor"],
            other,
            at_most=2.0,
        ),
        Measure(
            "   a day on which nothing changes",
            middle["quiet"],
            middle["floor"],
            other,
            at_most=0.2,
        ),
        Measure(
            "   1 % of the clients moved", middle["changed"], middle["floor"], other, at_most=0.2
        ),
    ]
