"""The shape of every failure, derived from what its attempts kept."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from uploads.causes import cause_of
from uploads.result_file import SUCCESS

AT_A_TIME = 500


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Failures alone have a cause; they are few. The newest attempt with this code tells it."""
    uploads, attempts = apps.get_model("uploads", "Upload").objects, apps.get_model("uploads", "Attempt").objects
    failed = uploads.exclude(result_code__in=["", SUCCESS]).order_by("pk")
    last = 0
    while rows := list(failed.filter(pk__gt=last).only("pk", "result_code")[:AT_A_TIME]):
        told = attempts.filter(upload__in=[row.pk for row in rows]).order_by("number")
        facts = {(pk, code): (evidence, status) for pk, code, evidence, status in told.values_list("upload_id", "code", "evidence", "http_status")}
        for row in rows:
            evidence, status = facts.get((row.pk, row.result_code), ("", None))
            row.cause = cause_of(row.result_code, evidence=evidence, status=status) or ""
        uploads.bulk_update(rows, ["cause"])
        last = rows[-1].pk


class Migration(migrations.Migration):

    dependencies = [
        ('uploads', '0008_network_check'),
    ]

    operations = [
        migrations.AddField(
            model_name='upload',
            name='cause',
            field=models.CharField(blank=True, default='', help_text='The shape of the last failure, by `causes.py`', max_length=32),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name='upload',
            index=models.Index(fields=['cause', 'state', 'server'], name='same_cause'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
