"""Append-only tables and frozen rows, held by the database: migration operations for SQLite and PostgreSQL."""

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


REFUSED = "a frozen row of {table} cannot be changed"


def _freeze(table: str, columns: tuple[str, ...], when: str, name: str):
    def run(apps, schema_editor):
        sqlite = schema_editor.connection.vendor == "sqlite"
        differs = "IS NOT" if sqlite else "IS DISTINCT FROM"
        changed = " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in columns)
        refused = REFUSED.format(table=table)
        if sqlite:
            for verb, condition in (("UPDATE", f"({when}) AND ({changed})"), ("DELETE", when)):
                schema_editor.execute(
                    f"CREATE TRIGGER {table}_{name}_{verb.lower()} BEFORE {verb} ON {table} "
                    f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{refused}'); END"
                )
            return
        _create_function(
            schema_editor,
            f"{table}_{name}",
            f"IF TG_OP = 'DELETE' THEN IF {when} THEN {_raised(refused)} END IF; RETURN OLD; END IF; "
            f"IF ({when}) AND ({changed}) THEN {_raised(refused)} END IF; RETURN NEW;",
        )
        schema_editor.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_{name}()"
        )

    return run


def _raised(refused: str) -> str:
    return f"RAISE EXCEPTION '{refused}' USING ERRCODE = 'integrity_constraint_violation';"


def _create_function(schema_editor, name: str, body: str) -> None:
    schema_editor.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")


def _thaw(table: str, names: tuple[str, ...], function: str):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "sqlite":
            for name in names:
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
            return
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {function} ON {table}")
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {function}()")

    return run


def frozen_when(table: str, *, columns: tuple[str, ...], when: str, name: str = "frozen") -> migrations.RunPython:
    """Return a migration operation after which rows of `table` keep `columns` and their existence once `when` holds.

    `when` is a condition in SQL about the row before the change, OLD. Each of several such rules of one table needs a
    `name` of its own.
    """
    names = (f"{table}_{name}_update", f"{table}_{name}_delete")
    return migrations.RunPython(_freeze(table, columns, when, name), _thaw(table, names, f"{table}_{name}"))


def _shut(table: str, when: str):
    def run(apps, schema_editor):
        refused = f"a row of {table} cannot be added any more"
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(
                f"CREATE TRIGGER {table}_shut BEFORE INSERT ON {table} "
                f"WHEN {when} BEGIN SELECT RAISE(ABORT, '{refused}'); END"
            )
            return
        _create_function(schema_editor, f"{table}_shut", f"IF {when} THEN {_raised(refused)} END IF; RETURN NEW;")
        schema_editor.execute(
            f"CREATE TRIGGER {table}_shut BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_shut()"
        )

    return run


def shut_when(table: str, *, when: str) -> migrations.RunPython:
    """Return a migration operation after which `table` takes no row about which `when` holds: SQL about NEW."""
    return migrations.RunPython(_shut(table, when), _thaw(table, (f"{table}_shut",), f"{table}_shut"))
