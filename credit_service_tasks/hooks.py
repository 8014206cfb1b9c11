from odoo.tools import SQL

MODULE = "credit_service_tasks"


def uninstall_hook(env):
    """Let Odoo delete the addon's records in whatever order it likes.

    Like the hook of credit_client_tiering, but only references *to* tables that go
    are dropped: those among the tables that stay must hold.
    """
    tables = [
        model._table
        for model in env.values()
        if model._original_module == MODULE and model._auto and not model._abstract
    ]
    rows = env.execute_query(
        SQL(
            """
            SELECT conrelid::regclass::text, conname FROM pg_constraint
             WHERE contype = 'f' AND confrelid::regclass::text = ANY(%s)
            """,
            tables,
        )
    )
    for table, constraint in rows:
        env.cr.execute(
            SQL(
                "ALTER TABLE %s DROP CONSTRAINT %s",
                SQL.identifier(table),
                SQL.identifier(constraint),
            )
        )
