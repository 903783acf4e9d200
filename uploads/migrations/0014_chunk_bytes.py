from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("uploads", "0013_disk_readings"),
    ]

    operations = [
        migrations.AddField(
            model_name="upload",
            name="chunk_bytes",
            field=models.PositiveIntegerField(default=0, help_text="Chunk that the receiver asked for, 0 before"),
        ),
    ]
