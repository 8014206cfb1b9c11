"""Databases of the bench: made from a template, thrown away after each measurement.

Every timed step starts from a fresh copy of the same files, so that the fifth round meets what the
first one met: no dead rows, no bloat, no history of earlier rounds.
"""

import contextlib
import gc
import time

import psycopg2
from psycopg2 import sql

import odoo.sql_db
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry


@contextlib.contextmanager
def server(database="postgres"):
    """A plain connection outside Odoo, each statement its own transaction."""
    _name, info = odoo.sql_db.connection_info_for(database)
    connection = psycopg2.connect(**info)
    try:
        connection.autocommit = True
        yield connection.cursor()
    finally:
        connection.close()


def clone(template, name):
    """Make ``name`` a copy of ``template``, replacing what was there, and warm its pages."""
    odoo.sql_db.close_db(template)
    drop(name)
    with server() as cursor:
        cursor.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    with server(name) as cursor:
        for table in (
            "res_partner",
            "credit_metric_snapshot",
            "credit_designation",
            "credit_product_holding",
        ):
            cursor.execute(sql.SQL("SELECT count(t.*) FROM {} t").format(sql.Identifier(table)))
        cursor.execute("CHECKPOINT")


def drop(name):
    odoo.sql_db.close_db(name)
    with server() as cursor:
        cursor.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


def vacuum(name):
    """Leave the database as autovacuum would, so that it does not run into a measurement."""
    with server(name) as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


@contextlib.contextmanager
def environment(name):
    """Odoo's environment on a database; commits at the end."""
    with Registry(name).cursor() as cursor:
        yield api.Environment(cursor, SUPERUSER_ID, {})


@contextlib.contextmanager
def stopwatch():
    """Time a block: ``with stopwatch() as took: …`` and then ``took[0]`` seconds."""
    took = []
    gc.collect()
    start = time.perf_counter()
    yield took
    took.append(time.perf_counter() - start)
