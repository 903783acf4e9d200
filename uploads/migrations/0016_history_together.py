"""Which values of the history occur together? PostgreSQL counts it, so that it knows how many rows some filters find.

Without it, "refused" and "wrong credentials" look as if they met by chance: it expects a few rows, gathers the
thousands that there are, and sorts them, where it could walk along an index and stop after a page.
"""

from django.db import migrations

MAKE = "CREATE STATISTICS uploads_history_together (mcv) ON program, state, cause, origin FROM uploads_upload"


def count(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(MAKE)
        schema_editor.execute("ANALYZE uploads_upload")


def forget(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP STATISTICS uploads_history_together")


class Migration(migrations.Migration):

    dependencies = [("uploads", "0015_history_cause_origin")]
    operations = [migrations.RunPython(count, forget)]
