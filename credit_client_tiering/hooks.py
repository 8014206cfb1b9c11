from odoo.tools import SQL


def pre_init_hook(env):
    """Fill the group of every company in one statement.

    Left to the ORM the recursive compute would walk an existing address book
    record by record during the installation.
    """
    env.cr.execute(SQL("ALTER TABLE res_partner ADD COLUMN IF NOT EXISTS credit_group_id integer"))
    env.cr.execute(
        SQL(
            """
            WITH RECURSIVE root AS (
                SELECT id, id AS root_id, is_company FROM res_partner
                 WHERE parent_id IS NULL
                UNION ALL
                SELECT child.id, root.root_id, TRUE FROM res_partner child
                  JOIN root ON root.id = child.parent_id
            )
            UPDATE res_partner p SET credit_group_id = root.root_id
              FROM root WHERE root.id = p.id AND root.is_company
            """
        )
    )


def uninstall_hook(env):
    """Let Odoo delete the addon's records in whatever order it likes.

    It goes model by model, and logs an error for every record that another one,
    soon to be deleted too, still refers to. The references among our own tables
    are dropped here; the tables themselves follow.
    """
    tables = [model._table for model in env.values() if model._name.startswith("credit.")]
    rows = env.execute_query(
        SQL(
            """
            SELECT conrelid::regclass::text, conname FROM pg_constraint
             WHERE contype = 'f' AND conrelid::regclass::text = ANY(%(tables)s)
               AND confrelid::regclass::text = ANY(%(tables)s)
            """,
            tables=tables,
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
