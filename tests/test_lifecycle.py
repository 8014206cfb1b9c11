"""Install, update and uninstall on a CRM that is in use: nothing of it is lost, nothing is logged.

Every step is an Odoo process of its own on a database of its own, as an administrator would do it.
What the CRM held before is compared row by row with what it holds afterwards, over the columns that
were there before.
"""

import contextlib
import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

import psycopg2
from psycopg2 import sql

from odoo.sql_db import connection_info_for

PROJECT = Path(__file__).resolve().parent.parent
ADDONS = [
    name
    for name in ("credit_client_tiering", "credit_service_tasks")
    if (PROJECT / name / "__manifest__.py").exists()
]
DATABASE = f"credit_client_crm_lifecycle_{os.getpid()}"
ODOO = [sys.executable, "-c", "import odoo.cli; odoo.cli.main()"]
# Odoo's log lines, Python's own warnings, docutils on a description.
PROBLEM = re.compile(
    r"""
    ^\S+\ \S+\ \d+\ (?:WARNING|ERROR|CRITICAL)\ .*
    | ^.*Warning:\ .*
    | ^.*\((?:WARNING|ERROR|SEVERE)/\d\).*
    """,
    re.MULTILINE | re.VERBOSE,
)
# Said about the machine, not about an addon.
HARMLESS = re.compile(r"wkhtmltopdf|invalid addons directory")

# Teams, leads and a group of companies, beside Odoo's own demo data: what a bank's CRM might hold.
EXISTING_CRM = """
admin = env.ref("base.user_admin")
Partner = env["res.partner"]
team = env["crm.team"].create({"name": "Wuhan corporate", "user_id": admin.id})
env["crm.team.member"].create({"crm_team_id": team.id, "user_id": admin.id})
group = Partner.create({"name": "Group", "is_company": True, "vat": "91420100MA4KXXXX0X"})
company = Partner.create({"name": "Subsidiary", "is_company": True, "parent_id": group.id})
plant = Partner.create({"name": "Plant", "is_company": True, "parent_id": company.id})
Partner.create({"name": "A contact", "parent_id": company.id, "phone": "027 1234 5678"})
lead = env["crm.lead"].create({"name": "Loan", "partner_id": plant.id, "team_id": team.id})
lead.message_post(body="A note that must survive")
lead.activity_schedule("mail.mail_activity_data_call", summary="Call", user_id=admin.id)
env.cr.commit()
"""
# What a bank sets for itself; an update must leave it.
BANK_SETTINGS = """
draft = env.ref("credit_client_tiering.policy_guide_2021").copy()
draft.name = "Draft of the bank"
draft.criterion_ids.filtered(lambda c: c.code == "T-S-3a").threshold = 123_456_789
env.ref("credit_client_tiering.designation_type_policy_fit").name = "Our policy"
env.ref("credit_service_tasks.threshold_targets_per_month").value = 5
env.ref("credit_service_tasks.process_loan").answer_days = 3
env.ref("credit_service_tasks.duty_kind_visit").name = "Our visit"
env.ref("credit_service_tasks.ir_cron_remind").active = False
client = env["res.partner"].search([("name", "=", "Group")])
client.is_credit_client = True
env["credit.metric.snapshot"].create({
    "partner_id": client.id, "period_type": "year", "source": "bank", "exposure_avg": 7,
    "period_start": f"{env.company._credit_today().year - 1}-01-01",
})
env.cr.commit()
"""
SETTINGS_KEPT = """
draft = env["credit.policy"].search([("name", "=", "Draft of the bank")])
print("KEPT", [
    draft.criterion_ids.filtered(lambda c: c.code == "T-S-3a").threshold,
    env.ref("credit_client_tiering.designation_type_policy_fit").name,
    env.ref("credit_service_tasks.threshold_targets_per_month").value,
    env.ref("credit_service_tasks.process_loan").answer_days,
    env.ref("credit_service_tasks.duty_kind_visit").name,
    env.ref("credit_service_tasks.ir_cron_remind").active,
    env["res.partner"].search([("name", "=", "Group")]).credit_exposure_prev_year,
])
"""
KEPT = "KEPT [123456789.0, 'Our policy', 5.0, 3, 'Our visit', False, 7.0]"
# As an earlier version left it: the archive's notes under the name they had then, no exposure on
# the clients.
EARLIER_VERSION = """
env.cr.execute('''
    UPDATE ir_ui_view
       SET arch_db = replace(arch_db::text, 'credit_profile_note_ids', 'credit_note_ids')::jsonb
     WHERE id = (SELECT res_id FROM ir_model_data WHERE module = 'credit_service_tasks'
                    AND name = 'res_partner_view_form_archive')
''')
env.cr.execute("UPDATE res_partner SET credit_exposure_prev_year = NULL")
env.cr.execute("UPDATE ir_module_module SET latest_version = '19.0.1.0.0'"
               " WHERE name IN ('credit_client_tiering', 'credit_service_tasks')")
env.cr.commit()
"""
# Every job of the addons, run as the server runs it.
JOBS = """
addons = ["credit_client_tiering", "credit_service_tasks"]
found = env["ir.model.data"].search([("model", "=", "ir.cron"), ("module", "in", addons)])
for data in found:
    env["ir.cron"].browse(data.res_id).method_direct_trigger()
print("RAN", len(found))
"""
# Rows a user would miss.
TABLES = [
    "res_partner",
    "res_partner_res_partner_category_rel",
    "res_users",
    "crm_team",
    "crm_team_member",
    "crm_lead",
    "crm_stage",
    "crm_tag",
    "crm_lost_reason",
    "mail_activity",
    "mail_message",
    "calendar_event",
    "res_company",
    "utm_source",
]
# Stamped on every touch, also one that changes nothing else.
VOLATILE = {"write_date", "write_uid"}


def connect(name):
    _name, parameters = connection_info_for(name)
    connection = psycopg2.connect(**parameters)
    connection.autocommit = True
    return connection


@contextlib.contextmanager
def cursor_of(name):
    connection = connect(name)
    try:
        yield connection.cursor()
    finally:
        connection.close()


def drop_database(cursor):
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    cursor.execute(statement.format(sql.Identifier(DATABASE)))


def find_template(cursor):
    """The database `make test` names, else the newest that any earlier run has left."""
    if os.environ.get("CREDIT_TEMPLATE"):
        return os.environ["CREDIT_TEMPLATE"]
    cursor.execute(r"""
        SELECT datname FROM pg_database
         WHERE datname LIKE 'credit\_template\_%' AND datname NOT LIKE '%\_part'
         ORDER BY oid DESC LIMIT 1
    """)
    row = cursor.fetchone()
    return row and row[0]


def columns(cursor):
    """{table: set of columns} of the whole database."""
    cursor.execute("""
        SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'
    """)
    found = {}
    for table, column in cursor.fetchall():
        found.setdefault(table, set()).add(column)
    return found


def rows(cursor, schema):
    """{table: rows as text}, over the given columns only."""
    content = {}
    for table in TABLES:
        names = sorted(schema.get(table, set()) - VOLATILE)
        if names:
            query = sql.SQL("SELECT ROW({})::text FROM {} ORDER BY 1").format(
                sql.SQL(", ").join(map(sql.Identifier, names)), sql.Identifier(table)
            )
            cursor.execute(query)
            content[table] = [row for (row,) in cursor.fetchall()]
    return content


class TestLifecycle(unittest.TestCase):
    """The steps build on one another, hence one test method with a subTest each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(cls.drop)
        with cursor_of("postgres") as cursor:
            drop_database(cursor)
            template = find_template(cursor)
            if template:
                clone = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
                cursor.execute(clone.format(sql.Identifier(DATABASE), sql.Identifier(template)))
        if not template:
            cls.odoo("-i", "crm,contacts", "--load-language", "zh_CN")
        # A CRM in use: an addon's demo data would load where Odoo's is.
        with cursor_of(DATABASE) as cursor:
            cursor.execute("UPDATE ir_module_module SET demo = FALSE WHERE demo")
        cls.odoo_shell(EXISTING_CRM)

    @staticmethod
    def drop():
        with cursor_of("postgres") as cursor:
            drop_database(cursor)

    @staticmethod
    def process(*arguments, script=""):
        """Run Odoo, return its log."""
        done = subprocess.run(
            [*ODOO, *arguments],
            input=script,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        log = done.stdout + done.stderr
        if done.returncode:
            raise AssertionError(f"odoo {' '.join(arguments)} failed:\n{log[-4000:]}")
        return log

    @classmethod
    def odoo(cls, *arguments):
        return cls.process("-d", DATABASE, "--stop-after-init", "--no-http", *arguments)

    @classmethod
    def odoo_shell(cls, script):
        return cls.process("shell", "-d", DATABASE, "--no-http", script=script)

    def assert_quiet(self, log):
        problems = [line for line in PROBLEM.findall(log) if not HARMLESS.search(line)]
        told = [line[:150] for line in problems[:5]]
        if problems:
            self.fail(f"{len(problems)} warnings or errors in Odoo's log, the first: {told}")

    def content(self):
        with cursor_of(DATABASE) as cursor:
            return rows(cursor, self.schema)

    def installed(self):
        with cursor_of(DATABASE) as cursor:
            cursor.execute(
                """
                SELECT name FROM ir_module_module
                 WHERE name = ANY(%s) AND state = 'installed' ORDER BY 1
                """,
                [ADDONS],
            )
            return [name for (name,) in cursor.fetchall()]

    def assert_nothing_lost(self, before):
        """Every row of the CRM is still there, with the values it had. Additions are no loss."""
        after = self.content()
        for table, old in before.items():
            lost = set(old) - set(after[table])
            self.assertEqual(lost, set(), f"rows of {table} that are gone or changed")

    def test_install_update_uninstall(self):
        addons = ",".join(ADDONS)
        with cursor_of(DATABASE) as cursor:
            self.schema = columns(cursor)
        before = self.content()

        with self.subTest("install"):
            log = self.odoo("-i", addons)
            self.assertEqual(self.installed(), ADDONS)
            self.assert_nothing_lost(before)
            self.assert_quiet(log)
        with self.subTest("jobs without a single credit client"):
            log = self.odoo_shell(JOBS)
            self.assertGreater(int(re.search(r"RAN (\d+)", log)[1]), 10)
            self.assert_nothing_lost(before)
            self.assert_quiet(log)
        with self.subTest("update"):
            self.odoo_shell(BANK_SETTINGS + EARLIER_VERSION)
            log = self.odoo("-u", addons)
            self.assertEqual(self.installed(), ADDONS)
            self.assert_nothing_lost(before)
            self.assert_quiet(log)
            self.assertIn(KEPT, self.odoo_shell(SETTINGS_KEPT), "what the bank set is gone")
        with self.subTest("uninstall"):
            log = self.process("module", "uninstall", "-d", DATABASE, *reversed(ADDONS))
            self.assertEqual(self.installed(), [])
            self.assert_nothing_lost(before)
            self.assert_nothing_left_behind()
            self.assert_quiet(log)
        with self.subTest("install again"):
            log = self.odoo("-i", addons)
            self.assertEqual(self.installed(), ADDONS)
            self.assert_nothing_lost(before)
            self.assert_quiet(log)

    def assert_nothing_left_behind(self):
        with cursor_of(DATABASE) as cursor:
            left = {
                table: names - self.schema.get(table, set())
                for table, names in columns(cursor).items()
                if names - self.schema.get(table, set())
            }
            self.assertEqual(left, {}, "tables and columns that outlive the addon")
            cursor.execute(
                "SELECT module, name FROM ir_model_data WHERE module = ANY(%s)", [ADDONS]
            )
            self.assertEqual(cursor.fetchall(), [], "records that outlive the addon")
