"""What the constraints cannot say, held by triggers on SQLite and PostgreSQL.

A scheme begins as a draft. It comes into force only while its two weights are the sums over its indicators
and its month begins on the first; from then on neither it nor its indicators change.
"""

from django.db import migrations

SUMS_DIFFER = """(
    NEW.total_weight <> COALESCE((SELECT SUM(weight) FROM appraisal_indicator WHERE scheme_id = NEW.id), 0)
    OR NEW.street_weight <> COALESCE(
        (SELECT SUM(weight) FROM appraisal_indicator WHERE scheme_id = NEW.id AND source = 'streets'), 0)
)"""
FROZEN = "a scheme in force does not change"
UNEQUAL = "the weights of a scheme are the sums over its indicators"
BEGINS = "a scheme begins as a draft"
FIRST = "a scheme comes into force on the first of a month"


def _sqlite_trigger(name: str, when: str, condition: str, sentence: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {when} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{sentence}'); END"


def _in_force(row: str) -> str:
    return f"EXISTS (SELECT 1 FROM appraisal_scheme WHERE id = {row}.scheme_id AND state = 'active')"


SCHEME, INDICATOR = "appraisal_scheme", "appraisal_indicator"
SQLITE = {
    "scheme_begins_as_draft": (f"INSERT ON {SCHEME}", "NEW.state = 'active'", BEGINS),
    "scheme_frozen_update": (f"UPDATE ON {SCHEME}", "OLD.state = 'active'", FROZEN),
    "scheme_frozen_delete": (f"DELETE ON {SCHEME}", "OLD.state = 'active'", FROZEN),
    "scheme_sums": (f"UPDATE ON {SCHEME}", f"NEW.state = 'active' AND {SUMS_DIFFER}", UNEQUAL),
    "scheme_first_of_month": (
        f"UPDATE ON {SCHEME}",
        "NEW.state = 'active' AND strftime('%d', NEW.effective_from) IS NOT '01'",
        FIRST,
    ),
    "indicator_frozen_insert": (f"INSERT ON {INDICATOR}", _in_force("NEW"), FROZEN),
    "indicator_frozen_update": (f"UPDATE ON {INDICATOR}", f"{_in_force('OLD')} OR {_in_force('NEW')}", FROZEN),
    "indicator_frozen_delete": (f"DELETE ON {INDICATOR}", _in_force("OLD"), FROZEN),
}


def _refuse(sentence: str) -> str:
    return f"RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation'"


# FOR SHARE: an indicator cannot slip in while another transaction brings its scheme into force
POSTGRESQL = [
    f"""
    CREATE FUNCTION {SCHEME}_rules() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'TRUNCATE' THEN {_refuse(FROZEN)}; END IF;
        IF TG_OP = 'INSERT' THEN
            IF NEW.state = 'active' THEN {_refuse(BEGINS)}; END IF;
            RETURN NEW;
        END IF;
        IF OLD.state = 'active' THEN {_refuse(FROZEN)}; END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        IF NEW.state = 'active' THEN
            IF {SUMS_DIFFER} THEN {_refuse(UNEQUAL)}; END IF;
            IF EXTRACT(DAY FROM NEW.effective_from) IS DISTINCT FROM 1 THEN {_refuse(FIRST)}; END IF;
        END IF;
        RETURN NEW;
    END $$
    """,
    f"""
    CREATE FUNCTION {INDICATOR}_rules() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'TRUNCATE' THEN {_refuse(FROZEN)}; END IF;
        IF TG_OP <> 'INSERT' THEN
            PERFORM 1 FROM {SCHEME} WHERE id = OLD.scheme_id FOR SHARE;
            IF {_in_force("OLD")} THEN {_refuse(FROZEN)}; END IF;
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        PERFORM 1 FROM {SCHEME} WHERE id = NEW.scheme_id FOR SHARE;
        IF {_in_force("NEW")} THEN {_refuse(FROZEN)}; END IF;
        RETURN NEW;
    END $$
    """,
    *(
        statement
        for table in (SCHEME, INDICATOR)
        for statement in (
            f"CREATE TRIGGER {table}_rules BEFORE INSERT OR UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_rules()",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_rules()",
        )
    ),
]


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name, rule in SQLITE.items():
            schema_editor.execute(_sqlite_trigger(name, *rule))
        return
    for statement in POSTGRESQL:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name in SQLITE:
            schema_editor.execute(f"DROP TRIGGER {name}")
        return
    for table in (SCHEME, INDICATOR):
        schema_editor.execute(f"DROP FUNCTION {table}_rules() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("appraisal", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]
