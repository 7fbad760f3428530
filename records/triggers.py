"""Append-only tables, held by the database: a migration operation for SQLite and PostgreSQL."""

from django.db import migrations


def _create(table: str):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                schema_editor.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
            return
        schema_editor.execute(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME "
            "USING ERRCODE = 'integrity_constraint_violation'; END $$",
            params=None,  # the per cent sign is the trigger's own
        )
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )

    return run


def _drop(table: str):
    def run(apps, schema_editor):
        names = (
            [f"{table}_no_update", f"{table}_no_delete"]
            if schema_editor.connection.vendor == "sqlite"
            else [f"{table}_no_change ON {table}", f"{table}_no_truncate ON {table}"]
        )
        for name in names:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")

    return run


def append_only(table: str) -> migrations.RunPython:
    """Return a migration operation after which rows of `table` can be inserted but not changed or deleted."""
    return migrations.RunPython(_create(table), _drop(table))
