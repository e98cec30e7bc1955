"""Triggers that refuse to change or remove a line, on SQLite and PostgreSQL."""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = ("core_decision", "core_reading")

_SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {shout} ON {table}
BEGIN SELECT RAISE(ABORT, 'this journal is only ever added to'); END
"""
_POSTGRESQL = (
    """
CREATE OR REPLACE FUNCTION hygie_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'this journal is only ever added to'; END $$
""",
    """
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION hygie_append_only()
""",
    """
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION hygie_append_only()
""",
)


def statements(vendor: str, table: str) -> tuple[list[str], list[str]]:
    """SQL that lifts the triggers of a table, and SQL that puts them back.

    Raises
    ------
    NotImplementedError
        On a database that has none of ours: a journal one may rewrite is no journal.
    """
    if vendor == "sqlite":
        lift = [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for verb in ("update", "delete")]
        put = [_SQLITE.format(table=table, verb=verb, shout=verb.upper()) for verb in ("update", "delete")]
        return lift, put
    if vendor == "postgresql":
        lift = [f"DROP TRIGGER IF EXISTS {table}_no_{verb} ON {table}" for verb in ("change", "truncate")]
        return lift, [statement.format(table=table) for statement in _POSTGRESQL]
    raise NotImplementedError(f"no append-only trigger for {vendor}")


def refuse_changes(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Migration step: the triggers of the journals that this database holds."""
    held = set(editor.connection.introspection.table_names())
    for table in TABLES:
        if table in held:
            for statement in statements(editor.connection.vendor, table)[1]:
                editor.execute(statement)


def allow_changes(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """The step undone."""
    held = set(editor.connection.introspection.table_names())
    for table in TABLES:
        if table in held:
            for statement in statements(editor.connection.vendor, table)[0]:
                editor.execute(statement)
