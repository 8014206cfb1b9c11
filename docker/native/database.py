"""Create, clone, rename and drop databases of the server that PGHOST, PGPORT… name.

Usage: database.py exists|drop NAME
       database.py clone|rename FROM TO
       database.py parameter NAME KEY        (prints a system parameter of an Odoo database)
       database.py forget_demo NAME          (what is installed next comes without demo data)
"""

import sys
from contextlib import closing

import psycopg2
from psycopg2 import sql

# Clients of a database that is about to be cloned or renamed: ours, from a run that was killed.
DISCONNECT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = %s AND pid <> pg_backend_pid()
"""


def statement(text, *names):
    return sql.SQL(text).format(*map(sql.Identifier, names))


def connect(name):
    connection = psycopg2.connect(dbname=name)
    connection.autocommit = True
    return connection


def exists(cursor, name):
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return bool(cursor.fetchone())


def drop(cursor, name):
    cursor.execute(statement("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))


def clone(cursor, source, target):
    cursor.execute(DISCONNECT, [source])
    drop(cursor, target)
    cursor.execute(statement("CREATE DATABASE {} TEMPLATE {}", target, source))


def rename(cursor, source, target):
    drop(cursor, target)
    cursor.execute(DISCONNECT, [source])
    cursor.execute(statement("ALTER DATABASE {} RENAME TO {}", source, target))


def parameter(_cursor, name, key):
    with closing(connect(name)) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT value FROM ir_config_parameter WHERE key = %s", [key])
        print(*(cursor.fetchone() or [""]))


def forget_demo(_cursor, name):
    with closing(connect(name)) as connection:
        connection.cursor().execute("UPDATE ir_module_module SET demo = FALSE WHERE demo")


ACTIONS = {
    action.__name__: action for action in (exists, drop, clone, rename, parameter, forget_demo)
}


def main(action, *names):
    with closing(connect("postgres")) as connection:
        result = ACTIONS[action](connection.cursor(), *names)
    return 1 if result is False else 0


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except psycopg2.Error as error:
        print(f"error: PostgreSQL: {' '.join(str(error).split())}", file=sys.stderr)
        sys.exit(2)
