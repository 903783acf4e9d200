"""Who may change what was decided? Nobody: the database itself refuses it."""

from django.db import migrations

TABLES = ("programs_consentdecision", "programs_consenttext")
KEYS = {"programs_consentdecision": ("sequence", "previous_hash", "hash"), "programs_consenttext": ("sha256",)}
REFUSAL = "The consent ledger is append-only."


def sqlite(table):
    """REPLACE deletes a row without asking a DELETE trigger, so an INSERT over an existing row is refused as well."""
    same = " OR ".join(f"{key} = NEW.{key}" for key in KEYS[table])
    for event in ("UPDATE", "DELETE"):
        yield f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    yield (
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
        f"BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: {table} is append-only.'); END"
    )


def postgresql(table):
    yield (
        "CREATE OR REPLACE FUNCTION programs_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    yield (
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION programs_refuse_change()"
    )
    yield (
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION programs_refuse_change()"
    )


def put_up(apps, schema_editor):
    make = {"sqlite": sqlite, "postgresql": postgresql}[schema_editor.connection.vendor]
    for table in TABLES:
        for statement in make(table):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    """There is no way back: without the triggers the ledger proves nothing."""

    dependencies = [("programs", "0001_initial")]
    operations = [migrations.RunPython(put_up)]
