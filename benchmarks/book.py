"""The synthetic book, and the hand-written SQL that stands for the floor."""

from pathlib import Path

from database import environment, server, vacuum
from dateutil.relativedelta import relativedelta

HERE = Path(__file__).parent
FLOOR = (HERE / "floor.sql").read_text()


def fill(name, clients):
    """Put ``clients`` synthetic credit clients with their facts into a database."""
    with environment(name) as env:
        day = env.company._credit_today()
        kinds = env["credit.institution.kind"].search([("is_head_office", "=", False)])
        institutions = env["crm.team"].create(
            [
                {
                    "name": f"Institution {number}",
                    "institution_code": f"B{number}",
                    "institution_kind_id": kinds[number % len(kinds)].id,
                }
                for number in range(40)
            ]
        )
        env.flush_all()
        # The rows refer to each other by construction; checking it would take half of the time.
        env.cr.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
        if env.cr.fetchone()[0]:
            env.cr.execute("SET LOCAL session_replication_role = replica")
        env.cr.execute(
            (HERE / "book.sql").read_text(),
            {
                "clients": clients,
                "institutions": institutions.ids,
                "year_start": day.replace(year=day.year - 1, month=1, day=1),
                "month_start": day.replace(day=1) - relativedelta(months=1),
            },
        )
        code = (
            "SELECT credit_code FROM res_partner WHERE is_credit_client ORDER BY id DESC LIMIT 50"
        )
        env.cr.execute(code)
        for (credit_code,) in env.cr.fetchall():
            assert not env["res.partner"]._credit_code_problem(credit_code), credit_code
    vacuum(name)


def floor_parameters(env):
    """Return the constants of ``floor.sql`` on a database."""
    day = env.company._credit_today()
    types = {t.code: t.id for t in env["credit.designation.type"].search([("code", "!=", False)])}
    return {
        **types,
        "corporate_ebank": env.ref("credit_client_tiering.product_corporate_ebank").id,
        "national_rank_name": f"rank_{types['national_rank']}",
        "industry_rank_name": f"rank_{types['industry_rank']}",
        "policy": env["credit.policy"]._get_active_policy(day).id,
        "day": day,
        "prev_year": day.year - 1,
        "year_start": day.replace(year=day.year - 1, month=1, day=1),
        "this_month": day.replace(day=1),
        "first_month": day.replace(day=1) - relativedelta(months=12),
    }


def floor(name, parameters, with_client=True):
    """Run the hand-written assessment on a database, in one transaction.

    :param with_client: also show the answer on the client, as the engine does
    """
    statement = FLOOR
    if not with_client:
        statement = FLOOR.partition("-- with the client --")[0] + "SELECT count(*) FROM stored"
    with server(name) as cursor:
        cursor.execute(statement, parameters)


ANSWERS = """
    SELECT a.partner_id, a.policy_id, a.as_of, a.credit_state, a.suggested, a.prospective,
           a.indicative, a.tier_verdicts, a.verdicts, a.facts::text,
           p.credit_state, p.credit_suggested, p.credit_prospective, p.credit_indicative,
           p.credit_tier_verdicts, p.credit_drift, p.credit_assessment_id = a.id
      FROM credit_assessment a
      JOIN res_partner p ON p.id = a.partner_id AND p.is_credit_client
  ORDER BY a.partner_id
"""


def answers(name):
    """Return everything an assessment stored, to be compared to the cent and the letter."""
    with server(name) as cursor:
        cursor.execute(ANSWERS)
        return cursor.fetchall()
